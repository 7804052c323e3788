/* SPDX-License-Identifier: BSD-2-Clause */
/* Recordings: snapshots as JSON Lines, read one by one in constant memory. */
#ifndef VMCLOCKCTL_IO_RECORDING_H
#define VMCLOCKCTL_IO_RECORDING_H

#include <stdio.h>

#include "../error.h"
#include "../snapshot.h"
#include "live.h"

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

/*
 * Writing: each call writes whole lines and flushes them. The stream's errors
 * (disk full, closed pipe) are the caller's to see with ferror(). `live` NULL
 * leaves out tool, source and machine, for simulate --record, whose bytes are
 * the same everywhere.
 */
struct recorder {
	FILE *stream;
	uint64_t n;    /* lines with an n so far */
	bool has_last; /* counter_last of the page before */
	uint64_t counter_last;
};

/* Each returns 0, or -1 with *error (ERROR_MEMORY). */
int recorder_start(struct recorder *recorder, FILE *stream,
		   const struct live *live, const char *scenario,
		   struct error *error);

/* Give it snapshots in order; snapshot->n is not read. The last reading of the
 * counter under the page before is snapshot_before->counter_last. */
int recorder_snapshot(struct recorder *recorder,
		      const struct snapshot *snapshot, struct error *error);

/* A further reading known to be under the page that was written last. */
void recorder_reading(struct recorder *recorder, uint64_t counter);

int recorder_end(struct recorder *recorder, struct error *error);

#endif
