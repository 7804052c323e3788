/* SPDX-License-Identifier: BSD-2-Clause */
/* Slices of a text, and its lines one by one. */
#include "text_lines.h"

#include <limits.h>
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

/* Take `most` marks of a quotation at most from a line. How many there were. */
static unsigned int take_quotes(struct slice *line, unsigned int most)
{
	unsigned int count;

	for (count = 0; count < most && line->length && line->at[0] == '>';
	     count++)
		*line = slice_trim(slice_skip(*line, 1));
	return count;
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
		take_quotes(line, lines->quotes);
		if (!line->length)
			continue;
		lines->number = number;
		return true;
	}
	return false;
}

/* How many marks of a quotation every line of some text has. */
static unsigned int count_quotes(struct text_lines lines)
{
	unsigned int quotes = 0, count;
	bool first = true;
	struct slice line;

	while (text_lines_next(&lines, &line)) {
		count = take_quotes(&line, UINT_MAX);
		if (!line.length)
			continue;
		if (!count || (!first && count != quotes))
			return 0;
		quotes = count;
		first = false;
	}
	return quotes;
}

struct text_lines text_lines_start(const char *text, size_t length)
{
	struct text_lines lines = { .rest = { text, length } };

	lines.quotes = count_quotes(lines);
	return lines;
}
