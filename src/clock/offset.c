/* SPDX-License-Identifier: BSD-2-Clause */
/* Computes a clock's offset from the page, and tells its timescale by the whole
 * seconds of the offset. */
#include "offset.h"

/* How far a smearing clock may be from the model. */
#define SMEAR_TOLERANCE (GRID_SECOND / 100)

const struct scale_text scale_texts[SCALE_COUNT] = {
	[SCALE_UTC] = { "utc", NULL },
	[SCALE_TAI] = { "tai", NULL },
	[SCALE_AHEAD] = { "tai-plus-offset",
			  "TAI plus the TAI offset, wrong by twice the offset: "
			  "the page has it positive, and the driver made UTC of it" },
	[SCALE_BEHIND] = { "tai-minus-twice-offset",
			   "TAI less twice the TAI offset: the page is UTC and "
			   "has the offset positive, and the driver made TAI of it" },
	[SCALE_WRAPPED] = { "wrapped",
			    "2^64 ticks ahead: the page's reference is ahead of the "
			    "counter, and the driver takes the difference unsigned" },
	[SCALE_UNKNOWN] = { "unknown", NULL },
};

const char *const inside_names[INSIDE_COUNT] = {
	[INSIDE_NO_BOUNDS] = "no-bounds",
	[INSIDE_YES] = "inside",
	[INSIDE_NO] = "outside",
	[INSIDE_UNCLEAR] = "unclear",
};

const char *const tai_origin_names[TAI_ORIGIN_COUNT] = {
	[TAI_PAGE] = "page",
	[TAI_TABLE] = "leap-table",
	[TAI_EXPIRED] = "expired-leap-table",
	[TAI_ASSUMED] = "assumed",
};

static uint64_t middle_of(const struct bracket *bracket)
{
	return bracket->before + (bracket->after - bracket->before) / 2;
}

bool difference_direct(const struct clock *clock, const struct bracket *bracket,
		       struct difference *difference)
{
	grid before, after;

	if (bracket->after < bracket->before)
		return false;
	difference->counter = middle_of(bracket);
	if (!clock_time(clock, bracket->before, &before) ||
	    !clock_time(clock, bracket->after, &after) ||
	    !clock_time(clock, difference->counter, &difference->time))
		return false;
	/* The readings lie on either side of 2^63 ticks from the reference. */
	if (after < before)
		return false;
	return !__builtin_sub_overflow(after, before, &difference->window) &&
	       !__builtin_sub_overflow(grid_from_timestamp_floor(bracket->time),
				       difference->time, &difference->value);
}

/* The ticks that `nsec` nanoseconds take, rounded up; false for more than a
 * difference of counters can be. */
static bool count_ticks(const struct clock *clock, uint64_t nsec,
			uint64_t *ticks)
{
	uint128 wanted = (uint128)grid_from_nsec_ceil(nsec);
	uint128 whole, rest;

	if (!clock->period)
		return false;
	whole = wanted / clock->period;
	rest = wanted % clock->period;
	/* ceil(wanted * 2^shift / period), bit by bit: the product may not fit.
	 */
	for (unsigned int i = 0; i < clock->shift && whole <= INT64_MAX; i++) {
		bool carry = 2 * rest >= clock->period;

		rest = 2 * rest - (carry ? clock->period : 0);
		whole = 2 * whole + carry;
	}
	whole += rest != 0;
	*ticks = (uint64_t)whole;
	return whole <= INT64_MAX;
}

bool difference_until(const struct clock *clock, uint64_t counter,
		      uint64_t nsec, struct timestamp time,
		      struct difference *difference)
{
	struct bracket bracket = { .before = counter, .time = time };
	uint64_t ticks;

	if (!count_ticks(clock, nsec, &ticks) ||
	    __builtin_add_overflow(counter, ticks, &bracket.after))
		return false;
	return difference_direct(clock, &bracket, difference);
}

/* No measurement takes longer. */
#define MEASUREMENT_MAX_SEC 3600

/* Nanoseconds from a to b; false if they are too far apart. */
static bool measure_elapsed(struct timestamp a, struct timestamp b,
			    int64_t *nsec)
{
	int128 all = ((int128)b.sec - a.sec) * NSEC_PER_SEC +
		     ((int64_t)b.nsec - a.nsec);

	*nsec = (int64_t)all;
	return all >= -(int128)MEASUREMENT_MAX_SEC * NSEC_PER_SEC &&
	       all <= (int128)MEASUREMENT_MAX_SEC * NSEC_PER_SEC;
}

/* Whether CLOCK_REALTIME ran without a step between the two. A slewed clock is
 * off by at most 500 ppm. */
static bool ran_on(const struct difference *first,
		   const struct difference *last, int64_t nsec, grid *drift)
{
	const grid window_max = MEASUREMENT_MAX_SEC * GRID_SECOND;
	grid limit;

	if (first->window > window_max || last->window > window_max ||
	    __builtin_sub_overflow(last->value, first->value, drift))
		return false;
	limit = (first->window + last->window) / 2 +
		(grid)nsec * (GRID_SECOND / NSEC_PER_SEC) / 1000;
	return *drift <= limit && *drift >= -limit;
}

/* CLOCK_REALTIME - T between two readings of CLOCK_REALTIME. */
struct bridge {
	struct difference begin, end;
	struct timestamp from;
	int64_t whole; /* ns from the first reading to the last */
	grid drift;    /* over that time */
	grid window;
};

static bool make_bridge(const struct clock *clock, const struct bracket *first,
			const struct bracket *last, struct bridge *bridge)
{
	if (!difference_direct(clock, first, &bridge->begin) ||
	    !difference_direct(clock, last, &bridge->end) ||
	    !measure_elapsed(first->time, last->time, &bridge->whole) ||
	    bridge->whole <= 0 ||
	    !ran_on(&bridge->begin, &bridge->end, bridge->whole,
		    &bridge->drift))
		return false;
	bridge->from = first->time;
	bridge->window = bridge->begin.window > bridge->end.window
				 ? bridge->begin.window
				 : bridge->end.window;
	return true;
}

/* T at a CLOCK_REALTIME between the two, and CLOCK_REALTIME - T there: on the
 * line between them. */
static bool cross_bridge(const struct bridge *bridge, struct timestamp realtime,
			 grid *offset, grid *time)
{
	int64_t part;

	return measure_elapsed(bridge->from, realtime, &part) && part >= 0 &&
	       part <= bridge->whole &&
	       !__builtin_add_overflow(bridge->begin.value,
				       bridge->drift / bridge->whole * part,
				       offset) &&
	       !__builtin_sub_overflow(grid_from_timestamp_floor(realtime),
				       *offset, time);
}

bool difference_bridged(const struct clock *clock, const struct bracket *first,
			const struct bracket *last, struct timestamp realtime,
			struct timestamp device, struct difference *difference)
{
	struct bridge bridge;
	grid offset, time, between;

	if (!make_bridge(clock, first, last, &bridge) ||
	    !cross_bridge(&bridge, realtime, &offset, &time))
		return false;
	*difference = bridge.end;
	difference->window = bridge.window;
	difference->time = time;
	if (__builtin_sub_overflow(grid_from_timestamp_floor(device),
				   grid_from_timestamp_floor(realtime),
				   &between))
		return false;
	return !__builtin_add_overflow(between, offset, &difference->value);
}

/* A clock that was read between two moments of T; `more` widens the window. */
static bool make_difference(grid before, grid after, grid more,
			    struct timestamp device,
			    struct difference *difference)
{
	grid span;

	/* The stamps are cut to whole nanoseconds. */
	if (after < before || __builtin_sub_overflow(after, before, &span) ||
	    __builtin_add_overflow(span, more + grid_from_nsec_ceil(1),
				   &difference->window))
		return false;
	difference->time = before + span / 2;
	return !__builtin_sub_overflow(grid_from_timestamp_floor(device),
				       difference->time, &difference->value);
}

bool difference_stamped(const struct clock *clock, const struct bracket *first,
			const struct bracket *last,
			const struct stamps *realtime, struct timestamp device,
			struct difference *difference)
{
	struct bridge bridge;
	grid ignored, before, after;

	if (!make_bridge(clock, first, last, &bridge) ||
	    !cross_bridge(&bridge, realtime->before, &ignored, &before) ||
	    !cross_bridge(&bridge, realtime->after, &ignored, &after))
		return false;
	difference->counter = bridge.end.counter;
	return make_difference(before, after, bridge.window, device,
			       difference);
}

bool difference_realtime(const struct stamps *realtime, struct timestamp device,
			 struct difference *difference)
{
	difference->counter = 0;
	return make_difference(grid_from_timestamp_floor(realtime->before),
			       grid_from_timestamp_floor(realtime->after), 0,
			       device, difference);
}

/* a - b, if it and its negation are in range. */
static bool subtract_grid(grid a, grid b, grid *difference)
{
	return !__builtin_sub_overflow(a, b, difference) &&
	       *difference != (grid)((uint128)1 << 127);
}

/* Whether `value` rounds to this many whole seconds. */
static bool is_about(grid value, grid whole)
{
	grid rest;

	return subtract_grid(value, whole, &rest) &&
	       grid_magnitude(rest) < GRID_SECOND / 2;
}

/* TAI - UTC where the page does not say it. `tai`: `time` is TAI. */
static struct tai_minus_utc find_tai_offset(const struct leap_table *leaps,
					    grid time, bool tai)
{
	struct tai_minus_utc found = { TAI_MINUS_UTC_ASSUMED, TAI_ASSUMED };
	int64_t sec = (int64_t)(time >> 64);
	int of_table;

	if (!leaps || !(tai ? leap_at_tai(leaps, sec, &of_table)
			    : leap_at_utc(leaps, sec, &of_table)))
		return found;
	found.sec = of_table;
	if (tai && __builtin_sub_overflow(sec, of_table, &sec))
		sec = INT64_MIN;
	found.from = leap_expired(leaps, sec) ? TAI_EXPIRED : TAI_TABLE;
	return found;
}

/* Complete *utc, as clock_utc() left it, with UTC or TAI where the page has
 * only the other. False if it has neither, or a result is out of range. */
static bool complete_utc(const struct clock *clock, grid time,
			 const struct leap_table *leaps, struct utc *utc,
			 struct tai_minus_utc *tai_minus_utc)
{
	bool utc_known = clock_utc(clock, time, utc);
	grid whole;

	*tai_minus_utc = (struct tai_minus_utc){ utc->tai_minus_utc, TAI_PAGE };
	if (utc_known && utc->tai_known)
		return true;
	if (clock->tai_valid || (!utc_known && !utc->tai_known))
		return false;
	*tai_minus_utc = find_tai_offset(
		leaps, utc_known ? utc->time : utc->tai, !utc_known);
	whole = tai_minus_utc->sec * GRID_SECOND;
	utc->tai_known = true;
	utc->tai_minus_utc = tai_minus_utc->sec;
	if (utc_known)
		return !__builtin_add_overflow(utc->time, whole, &utc->tai);
	utc->leap_second = false;
	return !__builtin_sub_overflow(utc->tai, whole, &utc->time);
}

/* The clock against both scales. */
struct sides {
	bool published; /* TAI - UTC is the page's */
	grid from_utc, from_tai;
	int offset; /* TAI - UTC */
};

static bool make_sides(const struct difference *d, const struct utc *utc,
		       struct tai_minus_utc tai_minus_utc, struct sides *sides)
{
	grid reading;

	if (__builtin_add_overflow(d->time, d->value, &reading))
		return false;
	*sides = (struct sides){
		.published = tai_minus_utc.from == TAI_PAGE,
		.offset = tai_minus_utc.sec,
	};
	return subtract_grid(reading, utc->time, &sides->from_utc) &&
	       subtract_grid(reading, utc->tai, &sides->from_tai);
}

/* The span that 2^64 ticks take; false where it is out of range, or too short
 * for the grid. */
static bool measure_full_turn(const struct clock *clock, grid *turn)
{
	if (clock->shift > 127)
		return false;
	if (clock->shift > 63)
		*turn = (grid)(clock->period >> (clock->shift - 64));
	else if (!clock->shift && clock->period >> 63)
		return false;
	else
		*turn = (grid)((uint128)clock->period << (64 - clock->shift));
	return true;
}

struct scale_finding {
	enum scale scale;
	grid offset, residual;
};

static bool is_wrapped(const struct clock *clock, grid value,
		       struct scale_finding *found)
{
	grid turn;

	if (!measure_full_turn(clock, &turn) || !is_about(value, turn))
		return false;
	found->scale = SCALE_WRAPPED;
	found->offset = value;
	found->residual = value - turn;
	return true;
}

static struct scale_finding found_at(enum scale scale, grid offset, grid whole)
{
	return (struct scale_finding){
		.scale = scale,
		.offset = offset,
		.residual = offset - whole,
	};
}

static struct scale_finding find_scale(const struct clock *clock,
				       const struct sides *s)
{
	grid twice = 2 * s->offset * GRID_SECOND;
	struct scale_finding found = { 0 };

	if (is_about(s->from_tai, 0))
		return found_at(SCALE_TAI, s->from_tai, 0);
	if (is_about(s->from_utc, 0))
		return found_at(SCALE_UTC, s->from_utc, 0);
	/* Both are reported against the scale that the driver intended. */
	if (s->published && is_about(s->from_utc, twice))
		return found_at(SCALE_AHEAD, s->from_utc, twice);
	if (s->published && is_about(s->from_tai, -twice))
		return found_at(SCALE_BEHIND, s->from_tai, -twice);
	if (is_wrapped(clock, s->from_tai, &found) ||
	    is_wrapped(clock, s->from_utc, &found))
		return found;
	if (grid_magnitude(s->from_utc) <= grid_magnitude(s->from_tai))
		return found_at(SCALE_UNKNOWN, s->from_utc, 0);
	return found_at(SCALE_UNKNOWN, s->from_tai, 0);
}

/* A clock that has its scale by definition. */
static struct scale_finding expect_scale(const struct sides *s,
					 enum expected_scale expected)
{
	return expected == EXPECT_UTC ? found_at(SCALE_UTC, s->from_utc, 0)
				      : found_at(SCALE_TAI, s->from_tai, 0);
}

/* Rounded up. */
static grid half_window(const struct difference *d)
{
	return d->window / 2 + d->window % 2;
}

static enum inside find_inside(const struct clock *clock,
			       const struct difference *d, grid offset)
{
	grid far = grid_magnitude(offset), half = half_window(d);
	struct clock_error error;

	if (!clock->has_maxerror)
		return INSIDE_NO_BOUNDS;
	error = clock_maxerror(clock, d->counter);
	if (!clock_within(far > half ? far - half : 0, 0, error))
		return INSIDE_NO;
	if (__builtin_add_overflow(far, half, &far) ||
	    !clock_within(far, 0, error))
		return INSIDE_UNCLEAR;
	return INSIDE_YES;
}

bool offset_judge_by(const struct clock *clock,
		     const struct difference *difference,
		     enum expected_scale expected,
		     const struct leap_table *leaps, struct offset *offset)
{
	struct tai_minus_utc tai_minus_utc;
	struct utc utc;
	struct sides sides;
	struct scale_finding found;
	struct smear_leap leap;

	if (!complete_utc(clock, difference->time, leaps, &utc,
			  &tai_minus_utc) ||
	    !make_sides(difference, &utc, tai_minus_utc, &sides))
		return false;
	found = expected == EXPECT_ANY ? find_scale(clock, &sides)
				       : expect_scale(&sides, expected);
	*offset = (struct offset){ .tai_minus_utc = tai_minus_utc };
	/* A smear of half a second would change the whole seconds: check it
	 * first. */
	if (expected != EXPECT_TAI && smear_leap_near(clock, &utc, &leap)) {
		offset->smear =
			smear_fit(&leap, sides.from_utc,
				  SMEAR_TOLERANCE + difference->window / 2);
		if (offset->smear)
			found = found_at(SCALE_UTC, sides.from_utc, 0);
	}
	offset->scale = found.scale;
	offset->nsec = grid_nsec_half_up(found.offset);
	offset->residual_nsec = grid_nsec_half_up(found.residual);
	offset->window_nsec = grid_nsec_ceil(difference->window);
	offset->uncertainty_nsec = grid_nsec_ceil(half_window(difference));
	offset->inside = find_inside(clock, difference, found.offset);
	return true;
}
