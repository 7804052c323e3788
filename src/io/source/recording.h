/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads recordings: snapshots as JSON Lines, one by one in constant memory. */
#ifndef VMCLOCKCTL_IO_SOURCE_RECORDING_H
#define VMCLOCKCTL_IO_SOURCE_RECORDING_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "event/snapshot.h"

struct recording; /* a recording being read */
struct passed_over;

/*
 * Whether these first bytes of a file are those of a recording: the first line
 * is whole and a JSON object that has the schema of a recording, or the `type`
 * of one of its other lines (the start line is then missing).
 */
bool recording_begins(const uint8_t *head, size_t length);

/*
 * Open the recording on a descriptor from which `head` (length bytes) has
 * already been read; the caller keeps the descriptor. `name` is for messages.
 * Returns NULL with *error if the start line is missing or is not a start line.
 */
struct recording *recording_open(int fd, const char *name, const uint8_t *head,
				 size_t length, struct error *error);

/*
 * Read the next snapshot. Its bytes are valid until the next page but one is
 * read, so that two consecutive pages can be compared, whatever lies between
 * them. Returns 1, 0 at the end, or -1 with *error (ERROR_DAMAGED with the
 * line's number, ERROR_READ). A file that ends without an end line, or in the
 * middle of a line, ends there: everything up to its last whole line counts.
 * Lines of an unknown type are ignored; if they share the numbers of the
 * snapshots, those have gaps. The line after a page is read before the page is
 * returned, because it holds the last reading of the counter under that page;
 * the next call reports a fault in that line.
 */
int recording_next(struct recording *recording, struct snapshot *snapshot,
		   struct error *error);

/* The start line, an object; its other members were not checked. It is the
 * recording's own. */
const json_t *recording_start(const struct recording *recording);

/* Whether the end line was read. If it was not when recording_next() returns 0,
 * the recording was cut off. */
bool recording_is_complete(const struct recording *recording);

/* The first unknown thing so far, which was ignored. */
const struct passed_over *
recording_passed_over(const struct recording *recording);

/* From now on a signal ends a wait for a line with ERROR_READ and EINTR; the
 * next call continues reading. */
void recording_interrupt(struct recording *recording);

void recording_close(struct recording *recording);

#endif
