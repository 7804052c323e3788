/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Puts the lines of a dump without offsets together. Nothing on a line says
 * where it belongs, so what is taken has the length that a page may have, and
 * with one line more or less would not.
 */
#include "dump.h"

#include <string.h>

#include "base/bytes.h"
#include "page/page.h"

/* Digits in a row that are a dump rather than words of a text. */
#define DIGITS_OF_DUMP 16

/* So many lines are compared with each other. */
#define LINES_COMPARED 64

static const char shorter[] = "fewer bytes than on the lines before";
static const char longer[] = "more bytes than on the lines before";
static const char star[] = "a * cannot be expanded without offsets";
static const char too_many[] = "more bytes than a page may have";
static const char no_comma[] = "a line of an array without a comma at its end";
static const char beside[] =
	"a line beside the dump that looks like a part of it";
static const char too_few[] = "fewer bytes than the fields of a page";
static const char not_closed[] = "an array that is not closed: it was cut";
static const char bad_total[] =
	"more bytes than the fields, but not as many as `size` says";

/* Lines of the spelling in a row. */
struct run {
	unsigned int first, last; /* the lines */
	size_t lines;
	size_t used;   /* bytes in it, some of which may have had no room */
	size_t width;  /* bytes of its first line */
	size_t before; /* of the line before */
	size_t group;  /* digits of its first group */
	bool comma;
	struct dump_fault fault;
};

static void note_fault(struct dump_fault *fault, unsigned int line,
		       const char *reason)
{
	if (!fault->line)
		*fault = (struct dump_fault){ line, reason };
}

static bool is_array(const struct spelling *spelling)
{
	return spelling->groups == GROUPS_HEX_ARRAY ||
	       spelling->groups == GROUPS_DECIMAL_ARRAY ||
	       spelling->groups == GROUPS_DIGIT_ARRAY;
}

static void add_line(struct dump *dump, struct run *run,
		     const struct dump_line *found, unsigned int number)
{
	if (!run->lines++) {
		run->first = number;
		run->width = found->count;
		run->group = found->group;
	} else {
		if (run->before != run->width)
			note_fault(&run->fault, run->last, shorter);
		if (found->count > run->width)
			note_fault(&run->fault, number, longer);
		if (is_array(dump->spelling) && !run->comma)
			note_fault(&run->fault, run->last, no_comma);
	}
	run->used += found->count;
	run->before = found->count;
	run->comma = found->comma;
	run->last = number;
	if (run->used > dump->size)
		note_fault(&run->fault, number, too_many);
}

/* Digits of words begin otherwise; they are refused for what they are. */
static bool begins_as_page(const struct dump *dump, size_t used)
{
	static const char *const magics[] = { "VCLK", "KLCV", "CVKL" };

	for (size_t i = 0; i < sizeof(magics) / sizeof(*magics); i++) {
		if (used >= 8 && dump->size >= 8 &&
		    (memcmp(dump->bytes, magics[i], 4) == 0 ||
		     memcmp(dump->bytes + 4, magics[i], 4) == 0))
			return true;
	}
	return false;
}

static bool has_equal_lines(const uint8_t *bytes, const struct run *run)
{
	if (run->lines > LINES_COMPARED)
		return true;
	for (size_t i = 1; i * run->width + run->before <= run->used; i++) {
		size_t length = (i + 1) * run->width <= run->used ? run->width
								  : run->before;

		for (size_t j = 0; j < i; j++) {
			if (memcmp(bytes + i * run->width,
				   bytes + j * run->width, length) == 0)
				return true;
		}
	}
	return false;
}

/*
 * Whether a dump has the length of a page. If it covers today's fields with no
 * line to spare, one that was lost would leave too few, and one that is there
 * twice too many; the same holds if it is as long as `size` says. Else no two
 * lines may be the same.
 */
static const char *check_total(const struct dump *dump, const struct run *run)
{
	uint64_t size = run->used < 8 ? 0 : load_le(dump->bytes + 4, 4);

	/* That of RFC v3 has 16 bits, with the version after it. */
	if ((size && run->used == size) ||
	    (size >> 16 == PAGE_VERSION && run->used == (size & 0xffff)))
		return NULL;
	if (run->used < DUMP_PAGE_MIN)
		return too_few;
	/* A byte that was lost shows in no line's length. */
	if ((run->lines == 1 || dump->spelling->groups == GROUPS_STRING) &&
	    run->used % 8)
		return bad_total;
	if (run->used - run->width < DUMP_PAGE_MIN ||
	    !has_equal_lines(dump->bytes, run))
		return NULL;
	return bad_total;
}

/* Whether more brackets are opened in the text than closed: then the last
 * number may have lost its end. */
static bool is_cut_array(const struct dump *dump, struct text_lines lines)
{
	struct slice line;
	long depth = 0;

	if (!is_array(dump->spelling))
		return false;
	while (text_lines_next(&lines, &line)) {
		for (size_t i = 0; i < line.length; i++) {
			char c = line.at[i];

			depth += c == '{' || c == '[';
			depth -= c == '}' || c == ']';
		}
	}
	return depth > 0;
}

struct plain_reader {
	struct dump *dump;
	struct run run;
	struct run found; /* the run that is the dump */
	struct dump_fault odd;
};

/* The run is over: it is the dump, or words of the text. */
static void end_run(struct plain_reader *p)
{
	struct dump *dump = p->dump;
	struct run run = p->run;

	p->run = (struct run){ 0 };
	if (!run.lines)
		return;
	if (!p->found.lines && begins_as_page(dump, run.used)) {
		p->found = run;
		dump->line = run.first;
		dump->used = run.used < dump->size ? run.used : dump->size;
		dump->group = run.group;
	} else if (run.used >= DIGITS_OF_DUMP) {
		note_fault(&p->odd, run.first, beside);
	}
}

static void take_line(struct plain_reader *p, struct slice line,
		      unsigned int number)
{
	struct dump *dump = p->dump;
	size_t used = dump->used + p->run.used;
	struct dump_line found;
	bool next;

	if (used > dump->size)
		used = dump->size;
	switch (spelling_line(dump->spelling, line, 0, dump->bytes + used,
			      dump->size - used, &found)) {
	case LINE_BYTES:
		add_line(dump, &p->run, &found, number);
		return;
	case LINE_REPEAT:
		if (p->run.lines)
			note_fault(&p->run.fault, number, star);
		return;
	default:
		break;
	}
	next = p->run.lines && p->run.last + 1 == number;
	end_run(p);
	if (spelling_resembles(line) || (next && spelling_is_digits(line)))
		note_fault(&p->odd, number,
			   found.reason ? found.reason : beside);
}

bool dump_read_plain(struct dump *dump, struct text_lines lines)
{
	struct plain_reader p = { .dump = dump };
	struct text_lines all = lines;
	struct slice line;
	const char *reason;

	while (text_lines_next(&lines, &line))
		take_line(&p, line, lines.number);
	end_run(&p);
	if (!p.found.lines) {
		dump->used = 0;
		return false;
	}
	dump->fault = p.found.fault;
	if (p.odd.line)
		note_fault(&dump->fault, p.odd.line, p.odd.reason);
	reason = dump->fault.line ? NULL : check_total(dump, &p.found);
	if (!reason && !dump->fault.line && is_cut_array(dump, all))
		reason = not_closed;
	if (reason)
		note_fault(&dump->fault, p.found.last, reason);
	return !dump->fault.line;
}
