/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several snapshots: how the time moves from one page to the next. Pages are
 * compared at one reading of the counter, on the grid of 2^-64 s, so that their
 * shifts and references need not agree.
 */
#include "rules.h"

/* Rounded down: none of those used here lies on the grid, so that what is more
 * than the number is more than this. */
#define GRID_USEC(n) (((uint128)(n) << 64) / 1000000)

/* From one time to another. Its size can be more than any point in time has. */
struct step {
	bool back;
	uint128 size;
};

static struct step make_step(grid from, grid to)
{
	bool back = to < from;

	return (struct step){
		.back = back,
		.size = back ? (uint128)from - (uint128)to
			     : (uint128)to - (uint128)from,
	};
}

/*
 * Take a leap second out of a step: on a UTC page the count steps by one, at
 * the start of 23:59:60 or at its end, so it is for the size of the step to say
 * whether it did between these two pages. Returns what to add to the new time.
 */
static grid take_leap(const struct subject *s, struct step *step)
{
	int leap = s->clock.time_type == TIME_TYPE_UTC
			   ? leap_taken(s->before, s)
			   : 0;
	grid second = leap * GRID_SECOND;
	uint128 size = grid_size(second), rest;

	/* An inserted second sets the count back. */
	if (!leap || step->back != (leap > 0))
		return 0;
	rest = step->size > size ? step->size - size : size - step->size;
	if (rest >= step->size)
		return 0;
	if (step->size < size)
		step->back = !step->back;
	step->size = rest;
	return second;
}

/* T_old(C) and from it to T_new(C), with a whole leap second taken out. False
 * where one of the two is out of range. */
static bool compute_step(const struct subject *s, uint64_t counter, grid *old,
			 struct step *step)
{
	grid new;

	if (!clock_time(&s->before->clock, counter, old) ||
	    !clock_time(&s->clock, counter, &new))
		return false;
	*step = make_step(*old, new);
	take_leap(s, step);
	return true;
}

static bool is_step_within(struct step step, struct clock_error error)
{
	/* Any size is the distance of two points in time. */
	const grid least = (grid)((uint128)1 << 127);

	return clock_within((grid)((uint128)least + step.size), least, error);
}

/* Where both pages are known to have been asked: the first reading under the
 * new one, or where there was none, its reference. */
static uint64_t get_common_counter(const struct subject *s)
{
	return s->snapshot->has_counter ? s->snapshot->counter
					: s->clock.counter_value;
}

static void fill_actual_step(struct finding *f, struct step step)
{
	struct strbuf buffer = strbuf_start(f->actual, sizeof(f->actual));

	strbuf_add(&buffer, step.back ? "back by " : "forward by ");
	strbuf_nsec(&buffer, step.size);
}

CHECK(series_marker_silent)
{
	struct step step;
	grid old;

	if (!compute_step(s, get_common_counter(s), &old, &step) ||
	    step.size <= GRID_USEC(500))
		return;
	fill_actual_step(f, step);
	if (step.size > GRID_USEC(10000)) {
		expect_text(f, "10 ms at most, or a new marker");
		say(f, VERDICT_FAIL,
		    "time jumped but disruption_marker did not change");
	} else {
		expect_text(f, "500 us at most, or a new marker");
		say(f, VERDICT_WARN,
		    "time stepped but disruption_marker did not change");
	}
}

/* A reader got T_old(Ca), and after that T_new(Cb). */
CHECK(series_monotonic)
{
	bool claimed = flags_of(s) & flags_of(s->before) & FLAG_TIME_MONOTONIC;
	grid old, new, at, leap = 0;
	struct strbuf buffer;
	struct step step;

	if (!claimed)
		say(f, VERDICT_NOT_APPLICABLE, "TIME_MONOTONIC is clear");
	if (!s->snapshot->has_counter || !s->before->snapshot->has_counter) {
		if (claimed)
			say(f, VERDICT_SKIP, "no readings of the counter");
		return;
	}
	if (!clock_time(&s->before->clock, s->before->snapshot->counter_last,
			&old) ||
	    !clock_time(&s->clock, s->snapshot->counter, &new))
		return;
	if (clock_time(&s->before->clock, s->snapshot->counter, &at)) {
		step = make_step(at, new);
		leap = take_leap(s, &step);
	}
	/* One at the end of all time stays there. */
	if (__builtin_add_overflow(new, leap, &at))
		at = new;
	step = make_step(old, at);
	if (!step.back)
		return;
	new = at;
	fill_actual_step(f, step);
	if (!claimed) {
		buffer = strbuf_start(f->message, sizeof(f->message));
		strbuf_add(&buffer, "TIME_MONOTONIC is clear; a step back by ");
		strbuf_nsec(&buffer, step.size);
		return;
	}
	buffer = strbuf_start(f->expected, sizeof(f->expected));
	strbuf_add(&buffer, "at least ");
	strbuf_time(&buffer, old);
	buffer = strbuf_start(f->actual, sizeof(f->actual));
	strbuf_time(&buffer, new);
	buffer = strbuf_start(f->message, sizeof(f->message));
	strbuf_add(&buffer, "the time went back by ");
	strbuf_nsec(&buffer, step.size);
	f->verdict = VERDICT_FAIL;
}

/* The grid's part of an error may be rounded up to whole nanoseconds, here only
 * for words. */
static void say_outside(struct finding *f, grid old, struct step step,
			struct clock_error error, uint64_t counter)
{
	uint128 bound = (uint128)grid_from_nsec_floor(error.nsec) + error.grid;
	struct strbuf buffer = strbuf_start(f->expected, sizeof(f->expected));

	strbuf_time(&buffer, old);
	strbuf_add(&buffer, " +/- ");
	strbuf_nsec(&buffer, bound);
	fill_actual_step(f, step);
	buffer = strbuf_start(f->message, sizeof(f->message));
	strbuf_add(&buffer, "at counter ");
	strbuf_decimal(&buffer, counter);
	strbuf_add(
		&buffer,
		", read under the old page, the new page's time is outside the old bounds by ");
	strbuf_nsec(&buffer, step.size - bound);
	f->verdict = VERDICT_FAIL;
}

/* Returns false where the bounds of the old page are broken at C. */
static bool is_nested_at(const struct subject *s, struct finding *f,
			 uint64_t counter)
{
	struct clock_error error = clock_maxerror(&s->before->clock, counter);
	struct step step;
	grid old;

	if (!clock_time(&s->before->clock, counter, &old))
		return true; /* it gave no time there */
	if (!compute_step(s, counter, &old, &step)) {
		expect_text(f, "a time within the old bounds");
		actual_text(f, "outside signed 64-bit seconds");
		say(f, VERDICT_FAIL,
		    "the new page gives no time at a reading of the old one");
		return false;
	}
	if (is_step_within(step, error))
		return true;
	say_outside(f, old, step, error, counter);
	return false;
}

/*
 * For every C read under the old page, |T_new(C) - T_old(C)| <= E_old(C). T_old
 * and T_new are straight lines in C and E_old is two, bent upwards at the old
 * counter_value: so the slack on either side, E_old - (T_new - T_old) and
 * E_old + (T_new - T_old), consists of two straight lines with a kink there. On
 * an interval such a function has its minimum at an end or at the kink, and
 * with these three kept, all between them are. (The rounding to the grid adds
 * less than two units of 2^-64 s to that; at the three it is exact.)
 */
CHECK(series_nested)
{
	const struct snapshot *old = s->before->snapshot;
	uint64_t kink = s->before->clock.counter_value;

	if (!old->has_counter) {
		say(f, VERDICT_SKIP, "no readings of the counter");
		return;
	}
	if (!is_nested_at(s, f, old->counter) ||
	    !is_nested_at(s, f, old->counter_last))
		return;
	if ((int64_t)(kink - old->counter) > 0 &&
	    (int64_t)(old->counter_last - kink) > 0)
		is_nested_at(s, f, kink);
}

/* |new - old| > ppm of old, for periods of different shifts. */
static bool differ_by_ppm(const struct clock *a, const struct clock *b,
			  unsigned int ppm)
{
	unsigned int shift =
		a->shift > b->shift ? a->shift - b->shift : b->shift - a->shift;
	uint128 old = a->period, new = b->period, change;
	uint128 *coarse = a->shift < b->shift ? &old : &new;

	/* More than 2^64 is more than twice the other. */
	if (shift > 64 || *coarse << shift >> 66)
		return true;
	*coarse <<= shift;
	change = new > old ? new - old : old - new;
	return change * 1000000 > old * ppm;
}

CHECK(series_frequency_step)
{
	bool steered = flags_of(s) & flags_of(s->before) & FLAG_TIME_MONOTONIC;
	const struct clock *old = &s->before->clock, *new = &s->clock;
	struct strbuf buffer;
	unsigned int most;

	if (steered)
		most = differ_by_ppm(old, new, 1000) ? 1000 : 0;
	else
		most = differ_by_ppm(old, new, 100) ? 100
		       : differ_by_ppm(old, new, 1) ? 1
						    : 0;
	if (!most)
		return;
	buffer = strbuf_start(f->expected, sizeof(f->expected));
	strbuf_add(&buffer, "a change of ");
	strbuf_decimal(&buffer, most);
	strbuf_add(&buffer, " ppm at most");
	buffer = strbuf_start(f->actual, sizeof(f->actual));
	strbuf_hex(&buffer, old->period, 16);
	strbuf_add(&buffer, " shift ");
	strbuf_decimal(&buffer, old->shift);
	strbuf_add(&buffer, ", then ");
	strbuf_hex(&buffer, new->period, 16);
	strbuf_add(&buffer, " shift ");
	strbuf_decimal(&buffer, new->shift);
	say(f, most == 100 ? VERDICT_FAIL : VERDICT_WARN,
	    "a counter does not change its frequency so fast");
}

static void say_motion(struct finding *f, int row, const char *expected,
		       const char *message)
{
	f->row = row;
	expect_text(f, expected);
	say(f, VERDICT_FAIL, message);
}

/* Whether counter and reference time came here together from the page before.
 */
static bool advanced_together(const struct subject *s, struct finding *f)
{
	int64_t ticks = (int64_t)(s->clock.counter_value -
				  s->before->clock.counter_value);
	grid old, new, counted, time;
	struct step step;

	/* Neither is before the epoch, so the difference is in range. */
	if (!clock_reference(&s->before->clock, &old) ||
	    !clock_reference(&s->clock, &new))
		return true;
	time = new - old;
	if (clock_time(&s->before->clock, s->clock.counter_value, &counted)) {
		step = make_step(counted, new);
		time += take_leap(s, &step);
	}
	if (ticks < 0) {
		say_motion(f, FIELD_counter_value, "at or after the one before",
			   "counter_value went back");
	} else if (time < 0) {
		say_motion(f, FIELD_time_sec, "at or after the one before",
			   "the reference time went back");
	} else if (time == 0 &&
		   (!clock_time(&s->before->clock, s->clock.counter_value,
				&counted) ||
		    counted - old > GRID_SECOND)) {
		say_motion(
			f, FIELD_time_sec, "later than before",
			"counter_value advanced by more than a second, the reference time did not");
	} else if (ticks == 0 && time > GRID_SECOND) {
		say_motion(
			f, FIELD_counter_value, "later than before",
			"the reference time advanced by more than a second, counter_value did not");
	} else {
		return true;
	}
	return false;
}

CHECK(series_reference_advances)
{
	struct strbuf buffer;

	if (s->before && subject_same(s) && !advanced_together(s, f))
		return;
	if (s->history.still < STALE_AFTER)
		return;
	buffer = strbuf_start(f->actual, sizeof(f->actual));
	strbuf_nsec(&buffer, (uint128)s->history.still);
	f->row = FIELD_counter_value;
	expect_text(f, "a new reference within 60 s");
	say(f, VERDICT_WARN,
	    "the reference does not change while SYNCHRONIZED: a stale host?");
}
