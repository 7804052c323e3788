/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several snapshots: how the time moves from one page to the next. Pages are
 * compared at one reading of the counter, on the grid of 2^-64 s, so that their
 * shifts and references need not agree.
 */
#include "step.h"
#include "event/change.h"

/* Rounded down: none of those used here lies on the grid, so that what is more
 * than the number is more than this. */
#define GRID_USEC(n) (((uint128)(n) << 64) / 1000000)

/* Since when the clock may have drifted unseen: back from FREERUNNING, or where
 * updates were missed, whose corrections come all at once. */
static bool find_drift_start(const struct subject *s, grid *since)
{
	bool free =
		value_of(s->before, FIELD_clock_status) == STATUS_FREERUNNING;

	if (free && value_of(s, FIELD_clock_status) == STATUS_SYNCHRONIZED) {
		*since = s->history.free_since;
		return true;
	}
	return change_missed(&s->before->page, &s->page) != 0 &&
	       clock_reference(&s->before->clock, since);
}

/* Whether 50 ppm of the time since then explain the step. */
static bool is_explained(const struct subject *s, grid old, uint128 size)
{
	grid since;

	if (!find_drift_start(s, &since) || old <= since)
		return false;
	/* size <= time * 50 / 1000000, where the product may not fit. */
	return size <= ((uint128)old - (uint128)since) / 20000;
}

CHECK(series_marker_silent)
{
	struct step step;
	grid old;

	if (!step_at(s, step_counter(s), &old, &step) ||
	    step.size <= GRID_USEC(500))
		return;
	step_say_actual(f, step);
	if (step.size <= GRID_USEC(10000)) {
		expect_text(f, "500 us at most, or a new marker");
		say(f, VERDICT_WARN,
		    "time stepped but disruption_marker did not change");
	} else if (is_explained(s, old, step.size)) {
		expect_text(f, "10 ms at most, or a new marker");
		say(f, VERDICT_WARN,
		    "time stepped by no more than 50 ppm of the time that was spent FREERUNNING, or in which updates were missed; disruption_marker did not change");
	} else {
		expect_text(f, "10 ms at most, or a new marker");
		say(f, VERDICT_FAIL,
		    "time jumped but disruption_marker did not change");
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
		step = step_make(at, new);
		leap = step_take_leap(s, &step);
	}
	/* One at the end of all time stays there. */
	if (__builtin_add_overflow(new, leap, &at))
		at = new;
	step = step_make(old, at);
	if (!step.back)
		return;
	new = at;
	step_say_actual(f, step);
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
		step = step_make(counted, new);
		time += step_take_leap(s, &step);
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
	if (s->clock.has_maxerror) {
		say(f, VERDICT_OK,
		    "the reference has not changed for an hour; the bounds grow meanwhile");
		return;
	}
	buffer = strbuf_start(f->actual, sizeof(f->actual));
	strbuf_nsec(&buffer, (uint128)s->history.still);
	f->row = FIELD_counter_value;
	expect_text(f, "a new reference within an hour");
	say(f, VERDICT_WARN,
	    "the reference does not change while SYNCHRONIZED, and no bounds grow: a stale host?");
}
