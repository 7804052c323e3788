/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several snapshots: whether a leap second was taken. It lies between two pages
 * that are clearly before it and after it; those within a second of a month's
 * end and those that say POS are neither.
 */
#include "run.h"

#include <string.h>

#include "leap_pair.h"
#include "step.h"

#define HALF_SECOND (GRID_SECOND >> 1)
/* Without bounds: in this time 200 ppm make half a second. */
#define FAR_AWAY (2500 * GRID_SECOND)

static bool fill_clear_page(const struct subject *s, struct clear_page *page)
{
	grid utc = s->utc * GRID_SECOND + (grid)s->clock.time_frac;
	struct utc_month month;

	if (!s->has_utc || value_of(s, FIELD_leap_indicator) == LEAP_POS)
		return false;
	utc_month(s->utc, &month);
	/* At least a second from either end of the month. */
	if (s->utc == month.start ||
	    (int128)s->utc + (s->clock.time_frac != 0) > month.next - 1)
		return false;
	*page = (struct clear_page){
		.there = true,
		.n = s->snapshot->n,
		.utc = utc,
		.indicator = (uint8_t)value_of(s, FIELD_leap_indicator),
		.clock = s->clock,
	};
	return true;
}

static bool is_between(const struct clear_page *before,
		       const struct clear_page *after, int64_t end)
{
	return before->utc < end * GRID_SECOND &&
	       end * GRID_SECOND <= after->utc;
}

/* By the indicators: its sign and its end, or 0. */
static int find_told(const struct clear_page *before,
		     const struct clear_page *after, int64_t *end)
{
	const struct leap_story *old = leap_story_of(before->indicator);
	const struct leap_story *new = leap_story_of(after->indicator);
	struct utc_month month;
	int sign;

	if (!old || !new)
		return 0;
	if (old->phase == PHASE_BEFORE &&
	    (new->phase == PHASE_NONE ||
	     (new->phase == PHASE_AFTER &&new->sign == old->sign))) {
		utc_month((int64_t)(before->utc >> 64), &month);
		*end = (int64_t)month.next;
		sign = old->sign;
	} else if (old->phase == PHASE_NONE && new->phase == PHASE_AFTER) {
		utc_month((int64_t)(after->utc >> 64), &month);
		*end = (int64_t)month.start;
		sign = new->sign;
	} else {
		return 0;
	}
	return is_between(before, after, *end) ? sign : 0;
}

/* How many an unexpired table has there; of one also its sign and its end. */
static unsigned int count_listed(const struct leap_table *leaps,
				 const struct clear_page *before,
				 const struct clear_page *after, int *sign,
				 int64_t *end)
{
	unsigned int count = 0;

	for (unsigned int i = 1; i < leaps->count; i++) {
		if (!is_between(before, after, leaps->entries[i].from))
			continue;
		*end = leaps->entries[i].from;
		*sign = leaps->entries[i].tai_minus_utc -
			leaps->entries[i - 1].tai_minus_utc;
		count++;
	}
	return count;
}

static void find_crossing(const struct leap_table *leaps,
			  const struct clear_page *before,
			  const struct clear_page *after,
			  struct crossing *crossing)
{
	bool known = leaps && leaps->expires * GRID_SECOND > after->utc;
	unsigned int listed = 0;
	int64_t end = 0, told_end = 0;
	int sign = 0, told;

	told = find_told(before, after, &told_end);
	if (known)
		listed = count_listed(leaps, before, after, &sign, &end);
	if (told && known && !listed && after->indicator == LEAP_NONE) {
		crossing->kind = CROSSING_DOUBTFUL;
	} else if (told) {
		crossing->kind = CROSSING_LEAP;
		crossing->sign = told;
		crossing->end = told_end;
	} else if (listed == 1) {
		crossing->kind = CROSSING_LEAP;
		crossing->sign = sign;
		crossing->end = end;
	}
}

static int64_t get_day(int64_t utc)
{
	return (utc < 0 ? utc - (SECONDS_PER_DAY - 1) : utc) / SECONDS_PER_DAY;
}

static void note_crossing(struct leap_watch *leaps, const struct subject *s)
{
	struct crossing *crossing = &leaps->crossing;
	struct clear_page page;

	if (!fill_clear_page(s, &page))
		return;
	/* A month's end lies between, or nothing does. */
	if (leaps->last.there &&
	    get_day(s->utc) != get_day((int64_t)(leaps->last.utc >> 64))) {
		crossing->before = leaps->last;
		find_crossing(s->leaps, &crossing->before, &page, crossing);
	}
	leaps->last = page;
}

void leap_watch_take(struct leap_watch *leaps, const struct subject *s)
{
	const struct leap_story *story =
		leap_story_of(value_of(s, FIELD_leap_indicator));

	leaps->crossing.kind = CROSSING_NONE;
	leaps->complete = 0;
	if (s->clock.time_type > TIME_TYPE_TAI)
		return;
	leaps->utc = s->clock.time_type == TIME_TYPE_UTC;
	leaps->told |= story && story->phase != PHASE_NONE;
	note_crossing(leaps, s);
	leaps->told |= leaps->crossing.kind != CROSSING_NONE;
	if (leaps->utc)
		smear_take(leaps, s);
}

/* Whether the page before says too little of the time there. */
static const char *explain_unclear(const struct clock *before, uint64_t counter,
				   grid time)
{
	grid reference;

	if (before->has_maxerror)
		return clock_within(0, HALF_SECOND,
				    clock_maxerror(before, counter))
			       ? "the bounds reach 500 ms before the next page comes"
			       : NULL;
	if (!clock_reference(before, &reference) ||
	    (uint128)time - (uint128)reference <= (uint128)FAR_AWAY ||
	    time < reference)
		return NULL;
	return "no bounds, and more than 2500 s until the next page";
}

static void say_not_taken(struct finding *f, const struct crossing *crossing,
			  const char *what)
{
	struct strbuf buffer = strbuf_start(f->message, sizeof(f->message));
	char day[RFC3339_MAX];

	strbuf_add(&buffer, "the leap second");
	if (rfc3339(crossing->end * GRID_SECOND, false, false, day)) {
		day[strlen("2017-01-01")] = '\0';
		strbuf_add(&buffer, " before ");
		strbuf_add(&buffer, day);
	}
	strbuf_add(&buffer, " was not taken: ");
	strbuf_add(&buffer, what);
	strbuf_add(&buffer, " between pages ");
	strbuf_decimal(&buffer, crossing->before.n);
	strbuf_add(&buffer, " and ");
	strbuf_decimal(&buffer, f->n);
	f->verdict = VERDICT_FAIL;
}

/* Whether both tell the offset, and it did not change by the second. */
static bool check_offset(const struct subject *s, struct finding *f)
{
	const struct crossing *crossing = &s->run->leaps.crossing;
	const struct clock *before = &crossing->before.clock;
	int old = clock_tai_minus_utc(before);
	int new = clock_tai_minus_utc(&s->clock);
	struct strbuf buffer;

	if (!before->tai_valid || !s->clock.tai_valid ||
	    new - old == crossing->sign)
		return true;
	buffer = strbuf_start(f->expected, sizeof(f->expected));
	strbuf_signed(&buffer, old + crossing->sign);
	strbuf_add(&buffer, " s");
	buffer = strbuf_start(f->actual, sizeof(f->actual));
	strbuf_signed(&buffer, new);
	strbuf_add(&buffer, " s");
	f->row = FIELD_tai_offset_sec;
	say_not_taken(f, crossing, "the TAI offset did not change by it");
	return false;
}

static void check_count(const struct subject *s, struct finding *f)
{
	const struct crossing *crossing = &s->run->leaps.crossing;
	uint64_t counter = step_counter(s);
	grid old, new, taken;
	const char *unclear;
	struct step step;

	if (!clock_time(&crossing->before.clock, counter, &old) ||
	    !clock_time(&s->clock, counter, &new) ||
	    __builtin_add_overflow(new, crossing->sign * GRID_SECOND, &taken))
		return;
	unclear = explain_unclear(&crossing->before.clock, counter, old);
	if (unclear) {
		say(f, VERDICT_SKIP, unclear);
		return;
	}
	step = step_make(old, new);
	if (step_make(old, taken).size <= step.size) {
		check_offset(s, f);
		return;
	}
	f->row = FIELD_time_sec;
	expect_text(f, crossing->sign > 0 ? "back by 1 s" : "forward by 1 s");
	step_say_actual(f, step);
	say_not_taken(f, crossing, "the count of UTC did not step");
}

CHECK(series_leap_taken)
{
	const struct leap_watch *leaps = &s->run->leaps;

	f->n = s->snapshot->n;
	if (leaps->crossing.kind == CROSSING_LEAP) {
		if (leaps->utc)
			check_count(s, f);
		else
			check_offset(s, f);
	} else if (leaps->crossing.kind == CROSSING_DOUBTFUL) {
		say(f, VERDICT_SKIP,
		    "a leap second was announced that the leap-second table does not have");
	} else if (value_of(s, FIELD_leap_indicator) == LEAP_POS) {
		say(f, VERDICT_SKIP,
		    "no page before the leap second, or none after it");
	} else {
		say(f, VERDICT_NOT_APPLICABLE,
		    "no leap second between two pages that are clear of it and tell UTC, under one marker");
	}
}
