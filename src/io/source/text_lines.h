/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lines of a text that people have handled: blank lines, blanks around the
 * others and the > of a mail before every line are passed over.
 */
#ifndef VMCLOCKCTL_IO_SOURCE_TEXT_LINES_H
#define VMCLOCKCTL_IO_SOURCE_TEXT_LINES_H

#include <stdbool.h>
#include <stddef.h>

/* A part of a text, which need not end with a NUL. */
struct slice {
	const char *at;
	size_t length;
};

/* A blank inside a line; a carriage return is one. */
static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Without its first `count` characters, which it has. */
struct slice slice_skip(struct slice slice, size_t count);

/* Without the blanks around it. */
struct slice slice_trim(struct slice slice);

/* Take the characters up to the next blank from the front. false: there are
 * none. */
bool slice_take_word(struct slice *rest, struct slice *word);

struct text_lines {
	struct slice rest;
	unsigned int number; /* of the line taken last, from 1 */
	unsigned int quotes; /* the > before each line */
};

struct text_lines text_lines_start(const char *text, size_t length);

/* Take the next line. false: there is none, and `number` stays. */
bool text_lines_next(struct text_lines *lines, struct slice *line);

#endif
