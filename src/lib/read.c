/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the epoch and the time of an open clock. */
#include "here.h"

#if VMCLOCK_HERE

#include <errno.h>
#include <string.h>

#include "clock/grid.h"
#include "reader.h"

#define BOUNDS (FLAG_TIME_MAXERROR_VALID | FLAG_PERIOD_MAXERROR_VALID)

/* The leap indicators by which UTC may differ from the page's count. */
#define LEAPS_NEAR (1u << LEAP_PRE_POS | 1u << LEAP_PRE_NEG | 1u << LEAP_POS)

/* One look at the page: whole words. */
struct look {
	uint64_t counter;
	uint64_t identity, flags, state;
	uint64_t counter_value, period, period_maxerror;
	uint64_t time_sec, time_frac, time_maxerror;
	struct vmclock_epoch epoch;
};

int vmclock_epoch(const struct vmclock *clock, struct vmclock_epoch *epoch)
{
	const uint8_t *seq_count = clock->page + OFFSET_seq_count;
	struct vmclock_epoch taken;

	for (unsigned int i = 0; i < VMCLOCK_LOOKS; i++) {
		uint32_t seq = seqlock_begin(seq_count);

		reader_epoch(clock, &taken, reader_flags(clock));
		if (!(seq & 1) && !seqlock_moved(seq_count, seq)) {
			*epoch = taken;
			return 0;
		}
		seqlock_pause();
	}
	return -EAGAIN;
}

int reader_take_state(const struct vmclock *clock, struct reader_state *state)
{
	const uint8_t *seq_count = clock->page + OFFSET_seq_count;
	struct reader_state taken = { 0 };

	for (unsigned int i = 0; i < VMCLOCK_LOOKS; i++) {
		uint32_t seq = seqlock_begin(seq_count);

		taken.flags = reader_flags(clock);
		reader_epoch(clock, &taken.epoch, taken.flags);
		if (clock->has_status)
			taken.state = shared_load64(clock->page +
						    READER_WORD(clock_status));
		if (!(seq & 1) && !seqlock_moved(seq_count, seq)) {
			*state = taken;
			return 0;
		}
		seqlock_pause();
	}
	return -EAGAIN;
}

/* Load the words that make the time. A page without a clock may end before
 * them: then they are 0. */
static inline __attribute__((always_inline)) void
load_clock(const struct vmclock *clock, struct look *l)
{
	const uint8_t *at = clock->page;

	l->identity = shared_load64(at + READER_WORD(counter_id));
	l->flags = reader_flags(clock);
	reader_epoch(clock, &l->epoch, l->flags);
	if (reader_unlikely(!clock->has_clock)) {
		l->state =
			clock->has_status
				? shared_load64(at + READER_WORD(clock_status))
				: 0;
		l->counter_value = l->period = l->period_maxerror = 0;
		l->time_sec = l->time_frac = l->time_maxerror = 0;
		return;
	}
	l->state = shared_load64(at + READER_WORD(clock_status));
	l->counter_value = shared_load64(at + OFFSET_counter_value);
	l->period = shared_load64(at + OFFSET_counter_period_frac_sec);
	l->period_maxerror = shared_load64(
		at + OFFSET_counter_period_maxerror_rate_frac_sec);
	l->time_sec = shared_load64(at + OFFSET_time_sec);
	l->time_frac = shared_load64(at + OFFSET_time_frac_sec);
	l->time_maxerror = shared_load64(at + clock->maxerror_at);
}

/* Whether the words are of one update; with `live`, the counter is read
 * between the two loads of seq_count. */
static inline __attribute__((always_inline)) bool
look_once(const struct vmclock *clock, bool live, struct look *l)
{
	const uint8_t *seq_count = clock->page + OFFSET_seq_count;
	uint32_t seq = seqlock_begin(seq_count);

	if (live)
		l->counter = counter_read();
	load_clock(clock, l);
	if (reader_unlikely(seq & 1))
		return false;
	return live ? !seqlock_moved_since(seq_count, seq, l->counter)
		    : !seqlock_moved(seq_count, seq);
}

/* The bound that is nearest to `nsec`. */
static int64_t clamp_nsec(int128 nsec)
{
	if (nsec < INT64_MIN)
		return INT64_MIN;
	return nsec > INT64_MAX ? INT64_MAX : (int64_t)nsec;
}

static struct clock clock_of(const struct look *l)
{
	return (struct clock){
		.counter_value = l->counter_value,
		.period = l->period,
		.period_maxerror = l->period_maxerror,
		.time_sec = l->time_sec,
		.time_frac = l->time_frac,
		.time_maxerror = l->time_maxerror,
		.tai_offset = (int16_t)READER_FIELD(l->state, tai_offset_sec),
		.shift = (uint8_t)READER_FIELD(l->state, counter_period_shift),
		.time_type = (uint8_t)READER_FIELD(l->identity, time_type),
		.leap = (uint8_t)READER_FIELD(l->state, leap_indicator),
		.tai_valid = (l->flags & FLAG_TAI_OFFSET_VALID) != 0,
		.has_maxerror = (l->flags & BOUNDS) == BOUNDS,
	};
}

/* A time of the page on another scale; false if it is out of range. `utc` has
 * what clock_utc() says, on the scale of the page nothing. */
static bool convert_time(const struct clock *clock, int scale, grid time,
			 struct utc *utc, grid *converted)
{
	*utc = (struct utc){ 0 };
	*converted = time;
	if (scale == VMCLOCK_SCALE_PAGE ||
	    (scale == VMCLOCK_SCALE_TAI && clock->time_type == TIME_TYPE_TAI))
		return true;
	if (!clock_utc(clock, time, utc))
		return false;
	*converted = scale == VMCLOCK_SCALE_UTC ? utc->time : utc->tai;
	return scale == VMCLOCK_SCALE_UTC || utc->tai_known;
}

/* The midnight after a time of UTC, in ns. */
static int128 next_midnight(grid time)
{
	struct utc_date date = utc_date((int64_t)(time >> 64));

	return ((time >> 64) - date.of_day + SECONDS_PER_DAY) * NSEC_PER_SEC;
}

/* Put both bounds of T = time; each is rounded outward, and what does not fit
 * is no bound. */
static void put_bounds(const struct clock *clock, int scale, grid time,
		       uint64_t counter, struct vmclock_now *now)
{
	struct clock_error error = clock_maxerror(clock, counter);
	grid margin, low, high, early, late;
	struct utc low_utc = { 0 }, high_utc = { 0 };
	bool has_low, has_high;
	int128 least = 0, most = 0;

	if (__builtin_add_overflow((grid)error.grid,
				   grid_from_nsec_ceil(error.nsec), &margin) ||
	    margin < 0)
		return;
	has_low = !__builtin_sub_overflow(time, margin, &low) &&
		  convert_time(clock, scale, low, &low_utc, &early);
	has_high = !__builtin_add_overflow(time, margin, &high) &&
		   convert_time(clock, scale, high, &high_utc, &late);
	if (has_low)
		least = grid_nsec_floor(early);
	if (has_high)
		most = (int128)grid_nsec_ceil(late);
	/* The count of UTC steps back by a second at the end of 23:59:59, and
	 * what is in between may be before the first or after the last. */
	if (scale == VMCLOCK_SCALE_UTC && has_low && has_high &&
	    (int128)((uint128)high - (uint128)late) >
		    (int128)((uint128)low - (uint128)early)) {
		int128 midnight = next_midnight(early);

		if (least > midnight - NSEC_PER_SEC)
			least = midnight - NSEC_PER_SEC;
		if (high_utc.leap_second)
			most = next_midnight(late);
	}
	if (has_low)
		now->earliest = clamp_nsec(least);
	if (has_high)
		now->latest = clamp_nsec(most);
}

/* The time of any page, by the functions of grid.h. The look is a value, so
 * that it stays in registers where all is as usual. */
static __attribute__((noinline)) int put_any_time(struct look look, int scale,
						  struct vmclock_now *now)
{
	const struct look *l = &look;
	struct clock clock = clock_of(l);
	struct utc utc;
	grid time, converted;
	int128 nsec;

	if (!clock_time(&clock, l->counter, &time) ||
	    !convert_time(&clock, scale, time, &utc, &converted))
		return -ERANGE;
	nsec = grid_nsec_floor(converted);
	if (nsec != (int64_t)nsec)
		return -ERANGE;
	now->time = (int64_t)nsec;
	if (utc.leap_second)
		now->flags |= VMCLOCK_IN_LEAP_SECOND;
	if (scale == VMCLOCK_SCALE_UTC && clock.tai_valid)
		now->tai_minus_utc = utc.tai_minus_utc;
	if (clock.has_maxerror)
		put_bounds(&clock, scale, time, l->counter, now);
	return 0;
}

/* Seconds and errors for which no sum of put_usual_time() wraps. */
#define SECONDS_USUAL (INT64_C(1) << 33)
#define ERROR_USUAL   (UINT64_C(1) << 58)

/*
 * The time of what every sane page has: a shift below 64, a reference that the
 * counter has passed, an error that fits, a time that is `offset` seconds from
 * the page's and no leap second near. False for any other page. The same sums
 * as in grid.h, but for the bounds: they are rounded once for T and once for E.
 */
static inline __attribute__((always_inline)) bool
put_usual_time(const struct look *l, int64_t offset, struct vmclock_now *now)
{
	unsigned int shift =
		(uint8_t)READER_FIELD(l->state, counter_period_shift);
	uint64_t ticks = l->counter - l->counter_value;
	uint128 reference = (uint128)l->time_sec << 64 | l->time_frac;
	/* What makes the shift round up. */
	uint64_t up = (UINT64_C(1) << (shift & 63)) - 1;
	uint128 time = reference + ((uint128)ticks * l->period >> (shift & 63));
	uint128 error =
		((uint128)ticks * l->period_maxerror + up) >> (shift & 63);
	int64_t sec = (int64_t)((uint64_t)(time >> 64) + (uint64_t)offset);
	uint64_t nsec =
		(uint64_t)((uint128)(uint64_t)time * NSEC_PER_SEC >> 64);
	/* A whole fraction of 2^64 rounds up to a second. */
	uint64_t margin = (uint64_t)(((uint128)(uint64_t)error * NSEC_PER_SEC +
				      UINT64_MAX) >>
				     64) +
			  l->time_maxerror;
	int64_t now_nsec = (int64_t)((uint64_t)sec * NSEC_PER_SEC + nsec);

	if (reader_unlikely((int64_t)ticks < 0 || shift >= 64 ||
			    l->time_sec >> 33 || l->time_maxerror >> 58 ||
			    error >> 64 || time >> 97 || sec < -SECONDS_USUAL ||
			    sec >= SECONDS_USUAL))
		return false;
	now->time = now_nsec;
	if ((l->flags & BOUNDS) == BOUNDS) {
		now->earliest = now_nsec - (int64_t)margin;
		now->latest = now_nsec + 1 + (int64_t)margin;
	} else {
		now->earliest = INT64_MIN;
		now->latest = INT64_MAX;
	}
	return true;
}

static int put_no_time(struct vmclock_now *now, int error)
{
	now->time = now->earliest = now->latest = INT64_MIN;
	return error;
}

/* The time of a look, on the scale. */
static inline __attribute__((always_inline)) int
put_time(const struct vmclock *clock, const struct look *l, int scale,
	 struct vmclock_now *now)
{
	unsigned int leap = (uint8_t)READER_FIELD(l->state, leap_indicator);
	unsigned int status = (uint8_t)READER_FIELD(l->state, clock_status);
	unsigned int type = (uint8_t)READER_FIELD(l->identity, time_type);
	int tai = (int16_t)READER_FIELD(l->state, tai_offset_sec);
	bool has_tai = (l->flags & FLAG_TAI_OFFSET_VALID) != 0;
	bool near = leap < 32 && (LEAPS_NEAR >> leap & 1);
	int64_t offset = 0;
	int result;

	tai = tai < 0 ? -tai : tai;
	now->counter = l->counter;
	now->epoch = l->epoch;
	now->flags = ((l->flags & BOUNDS) == BOUNDS ? VMCLOCK_HAS_BOUNDS : 0) |
		     (l->flags & FLAG_DISRUPTION_SOON ? VMCLOCK_DISRUPTION_SOON
						      : 0) |
		     (l->flags & FLAG_DISRUPTION_IMMINENT
			      ? VMCLOCK_DISRUPTION_IMMINENT
			      : 0) |
		     (has_tai ? VMCLOCK_HAS_TAI : 0);
	now->status = (uint8_t)status;
	now->leap = (int8_t)((leap == LEAP_PRE_POS) - (leap == LEAP_PRE_NEG));
	now->time_type = (uint8_t)type;
	now->reserved = 0;
	now->tai_minus_utc = has_tai ? tai : 0;
	now->reserved2 = 0;
	if (reader_unlikely(!clock->has_clock ||
			    READER_FIELD(l->identity, counter_id) !=
				    COUNTER_OWN ||
			    !time_type_usable(type) || !l->period))
		return put_no_time(now, -ENODATA);
	if (reader_unlikely(!status_usable(status)))
		return put_no_time(now, -EHOSTDOWN);
	if (scale != VMCLOCK_SCALE_PAGE) {
		bool to_utc = scale == VMCLOCK_SCALE_UTC;
		bool same = type == (to_utc ? TIME_TYPE_UTC : TIME_TYPE_TAI);

		if (reader_unlikely(type == TIME_TYPE_MONOTONIC ||
				    (!same && !has_tai)))
			return put_no_time(now, -ENODATA);
		if (!same)
			offset = to_utc ? -tai : tai;
		/* TAI of a page of TAI knows no leap second. */
		near = near && (to_utc || !same);
	} else {
		near = false;
	}
	if (!reader_unlikely(near) && put_usual_time(l, offset, now))
		return 0;
	now->earliest = INT64_MIN;
	now->latest = INT64_MAX;
	result = put_any_time(*l, scale, now);
	return result ? put_no_time(now, result) : 0;
}

/* Other sizes than today's: what is unknown here is 0. */
static __attribute__((noinline)) int
check_call(int scale, struct vmclock_now *now, size_t size)
{
	if (size < sizeof(*now) || scale < VMCLOCK_SCALE_UTC ||
	    scale > VMCLOCK_SCALE_PAGE)
		return -EINVAL;
	memset((char *)now + sizeof(*now), 0, size - sizeof(*now));
	return 0;
}

static inline __attribute__((always_inline)) int
read_time(const struct vmclock *clock, int scale, bool live, uint64_t counter,
	  struct vmclock_now *now, size_t size)
{
	struct look l;

	if (reader_unlikely(size != sizeof(*now) ||
			    (unsigned int)scale > VMCLOCK_SCALE_PAGE) &&
	    check_call(scale, now, size))
		return -EINVAL;
	l.counter = counter;
	for (unsigned int i = 0; i < VMCLOCK_LOOKS; i++) {
		if (!reader_unlikely(!look_once(clock, live, &l)))
			return put_time(clock, &l, scale, now);
		seqlock_pause();
	}
	return -EAGAIN;
}

int vmclock_now(const struct vmclock *clock, int scale, struct vmclock_now *now,
		size_t size)
{
	return read_time(clock, scale, true, 0, now, size);
}

int vmclock_at(const struct vmclock *clock, int scale, uint64_t counter,
	       struct vmclock_now *now, size_t size)
{
	return read_time(clock, scale, false, counter, now, size);
}

uint64_t vmclock_counter(void)
{
	return counter_read();
}

#endif
