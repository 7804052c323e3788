/* SPDX-License-Identifier: BSD-2-Clause */
/* A table of spellings, tried in turn against the lines of a text. */
#include "hextext.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/hex.h"
#include "base/number.h"
#include "base/printable.h"
#include "text_lines.h"

/*
 * Where several fit the first line, the offsets of the later lines decide:
 * the first spelling that fits them all is taken.
 *
 * To add one: its row here, before any that fits its first line too; in
 * test_hextext.c what it reads and what it refuses; in tests/fuzz/hextext.c a
 * printer of it if no program prints it; man/vmclockctl.1, SOURCE. A spelling
 * whose lines are not offset, groups, text needs more than a row.
 */
static const struct spelling {
	size_t digits; /* of an offset, at least; 0: there are none */
	unsigned int base;
	bool colon; /* after the offset */
	/* Bytes of a group, which are swapped if there are several. 0: groups
	 * of any length, bytes in order. */
	size_t width_min, width_max;
} spellings[] = {
	{ 8, 16, true, 0, 0 },	/* xxd; gdb, with 0x before each number */
	{ 7, 16, true, 0, 0 },	/* xxd before 2014 */
	{ 16, 16, true, 0, 0 }, /* QEMU's xp, with 0x before each byte */
	{ 8, 16, false, 1, 1 }, /* hexdump -C */
	{ 7, 16, false, 2, 2 }, /* hexdump */
	{ 7, 8, false, 1, 2 },	/* od */
	{ 6, 16, false, 1, 2 }, /* od -A x */
	{ 0, 16, false, 0, 0 }, /* plain digits, if nothing else fits */
};

/* Plain digits with one other character in so many are still damaged hex. */
#define DIGITS_PER_OTHER 8

/* Of an offset: what 64 bits hold. */
#define DIGITS_MAX 16

static const char too_many[] = "more bytes than a page may have";
static const char bad_offset[] =
	"an offset that does not follow the one before";
static const char open_repeat[] = "a * with no offset after it";
static const char no_digit[] = "a character that is not a hex digit";
static const char no_offset[] = "a line without an offset";
static const char more_text[] = "more text after the last offset";
static const char bad_width[] = "a group whose width differs from the first";
static const char of_words[] = "the digits of words, not of bytes";

struct dump {
	const struct spelling *spelling;
	uint8_t *bytes;
	size_t size;
	bool based; /* an offset was met; the first is the base */
	uint64_t base;
	size_t used;	    /* of the bytes */
	size_t width;	    /* of every group; 0: any */
	size_t line_length; /* bytes on the last line that had some */
	bool repeat;	    /* a * waits for its offset */
	bool ended;	    /* an offset without bytes was met */
};

static bool all_digits(struct slice slice)
{
	for (size_t i = 0; i < slice.length; i++)
		if (hex_digit(slice.at[i]) < 0)
			return false;
	return true;
}

/* QEMU and gdb write 0x before a number. */
static bool take_prefix(struct slice *slice)
{
	if (slice->length < 2 || slice->at[0] != '0' || slice->at[1] != 'x')
		return false;
	*slice = slice_skip(*slice, 2);
	return true;
}

/*
 * Does the line begin with the magic in a little-endian word of 4 or 8 bytes,
 * after an offset or not? The same digits could be those of a page's bytes of
 * the other byte order, but the two cannot be told apart.
 */
static bool is_of_words(struct slice line)
{
	static const char magic[] = "4b4c4356";
	const size_t digits = sizeof(magic) - 1;
	struct slice group;

	for (int i = 0; i < 2 && slice_take_word(&line, &group); i++) {
		take_prefix(&group);
		if ((group.length == digits || group.length == 2 * digits) &&
		    all_digits(group) &&
		    strncasecmp(group.at + group.length - digits, magic,
				digits) == 0)
			return true;
	}
	return false;
}

/* Append a group of digits. Returns NULL, or why it cannot be. */
static const char *put_group(struct dump *dump, struct slice group)
{
	bool prefix = dump->spelling->colon && take_prefix(&group);
	size_t count = group.length / 2;
	bool swapped = dump->width > 1;

	if (!all_digits(group))
		return no_digit;
	if (group.length % 2)
		return "an odd number of hex digits";
	if (prefix && count != 1)
		return of_words;
	if (dump->width && count != dump->width)
		return bad_width;
	if (count > dump->size - dump->used)
		return too_many;
	for (size_t i = 0; i < count; i++) {
		const char *pair = group.at + 2 * (swapped ? count - 1 - i : i);

		dump->bytes[dump->used++] =
			(uint8_t)(hex_digit(pair[0]) << 4 | hex_digit(pair[1]));
	}
	return NULL;
}

/* Take the offset from the front of a line. */
static bool take_offset(const struct spelling *spelling, struct slice *line,
			uint64_t *offset)
{
	bool prefix = spelling->colon && take_prefix(line);
	const char *at = line->at;
	size_t count;

	if (number_take(&at, line->at + line->length, spelling->base, offset))
		return false;
	count = (size_t)(at - line->at);
	/* None is filled up to more digits than those of the spelling. */
	if (count > DIGITS_MAX ||
	    (!prefix && count != spelling->digits &&
	     (count < spelling->digits || line->at[0] == '0')))
		return false;
	*line = slice_skip(*line, count);
	if (spelling->colon) {
		if (!line->length || line->at[0] != ':')
			return false;
		*line = slice_skip(*line, 1);
	}
	return !line->length || is_blank(line->at[0]);
}

/* Without the column of characters, which may look like anything. */
static struct slice cut_characters(const struct spelling *spelling,
				   struct slice line)
{
	line = slice_trim(line);
	for (size_t i = 0; i < line.length; i++) {
		char c = line.at[i];

		/* hexdump -C and od's z begin it with a mark of their own. */
		if (spelling->colon
			    ? i && is_blank(c) && is_blank(line.at[i - 1])
			    : c == '|' || c == '>')
			line.length = i;
	}
	return line;
}

/*
 * Can the text that begins with this line have the spelling? Plain digits in
 * columns may look like it: `bare` says that the text has nothing but digits.
 * Else an offset of zeros is enough; any other may be a number at the beginning
 * of some text, and needs digits after it. Sets the width of the groups.
 */
static bool fits_line(struct dump *dump, struct slice line, bool bare)
{
	const struct spelling *spelling = dump->spelling;
	bool colon = spelling->colon, fits;
	struct slice group;
	uint64_t offset;
	size_t count;

	if (!take_offset(spelling, &line, &offset))
		return false;
	dump->width = spelling->width_min;
	line = cut_characters(spelling, line);
	/* od of nothing; no page begins so. */
	if (!slice_take_word(&line, &group))
		return offset == 0 && (colon || spelling->digits % 2);
	if (colon)
		take_prefix(&group);
	count = group.length / 2;
	fits = all_digits(group) && group.length % 2 == 0 &&
	       (colon ||
		(count >= spelling->width_min && count <= spelling->width_max));
	if (fits && !colon)
		dump->width = count;
	if (offset == 0)
		return fits || colon || !bare || group.length % 2;
	while (fits && !colon && slice_take_word(&line, &group))
		fits = all_digits(group);
	return fits;
}

/* Bring the bytes up to an offset: it is reached, or a * says how. */
static const char *reach_offset(struct dump *dump, uint64_t offset)
{
	if (!dump->repeat)
		return offset == dump->used ? NULL : bad_offset;
	dump->repeat = false;
	if (offset <= dump->used)
		return bad_offset;
	/* Only the end may cut a line short. */
	if (!dump->ended && (offset - dump->used) % dump->line_length)
		return bad_offset;
	if (offset > dump->size)
		return too_many;
	for (; dump->used < offset; dump->used++)
		dump->bytes[dump->used] =
			dump->bytes[dump->used - dump->line_length];
	return NULL;
}

/* An offset without bytes is the length, one less where a word was filled up.
 */
static const char *end_dump(struct dump *dump, uint64_t offset)
{
	dump->ended = true;
	if (dump->spelling->colon)
		return "an offset without bytes";
	if (dump->width == 2 && offset + 1 == dump->used &&
	    !dump->bytes[offset])
		dump->used = (size_t)offset;
	return reach_offset(dump, offset);
}

static const char *put_groups(struct dump *dump, struct slice line)
{
	const char *reason = NULL;
	struct slice group;

	while (!reason && slice_take_word(&line, &group))
		reason = put_group(dump, group);
	return reason;
}

static const char *parse_line(struct dump *dump, struct slice line)
{
	const char *reason;
	uint64_t offset;

	if (!dump->spelling->digits)
		return put_groups(dump, line);
	if (dump->ended)
		return more_text;
	if (line.length == 1 && line.at[0] == '*') {
		if (dump->repeat)
			return open_repeat;
		dump->repeat = true;
		return dump->line_length ? NULL : "a * with nothing to repeat";
	}
	if (!take_offset(dump->spelling, &line, &offset))
		return no_offset;
	if (!dump->based)
		dump->base = offset;
	dump->based = true;
	if (offset < dump->base)
		return bad_offset;
	offset -= dump->base;
	line = cut_characters(dump->spelling, line);
	if (!line.length)
		return end_dump(dump, offset);
	reason = reach_offset(dump, offset);
	if (reason)
		return reason;
	reason = put_groups(dump, line);
	dump->line_length = dump->used - (size_t)offset;
	return reason;
}

static const char *parse_lines(struct dump *dump, struct text_lines *lines)
{
	const char *reason = NULL;
	struct slice line;

	while (!reason && text_lines_next(lines, &line))
		reason = parse_line(dump, line);
	return !reason && dump->repeat ? open_repeat : reason;
}

static void count_characters(struct text_lines lines, size_t *digits,
			     size_t *others)
{
	struct slice line;

	*digits = *others = 0;
	while (text_lines_next(&lines, &line)) {
		for (size_t i = 0; i < line.length; i++) {
			if (hex_digit(line.at[i]) >= 0)
				++*digits;
			else if (!is_blank(line.at[i]))
				++*others;
		}
	}
}

/* What the user can do, or NULL. */
static const char *find_hint(const char *reason)
{
	if (reason == of_words || reason == bad_width)
		return "dump bytes: xxd without -e, hexdump -C or od -tx1";
	if (reason == no_offset || reason == more_text || reason == no_digit)
		return "remove any text before the dump or its lines, and after it";
	return NULL;
}

static enum hextext report_damage(struct hextext_fault *fault,
				  unsigned int line, const char *reason)
{
	*fault = (struct hextext_fault){ line, reason, find_hint(reason) };
	return HEXTEXT_DAMAGED;
}

enum hextext hextext_parse(const char *text, size_t length, uint8_t *bytes,
			   size_t size, size_t *used,
			   struct hextext_fault *fault)
{
	struct text_lines start = text_lines_start(text, length);
	struct text_lines lines = start;
	const char *worst = NULL;
	unsigned int worst_line = 0;
	size_t digits, others;
	struct slice first, second = { text, 0 };

	*used = 0;
	count_characters(start, &digits, &others);
	if (!digits || !text_lines_next(&lines, &first))
		return HEXTEXT_NO;
	if (is_of_words(first))
		return report_damage(fault, lines.number, of_words);
	text_lines_next(&lines, &second);
	for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++) {
		struct dump dump = { .spelling = &spellings[i],
				     .bytes = bytes,
				     .size = size };
		const char *reason;

		if (dump.spelling->digits) {
			/* The second line decides where the first is broken. */
			if (!fits_line(&dump, first, !others) &&
			    !fits_line(&dump, second, !others))
				continue;
		} else if (worst || others > digits / DIGITS_PER_OTHER) {
			break;
		}
		lines = start;
		reason = parse_lines(&dump, &lines);
		if (!reason) {
			*used = dump.used;
			return HEXTEXT_OK;
		}
		/* The spelling that went furthest is the one meant. */
		if (lines.number > worst_line) {
			worst_line = lines.number;
			worst = reason;
		}
	}
	return worst ? report_damage(fault, worst_line, worst) : HEXTEXT_NO;
}

static void print_line(FILE *stream, const uint8_t *bytes, size_t offset,
		       size_t count)
{
	fprintf(stream, "%08zx ", offset);
	for (size_t i = 0; i < 16; i++) {
		if (i % 8 == 0)
			fputc(' ', stream);
		if (i < count)
			fprintf(stream, "%02x ", bytes[i]);
		else
			fputs("   ", stream);
	}
	fputs(" |", stream);
	for (size_t i = 0; i < count; i++)
		fputc(is_printable_ascii(bytes[i]) ? bytes[i] : '.', stream);
	fputs("|\n", stream);
}

void hextext_print(FILE *stream, const uint8_t *bytes, size_t length)
{
	bool repeating = false;

	for (size_t offset = 0; offset < length; offset += 16) {
		size_t count = length - offset < 16 ? length - offset : 16;

		if (offset && length - offset >= 16 &&
		    memcmp(bytes + offset, bytes + offset - 16, 16) == 0) {
			if (!repeating)
				fputs("*\n", stream);
			repeating = true;
			continue;
		}
		repeating = false;
		print_line(stream, bytes + offset, offset, count);
	}
	if (length)
		fprintf(stream, "%08zx\n", length);
}
