/* SPDX-License-Identifier: BSD-2-Clause */
/* Chooses the spelling of a text, and writes the one that dump has. */
#include "hextext.h"

#include <string.h>

#include "base/printable.h"
#include "dump.h"
#include "foreign.h"
#include "page/page.h"

static const char unclear[] = "a dump that can be read in two ways";
static const char of_words[] = "the digits of words, not of bytes";
static const char swapped[] =
	"pairs of bytes that are swapped: words of a big-endian machine";
static const char no_magic[] =
	"a dump that begins in the middle of a page, without its magic";

static const char dump_anew[] =
	"dump bytes with offsets: xxd FILE, hexdump -C FILE or od -Ax -tx1 FILE";
static const char words_hint[] =
	"dump bytes: xxd FILE without -e, hexdump -C FILE or od -Ax -tx1 FILE";

/* The text as one spelling reads it. */
struct attempt {
	struct dump dump;
	bool whole, magic;
	uint64_t digest; /* of the bytes */
};

/* FNV-1a; to see that two attempts have the same bytes. */
static uint64_t digest_bytes(const uint8_t *bytes, size_t count)
{
	uint64_t digest = UINT64_C(0xcbf29ce484222325) ^ count;

	for (size_t i = 0; i < count; i++)
		digest = (digest ^ bytes[i]) * UINT64_C(0x100000001b3);
	return digest;
}

static bool begins(const struct dump *dump, size_t at, const char *text)
{
	return dump->used >= at + 4 && memcmp(dump->bytes + at, text, 4) == 0;
}

/*
 * Whether the bytes show that the digits were those of words in an order which
 * is not that of the spelling. A page that a big-endian host wrote begins with
 * KLCV too; if it is dumped in groups of 4 bytes, the two cannot be told apart.
 */
static const char *find_order(const struct dump *dump)
{
	const struct spelling *spelling = dump->spelling;

	if (spelling->groups == GROUPS_BYTES) {
		if (slice_begins(dump->characters, "KLCV"))
			return NULL;
		return begins(dump, 0, "CVKL") ||
				       (dump->group == 8 &&
					begins(dump, 0, "KLCV")) ||
				       (dump->group == 16 &&
					begins(dump, 4, "KLCV"))
			       ? of_words
			       : NULL;
	}
	return dump->width > 1 && (begins(dump, 0, "CVKL") ||
				   begins(dump, 0, "KLCV") ||
				   begins(dump, 4, "VCLK"))
		       ? swapped
		       : NULL;
}

static void take_attempt(struct attempt *a, struct text_lines lines)
{
	struct dump *dump = &a->dump;
	const char *order = NULL;

	a->whole = dump->spelling->offsets == OFFSETS_NONE
			   ? dump_read_plain(dump, lines)
			   : dump_read(dump, lines);
	if (dump->line)
		order = find_order(dump);
	a->magic = begins(dump, 0, "VCLK") || begins(dump, 0, "KLCV");
	/* A line of some text. */
	if (a->whole && !order && !a->magic && dump->used < PAGE_HEADER_SIZE) {
		a->whole = false;
		dump->line = 0;
	}
	if (a->whole && !order && !a->magic && dump->first)
		order = no_magic;
	if (order) {
		a->whole = false;
		dump->fault = (struct dump_fault){ dump->line, order };
	}
	if (a->whole)
		a->digest = digest_bytes(dump->bytes, dump->used);
}

/* Whether what b tells of the text is more than what a does. */
static bool is_better(const struct attempt *a, const struct attempt *b)
{
	if (a->whole != b->whole)
		return b->whole;
	if (a->magic != b->magic)
		return b->magic;
	if (a->dump.used != b->dump.used)
		return b->dump.used > a->dump.used;
	return !a->dump.fault.line && b->dump.fault.line;
}

/* What the user can do, or NULL. */
static const char *find_hint(const char *reason)
{
	return reason == of_words || reason == swapped ? words_hint : dump_anew;
}

static enum hextext report_damage(struct hextext_fault *fault,
				  unsigned int line, const char *reason)
{
	*fault = (struct hextext_fault){ line, reason, find_hint(reason) };
	return HEXTEXT_DAMAGED;
}

/* Reads in two ways, each as good: neither can be relied upon. */
static bool contradicts(const struct attempt *a, const struct attempt *b)
{
	return a->whole && b->whole && a->magic == b->magic &&
	       a->digest != b->digest;
}

/* The bases that the offsets of a spelling may have. */
static const unsigned int bases[] = { 16, 8, 10 };
#define BASES (sizeof(bases) / sizeof(*bases))

enum hextext hextext_parse(const char *text, size_t length, uint8_t *bytes,
			   size_t size, size_t *used,
			   struct hextext_fault *fault)
{
	struct text_lines start = text_lines_start(text, length);
	struct attempt best = { 0 };
	bool clear = true, fits = false;

	*used = 0;
	for (unsigned int i = 0; i < spelling_count * BASES; i++) {
		const struct spelling *spelling = &spellings[i / BASES];
		struct attempt a = { .dump = { .spelling = spelling,
					       .base = bases[i % BASES],
					       .bytes = bytes,
					       .size = size } };

		if (i % BASES && (spelling->offsets == OFFSETS_NONE || !fits))
			continue;
		take_attempt(&a, start);
		fits = a.dump.line || a.dump.fault.line;
		if (i == 0 || is_better(&best, &a)) {
			best = a;
			clear = true;
		} else if (contradicts(&best, &a)) {
			clear = false;
		}
	}
	if (best.whole && !clear)
		return report_damage(fault, best.dump.line, unclear);
	if (best.whole) {
		/* The bytes are those of the last attempt. */
		struct dump again = { .spelling = best.dump.spelling,
				      .base = best.dump.base,
				      .bytes = bytes,
				      .size = size };
		struct attempt a = { .dump = again };

		take_attempt(&a, start);
		*used = a.dump.used;
		return HEXTEXT_OK;
	}
	if (foreign_find(start, best.dump.fault.line, fault))
		return HEXTEXT_DAMAGED;
	if (!best.dump.line && !best.dump.fault.line)
		return HEXTEXT_NO;
	return report_damage(fault, best.dump.fault.line,
			     best.dump.fault.reason);
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

/* Like the line before, and of one value: other lines are written out, since a
 * reader cannot tell whether one before a * was lost. */
static bool repeats_line(const uint8_t *line)
{
	return memcmp(line - 16, line, 16) == 0 &&
	       memcmp(line, line + 1, 15) == 0;
}

void hextext_print(FILE *stream, const uint8_t *bytes, size_t length)
{
	bool repeating = false;

	for (size_t offset = 0; offset < length; offset += 16) {
		size_t count = length - offset < 16 ? length - offset : 16;

		if (offset && length - offset >= 16 &&
		    repeats_line(bytes + offset)) {
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
