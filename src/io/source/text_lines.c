/* SPDX-License-Identifier: BSD-2-Clause */
/* Slices of a text, and its lines one by one. */
#include "text_lines.h"

#include <string.h>

struct slice slice_skip(struct slice slice, size_t count)
{
	return (struct slice){ slice.at + count, slice.length - count };
}

struct slice slice_trim(struct slice slice)
{
	while (slice.length && is_blank(slice.at[0]))
		slice = slice_skip(slice, 1);
	while (slice.length && is_blank(slice.at[slice.length - 1]))
		slice.length--;
	return slice;
}

bool slice_take_word(struct slice *rest, struct slice *word)
{
	*rest = slice_trim(*rest);
	*word = (struct slice){ rest->at, 0 };
	while (word->length < rest->length && !is_blank(rest->at[word->length]))
		word->length++;
	*rest = slice_skip(*rest, word->length);
	return word->length > 0;
}

bool slice_begins(struct slice slice, const char *text)
{
	size_t length = strlen(text);

	return slice.length >= length && memcmp(slice.at, text, length) == 0;
}

bool text_lines_next(struct text_lines *lines, struct slice *line)
{
	unsigned int number = lines->number;

	while (lines->rest.length) {
		const char *end =
			memchr(lines->rest.at, '\n', lines->rest.length);

		*line = lines->rest;
		if (end)
			line->length = (size_t)(end - line->at);
		lines->rest =
			slice_skip(lines->rest, line->length + (end != NULL));
		number++;
		*line = slice_trim(*line);
		/* A quotation, of any depth. */
		while (line->length && line->at[0] == '>')
			*line = slice_trim(slice_skip(*line, 1));
		if (!line->length)
			continue;
		lines->number = number;
		return true;
	}
	return false;
}

struct text_lines text_lines_start(const char *text, size_t length)
{
	return (struct text_lines){ .rest = { text, length } };
}
