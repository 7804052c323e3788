/* SPDX-License-Identifier: BSD-2-Clause */
/* The library's times and bounds are those of clock.h and of the vectors. */
#include "library_page.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock/clock.h"

static int128 nsec_of(struct timestamp stamp)
{
	return (int128)stamp.sec * NSEC_PER_SEC + stamp.nsec;
}

static bool fits(int128 nsec)
{
	return nsec == (int64_t)nsec;
}

/* `found` is the exact bound, or at most 1 ns below it; what does not fit is
 * no bound. */
static void check_earliest(int64_t found, bool exists, int128 exact)
{
	if (!exists || exact <= INT64_MIN)
		assert_true(found == INT64_MIN);
	else if (fits(exact))
		assert_true(found <= exact && found >= exact - 1);
	else
		assert_true(found == INT64_MAX);
}

static void check_latest(int64_t found, bool exists, int128 exact)
{
	if (!exists || exact >= INT64_MAX)
		assert_true(found == INT64_MAX);
	else if (fits(exact))
		assert_true(found >= exact && found <= exact + 1);
	else
		assert_true(found == INT64_MIN);
}

/* The page's own time at a reading against clock.h. */
static void check_reading(const struct clock *clock, int result,
			  const struct vmclock_now *now)
{
	grid time;
	struct timestamp stamp = { 0 };
	struct clock_error error = clock_maxerror(clock, now->counter);
	bool exists = clock_time(clock, now->counter, &time);

	if (!exists || !fits(grid_nsec_floor(time))) {
		assert_int_equal(result, -ERANGE);
		assert_true(now->time == INT64_MIN);
		return;
	}
	assert_int_equal(result, 0);
	assert_true(now->time == grid_nsec_floor(time));
	assert_int_equal(!!(now->flags & VMCLOCK_HAS_BOUNDS),
			 clock->has_maxerror);
	exists = clock->has_maxerror && clock_earliest(time, error, &stamp);
	check_earliest(now->earliest, exists, nsec_of(stamp));
	exists = clock->has_maxerror && clock_latest(time, error, &stamp);
	check_latest(now->latest, exists, nsec_of(stamp));
}

static void check_times(void)
{
	struct vmclock *library = attach_page();
	struct vmclock_now now, at;
	struct page decoded;
	struct clock clock;

	page_decode(device, sizeof(device), &decoded);
	assert_int_equal(clock_from_page(&decoded, &clock), OBSTACLE_NONE);
	for (int i = 0; i < 200; i++) {
		int result = vmclock_now(library, VMCLOCK_SCALE_PAGE, &now,
					 sizeof(now));

		assert_true(now.counter - clock.counter_value < UINT64_C(1)
									<< 63 ||
			    clock.counter_value > now.counter);
		check_reading(&clock, result, &now);
		assert_int_equal(now.epoch.disruption, 77);
		assert_int_equal(vmclock_at(library, VMCLOCK_SCALE_PAGE,
					    now.counter, &at, sizeof(at)),
				 result);
		assert_memory_equal(&now, &at, sizeof(now));
	}
	vmclock_close(library);
}

static void test_usual(void **state)
{
	(void)state;
	check_times();
	PUT(clock_status, STATUS_FREERUNNING);
	check_times();
	PUT(time_type, TIME_TYPE_UTC);
	PUT(flags, FLAG_TIME_MAXERROR_VALID);
	check_times();
}

static void test_every_shift(void **state)
{
	(void)state;
	for (unsigned int shift = 0; shift < 256; shift++) {
		PUT(counter_period_shift, shift);
		check_times();
	}
}

/* A reference that the counter has not reached. */
static void test_ahead(void **state)
{
	(void)state;
	PUT(counter_value, counter_read() + (UINT64_C(1) << 40));
	check_times();
}

static void test_moments(void **state)
{
	struct vmclock *library = attach_page();
	uint64_t x = 1;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		struct page decoded;
		struct clock clock;
		struct vmclock_now now;
		uint64_t counter = counter_read();
		int result;

		x = x * UINT64_C(6364136223846793005) + 1442695040888963407;
		PUT(counter_value, counter - (x >> (x >> 58)));
		PUT(counter_period_frac_sec, x | UINT64_C(1) << 63);
		PUT(counter_period_shift, 20 + (x >> 40) % 30);
		PUT(counter_period_maxerror_rate_frac_sec, x >> (x >> 59));
		PUT(time_maxerror_nanosec, (x << 5) >> (x >> 58));
		PUT(time_frac_sec, x & 1 ? x : 0);
		PUT(time_sec, x >> (x >> 59) >> 8);
		page_decode(device, sizeof(device), &decoded);
		clock_from_page(&decoded, &clock);
		result = vmclock_at(library, VMCLOCK_SCALE_PAGE, counter, &now,
				    sizeof(now));
		check_reading(&clock, result, &now);
	}
	vmclock_close(library);
}

/* --- What the vectors say, which were made by other arithmetic. ----------- */

/* The columns of time-vectors.txt that are used here. */
enum {
	V_TIME_TYPE,
	V_COUNTER_VALUE,
	V_PERIOD,
	V_SHIFT,
	V_TIME_SEC,
	V_TIME_FRAC,
	V_TAI_VALID,
	V_TAI_OFFSET,
	V_LEAP,
	V_HAS_MAXERROR,
	V_TIME_MAXERROR,
	V_PERIOD_MAXERROR,
	V_COUNTER = 15,
	V_RESULT,
	V_T_SEC,
	V_T_NSEC,
	V_EARLIEST_SEC = 22,
	V_EARLIEST_NSEC,
	V_LATEST_SEC,
	V_LATEST_NSEC,
	V_UTC_SEC,
	V_UTC_FRAC,
	V_TAI_SEC,
	V_TAI_FRAC,
	V_LEAP_SECOND = 32,
	V_TAI_MINUS_UTC,
	V_COLUMNS,
};

static uint64_t number(const char *text)
{
	return strtoull(text, NULL, 0);
}

static void put_vector(char *const column[])
{
	uint64_t flags = 0;

	make_page(NULL);
	if (number(column[V_TAI_VALID]))
		flags |= FLAG_TAI_OFFSET_VALID;
	if (number(column[V_HAS_MAXERROR]))
		flags |= FLAG_TIME_MAXERROR_VALID | FLAG_PERIOD_MAXERROR_VALID;
	PUT(flags, flags);
	PUT(time_type, number(column[V_TIME_TYPE]));
	PUT(counter_value, number(column[V_COUNTER_VALUE]));
	PUT(counter_period_frac_sec, number(column[V_PERIOD]));
	PUT(counter_period_shift, number(column[V_SHIFT]));
	PUT(time_sec, number(column[V_TIME_SEC]));
	PUT(time_frac_sec, number(column[V_TIME_FRAC]));
	PUT(tai_offset_sec, atoi(column[V_TAI_OFFSET]));
	PUT(leap_indicator, number(column[V_LEAP]));
	PUT(time_maxerror_nanosec, number(column[V_TIME_MAXERROR]));
	PUT(counter_period_maxerror_rate_frac_sec,
	    number(column[V_PERIOD_MAXERROR]));
}

/* Seconds and nanoseconds, or seconds and 2^-64 s, as nanoseconds. */
static int128 column_nsec(char *const column[], int sec, bool fraction)
{
	uint64_t rest = number(column[sec + 1]);
	int128 whole = (int128)strtoll(column[sec], NULL, 10) * NSEC_PER_SEC;

	return whole + (fraction ? (int128)((uint128)rest * NSEC_PER_SEC >> 64)
				 : (int128)rest);
}

static bool has_column(char *const column[], int n)
{
	return strcmp(column[n], "-") != 0;
}

static unsigned int page_times, utc_times, tai_times;

static void check_scale(struct vmclock *library, char *const column[],
			int scale, int sec)
{
	struct vmclock_now now;
	int result = vmclock_at(library, scale, number(column[V_COUNTER]), &now,
				sizeof(now));
	int128 expected;

	if (!has_column(column, sec)) {
		assert_true(result == -ERANGE || result == -ENODATA);
		return;
	}
	expected = column_nsec(column, sec, true);
	if (!fits(expected)) {
		assert_int_equal(result, -ERANGE);
		return;
	}
	assert_int_equal(result, 0);
	assert_true(now.time == expected);
	assert_true(now.earliest <= now.time && now.time <= now.latest);
	if (scale == VMCLOCK_SCALE_TAI) {
		tai_times++;
		return;
	}
	assert_int_equal(!!(now.flags & VMCLOCK_IN_LEAP_SECOND),
			 number(column[V_LEAP_SECOND]));
	assert_int_equal(now.tai_minus_utc, atoi(column[V_TAI_MINUS_UTC]));
	utc_times++;
}

static void check_vector(char *const column[])
{
	struct vmclock *library;
	struct vmclock_now now;
	int result;

	put_vector(column);
	library = attach_page();
	result = vmclock_at(library, VMCLOCK_SCALE_PAGE,
			    number(column[V_COUNTER]), &now, sizeof(now));
	if (number(column[V_TIME_TYPE]) > TIME_TYPE_MONOTONIC ||
	    !number(column[V_PERIOD])) {
		assert_int_equal(result, -ENODATA);
	} else if (!has_column(column, V_T_SEC) ||
		   !fits(column_nsec(column, V_T_SEC, false))) {
		assert_int_equal(result, -ERANGE);
	} else {
		bool bounds = number(column[V_HAS_MAXERROR]) != 0;
		bool low = bounds && has_column(column, V_EARLIEST_SEC);
		bool high = bounds && has_column(column, V_LATEST_SEC);

		assert_int_equal(result, 0);
		assert_true(now.time == column_nsec(column, V_T_SEC, false));
		check_earliest(now.earliest, low,
			       low ? column_nsec(column, V_EARLIEST_SEC, false)
				   : 0);
		check_latest(now.latest, high,
			     high ? column_nsec(column, V_LATEST_SEC, false)
				  : 0);
		check_scale(library, column, VMCLOCK_SCALE_UTC, V_UTC_SEC);
		check_scale(library, column, VMCLOCK_SCALE_TAI, V_TAI_SEC);
		page_times++;
	}
	vmclock_close(library);
}

static void test_vectors(void **state)
{
	const char *path = getenv("VMCLOCKCTL_VECTORS");
	FILE *file = path ? fopen(path, "r") : NULL;
	char text[2048];

	(void)state;
	if (!file)
		fail_msg("no VMCLOCKCTL_VECTORS");
	while (fgets(text, sizeof(text), file)) {
		char *column[V_COLUMNS] = { 0 };
		char *rest = text;
		unsigned int n = 0;

		if (text[0] == '#')
			continue;
		for (char *word; (word = strtok_r(rest, " \n", &rest)); n++) {
			if (n < V_COLUMNS)
				column[n] = word;
		}
		assert_int_equal(n, V_COLUMNS);
		check_vector(column);
	}
	fclose(file);
	print_message("%u times, %u of UTC, %u of TAI\n", page_times, utc_times,
		      tai_times);
	assert_true(page_times > 1000 && utc_times > 500 && tai_times > 500);
}

/* --- Leap seconds -------------------------------------------------------- */

/* 1 ns a tick: 2^(64 + 29) / 10^9, to 2^-64 of it. */
#define NSEC_SHIFT  29
#define NSEC_PERIOD UINT64_C(0x89705f4136b4a597)
#define SAMPLES	    500			/* moments within the bounds */
#define MIDNIGHT    INT64_C(1798761600) /* 2027-01-01 */

/* Up, so that the nanosecond comes out again. */
static grid grid_of_nsec(int64_t nsec)
{
	return grid_from_nsec_ceil((uint64_t)nsec);
}

/*
 * Around a leap second, the UTC of every moment within the page's own bounds is
 * within the library's; and these are no wider than the moments, and the step,
 * ask for.
 */
static void check_leap(int64_t page_nsec, uint64_t error)
{
	struct vmclock *library = attach_page();
	int64_t low = page_nsec - (int64_t)error;
	int64_t high = page_nsec + (int64_t)error;
	int64_t least = INT64_MAX, most = INT64_MIN;
	uint64_t counter = 1000000000;
	struct vmclock_now now;
	struct page decoded;
	struct clock clock;

	/* 1 ns a tick, and the reference an hour before midnight. */
	page_decode(device, sizeof(device), &decoded);
	clock_from_page(&decoded, &clock);
	counter +=
		(uint64_t)(page_nsec - (int64_t)clock.time_sec * NSEC_PER_SEC);
	PUT(time_maxerror_nanosec, error);
	assert_int_equal(vmclock_at(library, VMCLOCK_SCALE_UTC, counter, &now,
				    sizeof(now)),
			 0);
	for (int i = 0; i <= SAMPLES; i++) {
		int64_t moment = low + (high - low) / SAMPLES * i;
		struct utc utc;
		int64_t nsec;

		if (i == SAMPLES)
			moment = high;
		assert_true(clock_utc(&clock, grid_of_nsec(moment), &utc));
		nsec = (int64_t)grid_nsec_floor(utc.time);
		assert_true(now.earliest <= nsec && nsec <= now.latest);
		least = nsec < least ? nsec : least;
		most = nsec > most ? nsec : most;
	}
	/* The step may lie between two of them. */
	assert_true(least - now.earliest <=
		    (high - low) / SAMPLES + SAMPLES + 2);
	assert_true(now.latest - most <= (high - low) / SAMPLES + SAMPLES + 2);
	vmclock_close(library);
}

static void check_leaps(int type, unsigned int leap)
{
	int64_t tai = type == TIME_TYPE_TAI ? 37 : 0;
	static const uint64_t errors[] = { 0, 1000, 300000000, 1500000000,
					   5000000000 };

	make_page(NULL);
	PUT(time_type, type);
	PUT(leap_indicator, leap);
	PUT(counter_period_frac_sec, NSEC_PERIOD);
	PUT(counter_period_shift, NSEC_SHIFT);
	PUT(counter_period_maxerror_rate_frac_sec, 0);
	PUT(counter_value, 1000000000);
	PUT(time_sec, MIDNIGHT + tai - 3600);
	PUT(time_frac_sec, 0);
	for (unsigned int i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		for (int tenth = -25; tenth <= 35; tenth++)
			check_leap((MIDNIGHT + tai) * NSEC_PER_SEC +
					   tenth * INT64_C(100000000) + 7,
				   errors[i]);
	}
}

static void test_leaps(void **state)
{
	(void)state;
	check_leaps(TIME_TYPE_TAI, LEAP_PRE_POS);
	check_leaps(TIME_TYPE_TAI, LEAP_PRE_NEG);
	check_leaps(TIME_TYPE_UTC, LEAP_PRE_POS);
	check_leaps(TIME_TYPE_UTC, LEAP_PRE_NEG);
	check_leaps(TIME_TYPE_TAI, LEAP_POST_POS);
}

/* Of pages with the least and the most of each field, at counters with the
 * least and the most between: each scale has a time, with the bounds around it,
 * or none. */
static void check_extremes(const struct vmclock *library)
{
	static const uint64_t ticks[] = { 0, 1, INT64_MAX, UINT64_C(1) << 63,
					  UINT64_MAX };
	struct vmclock_now now;
	struct page decoded;
	struct clock clock;

	page_decode(device, sizeof(device), &decoded);
	assert_int_equal(clock_from_page(&decoded, &clock), OBSTACLE_NONE);
	for (size_t i = 0; i < sizeof(ticks) / sizeof(*ticks); i++) {
		uint64_t counter = clock.counter_value + ticks[i];
		int result = vmclock_at(library, VMCLOCK_SCALE_PAGE, counter,
					&now, sizeof(now));

		check_reading(&clock, result, &now);
		for (int scale = VMCLOCK_SCALE_UTC; scale <= VMCLOCK_SCALE_TAI;
		     scale++) {
			result = vmclock_at(library, scale, counter, &now,
					    sizeof(now));
			if (result == 0)
				assert_true(now.earliest <= now.time &&
					    now.latest >= now.time);
			else
				assert_true(now.time == INT64_MIN);
		}
	}
}

static void test_extremes(void **state)
{
	struct vmclock *library;

	make_page(state);
	library = attach_page();
	/* A bit each: the most, and not the least. */
	for (unsigned int i = 0; i < 1u << 8; i++) {
		PUT(counter_period_frac_sec, i & 1 ? UINT64_MAX : 1);
		PUT(counter_period_shift, i & 2 ? 63 : 0);
		PUT(counter_period_maxerror_rate_frac_sec,
		    i & 4 ? UINT64_MAX : 0);
		PUT(time_sec, i & 8 ? INT64_MAX : 0);
		PUT(time_frac_sec, i & 16 ? UINT64_MAX : 0);
		PUT(time_maxerror_nanosec, i & 32 ? UINT64_MAX : 0);
		PUT(tai_offset_sec, i & 64 ? INT16_MIN : INT16_MAX);
		PUT(leap_indicator, i & 128 ? LEAP_PRE_POS : LEAP_NONE);
		check_extremes(library);
	}
	PUT(time_sec, UINT64_C(1) << 63);
	check_extremes(library);
	vmclock_close(library);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_usual, make_page),
		cmocka_unit_test_setup(test_every_shift, make_page),
		cmocka_unit_test_setup(test_ahead, make_page),
		cmocka_unit_test_setup(test_moments, make_page),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_leaps),
		cmocka_unit_test(test_extremes),
	};

	return RUN_LIBRARY_TESTS(tests);
}
