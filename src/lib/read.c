/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the epoch and the time of an open clock. */
#include "here.h"
#include "reader.h"

#if VMCLOCK_HERE

#include <errno.h>
#include <string.h>

#include "clock/grid.h"

#define BOUNDS (FLAG_TIME_MAXERROR_VALID | FLAG_PERIOD_MAXERROR_VALID)

/* One look at the page: whole words. */
struct look {
	uint64_t counter;
	uint64_t identity, flags, state;
	uint64_t counter_value, period, period_maxerror;
	uint64_t time_sec, time_frac, time_maxerror;
	struct vmclock_epoch epoch;
};

/* Take the state in one look, its word of clock_status only where wanted. */
static inline __attribute__((always_inline)) int
take_state(const struct vmclock *clock, bool wants_status,
	   struct reader_state *state)
{
	const uint8_t *seq_count = clock->page + OFFSET_seq_count;
	struct reader_state taken = { 0 };

	for (unsigned int i = 0; i < VMCLOCK_LOOKS; i++) {
		uint32_t seq = seqlock_begin(seq_count);

		taken.flags = reader_flags(clock);
		reader_epoch(clock, &taken.epoch, taken.flags);
		if (wants_status)
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

int vmclock_epoch(const struct vmclock *clock, struct vmclock_epoch *epoch)
{
	struct reader_state state;
	int result = take_state(clock, false, &state);

	if (!result)
		*epoch = state.epoch;
	return result;
}

int reader_take_state(const struct vmclock *clock, struct reader_state *state)
{
	return take_state(clock, clock->has_status, state);
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
		l->counter = reader_counter(clock);
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
	grid margin, low, high, early = 0, late = 0;
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

/* The time of any page, by the functions of grid.h. */
static int put_any_time(const struct look *l, int scale,
			struct vmclock_now *now)
{
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

static int put_no_time(struct vmclock_now *now, int error)
{
	now->time = now->earliest = now->latest = INT64_MIN;
	return error;
}

/* The time of a look, on the scale. */
static int put_time(const struct vmclock *clock, const struct look *l,
		    int scale, struct vmclock_now *now)
{
	unsigned int leap = (uint8_t)READER_FIELD(l->state, leap_indicator);
	unsigned int status = (uint8_t)READER_FIELD(l->state, clock_status);
	unsigned int type = (uint8_t)READER_FIELD(l->identity, time_type);
	int tai = (int16_t)READER_FIELD(l->state, tai_offset_sec);
	bool has_tai = (l->flags & FLAG_TAI_OFFSET_VALID) != 0;
	int result;

	tai = tai < 0 ? -tai : tai;
	now->counter = l->counter;
	now->epoch = l->epoch;
	now->flags =
		((l->flags & BOUNDS) == BOUNDS ? VMCLOCK_HAS_BOUNDS : 0) |
		((l->flags & FLAG_DISRUPTION_SOON) ? VMCLOCK_DISRUPTION_SOON
						   : 0) |
		((l->flags & FLAG_DISRUPTION_IMMINENT)
			 ? VMCLOCK_DISRUPTION_IMMINENT
			 : 0) |
		(has_tai ? VMCLOCK_HAS_TAI : 0);
	now->status = (uint8_t)status;
	now->leap = (int8_t)((leap == LEAP_PRE_POS) - (leap == LEAP_PRE_NEG));
	now->time_type = (uint8_t)type;
	now->reserved = 0;
	now->tai_minus_utc = has_tai ? tai : 0;
	now->reserved2 = 0;
	if ((!clock->has_clock ||
	     READER_FIELD(l->identity, counter_id) != COUNTER_OWN ||
	     !time_type_usable(type) || !l->period))
		return put_no_time(now, -ENODATA);
	if (!status_usable(status))
		return put_no_time(now, -EHOSTDOWN);
	if (scale != VMCLOCK_SCALE_PAGE &&
	    (type == TIME_TYPE_MONOTONIC ||
	     (type != (scale == VMCLOCK_SCALE_UTC ? TIME_TYPE_UTC
						  : TIME_TYPE_TAI) &&
	      !has_tai)))
		return put_no_time(now, -ENODATA);
	now->earliest = INT64_MIN;
	now->latest = INT64_MAX;
	result = put_any_time(l, scale, now);
	return result ? put_no_time(now, result) : 0;
}

/* Any page and any call, from looks of its own. */
static __attribute__((noinline, cold)) int
read_any(const struct vmclock *clock, int scale, bool live, uint64_t counter,
	 struct vmclock_now *now, size_t size)
{
	struct look l;

	if (size < sizeof(*now) || scale < VMCLOCK_SCALE_UTC ||
	    scale > VMCLOCK_SCALE_PAGE)
		return -EINVAL;
	/* What is unknown here is 0. */
	memset((char *)now + sizeof(*now), 0, size - sizeof(*now));
	l.counter = counter;
	/* read_usual() has looked once. */
	for (unsigned int i = 1; i < VMCLOCK_LOOKS; i++) {
		if (look_once(clock, live, &l))
			return put_time(clock, &l, scale, now);
		seqlock_pause();
	}
	return -EAGAIN;
}

/* A value that a field has in its word. */
#define IN_WORD(field, value) ((uint64_t)(value) << 8 * (OFFSET_##field & 7))

/* This machine's counter; UTC or TAI. */
#define IDENTITY_MASK  (IN_WORD(counter_id, 0xff) | IN_WORD(time_type, 0xfe))
#define IDENTITY_USUAL IN_WORD(counter_id, COUNTER_OWN)

/* Synchronized or freerunning, no leap second, a shift below 64. */
#define STATE_MASK                                                             \
	(IN_WORD(clock_status, 0xfe) | IN_WORD(leap_indicator, 0xff) |         \
	 IN_WORD(counter_period_shift, 0xc0))
#define STATE_USUAL IN_WORD(clock_status, STATUS_SYNCHRONIZED)

_Static_assert((STATUS_SYNCHRONIZED ^ STATUS_FREERUNNING) == 1 &&
		       (TIME_TYPE_UTC ^ TIME_TYPE_TAI) == 1 && LEAP_NONE == 0,
	       "one bit tells them apart");
_Static_assert((int)VMCLOCK_SCALE_UTC == (int)TIME_TYPE_UTC &&
		       (int)VMCLOCK_SCALE_TAI == (int)TIME_TYPE_TAI,
	       "a scale is the time type that is on it");

_Static_assert((int)FLAG_DISRUPTION_SOON == VMCLOCK_DISRUPTION_SOON &&
		       (int)FLAG_DISRUPTION_IMMINENT ==
			       VMCLOCK_DISRUPTION_IMMINENT &&
		       FLAG_TAI_OFFSET_VALID == 1,
	       "the page and the result have the same bits");

/* The lower half of high:low >> shift, by less than 64. */
static inline uint64_t shift_low(uint64_t high, uint64_t low, uint8_t shift)
{
#if defined(__x86_64__)
	/* A compiler makes ready for 64 and more, too. */
	__asm__("shrdq %2, %1, %0" : "+r"(low) : "r"(high), "c"(shift) : "cc");
	return low;
#else
	return low >> shift | high << 1 << (63 - shift);
#endif
}

/*
 * The time of what every sane page has, from one look; false, with *now as it
 * was, for all else, which read_any() answers. The same sums as in grid.h, but
 * for the bounds: they are rounded once for T and once for E. No sum wraps:
 * the seconds are below 2^33 and the errors below 2^58 ns.
 *
 * A word of each line is loaded before the counter is read, so that lines which
 * a writer has come at the same time. Any other is loaded where it is needed:
 * the fewer values are held, the fewer go by the stack.
 */
static inline __attribute__((always_inline)) bool
read_usual(const struct vmclock *clock, int scale, bool live, uint64_t counter,
	   struct vmclock_now *now)
{
	const uint8_t *at = clock->page;
	const uint64_t known_flags = clock->flags;
	uint32_t seq = seqlock_begin(at + OFFSET_seq_count);
	uint64_t identity, flags, state, value, period, rate, sec, frac,
		maxerror;
	uint64_t disruption, generation, ticks, delta, delta_sec, error, margin,
		has, nsec;
	int tai, steps;
	uint128 product, time;
	uint8_t shift;

	if (reader_unlikely(!clock->has_clock))
		return false;
	value = shared_load64(at + OFFSET_counter_value);
	sec = shared_load64(at + OFFSET_time_sec);
	if (live)
		counter = reader_counter(clock);
	state = shared_load64(at + READER_WORD(clock_status));
	period = shared_load64(at + OFFSET_counter_period_frac_sec);
	rate = shared_load64(at + OFFSET_counter_period_maxerror_rate_frac_sec);
	shift = (uint8_t)READER_FIELD(state, counter_period_shift);
	ticks = counter - value;
	if (reader_unlikely((state & STATE_MASK) != STATE_USUAL || !period ||
			    ticks >> 63))
		return false;
	product = (uint128)ticks * period;
	delta = shift_low((uint64_t)(product >> 64), (uint64_t)product, shift);
	delta_sec = (uint64_t)(product >> 64) >> shift;
	/* The sum makes the shift round up. */
	product = (uint128)ticks * rate + ~(UINT64_MAX << shift);
	error = shift_low((uint64_t)(product >> 64), (uint64_t)product, shift);
	if (reader_unlikely((uint64_t)(product >> 64) >> shift))
		return false;
	maxerror = shared_load64(at + clock->maxerror_at);
	if (reader_unlikely(maxerror >> 58 || (sec | delta_sec) >> 32))
		return false;
	/* A whole fraction of 2^64 rounds up to a second. */
	product = (uint128)error * NSEC_PER_SEC;
	margin =
		(uint64_t)(product >> 64) + ((uint64_t)product != 0) + maxerror;
	frac = shared_load64(at + OFFSET_time_frac_sec);
	time = ((uint128)sec << 64 | frac) + ((uint128)delta_sec << 64 | delta);
	nsec = (uint64_t)(time >> 64) * NSEC_PER_SEC +
	       (uint64_t)((uint128)(uint64_t)time * NSEC_PER_SEC >> 64);
	flags = shared_load64(at + OFFSET_flags) & known_flags;
	identity = shared_load64(at + READER_WORD(counter_id));
	tai = (int16_t)READER_FIELD(state, tai_offset_sec);
	tai = tai < 0 ? -tai : tai;
	if (!(flags & FLAG_TAI_OFFSET_VALID))
		tai = 0;
	steps = scale - (int)READER_FIELD(identity, time_type);
	if (scale != VMCLOCK_SCALE_PAGE && steps) {
		if (reader_unlikely(!(flags & FLAG_TAI_OFFSET_VALID)))
			return false;
		nsec += (uint64_t)(int64_t)(steps * tai) * NSEC_PER_SEC;
	}
	disruption = shared_load64(at + OFFSET_disruption_marker);
	generation = shared_load64(at + clock->generation_at);
	has = flags / FLAG_VM_GEN_COUNTER_PRESENT & 1;
	if (reader_unlikely((identity & IDENTITY_MASK) != IDENTITY_USUAL ||
			    seq & 1 ||
			    (live ? seqlock_moved_since(at + OFFSET_seq_count,
							seq, counter)
				  : seqlock_moved(at + OFFSET_seq_count, seq))))
		return false;
	now->time = (int64_t)nsec;
	if (reader_unlikely((flags & BOUNDS) != BOUNDS)) {
		now->earliest = INT64_MIN;
		now->latest = INT64_MAX;
		now->flags = 0;
	} else {
		now->earliest = (int64_t)(nsec - margin);
		now->latest = (int64_t)(nsec + 1 + margin);
		now->flags = VMCLOCK_HAS_BOUNDS;
	}
	now->counter = counter;
	now->epoch.disruption = disruption;
	now->epoch.generation = has ? generation : 0;
	now->epoch.has = (uint32_t)has * VMCLOCK_HAS_GENERATION;
	now->epoch.reserved = 0;
	now->flags |=
		(uint32_t)(flags & READER_ANNOUNCED) |
		(uint32_t)(flags & FLAG_TAI_OFFSET_VALID) * VMCLOCK_HAS_TAI;
	now->status = (uint8_t)READER_FIELD(state, clock_status);
	now->leap = 0;
	now->time_type = (uint8_t)READER_FIELD(identity, time_type);
	now->reserved = 0;
	now->tai_minus_utc = tai;
	now->reserved2 = 0;
	return true;
}

static inline __attribute__((always_inline)) int
read_time(const struct vmclock *clock, int scale, bool live, uint64_t counter,
	  struct vmclock_now *now, size_t size)
{
	if (!reader_unlikely(size != sizeof(*now) ||
			     (unsigned int)scale > VMCLOCK_SCALE_PAGE) &&
	    !reader_unlikely(!read_usual(clock, scale, live, counter, now)))
		return 0;
	return read_any(clock, scale, live, counter, now, size);
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
