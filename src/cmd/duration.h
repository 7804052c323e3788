/* SPDX-License-Identifier: BSD-2-Clause */
/* Times on the command line: 10ms, 1.5s, 2min, 1h. */
#ifndef VMCLOCKCTL_CMD_DURATION_H
#define VMCLOCKCTL_CMD_DURATION_H

#include <stdint.h>

#include "base/error.h"

/*
 * A number, with or without a fraction, and one of ns, us, ms, s, min, h, to
 * whole nanoseconds, exactly: what is no whole number of them is no duration.
 * Returns 0, -EINVAL, or -ERANGE for more than 2^63 - 1 ns.
 */
int parse_duration(const char *text, int64_t *nsec);

/* The reverse, in the largest unit that makes it a whole number: "100ms". */
#define DURATION_MAX 24
void format_duration(int64_t nsec, char text[static DURATION_MAX]);

/* The argument of an option (as it was typed, "--timeout"), 1 ns at least.
 * Returns 0, or -1 with *error (ERROR_USAGE). */
int duration_option(const char *option, const char *text, int64_t *nsec,
		    struct error *error);

#endif
