/* SPDX-License-Identifier: BSD-2-Clause */
/* The members of documents and recordings that this version knows, and the
 * first thing in one that it does not know and therefore ignores. */
#ifndef VMCLOCKCTL_IO_SOURCE_KNOWN_H
#define VMCLOCKCTL_IO_SOURCE_KNOWN_H

#include <stdint.h>

struct json_t;

/* The first unknown thing that was met; a later version may have written it. */
struct passed_over {
	char what[80]; /* "raw.new_field", may hold any bytes; "": none */
	uint64_t line; /* its line in a recording; 0: in a document */
};

#define KNOWN_INNER_MAX 12

/* The members of an object, or of each object of an array. */
struct known {
	const char *names; /* separated by a blank */
	/* Further members, whose own members are checked too; the rest is
	 * NULL. */
	struct {
		const char *name;
		const struct known *known;
	} inner[KNOWN_INNER_MAX];
};

extern const struct known known_document; /* of show and of dump */
extern const struct known known_page;
extern const struct known known_clock; /* {"sec": "...", "nsec": n} */
/* The lines of a recording. */
extern const struct known known_start, known_snapshot, known_unsettled,
	known_end;

/* Record what was ignored, if it is the first: a format and its arguments, cut
 * if too long. `line` is its line in a recording, 0: in a document. */
void passed_over_note(struct passed_over *passed_over, uint64_t line,
		      const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Record the first unknown member of the value, at any depth, as
 * "PREFIXmember". */
void known_check(const struct known *known, struct json_t *value,
		 const char *prefix, uint64_t line,
		 struct passed_over *passed_over);

#endif
