/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The time by a page, exact on the grid of 2^-64 s (UAPI.13,
 * "Calculating time" and "Time error calculation"):
 *
 *   T(C) = reference + floor((C - counter_value) * period / 2^shift)
 *   E(C) = time error + ceil(|C - counter_value| * period error / 2^shift)
 *
 * with C - counter_value a signed 64-bit difference. Nanoseconds are taken
 * from the grid last: T and earliest rounded down, E and latest up.
 */
#ifndef VMCLOCKCTL_CLOCK_GRID_H
#define VMCLOCKCTL_CLOCK_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"
#include "page/page.h"

#ifndef __SIZEOF_INT128__
#error "vmclockctl needs a compiler with 128-bit integers (a 64-bit machine)"
#endif

/* An extension of the compiler. */
__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

/* A point in time or a difference: seconds times 2^64, so -2^63 s to just
 * under 2^63 s since the epoch of the page's time type. */
typedef int128 grid;

#define GRID_SECOND	((grid)1 << 64)
#define SECONDS_PER_DAY 86400 /* without leap seconds */

/* |value|, for any value but the smallest. */
static inline grid grid_magnitude(grid value)
{
	return value < 0 ? -value : value;
}

/* The fields that make the time, from either layout, in today's units. */
struct clock {
	uint64_t counter_value; /* ticks */
	uint64_t period;	/* 2^-(64+shift) s a tick */
	uint64_t period_esterror;
	uint64_t period_maxerror;
	uint64_t time_sec;
	uint64_t time_frac;	/* 2^-64 s */
	uint64_t time_esterror; /* ns */
	uint64_t time_maxerror; /* ns */
	int16_t tai_offset;	/* as published, either sign */
	uint8_t shift;
	uint8_t time_type; /* enum time_type */
	uint8_t leap;	   /* enum leap_indicator; an rfc-3 page: NONE */
	/* An rfc-3 page's leap second, past or to come: 1 inserted, -1 skipped,
	 * 0 none; and the TAI second at which it begins, or would have been. */
	int8_t leap_direction;
	uint64_t leap_tai;
	bool tai_valid;
	bool has_esterror; /* both estimated errors are valid */
	bool has_maxerror; /* both maximum errors are valid */
};

/*
 * T(C). False if it lies outside -2^63 .. 2^63 - 1 s; *time is then undefined.
 * For a shift below 64, as every real page has, this is one multiplication,
 * one shift and one addition.
 */
static inline bool clock_time(const struct clock *clock, uint64_t counter,
			      grid *time)
{
	uint128 reference = (uint128)clock->time_sec << 64 | clock->time_frac;
	/* The difference fits 64 bits signed and the period 64 unsigned, so
	 * the product fits 128 signed, and any shift from 127 on leaves only
	 * its sign: the floor of a fraction between -1 and 1. */
	int128 product = (int128)(int64_t)(counter - clock->counter_value) *
			 clock->period;
	int128 delta = product >> (clock->shift < 127 ? clock->shift : 127);
	bool wrapped = __builtin_add_overflow((int128)reference, delta, time);

	/* A reference of 2^63 s or more looks negative here; then the sum is in
	 * range exactly if it wrapped. */
	return wrapped == (bool)(reference >> 127);
}

/* E(C) as the exact sum of whole nanoseconds and a number of 2^-64 s. */
struct clock_error {
	uint64_t nsec;
	uint128 grid; /* at most 2^127 */
};

/* ceil(|C - counter_value| * rate / 2^shift), with `rate` in the unit of the
 * period and of its errors. */
static inline uint128 clock_drift(const struct clock *clock, uint64_t counter,
				  uint64_t rate)
{
	int64_t ticks = (int64_t)(counter - clock->counter_value);
	uint64_t distance = ticks < 0 ? -(uint64_t)ticks : (uint64_t)ticks;
	uint128 product = (uint128)distance * rate;
	uint128 whole;

	if (clock->shift >= 128)
		return product != 0;
	whole = product >> clock->shift;
	return whole + ((whole << clock->shift) != product);
}

/* The maximum error at C. Only where clock->has_maxerror. */
static inline struct clock_error clock_maxerror(const struct clock *clock,
						uint64_t counter)
{
	return (struct clock_error){
		.nsec = clock->time_maxerror,
		.grid = clock_drift(clock, counter, clock->period_maxerror),
	};
}

/* The estimated error at C. Only where clock->has_esterror. */
static inline struct clock_error clock_esterror(const struct clock *clock,
						uint64_t counter)
{
	return (struct clock_error){
		.nsec = clock->time_esterror,
		.grid = clock_drift(clock, counter, clock->period_esterror),
	};
}

/* Seconds rounded down and 0 to 999999999 ns. */
struct timestamp {
	int64_t sec;
	uint32_t nsec;
};

/* Down to the nanosecond. */
static inline struct timestamp grid_to_timestamp(grid time)
{
	return (struct timestamp){
		.sec = (int64_t)(time >> 64),
		.nsec = (uint32_t)((uint128)(uint64_t)time * NSEC_PER_SEC >>
				   64),
	};
}

/* `nsec` nanoseconds as a timestamp; within signed 64-bit seconds. */
static inline struct timestamp timestamp_from_nsec(int128 nsec)
{
	int128 sec = nsec / NSEC_PER_SEC;
	int128 rest = nsec % NSEC_PER_SEC;

	if (rest < 0) {
		rest += NSEC_PER_SEC;
		sec--;
	}
	return (struct timestamp){ (int64_t)sec, (uint32_t)rest };
}

/* The nanoseconds in a time or a difference; each name has its rounding. */
int128 grid_nsec_floor(grid value);	/* down */
int128 grid_nsec_half_up(grid value);	/* to the nearest, halves up */
int128 grid_nsec_half_away(grid value); /* to the nearest, halves from 0 */
uint128 grid_nsec_ceil(grid value); /* up; for a value that is not negative */

/* The reverse. */
grid grid_from_nsec_floor(uint64_t nsec);
grid grid_from_nsec_ceil(uint64_t nsec);
grid grid_from_timestamp_floor(struct timestamp stamp);

/* T - E, down to the nanosecond. False below -2^63 s. */
bool clock_earliest(grid time, struct clock_error error,
		    struct timestamp *stamp);

/* T + E, up to the nanosecond. False above 2^63 s - 1 ns. */
bool clock_latest(grid time, struct clock_error error, struct timestamp *stamp);

/* E in nanoseconds, rounded up. */
uint128 clock_error_nsec(struct clock_error error);

/* Whether |a - b| <= E, decided exactly. */
bool clock_within(grid a, grid b, struct clock_error error);

/* |tai_offset_sec|: TAI - UTC at the reference time, whatever sign is used. */
static inline int clock_tai_minus_utc(const struct clock *clock)
{
	return clock->tai_offset < 0 ? -clock->tai_offset : clock->tai_offset;
}

/* A moment on the UTC scale. In a leap second 23:59:60 `leap_second` is set
 * and `time` is one second less, inside its 23:59:59. */
struct utc {
	grid time;
	bool leap_second;
	/* TAI - UTC then, in seconds; 0 where the page does not publish it. */
	int tai_minus_utc;
	/* The same moment in TAI, meaningful where tai_known. */
	grid tai;
	bool tai_known;
};

/*
 * UTC of T(C) = `time`, correct across a leap second that the page announces
 * between the reference time and `time`. False if the page does not
 * determine it: time type MONOTONIC or unsupported, TAI without a valid offset,
 * or a result out of range.
 */
bool clock_utc(const struct clock *clock, grid time, struct utc *utc);

/* The reference time itself. False above 2^63 - 1 s. */
bool clock_reference(const struct clock *clock, grid *time);

/* The month of a UTC second. */
struct utc_month {
	unsigned int month; /* 1 to 12 */
	unsigned int day;   /* 1 to 31 */
	int64_t year;	    /* proleptic Gregorian */
	int128 start, next; /* its first second, and that of the next month */
};

void utc_month(int64_t sec, struct utc_month *month);

/* A second of UTC as a date, in the proleptic Gregorian calendar. */
struct utc_date {
	int64_t year;
	unsigned int month; /* 1 to 12 */
	unsigned int day;   /* 1 to 31 */
	int64_t of_day;	    /* seconds since midnight */
};

struct utc_date utc_date(int64_t sec);

#endif
