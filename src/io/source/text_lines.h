/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lines of a text that people have edited or mailed: blank lines, blanks
 * around the others and quoting > before them are skipped.
 */
#ifndef VMCLOCKCTL_IO_SOURCE_TEXT_LINES_H
#define VMCLOCKCTL_IO_SOURCE_TEXT_LINES_H

#include <stdbool.h>
#include <stddef.h>

/* A part of a text; it need not end with a NUL. */
struct slice {
	const char *at;
	size_t length;
};

/* Whether this is a blank inside a line; a carriage return is one. */
static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f';
}

/* The slice without its first `count` characters; it must have as many. */
struct slice slice_skip(struct slice slice, size_t count);

/* The slice without the blanks around it. */
struct slice slice_trim(struct slice slice);

/* Take the characters up to the next blank from the front. Returns false if
 * there are none. */
bool slice_take_word(struct slice *rest, struct slice *word);

/* Whether the slice begins with the text. */
bool slice_begins(struct slice slice, const char *text);

struct text_lines {
	struct slice rest;
	unsigned int number; /* of the line taken last, from 1 */
};

struct text_lines text_lines_start(const char *text, size_t length);

/* Take the next line. Returns false if there is none; `number` then stays. */
bool text_lines_next(struct text_lines *lines, struct slice *line);

#endif
