/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The time now, with its bounds, from a mapped page of today's layout: the one
 * place where time is read live, and as short as it can be.
 */
#ifndef VMCLOCKCTL_IO_NOW_H
#define VMCLOCKCTL_IO_NOW_H

#include "../clock.h"
#include "seqlock.h"

struct now {
	uint64_t counter; /* read inside the seqlock */
	uint64_t disruption_marker;
	grid time; /* T, on the page's own timescale */
	/* time - error and time + error; only with has_bounds. */
	bool has_bounds;
	struct clock_error error;
	struct timestamp earliest, latest;
};

enum now_result {
	NOW_TIME,
	NOW_MOVING, /* an update in progress: look again, or wait */
	NOW_NONE,   /* the page tells no time, or of another counter */
};

#define NOW_WORD(field) ((OFFSET_##field) & ~7)

/* A field out of the aligned word that holds it. */
#define NOW_FIELD(word, field)                                                 \
	((word) >> 8 * ((OFFSET_##field) & 7) &                                \
	 UINT64_MAX >> (64 - 8 * (WIDTH_##field)))

/* The bounds of a time whose error is below a second, as every sane one is;
 * else clock_earliest() and clock_latest() are called. */
static inline bool now_bounds(struct now *now)
{
	grid low, high;
	uint64_t up;

	if (__builtin_expect(now->error.nsec >= NSEC_PER_SEC, 0))
		return clock_earliest(now->time, now->error, &now->earliest) &&
		       clock_latest(now->time, now->error, &now->latest);
	if (__builtin_sub_overflow(now->time, now->error.grid, &low) ||
	    __builtin_add_overflow(now->time, now->error.grid, &high))
		return false;
	now->earliest = grid_to_timestamp(low);
	now->latest = grid_to_timestamp(high);
	if (now->earliest.nsec < now->error.nsec) {
		if (now->earliest.sec-- == INT64_MIN)
			return false;
		now->earliest.nsec += NSEC_PER_SEC;
	}
	now->earliest.nsec -= (uint32_t)now->error.nsec;
	/* Up to the nanosecond where it lies between two. */
	up = now->latest.nsec + now->error.nsec +
	     ((uint64_t)((uint64_t)high * NSEC_PER_SEC) != 0);
	if (up >= NSEC_PER_SEC) {
		if (now->latest.sec++ == INT64_MAX)
			return false;
		up -= NSEC_PER_SEC;
		if (__builtin_expect(up >= NSEC_PER_SEC, 0)) {
			if (now->latest.sec++ == INT64_MAX)
				return false;
			up -= NSEC_PER_SEC;
		}
	}
	now->latest.nsec = (uint32_t)up;
	return true;
}

/*
 * Read it once. `page` is mapped, of layout vmclock-1, and holds PAGE_DEFINED
 * bytes at least, as does its `size`.
 */
static inline enum now_result now_read(const void *page, struct now *now)
{
	const uint8_t *at = page;
	const uint8_t *seq_count = at + OFFSET_seq_count;
	uint64_t identity, flags, state;
	struct clock clock = { 0 };
	uint32_t seq = seqlock_begin(seq_count);

	if (seq & 1)
		return NOW_MOVING;
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
	clock.shift = (uint8_t)NOW_FIELD(state, counter_period_shift);
	if (seqlock_moved_since(seq_count, seq, now->counter))
		return NOW_MOVING;
	if (NOW_FIELD(identity, counter_id) != COUNTER_OWN ||
	    NOW_FIELD(identity, time_type) > TIME_TYPE_MONOTONIC ||
	    !clock.period)
		return NOW_NONE;
	switch (NOW_FIELD(state, clock_status)) {
	case STATUS_SYNCHRONIZED:
	case STATUS_FREERUNNING:
		break;
	default:
		return NOW_NONE;
	}
	if (!clock_time(&clock, now->counter, &now->time))
		return NOW_NONE;
	now->has_bounds = false;
	if (!(~flags &
	      (FLAG_TIME_MAXERROR_VALID | FLAG_PERIOD_MAXERROR_VALID))) {
		now->error = clock_maxerror(&clock, now->counter);
		now->has_bounds = now_bounds(now);
	}
	return NOW_TIME;
}

#endif
