/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The time now, with its bounds, from a mapped page of today's layout: the
 * shortest possible reading, for a hot path. The commands copy the page,
 * because they also show or check it, and compute the time at their copy's
 * counter with clock.h; tests check that both give the same results.
 */
#ifndef VMCLOCKCTL_IO_LIVE_NOW_H
#define VMCLOCKCTL_IO_LIVE_NOW_H

#include "clock/clock.h"
#include "seqlock.h"

struct now {
	uint64_t counter; /* read inside the seqlock */
	uint64_t disruption_marker;
	grid time; /* T, on the page's own timescale */
	/* E; T - E and T + E are what clock_earliest() and clock_latest() make
	 * of the two, in nanoseconds. */
	bool has_error;
	struct clock_error error;
};

enum now_result {
	NOW_TIME,
	NOW_MOVING, /* an update is in progress: look again, or wait */
	NOW_NONE,   /* the page has no time, or describes another counter */
};

/* The aligned word that holds a field, and the field taken from it. */
#define NOW_WORD(field) ((OFFSET_##field) & ~7)
#define NOW_FIELD(word, field)                                                 \
	((word) >> 8 * ((OFFSET_##field) & 7) &                                \
	 UINT64_MAX >> (64 - 8 * (WIDTH_##field)))

/*
 * Compute T and E for what every sane page has, a shift below 64 and a
 * reference that the counter has passed; for any other page, call the general
 * functions of clock.h. What counts is the time from the counter to the result,
 * because the next reading waits for it: one multiplication, one shift and one
 * addition, while everything that does not depend on the counter runs in
 * parallel.
 */
static inline bool now_compute(const struct clock *clock, struct now *now)
{
	uint64_t ticks = now->counter - clock->counter_value;
	uint128 reference = (uint128)clock->time_sec << 64 | clock->time_frac;
	/* What makes the shift round up. */
	uint64_t up = (UINT64_C(1) << (clock->shift & 63)) - 1;

	now->error = (struct clock_error){ .nsec = clock->time_maxerror };
	if (__builtin_expect((int64_t)ticks < 0 || clock->shift >= 64, 0)) {
		now->error = clock_maxerror(clock, now->counter);
		return clock_time(clock, now->counter, &now->time);
	}
	now->error.grid = ((uint128)ticks * clock->period_maxerror + up) >>
			  (clock->shift & 63);
	/* Neither is above 2^127, so that no sum wraps. */
	now->time = (grid)(reference + ((uint128)ticks * clock->period >>
					(clock->shift & 63)));
	return !(reference >> 127) && now->time >= 0;
}

/*
 * Read the time once. `page` is mapped and of layout vmclock-1; it has at least
 * PAGE_DEFINED bytes, and its `size` says at least as many.
 */
static inline enum now_result now_read(const void *page, struct now *now)
{
	const uint64_t bounds =
		FLAG_TIME_MAXERROR_VALID | FLAG_PERIOD_MAXERROR_VALID;
	const uint8_t *at = page;
	const uint8_t *seq_count = at + OFFSET_seq_count;
	uint64_t identity, flags, state, status;
	struct clock clock = { 0 };
	uint32_t seq = seqlock_begin(seq_count);

	now->counter = counter_read();
	identity = shared_load64(at + NOW_WORD(counter_id));
	now->disruption_marker = shared_load64(at + OFFSET_disruption_marker);
	flags = shared_load64(at + OFFSET_flags);
	state = shared_load64(at + NOW_WORD(clock_status));
	clock.counter_value = shared_load64(at + OFFSET_counter_value);
	clock.period = shared_load64(at + OFFSET_counter_period_frac_sec);
	clock.period_maxerror = shared_load64(
		at + OFFSET_counter_period_maxerror_rate_frac_sec);
	clock.time_sec = shared_load64(at + OFFSET_time_sec);
	clock.time_frac = shared_load64(at + OFFSET_time_frac_sec);
	clock.time_maxerror = shared_load64(at + OFFSET_time_maxerror_nanosec);
	if (seq & 1 || seqlock_moved_since(seq_count, seq, now->counter))
		return NOW_MOVING;
	clock.shift = (uint8_t)NOW_FIELD(state, counter_period_shift);
	status = NOW_FIELD(state, clock_status);
	if (NOW_FIELD(identity, counter_id) != COUNTER_OWN ||
	    !time_type_usable(NOW_FIELD(identity, time_type)) ||
	    !clock.period || !status_usable(status))
		return NOW_NONE;
	now->has_error = (flags & bounds) == bounds;
	return now_compute(&clock, now) ? NOW_TIME : NOW_NONE;
}

#endif
