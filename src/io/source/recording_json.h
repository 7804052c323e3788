/* SPDX-License-Identifier: BSD-2-Clause */
/* A recording being read, and its lines as JSON in any spelling: the inside of
 * recording.c. */
#ifndef VMCLOCKCTL_IO_SOURCE_RECORDING_JSON_H
#define VMCLOCKCTL_IO_SOURCE_RECORDING_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/snapshot.h"
#include "known.h"
#include "line_reader.h"

/* The previous page, the returned one, and the one read ahead. */
#define RECORDING_PAGES 3

enum line_kind {
	LINE_NONE, /* nothing was read yet */
	LINE_SNAPSHOT,
	LINE_END,   /* the end line, or the end of the file */
	LINE_FAULT, /* told in lines.fault */
};

struct line {
	enum line_kind kind;
	struct snapshot snapshot;
	bool has_last; /* the last reading under the page before it */
	uint64_t last;
};

struct recording {
	struct line_reader lines;
	uint64_t n; /* of the snapshot read last */
	/* The same, and one more for each line of an unknown type whose n came
	 * next. The next snapshot's n is at most one more than this. */
	uint64_t passed_n;
	uint64_t blank; /* the first of the blank lines just read, or 0 */
	bool complete;	/* the end line was read */
	json_t *start;	/* the start line */
	struct passed_over passed_over;
	struct line ahead;
	uint8_t *pages[RECORDING_PAGES]; /* PAGE_READ_MAX each */
	unsigned int page;		 /* the one to fill next */
	/* How many bytes of each page may differ from zero. */
	size_t used[RECORDING_PAGES];
};

/* Read the start line. Returns 0, or -1 with the fault. */
int recording_read_start(struct recording *recording, json_t *root);

/* Read any other line. Returns 1, 0 if the line is passed over, -1 with the
 * fault. */
int recording_read_object(struct recording *recording, json_t *root,
			  struct line *line);

/* Whether lines of this type are those of a recording. */
bool recording_has_type(const char *type);

/* Whether n can be that of the next snapshot. A line of an unknown type may be
 * counted among the snapshots or not; its own n tells which. */
bool recording_is_next(const struct recording *recording, uint64_t n);

/* The first `count` bytes of the page in turn were filled; the rest of its
 * `length` is zeros. It is the snapshot's, and the next page is in turn. */
void recording_end_page(struct recording *recording, size_t length,
			size_t count, struct snapshot *snapshot);

#endif
