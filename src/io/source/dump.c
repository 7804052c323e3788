/* SPDX-License-Identifier: BSD-2-Clause */
/* Puts the lines of a dump with offsets together, and refuses any gap. */
#include "dump.h"

#include "base/number.h"

static const char too_many[] = "more bytes than a page may have";
static const char bad_offset[] =
	"an offset that does not follow the one before";
static const char open_repeat[] = "a * with no offset after it";
static const char no_line[] = "a * with nothing to repeat";
static const char bad_repeat[] =
	"a * after a line with several values: one may be missing";
static const char octal_or_not[] =
	"offsets that may be octal, or hexadecimal with a line missing";
static const char within[] = "a line within the dump that does not fit";
static const char beside[] =
	"a line beside the dump that looks like a part of it";
static const char second[] = "a second dump begins here";

enum place {
	BEFORE,
	INSIDE,
	AFTER
};

struct reader {
	struct dump *dump;
	enum place place;
	struct slice offset;	 /* of the first line */
	size_t line_length;	 /* bytes on the line before */
	size_t most;		 /* on any line */
	unsigned int steps;	 /* from a line to the next */
	bool repeat;		 /* a * waits for its offset */
	bool ended;		 /* by an offset without bytes */
	unsigned int last;	 /* the line before, of the dump */
	struct dump_fault after; /* the line that ended it */
	struct dump_fault odd;	 /* a line that resembles one of it */
};

static bool fail_at_line(struct reader *r, unsigned int line,
			 const char *reason)
{
	if (!r->dump->fault.line)
		r->dump->fault = (struct dump_fault){ line, reason };
	return false;
}

/* The value of an offset that is written as the first one is: filled up with
 * zeros to as many digits, or not at all. */
static bool offset_value(const struct reader *r, const struct dump_line *line,
			 uint64_t *value)
{
	struct slice digits = line->offset;
	const char *at = digits.at, *end = digits.at + digits.length;

	if (number_take(&at, end, r->dump->base, value) || at != end)
		return false;
	return r->place == BEFORE || line->prefixed ||
	       digits.length == r->offset.length ||
	       (digits.length > r->offset.length && digits.at[0] != '0');
}

/*
 * Whether the line before a * is of one value, as those of a page's unused part
 * are. Another line is not one that repeats: the one that did was lost.
 */
static bool is_uniform(const struct reader *r)
{
	const uint8_t *line = r->dump->bytes + r->dump->used - r->line_length;

	for (size_t i = 1; i < r->line_length; i++)
		if (line[i] != line[0])
			return false;
	return true;
}

/* Bring the bytes up to an offset: it is reached, or a * says how. */
static const char *reach_offset(struct reader *r, uint64_t offset)
{
	struct dump *dump = r->dump;

	if (!r->repeat)
		return offset == dump->used ? NULL : bad_offset;
	r->repeat = false;
	if (offset <= dump->used)
		return bad_offset;
	/* Only the end may cut a line short. */
	if (!r->ended && (offset - dump->used) % r->line_length)
		return bad_offset;
	if (offset > dump->size)
		return too_many;
	for (; dump->used < offset; dump->used++)
		dump->bytes[dump->used] =
			dump->bytes[dump->used - r->line_length];
	return NULL;
}

/* An offset without bytes is the length; the last word may be filled up with
 * zeros beyond it. */
static const char *end_dump(struct reader *r, uint64_t offset)
{
	struct dump *dump = r->dump;

	r->ended = true;
	while (!r->repeat && dump->used > offset &&
	       dump->used - offset < dump->width &&
	       !dump->bytes[dump->used - 1])
		dump->used--;
	return reach_offset(r, offset);
}

/* The digits that od fills its offsets up to, and hexdump its own. */
#define OD_DIGITS 7
/* Those of xxd, which can be decimal too. */
#define XXD_DIGITS 8

/*
 * Whether a program writes such offsets in this base. It matters where a line
 * was lost: 0 and 20 with 16 bytes between them may be the first two lines in
 * octal, or the first and the third in hex.
 */
static bool allows_base(const struct dump *dump, const struct dump_line *line)
{
	size_t digits = line->offset.length;
	bool grown = line->offset.at[0] != '0';

	if (dump->spelling->offsets == OFFSETS_COLON)
		return dump->base == 16 ||
		       (dump->base == 10 && digits >= XXD_DIGITS);
	if (dump->base != 16)
		return digits == OD_DIGITS || (digits > OD_DIGITS && grown);
	return digits != OD_DIGITS || line->width == 2;
}

static void begin_dump(struct reader *r, const struct dump_line *line,
		       uint64_t offset, unsigned int number)
{
	r->place = INSIDE;
	r->offset = line->offset;
	r->most = line->count;
	r->dump->first = offset;
	r->dump->line = number;
	r->dump->width = line->width;
	r->dump->group = line->group;
	r->dump->characters = line->characters;
}

/* A line with bytes, which were put behind those that there are. */
static bool take_bytes(struct reader *r, const struct dump_line *line,
		       unsigned int number)
{
	struct dump *dump = r->dump;
	const char *reason;
	uint64_t offset;
	bool known = offset_value(r, line, &offset);

	/* Another dump, or the rest of this one after a line that broke it. */
	if (r->place == AFTER)
		return known && !r->ended && offset - dump->first == dump->used
			       ? fail_at_line(r, r->after.line, r->after.reason)
			       : fail_at_line(r, number, second);
	if (!known)
		return fail_at_line(r, number, bad_offset);
	if (r->place == BEFORE && !allows_base(dump, line))
		return fail_at_line(r, number, bad_offset);
	if (r->place == BEFORE)
		begin_dump(r, line, offset, number);
	else if (!r->repeat)
		r->steps++;
	if (offset < dump->first)
		return fail_at_line(r, number, bad_offset);
	if (offset == dump->first && dump->used > r->line_length)
		return fail_at_line(r, number, second);
	offset -= dump->first;
	if (r->repeat && offset > dump->used && offset <= dump->size &&
	    line->count <= dump->size - offset)
		for (size_t i = line->count; i--;)
			dump->bytes[offset + i] = dump->bytes[dump->used + i];
	reason = reach_offset(r, offset);
	if (reason)
		return fail_at_line(r, number, reason);
	if (line->count > dump->size - dump->used)
		return fail_at_line(r, number, too_many);
	if (line->count > r->most)
		return fail_at_line(r, number,
				    "more bytes than on the lines before");
	dump->used += line->count;
	r->line_length = line->count;
	r->last = number;
	return true;
}

static bool take_end(struct reader *r, const struct dump_line *line,
		     unsigned int number)
{
	const char *reason = bad_offset;
	uint64_t offset;

	if (r->place != INSIDE)
		return true;
	r->place = AFTER;
	r->after = (struct dump_fault){ number, within };
	if (offset_value(r, line, &offset) && offset >= r->dump->first)
		reason = end_dump(r, offset - r->dump->first);
	return reason ? fail_at_line(r, number, reason) : true;
}

static bool take_repeat(struct reader *r, unsigned int number)
{
	if (r->place == BEFORE && !r->odd.line)
		r->odd = (struct dump_fault){ number, no_line };
	if (r->place != INSIDE)
		return true;
	if (r->repeat)
		return fail_at_line(r, number, open_repeat);
	if (!is_uniform(r))
		return fail_at_line(r, number, bad_repeat);
	r->repeat = true;
	r->last = number;
	return true;
}

/* Text, or a line that is damaged. */
static bool take_other(struct reader *r, struct slice line, const char *reason,
		       unsigned int number)
{
	bool next = r->place == INSIDE && number == r->last + 1;

	if (r->repeat)
		return fail_at_line(r, number, open_repeat);
	if (r->place == INSIDE) {
		r->place = AFTER;
		r->after =
			(struct dump_fault){ number, reason ? reason : within };
	}
	if (!r->odd.line &&
	    (spelling_resembles(line) || (next && spelling_is_digits(line))))
		r->odd =
			(struct dump_fault){ number, reason ? reason : beside };
	return r->place == AFTER && r->odd.line
		       ? fail_at_line(r, r->odd.line, r->odd.reason)
		       : true;
}

static bool take_line(struct reader *r, struct slice line, unsigned int number)
{
	struct dump *dump = r->dump;
	struct dump_line found;
	size_t width = r->place == BEFORE ? 0 : dump->width;

	switch (spelling_line(dump->spelling, line, width,
			      dump->bytes + dump->used, dump->size - dump->used,
			      &found)) {
	case LINE_BYTES:
		return take_bytes(r, &found, number);
	case LINE_END:
		return take_end(r, &found, number);
	case LINE_REPEAT:
		return take_repeat(r, number);
	case LINE_OTHER:
		break;
	}
	return take_other(r, line, found.reason, number);
}

bool dump_read(struct dump *dump, struct text_lines lines)
{
	struct reader r = { .dump = dump };
	struct slice line;

	while (text_lines_next(&lines, &line)) {
		if (!take_line(&r, line, lines.number))
			return false;
	}
	/* Not a single line is whole; an offset and its colon are no text. */
	if (r.place == BEFORE && r.odd.line && r.odd.reason != beside &&
	    r.odd.reason != no_line && dump->spelling->offsets == OFFSETS_COLON)
		fail_at_line(&r, r.odd.line, r.odd.reason);
	if (r.place == BEFORE)
		return false;
	if (r.repeat)
		return fail_at_line(&r, r.last, open_repeat);
	/* hexdump with a line lost; see allows_base(). */
	if (dump->base == 8 && dump->width == 2 && r.steps < 2)
		return fail_at_line(&r, r.last, octal_or_not);
	return r.odd.line ? fail_at_line(&r, r.odd.line, r.odd.reason) : true;
}
