/* SPDX-License-Identifier: BSD-2-Clause */
/* The axes of a timeline: UTC along it, and how far its scales reach. */
#include "timeline.h"

#include <stdlib.h>

/* UTC of the page at a place; false: it gives none. */
static bool get_utc(const struct anchor *anchor, int64_t at, struct utc *utc)
{
	grid time;

	if (!anchor || !anchor->usable)
		return false;
	if (__builtin_add_overflow(
		    anchor->time,
		    grid_from_nsec_ceil((uint64_t)(at - anchor->at)), &time))
		return false;
	return clock_utc(&anchor->clock, time, utc);
}

bool timeline_utc(const struct timeline *t, int64_t at, struct utc *utc)
{
	return !t->numbered &&
	       get_utc(columns_anchor(&t->columns, at), at, utc);
}

/* How far it is to the next multiple of the step, 0: it is one. */
static int64_t get_rest(const struct utc *utc, int64_t step)
{
	int128 nsec = grid_nsec_floor(utc->time);
	int128 rest = nsec % step;

	if (rest < 0)
		rest += step;
	return rest ? (int64_t)(step - rest) : 0;
}

/* Where the next page begins after `at`, or the end of the axis. */
static int64_t get_next_anchor(const struct timeline *t, int64_t at)
{
	const struct columns *c = &t->columns;

	for (int64_t i = at / c->width; i < c->used; i++) {
		if (c->column[i].anchor.there && c->column[i].anchor.at > at)
			return c->column[i].anchor.at;
	}
	return t->span + 1;
}

/* From a page's beginning, or from a multiple of the step, to the next. The
 * second time is for a leap second, which moves the multiples. */
static bool find_in_page(const struct anchor *anchor, int64_t from,
			 int64_t until, int64_t step, int64_t *at,
			 struct utc *utc)
{
	for (int tries = 0; tries < 3; tries++) {
		int64_t rest;

		if (from >= until || !get_utc(anchor, from, utc))
			return false;
		rest = get_rest(utc, step);
		if (rest == 0) {
			*at = from;
			return true;
		}
		from += rest;
	}
	return false;
}

bool timeline_next_utc(const struct timeline *t, int64_t from, int64_t step,
		       int64_t *at, struct utc *utc)
{
	from++;
	while (from <= t->span) {
		int64_t until = get_next_anchor(t, from);

		if (find_in_page(columns_anchor(&t->columns, from), from, until,
				 step, at, utc))
			return true;
		from = until;
	}
	return false;
}

static int64_t get_magnitude(const struct range *range)
{
	int64_t low = range->least < 0 ? -range->least : range->least;
	int64_t high = range->most < 0 ? -range->most : range->most;

	return low > high ? low : high;
}

static int compare_sizes(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return left < right ? -1 : left > right;
}

/* What 98 in 100 of the columns with such values stay within. */
static int64_t get_usual(const struct columns *c, enum quantity quantity)
{
	int64_t sizes[COLUMNS_MAX];
	size_t count = 0;

	for (unsigned int i = 0; i < c->used; i++) {
		const struct range *range = &c->column[i].of[quantity];

		if (range->count)
			sizes[count++] = get_magnitude(range);
	}
	if (!count)
		return 0;
	qsort(sizes, count, sizeof(*sizes), compare_sizes);
	return sizes[count < 50 ? count - 1 : count * 98 / 100 - 1];
}

int64_t timeline_scale(const struct timeline *t, enum quantity quantity)
{
	const struct columns *c = &t->columns;
	enum quantity limit =
		quantity == QUANTITY_STEP ? QUANTITY_PROMISE : QUANTITY_BOUND;
	struct range all = { 0 };

	for (unsigned int i = 0; i < c->used; i++)
		range_merge(&all, &c->column[i].of[limit]);
	return all.count ? get_magnitude(&all) : get_usual(c, quantity);
}
