/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes recordings: snapshots as JSON Lines, one line at a time. */
#ifndef VMCLOCKCTL_IO_OUTPUT_RECORDER_H
#define VMCLOCKCTL_IO_OUTPUT_RECORDER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "event/snapshot.h"
#include "io/source/source_name.h"

/* Where a recording comes from, for its start line. */
struct recorder_origin {
	enum source_kind kind;
	const char *path; /* NULL: none */
	const char *root; /* where /proc and /sys are */
	bool polls;	  /* the device notifies */
	int64_t interval; /* ns between two looks if it does not */
	/* Takes out of the start line what identifies the machine; NULL:
	 * nothing. Returns -1 where memory runs out. */
	int (*redact)(json_t *start, const void *with);
	const void *with;
};

/*
 * Each call writes one line in one piece. The caller flushes it and checks the
 * stream's errors (disk full, closed pipe): output_line().
 */
struct recorder {
	FILE *stream;
	uint64_t n;    /* lines with an n so far */
	bool has_last; /* counter_last of the page before */
	uint64_t counter_last;
};

/* Functions that can fail return 0, or -1 with *error (ERROR_MEMORY). */

/* Write the start line. `origin` NULL leaves out tool, source and machine, for
 * simulate --record, whose bytes are the same everywhere; `scenario` NULL:
 * none. */
int recorder_start(struct recorder *recorder, FILE *stream,
		   const struct recorder_origin *origin, const char *scenario,
		   struct error *error);

/*
 * Write snapshots, in order; snapshot->n is not read. The line holds the last
 * reading under the page before: that page's counter_last, or a later one given
 * to recorder_reading().
 */
int recorder_snapshot(struct recorder *recorder,
		      const struct snapshot *snapshot, struct error *error);

/* Note a further reading known to be under the page written last. */
void recorder_reading(struct recorder *recorder, uint64_t counter);

/* Write the end line; this cannot fail. `summary`: an object as JSON, or
 * NULL. */
void recorder_end(struct recorder *recorder, const char *summary);

#endif
