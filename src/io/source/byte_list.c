/* SPDX-License-Identifier: BSD-2-Clause */
/* Elements of an array and characters of a string, as bytes. */
#include "byte_list.h"

#include <string.h>

#include "base/hex.h"
#include "base/number.h"
#include "base/printable.h"

static const char no_element[] = "no element between two commas";
static const char no_list[] = "neither an element nor a comma";
static const char not_all_digits[] = "a value without all its digits";
static const char no_escape[] = "an escape that stands for no byte";

static void put_byte(uint8_t byte, uint8_t *bytes, size_t room,
		     struct dump_line *found)
{
	if (found->count < room)
		bytes[found->count] = byte;
	found->count++;
}

static bool is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

/* Without the comments of C, which may count the elements. */
static struct slice cut_comments(struct slice line)
{
	line = slice_trim(line);
	if (slice_begins(line, "/*")) {
		for (size_t i = 2; i + 1 < line.length; i++) {
			if (line.at[i] == '*' && line.at[i + 1] == '/')
				return cut_comments(slice_skip(line, i + 2));
		}
	}
	for (size_t i = 0; i + 1 < line.length; i++) {
		if (line.at[i] == '/' &&
		    (line.at[i + 1] == '/' || line.at[i + 1] == '*')) {
			line.length = i;
			break;
		}
		if (line.at[i] == '#') {
			line.length = i;
			break;
		}
	}
	return slice_trim(line);
}

/* What opens the array, up to the last bracket before its elements. */
static struct slice cut_opening(struct slice line)
{
	size_t from = 0;

	for (size_t i = 0; i < line.length; i++) {
		if (is_one_of(line.at[i], "{[("))
			from = i + 1;
	}
	return slice_trim(slice_skip(line, from));
}

static void cut_closing(struct slice *line)
{
	while (line->length && (is_one_of(line->at[line->length - 1], "}]);") ||
				is_blank(line->at[line->length - 1])))
		line->length--;
}

/* The digits of one element, and its value. */
static const char *take_element(enum groups groups, struct slice element,
				uint8_t *value)
{
	const char *at = element.at, *end = element.at + element.length;
	unsigned int base = groups == GROUPS_DECIMAL_ARRAY ? 10 : 16;
	uint64_t number;
	size_t digits;

	if (groups == GROUPS_HEX_ARRAY) {
		if (!slice_begins(element, "0x") &&
		    !slice_begins(element, "0X"))
			return no_list;
		at += 2;
	}
	digits = (size_t)(end - at);
	/* Rust may name the type of an element. */
	if (digits > 2 && at[digits - 2] == 'u' && at[digits - 1] == '8') {
		end -= 2;
		digits -= 2;
	}
	if (number_take(&at, end, base, &number) || at != end)
		return no_list;
	if (base == 16 ? digits != 2 : digits > 3 || number > 255)
		return not_all_digits;
	if (base == 10 && digits > 1 && end[-(ptrdiff_t)digits] == '0')
		return not_all_digits;
	*value = (uint8_t)number;
	return NULL;
}

static const char *take_array(enum groups groups, struct slice line,
			      uint8_t *bytes, size_t room,
			      struct dump_line *found)
{
	line = cut_opening(cut_comments(line));
	cut_closing(&line);
	while (line.length) {
		struct slice element = { line.at, 0 };
		const char *reason;
		uint8_t value = 0;

		while (element.length < line.length &&
		       line.at[element.length] != ',')
			element.length++;
		line = slice_skip(line, element.length);
		found->comma = line.length > 0;
		if (line.length)
			line = slice_trim(slice_skip(line, 1));
		element = slice_trim(element);
		if (!element.length)
			return no_element;
		reason = take_element(groups, element, &value);
		if (reason)
			return reason;
		put_byte(value, bytes, room, found);
	}
	return found->count ? NULL : no_list;
}

/* The character that a backslash and this one stand for; '\0': none. */
static char unescape(char c)
{
	static const char names[] = "tnr\\'\"", values[] = "\t\n\r\\'\"";
	const char *name = c ? strchr(names, c) : NULL;

	if (!name)
		return '\0';
	return values[name - names];
}

/* A character of a string; *at is left behind it. */
static const char *take_character(const char **at, const char *end,
				  uint8_t *value)
{
	size_t left = (size_t)(end - *at);

	*value = (uint8_t) * (*at)++;
	if (*value != '\\')
		return is_printable_ascii(*value) ? NULL : no_escape;
	if (left >= 4 && (*at)[0] == 'x') {
		if (!hex_bytes(*at + 1, 1, value))
			return not_all_digits;
		*at += 3;
		return NULL;
	}
	if (left < 2 || !unescape(**at))
		return no_escape;
	*value = (uint8_t)unescape(*(*at)++);
	return NULL;
}

/* The first string of a line, with what closes the expression after it. */
static const char *take_string(struct slice line, uint8_t *bytes, size_t room,
			       struct dump_line *found)
{
	const char *at = line.at, *end = line.at + line.length;
	bool escapes = false;
	char quote;

	while (at < end && *at != '"' && *at != '\'')
		at++;
	if (at == end)
		return no_list;
	for (quote = *at++; at < end && *at != quote;) {
		const char *reason;
		uint8_t value = 0;

		escapes |= end - at > 1 && at[0] == '\\' && at[1] == 'x';
		reason = take_character(&at, end, &value);
		if (reason)
			return reason;
		put_byte(value, bytes, room, found);
	}
	if (at == end || !escapes)
		return no_list;
	for (at++; at < end; at++) {
		if (!is_blank(*at) && !is_one_of(*at, "\\)]};,+"))
			return no_list;
	}
	return NULL;
}

const char *byte_list_line(enum groups groups, struct slice line,
			   uint8_t *bytes, size_t room, struct dump_line *found)
{
	return groups == GROUPS_STRING
		       ? take_string(line, bytes, room, found)
		       : take_array(groups, line, bytes, room, found);
}
