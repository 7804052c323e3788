/* SPDX-License-Identifier: BSD-2-Clause */
/* The members that this version knows of documents and recordings, and the
 * first thing in one that it does not know and passes over. */
#ifndef VMCLOCKCTL_IO_SOURCE_KNOWN_H
#define VMCLOCKCTL_IO_SOURCE_KNOWN_H

#include <stdint.h>

struct json_t;

/* What was met first that is not known, as a later version may write it. */
struct passed_over {
	char what[80]; /* "raw.new_field", of any bytes; "": nothing was */
	uint64_t line; /* of the recording; 0: of a document */
};

#define KNOWN_INNER_MAX 12

/* The members of an object, or of each object of an array. */
struct known {
	const char *names; /* with a blank between them */
	/* Those besides that have members of their own, which are looked at;
	 * the rest is NULL. */
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

/* Keep what was passed over, if it is the first: a format and its arguments,
 * cut where it is too long. `line` of the recording, 0: of a document. */
void passed_over_note(struct passed_over *passed_over, uint64_t line,
		      const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Note the first member of the value, at any depth, that is not known, as
 * "PREFIXmember". */
void known_check(const struct known *known, struct json_t *value,
		 const char *prefix, uint64_t line,
		 struct passed_over *passed_over);

#endif
