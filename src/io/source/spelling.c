/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of spellings, and the reader of a line of each. */
#include "spelling.h"

#include "base/hex.h"
#include "base/number.h"
#include "byte_list.h"

/* clang-format off */
/*
 * Each is tried on the whole text, and only one may fit; see hextext.c.
 *
 * To add one: its row here; if its lines differ from all of these, a reader of
 * them; in test_hextext.c what it reads and what it refuses; in
 * tests/spellings/spell.py a tool that prints it; man/vmclockctl.1, SOURCE.
 */
const struct spelling spellings[] = {
	{ "xxd, tcpdump -xx, a kernel's log",	OFFSETS_COLON, GROUPS_BYTES },
	{ "xxd -e, crash's rd, U-Boot's md",	OFFSETS_COLON, GROUPS_WORDS },
	{ "QEMU's xp, gdb's x",			OFFSETS_COLON, GROUPS_PREFIXED },
	{ "hexdump -C, od -tx1, Wireshark",	OFFSETS_BARE,  GROUPS_SINGLE },
	{ "hexdump, hexdump -x, od -x",		OFFSETS_BARE,  GROUPS_WORDS },
	{ "xxd -p, openssl, hex digits",	OFFSETS_NONE,  GROUPS_BYTES },
	{ "xxd -i, an array in C or Rust",	OFFSETS_NONE,  GROUPS_HEX_ARRAY },
	{ "a list in Python or JSON",		OFFSETS_NONE,  GROUPS_DECIMAL_ARRAY },
	{ "Rust's {:02x?}",			OFFSETS_NONE,  GROUPS_DIGIT_ARRAY },
	{ "bytes in Python, a string in C",	OFFSETS_NONE,  GROUPS_STRING },
};
/* clang-format on */

const unsigned int spelling_count = sizeof(spellings) / sizeof(*spellings);

/* Of an offset: fewer are no offset, more do not fit 64 bits. */
#define DIGITS_MIN 4
#define DIGITS_MAX 16

static const char odd_digits[] = "an odd number of hex digits";
static const char no_digit[] = "a character that is not a hex digit";
static const char bad_width[] = "a group whose width differs from the first";
static const char not_all_digits[] = "a value without all its digits";

static bool is_hex(struct slice slice)
{
	for (size_t i = 0; i < slice.length; i++)
		if (hex_digit(slice.at[i]) < 0)
			return false;
	return true;
}

/* QEMU and gdb write 0x before a number. */
static bool take_prefix(struct slice *slice)
{
	if (!slice_begins(*slice, "0x"))
		return false;
	*slice = slice_skip(*slice, 2);
	return true;
}

/* The digits at the front of a line. */
static struct slice take_digits(struct slice *line)
{
	struct slice digits = { line->at, 0 };

	while (digits.length < line->length &&
	       hex_digit(line->at[digits.length]) >= 0)
		digits.length++;
	*line = slice_skip(*line, digits.length);
	return digits;
}

/* gdb names what lies at the address: <page+16>. */
static void skip_symbol(struct slice *line)
{
	struct slice rest = slice_trim(*line);

	if (!rest.length || rest.at[0] != '<')
		return;
	for (size_t i = 1; i < rest.length; i++) {
		if (rest.at[i] == '>') {
			*line = slice_skip(rest, i + 1);
			return;
		}
	}
}

/* Take the offset from the front of a line, and leave the groups. */
static bool take_offset(const struct spelling *spelling, struct slice *line,
			struct dump_line *found)
{
	struct slice rest = *line;

	found->prefixed = take_prefix(&rest);
	found->offset = take_digits(&rest);
	if (found->offset.length > DIGITS_MAX || !found->offset.length ||
	    (!found->prefixed && found->offset.length < DIGITS_MIN))
		return false;
	if (spelling->offsets == OFFSETS_COLON) {
		skip_symbol(&rest);
		if (!rest.length || rest.at[0] != ':')
			return false;
		rest = slice_skip(rest, 1);
	}
	if (rest.length && !is_blank(rest.at[0]))
		return false;
	*line = rest;
	return true;
}

/* Bytes that a group of so many digits stands for may have this width. */
static bool is_width(size_t width)
{
	return width == 1 || width == 2 || width == 4 || width == 8;
}

static void put_bytes(struct slice digits, bool words, uint8_t *bytes,
		      size_t room, struct dump_line *found)
{
	size_t count = digits.length / 2;

	if (!found->group)
		found->group = digits.length;
	for (size_t i = 0; i < count; i++) {
		const char *pair = digits.at + 2 * (words ? count - 1 - i : i);

		if (found->count < room)
			bytes[found->count] =
				(uint8_t)(hex_digit(pair[0]) << 4 |
					  hex_digit(pair[1]));
		found->count++;
	}
}

/* Why a group of digits cannot be one of this spelling's, or NULL. */
static const char *check_group(enum groups groups, struct slice group,
			       size_t width)
{
	if (!is_hex(group))
		return no_digit;
	if (group.length % 2)
		return groups == GROUPS_PREFIXED ? not_all_digits : odd_digits;
	if (groups == GROUPS_SINGLE && group.length != 2)
		return bad_width;
	if (groups == GROUPS_WORDS && group.length < 4)
		return bad_width;
	if (groups == GROUPS_WORDS || groups == GROUPS_PREFIXED) {
		if (!is_width(group.length / 2))
			return groups == GROUPS_PREFIXED ? not_all_digits
							 : bad_width;
		if (width && width != group.length / 2)
			return bad_width;
	}
	return NULL;
}

/*
 * Whether the rest of a line, `blanks` of which were skipped before it, is the
 * column of characters: after a mark of its own or two blanks, and then no
 * longer than there are bytes.
 */
static bool is_characters(const struct spelling *spelling, struct slice rest,
			  size_t blanks, size_t count)
{
	if (spelling->offsets == OFFSETS_BARE && blanks &&
	    (rest.at[0] == '|' || rest.at[0] == '>'))
		return rest.length <= count + 2;
	return (spelling->groups == GROUPS_SINGLE ||
		(spelling->offsets == OFFSETS_COLON &&
		 spelling->groups != GROUPS_PREFIXED)) &&
	       blanks >= 2 && count && rest.length <= count;
}

static bool is_group_next(const struct spelling *spelling, struct slice rest,
			  size_t width)
{
	struct slice group;

	return slice_take_word(&rest, &group) &&
	       !check_group(spelling->groups, group, width);
}

static size_t count_blanks(struct slice slice)
{
	size_t blanks = 0;

	while (blanks < slice.length && is_blank(slice.at[blanks]))
		blanks++;
	return blanks;
}

/* The groups of a line, and its characters. Returns NULL, or what is wrong. */
static const char *take_groups(const struct spelling *spelling,
			       struct slice rest, size_t width, uint8_t *bytes,
			       size_t room, struct dump_line *found)
{
	bool words = spelling->groups != GROUPS_BYTES;

	while (rest.length) {
		size_t blanks = count_blanks(rest);
		/* hexdump -C has two blanks within its bytes; xxd and crash two
		 * before their characters. */
		size_t gap = spelling->offsets == OFFSETS_BARE ? 3 : 2;
		struct slice group;
		const char *reason;

		rest = slice_skip(rest, blanks);
		if (!rest.length)
			break;
		if ((blanks >= gap || !is_group_next(spelling, rest, width)) &&
		    is_characters(spelling, rest, blanks, found->count)) {
			found->characters = rest;
			break;
		}
		slice_take_word(&rest, &group);
		if (spelling->groups == GROUPS_PREFIXED && !take_prefix(&group))
			return no_digit;
		reason = check_group(spelling->groups, group, width);
		if (reason)
			return reason;
		if (words)
			width = group.length / 2;
		put_bytes(group, words, bytes, room, found);
	}
	found->width = words ? width : 0;
	return NULL;
}

/* Digits alone, or two by two with colons between. */
static const char *take_plain(struct slice line, uint8_t *bytes, size_t room,
			      struct dump_line *found)
{
	struct slice group;

	while (slice_take_word(&line, &group)) {
		bool colons = group.length > 2 && group.at[2] == ':';

		while (colons && group.length > 2) {
			struct slice pair = { group.at, 2 };

			if (group.at[2] != ':' || !is_hex(pair))
				return no_digit;
			put_bytes(pair, false, bytes, room, found);
			group = slice_skip(group, 3);
		}
		if (!is_hex(group))
			return no_digit;
		if (group.length % 2)
			return odd_digits;
		put_bytes(group, false, bytes, room, found);
	}
	return NULL;
}

/* crash, U-Boot and xxd -e write words without a mark; their column of
 * characters tells that they are. */
static bool says_words(const struct dump_line *found, size_t width)
{
	return width || slice_begins(found->characters, "VCLK");
}

static enum line_kind read_offset_line(const struct spelling *spelling,
				       struct slice line, size_t width,
				       uint8_t *bytes, size_t room,
				       struct dump_line *found)
{
	if (line.length == 1 && line.at[0] == '*')
		return LINE_REPEAT;
	if (!take_offset(spelling, &line, found))
		return LINE_OTHER;
	if (!slice_trim(line).length)
		return spelling->offsets == OFFSETS_BARE ? LINE_END
							 : LINE_OTHER;
	/* The blanks after the offset are not those before characters. */
	line = slice_trim(line);
	found->reason = take_groups(spelling, line, width, bytes, room, found);
	if (found->reason || !found->count)
		return LINE_OTHER;
	if (spelling->offsets == OFFSETS_COLON &&
	    spelling->groups == GROUPS_WORDS && !says_words(found, width))
		return LINE_OTHER;
	return LINE_BYTES;
}

enum line_kind spelling_line(const struct spelling *spelling, struct slice line,
			     size_t width, uint8_t *bytes, size_t room,
			     struct dump_line *found)
{
	*found = (struct dump_line){ .comma = true };
	if (spelling->offsets != OFFSETS_NONE)
		return read_offset_line(spelling, line, width, bytes, room,
					found);
	if (line.length == 1 && line.at[0] == '*')
		return LINE_REPEAT;
	if (spelling->groups == GROUPS_BYTES)
		found->reason = take_plain(line, bytes, room, found);
	else
		found->reason = byte_list_line(spelling->groups, line, bytes,
					       room, found);
	return found->reason || !found->count ? LINE_OTHER : LINE_BYTES;
}

/* A group as it may stand in any spelling, damaged or not. */
static bool is_like_group(struct slice word)
{
	bool digit = false;

	take_prefix(&word);
	while (word.length && (word.at[word.length - 1] == ':' ||
			       word.at[word.length - 1] == ','))
		word.length--;
	for (size_t i = 0; i < word.length; i++)
		digit |= is_decimal_digit(word.at[i]);
	return word.length && is_hex(word) && digit;
}

/* 00 01 02 and so on, above the columns. */
static bool is_heading(struct slice line)
{
	struct slice word;
	unsigned int column = 0;

	while (slice_take_word(&line, &word)) {
		uint8_t value = 0;

		if (word.length != 2 || !hex_bytes(word.at, 1, &value) ||
		    value != column++)
			return false;
	}
	return column >= 8;
}

bool spelling_resembles(struct slice line)
{
	struct slice rest = line, word;
	size_t leading = 0, first = 0;
	bool colon = false;

	while (leading < 3 && slice_take_word(&rest, &word) &&
	       is_like_group(word)) {
		if (!leading++) {
			first = word.length;
			colon = word.at[word.length - 1] == ':';
		}
		skip_symbol(&rest);
	}
	if (leading >= 3)
		return !is_heading(line);
	return (leading == 2 && first >= DIGITS_MIN) ||
	       (leading == 1 && colon && first > 6);
}

bool spelling_is_digits(struct slice line)
{
	return is_like_group(line) && line.at[line.length - 1] != ':';
}
