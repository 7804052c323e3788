/* SPDX-License-Identifier: BSD-2-Clause */
/* Computes a clock's offset from the page, and tells its timescale by the whole
 * seconds of the offset. */
#include "offset.h"

/* How far a smearing clock may be from the model. */
#define SMEAR_TOLERANCE (GRID_SECOND / 100)

/* Plausible values of TAI - UTC where the page does not publish it. */
#define TAI_MINUS_UTC_LEAST 10
#define TAI_MINUS_UTC_MOST  100

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

bool difference_bridged(const struct clock *clock, const struct bracket *first,
			const struct bracket *last, struct timestamp realtime,
			struct timestamp device, struct difference *difference)
{
	struct difference begin, end;
	int64_t whole, part;
	grid drift, offset, between;

	if (!difference_direct(clock, first, &begin) ||
	    !difference_direct(clock, last, &end) ||
	    !measure_elapsed(first->time, last->time, &whole) ||
	    !measure_elapsed(first->time, realtime, &part) || whole <= 0 ||
	    part < 0 || part > whole || !ran_on(&begin, &end, whole, &drift))
		return false;
	/* CLOCK_REALTIME - T at the stamp, on the line between the two. */
	if (__builtin_add_overflow(begin.value, drift / whole * part, &offset))
		return false;
	*difference = end;
	if (begin.window > end.window)
		difference->window = begin.window;
	if (__builtin_sub_overflow(grid_from_timestamp_floor(realtime), offset,
				   &difference->time) ||
	    __builtin_sub_overflow(grid_from_timestamp_floor(device),
				   grid_from_timestamp_floor(realtime),
				   &between))
		return false;
	return !__builtin_add_overflow(between, offset, &difference->value);
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

/* Up to 2^63, one more than an int64_t holds. */
static int128 nearest_second(grid value)
{
	return (value >> 64) + ((uint64_t)value >> 63);
}

/* The clock against the page's two scales, as far as the page has them. */
struct sides {
	bool utc, tai;
	grid from_utc, from_tai;
	int offset; /* TAI - UTC where both are known */
};

static bool make_sides(const struct difference *d, const struct utc *utc,
		       bool utc_known, struct sides *sides)
{
	grid reading;

	if (__builtin_add_overflow(d->time, d->value, &reading))
		return false;
	*sides = (struct sides){
		.utc = utc_known,
		.tai = utc->tai_known,
		.offset = utc->tai_minus_utc,
	};
	if (sides->utc && !subtract_grid(reading, utc->time, &sides->from_utc))
		return false;
	return !sides->tai ||
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
	bool assumed;
	int64_t assumed_sec;
};

/* TAI - UTC is not published: the whole seconds may be it. */
static bool assume_tai_offset(grid value, int sign, enum scale scale,
			      struct scale_finding *found)
{
	int128 whole = nearest_second(value) * sign;

	if (whole < TAI_MINUS_UTC_LEAST || whole > TAI_MINUS_UTC_MOST)
		return false;
	found->scale = scale;
	found->assumed = true;
	found->assumed_sec = (int64_t)whole;
	found->offset = found->residual = value - whole * sign * GRID_SECOND;
	return true;
}

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

	if (s->tai && is_about(s->from_tai, 0))
		return found_at(SCALE_TAI, s->from_tai, 0);
	if (s->utc && is_about(s->from_utc, 0))
		return found_at(SCALE_UTC, s->from_utc, 0);
	/* Both are reported against the scale that the driver intended. */
	if (s->utc && s->tai && is_about(s->from_utc, twice))
		return found_at(SCALE_AHEAD, s->from_utc, twice);
	if (s->utc && s->tai && is_about(s->from_tai, -twice))
		return found_at(SCALE_BEHIND, s->from_tai, -twice);
	if (s->tai && !s->utc &&
	    assume_tai_offset(s->from_tai, -1, SCALE_UTC, &found))
		return found;
	if (s->utc && !s->tai &&
	    assume_tai_offset(s->from_utc, 1, SCALE_TAI, &found))
		return found;
	if (s->tai && is_wrapped(clock, s->from_tai, &found))
		return found;
	if (s->utc && is_wrapped(clock, s->from_utc, &found))
		return found;
	if (s->utc && (!s->tai || grid_magnitude(s->from_utc) <=
					  grid_magnitude(s->from_tai)))
		return found_at(SCALE_UNKNOWN, s->from_utc, 0);
	return found_at(SCALE_UNKNOWN, s->from_tai, 0);
}

/* A clock that has its scale by definition. */
static struct scale_finding expect_scale(const struct sides *s,
					 enum expected_scale expected)
{
	struct scale_finding found = { 0 };

	if (expected == EXPECT_UTC && s->utc)
		return found_at(SCALE_UTC, s->from_utc, 0);
	if (expected == EXPECT_TAI && s->tai)
		return found_at(SCALE_TAI, s->from_tai, 0);
	if (expected == EXPECT_UTC &&
	    assume_tai_offset(s->from_tai, -1, SCALE_UTC, &found))
		return found;
	if (expected == EXPECT_TAI &&
	    assume_tai_offset(s->from_utc, 1, SCALE_TAI, &found))
		return found;
	return found_at(SCALE_UNKNOWN, s->utc ? s->from_utc : s->from_tai, 0);
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

bool offset_judge(const struct clock *clock,
		  const struct difference *difference,
		  enum expected_scale expected, struct offset *offset)
{
	bool utc_known;
	struct utc utc;
	struct sides sides;
	struct scale_finding found;
	struct smear_leap leap;

	utc_known = clock_utc(clock, difference->time, &utc);
	if (!utc_known && !utc.tai_known)
		return false;
	if (!make_sides(difference, &utc, utc_known, &sides))
		return false;
	found = expected == EXPECT_ANY ? find_scale(clock, &sides)
				       : expect_scale(&sides, expected);
	*offset = (struct offset){ 0 };
	/* A smear of half a second would change the whole seconds: check it
	 * first. */
	if (utc_known && expected != EXPECT_TAI &&
	    smear_leap_near(clock, &utc, &leap)) {
		offset->smear =
			smear_fit(&leap, sides.from_utc,
				  SMEAR_TOLERANCE + difference->window / 2);
		if (offset->smear)
			found = found_at(SCALE_UTC, sides.from_utc, 0);
	}
	offset->scale = found.scale;
	offset->assumed = found.assumed;
	offset->assumed_sec = found.assumed_sec;
	offset->nsec = grid_nsec_half_up(found.offset);
	offset->residual_nsec = grid_nsec_half_up(found.residual);
	offset->window_nsec = grid_nsec_ceil(difference->window);
	offset->uncertainty_nsec = grid_nsec_ceil(half_window(difference));
	offset->inside = find_inside(clock, difference, found.offset);
	return true;
}
