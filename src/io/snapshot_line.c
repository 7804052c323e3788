/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes the line of a snapshot, and reads one that is written so. A long
 * recording has millions of them; a JSON parser would need most of the time
 * that a recording takes.
 */
#include "snapshot_line.h"

#include <string.h>

#include "base/hex.h"
#include "base/number.h"
#include "clock/clock.h"

/* The kinds of lines, in the column of SNAPSHOT_MEMBERS. */
#define PAGE (1u << SNAPSHOT_PAGE)
#define LOOK (1u << SNAPSHOT_UNSETTLED)

#define PAGE_BEGIN  "{\"type\": \"snapshot\""
#define LOOK_BEGIN  "{\"type\": \"unsettled\""
#define LINE_END    "}\n"
#define NAMED(name) ", \"" #name "\": "

/* Text that is being read. */
struct cursor {
	const char *at, *end;
};

static inline char *put_bytes(char *to, const char *text, size_t length)
{
	memcpy(to, text, length);
	return to + length;
}

static inline bool take_bytes(struct cursor *from, const char *text,
			      size_t length)
{
	if ((size_t)(from->end - from->at) < length ||
	    memcmp(from->at, text, length) != 0)
		return false;
	from->at += length;
	return true;
}

/* Of constant text, whose length the compiler knows. */
#define put_text(to, text)    put_bytes(to, text, sizeof(text) - 1)
#define take_text(from, text) take_bytes(from, text, sizeof(text) - 1)

/* Digits as they are written: without zeros before them. */
static bool take_digits(struct cursor *from, uint64_t *value)
{
	const char *first = from->at;

	return number_take(&from->at, from->end, 10, value) == 0 &&
	       (*first != '0' || from->at == first + 1);
}

/* Each form: what writes it, and what reads it again. */

static char *put_number(char *to, const uint64_t *value)
{
	return number_put(to, *value);
}

static bool take_number(struct cursor *from, uint64_t *value)
{
	return take_digits(from, value) && *value <= INT64_MAX;
}

static char *put_counter(char *to, const struct line_counter *counter)
{
	if (!counter->has)
		return put_text(to, "null");
	to = put_text(to, "\"");
	to = number_put(to, counter->value);
	return put_text(to, "\"");
}

static bool take_counter(struct cursor *from, struct line_counter *counter)
{
	counter->has = !take_text(from, "null");
	return !counter->has ||
	       (take_text(from, "\"") && take_digits(from, &counter->value) &&
		take_text(from, "\""));
}

bool snapshot_line_nsec(bool negative, uint64_t sec, uint64_t nsec,
			int64_t *total)
{
	int128 whole = (int128)sec * (negative ? -NSEC_PER_SEC : NSEC_PER_SEC);

	return !__builtin_add_overflow(whole, nsec, total);
}

#define CLOCK_SEC  "{\"sec\": \""
#define CLOCK_NSEC "\", \"nsec\": "

static char *put_clock(char *to, const struct line_clock *clock)
{
	struct timestamp stamp = timestamp_from_nsec(clock->nsec);

	if (!clock->has)
		return put_text(to, "null");
	to = put_text(to, CLOCK_SEC);
	if (stamp.sec < 0)
		*to++ = '-';
	to = number_put(to, stamp.sec < 0 ? -(uint64_t)stamp.sec
					  : (uint64_t)stamp.sec);
	to = put_text(to, CLOCK_NSEC);
	to = number_put(to, stamp.nsec);
	return put_text(to, "}");
}

static bool take_clock(struct cursor *from, struct line_clock *clock)
{
	uint64_t sec, nsec;
	bool negative;

	clock->has = !take_text(from, "null");
	if (!clock->has)
		return true;
	if (!take_text(from, CLOCK_SEC))
		return false;
	negative = take_text(from, "-");
	return take_digits(from, &sec) && (sec || !negative) &&
	       take_text(from, CLOCK_NSEC) && take_digits(from, &nsec) &&
	       nsec < NSEC_PER_SEC && take_text(from, "}") &&
	       snapshot_line_nsec(negative, sec, nsec, &clock->nsec);
}

#define PAGE_LENGTH "{\"length\": "
#define PAGE_HEX    ", \"hex\": \""
#define PAGE_END    "\"}"

static char *put_page(char *to, const struct line_page *page)
{
	size_t given = (size_t)page->length;

	while (given && page->bytes[given - 1] == 0)
		given--;
	to = put_text(to, PAGE_LENGTH);
	to = number_put(to, page->length);
	to = put_text(to, PAGE_HEX);
	to = hex_put_bytes(to, page->bytes, given);
	return put_text(to, PAGE_END);
}

static bool take_page(struct cursor *from, struct line_page *page)
{
	const char *end;

	if (!take_text(from, PAGE_LENGTH) ||
	    !take_digits(from, &page->length) || page->length > PAGE_READ_MAX ||
	    !take_text(from, PAGE_HEX))
		return false;
	page->hex = from->at;
	end = memchr(from->at, '"', (size_t)(from->end - from->at));
	if (!end || (end - from->at) % 2)
		return false;
	page->given = (size_t)(end - from->at) / 2;
	from->at = end;
	return page->given <= page->length && take_text(from, PAGE_END);
}

static char *put_wake(char *to, const enum wake *wake)
{
	to = put_text(to, "\"");
	to = put_bytes(to, wake_names[*wake], strlen(wake_names[*wake]));
	return put_text(to, "\"");
}

static bool take_wake(struct cursor *from, enum wake *wake)
{
	if (!take_text(from, "\""))
		return false;
	for (int i = 0; i < WAKE_COUNT; i++) {
		*wake = (enum wake)i;
		if (take_bytes(from, wake_names[i], strlen(wake_names[i])))
			return take_text(from, "\"");
	}
	return false;
}

char *snapshot_line_write(char *to, const struct snapshot_line *line)
{
	unsigned int kind = 1u << line->kind;

	to = kind == PAGE ? put_text(to, PAGE_BEGIN) : put_text(to, LOOK_BEGIN);
#define PUT_MEMBER(kinds, form, name)                                          \
	if ((kinds)&kind) {                                                    \
		to = put_text(to, NAMED(name));                                \
		to = put_##form(to, &line->name);                              \
	}
#define PUT_OPTIONAL(kinds, form, name)                                        \
	if ((kinds)&kind && line->name.has) {                                  \
		to = put_text(to, NAMED(name));                                \
		to = put_##form(to, &line->name.value);                        \
	}
	SNAPSHOT_MEMBERS(PUT_MEMBER, PUT_OPTIONAL)
	return put_text(to, LINE_END);
}

bool snapshot_line_read(const char *text, size_t length,
			struct snapshot_line *line)
{
	struct cursor from = { text, text + length };
	unsigned int kind;

	if (take_text(&from, PAGE_BEGIN))
		line->kind = SNAPSHOT_PAGE;
	else if (take_text(&from, LOOK_BEGIN))
		line->kind = SNAPSHOT_UNSETTLED;
	else
		return false;
	kind = 1u << line->kind;
#define TAKE_MEMBER(kinds, form, name)                                         \
	if ((kinds)&kind && (!take_text(&from, NAMED(name)) ||                 \
			     !take_##form(&from, &line->name)))                \
		return false;
#define TAKE_OPTIONAL(kinds, form, name)                                       \
	line->name.has = (kinds)&kind && take_text(&from, NAMED(name));        \
	if (line->name.has && !take_##form(&from, &line->name.value))          \
		return false;
	SNAPSHOT_MEMBERS(TAKE_MEMBER, TAKE_OPTIONAL)
	return take_text(&from, LINE_END) && from.at == from.end;
}
