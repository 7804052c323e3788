/* SPDX-License-Identifier: BSD-2-Clause */
/* How far long work is, on the last line of a terminal. */
#ifndef VMCLOCKCTL_CMD_PROGRESS_H
#define VMCLOCKCTL_CMD_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* Work under way. */
struct progress {
	bool on;    /* standard error is a terminal that can erase a line */
	bool shown; /* there is something to erase */
	int64_t start, next;
};

/* Begin. `quiet`: show nothing. */
void progress_start(struct progress *progress, bool quiet);

/* Whether it is time to show something: after a second, and then a few times in
 * each. */
bool progress_due(struct progress *progress);

/* Show the line in place of the one before; what a terminal would obey is
 * spelt out. */
void progress_show(struct progress *progress, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The time since progress_start(), ns. */
int64_t progress_time(const struct progress *progress);

/* Erase what is shown; also before other messages. */
void progress_end(struct progress *progress);

#endif
