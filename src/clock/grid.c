/* SPDX-License-Identifier: BSD-2-Clause */
/* Computes times on the grid, their bounds, UTC, and calendar dates. */
#include "grid.h"

bool clock_reference(const struct clock *clock, grid *time)
{
	return clock_time(clock, clock->counter_value, time);
}

int128 grid_nsec_floor(grid value)
{
	return (value >> 64) * NSEC_PER_SEC +
	       (int128)((uint128)(uint64_t)value * NSEC_PER_SEC >> 64);
}

/* The part of the value below a nanosecond, in 2^-64 ns. */
static uint64_t rest_of_nsec(grid value)
{
	return (uint64_t)value * (uint64_t)NSEC_PER_SEC;
}

#define HALF_NSEC (UINT64_C(1) << 63)

int128 grid_nsec_half_up(grid value)
{
	return grid_nsec_floor(value) + (rest_of_nsec(value) >= HALF_NSEC);
}

int128 grid_nsec_half_away(grid value)
{
	bool half = rest_of_nsec(value) == HALF_NSEC;

	return grid_nsec_half_up(value) - (value < 0 && half);
}

uint128 grid_nsec_ceil(grid value)
{
	return (uint128)grid_nsec_floor(value) + (rest_of_nsec(value) != 0);
}

grid grid_from_nsec_floor(uint64_t nsec)
{
	return (grid)(((uint128)nsec << 64) / NSEC_PER_SEC);
}

grid grid_from_nsec_ceil(uint64_t nsec)
{
	uint128 scaled = (uint128)nsec << 64;

	return (grid)((scaled + NSEC_PER_SEC - 1) / NSEC_PER_SEC);
}

grid grid_from_timestamp_floor(struct timestamp stamp)
{
	return stamp.sec * GRID_SECOND + grid_from_nsec_floor(stamp.nsec);
}

/* stamp plus or minus whole nanoseconds. */
static bool add_nsec(struct timestamp *stamp, int128 nsec)
{
	int128 total = (int128)stamp->sec * NSEC_PER_SEC + stamp->nsec + nsec;

	if (total < (int128)INT64_MIN * NSEC_PER_SEC ||
	    total >= ((int128)INT64_MAX + 1) * NSEC_PER_SEC)
		return false;
	*stamp = timestamp_from_nsec(total);
	return true;
}

bool clock_earliest(grid time, struct clock_error error,
		    struct timestamp *stamp)
{
	grid low;

	if (__builtin_sub_overflow(time, error.grid, &low))
		return false;
	*stamp = grid_to_timestamp(low);
	return add_nsec(stamp, -(int128)error.nsec);
}

bool clock_latest(grid time, struct clock_error error, struct timestamp *stamp)
{
	grid high;

	if (__builtin_add_overflow(time, error.grid, &high))
		return false;
	*stamp = grid_to_timestamp(high);
	return add_nsec(stamp, (int128)error.nsec + (rest_of_nsec(high) != 0));
}

uint128 clock_error_nsec(struct clock_error error)
{
	uint64_t fraction = (uint64_t)error.grid;

	return (error.grid >> 64) * NSEC_PER_SEC +
	       grid_nsec_ceil((grid)fraction) + error.nsec;
}

bool clock_within(grid a, grid b, struct clock_error error)
{
	uint128 distance =
		a > b ? (uint128)a - (uint128)b : (uint128)b - (uint128)a;

	/* In distance - grid <= nsec * 2^64 / 10^9 the left side is a whole
	 * number, so the right side may be rounded down. */
	return distance <= error.grid ||
	       distance - error.grid <=
		       (uint128)grid_from_nsec_floor(error.nsec);
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar. A year is taken
 * to begin in March, so that the leap day comes last. */
static int64_t days_of(int64_t year, unsigned int month)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

static struct utc_date date_of(int64_t days)
{
	int64_t era, of_era, year_of_era, of_year, month;
	struct utc_date date = { 0 };

	days += 719468; /* 0000-03-01 to 1970-01-01 */
	era = (days >= 0 ? days : days - 146096) / 146097;
	of_era = days - era * 146097;
	year_of_era =
		(of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) /
		365;
	of_year = of_era -
		  (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	month = (5 * of_year + 2) / 153;
	date.day = (unsigned int)(of_year - (153 * month + 2) / 5 + 1);
	date.month = (unsigned int)(month < 10 ? month + 3 : month - 9);
	date.year = year_of_era + era * 400 + (date.month <= 2);
	return date;
}

static int64_t floor_seconds(grid time)
{
	return (int64_t)(time >> 64);
}

static int64_t floor_days(int64_t sec, int64_t *of_day)
{
	int64_t days = sec / SECONDS_PER_DAY;

	*of_day = sec % SECONDS_PER_DAY;
	if (*of_day < 0) {
		*of_day += SECONDS_PER_DAY;
		days--;
	}
	return days;
}

struct utc_date utc_date(int64_t sec)
{
	int64_t of_day;
	struct utc_date date = date_of(floor_days(sec, &of_day));

	date.of_day = of_day;
	return date;
}

/* Start and end may lie just out of range of int64_t, hence their type. */
void utc_month(int64_t sec, struct utc_month *month)
{
	struct utc_date date = utc_date(sec);
	bool december = date.month == 12;

	*month = (struct utc_month){
		.month = date.month,
		.day = date.day,
		.year = date.year,
		.start = (int128)days_of(date.year, date.month) *
			 SECONDS_PER_DAY,
		.next = (int128)days_of(date.year + december,
					december ? 1 : date.month + 1) *
			SECONDS_PER_DAY,
	};
}

static int128 find_next_month(int64_t sec)
{
	struct utc_month month;

	utc_month(sec, &month);
	return month.next;
}

/* What TAI - UTC can be. */
#define OFFSET_LEAST 10
#define OFFSET_MOST  100

/*
 * The leap second that the page announces: from `start` on, in the seconds of
 * the reference time's own count of UTC, the count is wrong by `step`; a
 * positive one is 23:59:60 for its first second. `early` is 1 where the page
 * counts 23:59:59 twice and is in the second one: its count is then one behind
 * the count that leads to `start`. `changed` is 1 where its TAI offset is known
 * to be that after the leap second already.
 */
struct leap {
	int128 start;
	int step; /* 1: positive, -1: negative, 0: none */
	int early;
	int changed;
};

/*
 * The month's end at the leap second of an rfc-3 page, in the count of UTC
 * before it: less than the TAI second by what TAI - UTC can be. So the page
 * need not give its offset.
 */
static bool find_dated_month(const struct clock *clock, int128 *start)
{
	struct utc_month month;

	if (clock->leap_tai > INT64_MAX || clock->leap_tai < OFFSET_LEAST)
		return false;
	utc_month((int64_t)clock->leap_tai - OFFSET_LEAST, &month);
	*start = month.start;
	return clock->leap_tai <= (uint64_t)(month.start + OFFSET_MOST);
}

/* Whether the reference of an rfc-3 page is in its leap second. */
static bool is_at_dated_leap(const struct clock *clock, int64_t sec)
{
	int128 tai = (int128)sec + clock_tai_minus_utc(clock);

	return clock->tai_valid && tai == (int128)clock->leap_tai;
}

static struct leap find_dated_leap(const struct clock *clock, int64_t sec)
{
	bool positive = clock->leap_direction > 0;
	int128 next;

	if (!find_dated_month(clock, &next))
		return (struct leap){ 0 };
	if (positive && is_at_dated_leap(clock, sec) &&
	    (sec == next || sec == next - 1))
		return (struct leap){ next, 1, sec < next, sec < next };
	if (sec >= next)
		return (struct leap){ 0 };
	return positive ? (struct leap){ next, 1, 0, 0 }
			: (struct leap){ next - 1, -1, 0, 0 };
}

static struct leap find_announced_leap(const struct clock *clock,
				       grid reference)
{
	int64_t sec = floor_seconds(reference);
	int64_t of_day;

	if (clock->leap_direction)
		return find_dated_leap(clock, sec);
	switch (clock->leap) {
	case LEAP_PRE_POS:
		return (struct leap){ find_next_month(sec), 1, 0, 0 };
	case LEAP_PRE_NEG:
		return (struct leap){ find_next_month(sec) - 1, -1, 0, 0 };
	case LEAP_POS:
		floor_days(sec, &of_day);
		if (of_day == 0)
			return (struct leap){ sec, 1, 0, 0 };
		if (of_day == SECONDS_PER_DAY - 1)
			return (struct leap){ (int128)sec + 1, 1, 1, 0 };
		/* Not at the end of a day: no such second to be in. */
		return (struct leap){ 0 };
	default:
		return (struct leap){ 0 };
	}
}

bool clock_utc(const struct clock *clock, grid time, struct utc *utc)
{
	bool from_tai = clock->time_type == TIME_TYPE_TAI;
	int offset = clock_tai_minus_utc(clock);
	grid back = from_tai ? offset * GRID_SECOND : 0;
	grid reference, count, shifted;
	struct leap leap = { 0 };
	int step = 0;

	*utc = (struct utc){ .tai_known = from_tai, .tai = time };
	if (clock->time_type > TIME_TYPE_TAI)
		return false;
	if (from_tai && !clock->tai_valid)
		return false;
	if (__builtin_sub_overflow(time, back, &count))
		return false;
	/* A reference out of range can announce nothing. */
	if (clock_reference(clock, &reference) &&
	    !__builtin_sub_overflow(reference, back, &reference))
		leap = find_announced_leap(clock, reference);
	offset -= leap.changed;
	if (leap.early && __builtin_add_overflow(count, GRID_SECOND, &count))
		return false;
	if (leap.step && floor_seconds(count) >= leap.start) {
		step = leap.step;
		utc->leap_second =
			step > 0 && floor_seconds(count) == leap.start;
	}
	shifted = step * GRID_SECOND;
	if (__builtin_sub_overflow(count, shifted, &utc->time))
		return false;
	if (!clock->tai_valid)
		return true;
	/* The offset changes at 00:00:00, after 23:59:60. A TAI page that is
	 * early has changed it already. */
	utc->tai_minus_utc = offset - (from_tai ? leap.early : 0) +
			     (utc->leap_second ? 0 : step);
	if (!from_tai)
		utc->tai_known = !__builtin_add_overflow(
			count, offset * GRID_SECOND, &utc->tai);
	return true;
}
