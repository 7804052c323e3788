/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How programs and languages write bytes as text, and one line of each. A line
 * is read by itself; dump.h holds what several lines must have in common.
 */
#ifndef VMCLOCKCTL_IO_SOURCE_SPELLING_H
#define VMCLOCKCTL_IO_SOURCE_SPELLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text_lines.h"

/* What stands at the beginning of each line. */
enum offsets {
	OFFSETS_NONE,
	OFFSETS_COLON, /* an offset, maybe a symbol's name, and a colon */
	OFFSETS_BARE,  /* an offset */
};

enum groups {
	GROUPS_BYTES, /* digits of bytes, in order, in groups of any length */
	GROUPS_WORDS, /* little-endian values of `widest` bytes or fewer */
	GROUPS_PREFIXED,      /* the same with 0x before each */
	GROUPS_SINGLE,	      /* two digits a byte */
	GROUPS_HEX_ARRAY,     /* 0x56, 0x43 */
	GROUPS_DECIMAL_ARRAY, /* 86, 67 */
	GROUPS_DIGIT_ARRAY,   /* 56, 43 */
	GROUPS_STRING,	      /* "\x56\x43" */
};

struct spelling {
	const char *name; /* who writes it so */
	enum offsets offsets;
	enum groups groups;
};

extern const struct spelling spellings[];
extern const unsigned int spelling_count;

enum line_kind {
	LINE_OTHER, /* none of this spelling */
	LINE_BYTES,
	LINE_END,    /* an offset alone, after the last byte */
	LINE_REPEAT, /* a `*`: lines like the one before */
};

/* A line as one spelling reads it. */
struct dump_line {
	struct slice offset;	 /* its digits */
	bool prefixed;		 /* 0x stands before the offset */
	size_t count;		 /* bytes on the line */
	size_t width;		 /* of each group; 0: groups of any length */
	size_t group;		 /* digits of the first one */
	bool comma;		 /* of an array: it ends with one */
	struct slice characters; /* the column of characters, if there is one */
	const char
		*reason; /* of LINE_OTHER that is nearly one: what is wrong */
};

/*
 * Read one line. At most `room` bytes are written to `bytes`; `count` may be
 * more. `width` is that of the lines before, 0 for the first.
 */
enum line_kind spelling_line(const struct spelling *spelling, struct slice line,
			     size_t width, uint8_t *bytes, size_t room,
			     struct dump_line *found);

/* Whether the line looks like a part of some dump, whatever is wrong with it:
 * it begins with an offset or several groups of digits. */
bool spelling_resembles(struct slice line);

/* Whether the line is a single group of hex digits. */
bool spelling_is_digits(struct slice line);

#endif
