/* SPDX-License-Identifier: BSD-2-Clause */
/* Recordings: snapshots as JSON Lines, read one by one in constant memory. */
#ifndef VMCLOCKCTL_IO_SOURCE_RECORDING_H
#define VMCLOCKCTL_IO_SOURCE_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "event/snapshot.h"

struct recording; /* a recording being read */
struct passed_over;

/*
 * Whether these first bytes of a file are those of a recording: its first line
 * is whole and a JSON object with the schema of a recording, or with the `type`
 * of another line of one, whose start is then missing.
 */
bool recording_begins(const uint8_t *head, size_t length);

/*
 * The recording on an open descriptor, of which `head` (length bytes) has been
 * read already; the descriptor stays the caller's. `name` is for messages.
 * Returns NULL with *error where the start line is missing or not one.
 */
struct recording *recording_open(int fd, const char *name, const uint8_t *head,
				 size_t length, struct error *error);

/*
 * The next snapshot. Its bytes are valid until the second next page is had, so
 * that two consecutive pages can be compared, whatever came between. Returns 1,
 * 0 at the end, or -1 with *error (ERROR_DAMAGED with the line's number,
 * ERROR_READ). A file that ends without an end line, or in the
 * middle of a line, ends there: what was recorded up to its last whole line
 * counts. Lines of a type that is not known are passed over; where they share
 * the numbers of the snapshots, those have gaps. The line after a page is read
 * before the page is returned, for the last reading of the counter under it
 * stands there; a fault in that line is told by the next call.
 */
int recording_next(struct recording *recording, struct snapshot *snapshot,
		   struct error *error);

/* Whether the end line was read. Where it was not when recording_next() returns
 * 0, the recording was cut off. */
bool recording_is_complete(const struct recording *recording);

/* The first thing so far that was not known and passed over. */
const struct passed_over *
recording_passed_over(const struct recording *recording);

/* From now on a signal ends a wait for a line, as ERROR_READ with EINTR, and
 * the next call reads on. */
void recording_interrupt(struct recording *recording);

void recording_close(struct recording *recording);

#endif
