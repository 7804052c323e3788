/* SPDX-License-Identifier: BSD-2-Clause */
/* Recordings: snapshots as JSON Lines, read one by one in constant memory. */
#ifndef VMCLOCKCTL_IO_RECORDING_H
#define VMCLOCKCTL_IO_RECORDING_H

#include "../error.h"
#include "../snapshot.h"

struct recording; /* a recording being read */

/*
 * The recording on an open descriptor, of which `head` (length bytes) has been
 * read already; the descriptor stays the caller's. `name` is for messages.
 * Returns NULL with *error where the start line is missing or not one.
 */
struct recording *recording_open(int fd, const char *name, const uint8_t *head,
				 size_t length, struct error *error);

/*
 * The next snapshot; its bytes are valid until the next call but one, so that
 * two consecutive snapshots can be compared. Returns 1, 0 at the end, or -1
 * with *error (ERROR_DAMAGED with the line's number, ERROR_READ). A file that
 * ends without an end line, or in the middle of a line, ends there: what was
 * recorded up to its last whole line counts.
 */
int recording_next(struct recording *recording, struct snapshot *snapshot,
		   struct error *error);

void recording_close(struct recording *recording);

#endif
