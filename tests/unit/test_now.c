/* SPDX-License-Identifier: BSD-2-Clause */
/* The short way to the time gives what the long one gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "io/live/now.h"

static _Alignas(8) uint8_t page[PAGE_DEFINED];

#define PUT(field, value)                                                      \
	store_le(page + OFFSET_##field, WIDTH_##field, (uint64_t)(value))

/* A sane page whose reference was a moment ago. */
static int make_page(void **state)
{
	(void)state;
	memset(page, 0, sizeof(page));
	PUT(magic, PAGE_MAGIC);
	PUT(size, PAGE_USUAL_SIZE);
	PUT(version, PAGE_VERSION);
	PUT(counter_id, COUNTER_OWN);
	PUT(time_type, TIME_TYPE_TAI);
	PUT(seq_count, 2);
	PUT(disruption_marker, 77);
	PUT(flags, FLAGS_KNOWN);
	PUT(clock_status, STATUS_SYNCHRONIZED);
	PUT(counter_period_shift, 31);
	PUT(counter_value, counter_read() - 1234567);
	PUT(counter_period_frac_sec, UINT64_C(0xdbe6fecebdedd5bf));
	PUT(counter_period_maxerror_rate_frac_sec, UINT64_C(0x2d09370d4255));
	PUT(time_sec, 1795225000);
	PUT(time_frac_sec, UINT64_C(0xfedcba9876543210));
	PUT(time_maxerror_nanosec, 50000);
	return 0;
}

static void check_time(void)
{
	struct page decoded;
	struct clock clock;
	struct now now;
	grid time;

	page_decode(page, sizeof(page), &decoded);
	assert_int_equal(clock_from_page(&decoded, &clock), OBSTACLE_NONE);
	for (int i = 0; i < 1000; i++) {
		struct clock_error error;

		assert_int_equal(now_read(page, &now), NOW_TIME);
		assert_true(clock_time(&clock, now.counter, &time));
		assert_true(now.time == time);
		assert_int_equal(now.disruption_marker, 77);
		assert_int_equal(now.has_error, clock.has_maxerror);
		error = clock_maxerror(&clock, now.counter);
		assert_true(now.error.nsec == error.nsec &&
			    now.error.grid == error.grid);
	}
}

static void test_usual(void **state)
{
	(void)state;
	check_time();
	PUT(clock_status, STATUS_FREERUNNING);
	check_time();
	PUT(time_type, TIME_TYPE_UTC);
	PUT(flags, FLAG_TIME_MAXERROR_VALID);
	check_time();
}

static void test_every_shift(void **state)
{
	(void)state;
	for (unsigned int shift = 20; shift < 256; shift++) {
		PUT(counter_period_shift, shift);
		check_time();
	}
}

/* A reference that the counter has not reached. */
static void test_ahead(void **state)
{
	(void)state;
	PUT(counter_value, counter_read() + (UINT64_C(1) << 40));
	check_time();
}

static void test_moments(void **state)
{
	uint64_t x = 1;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		x = x * UINT64_C(6364136223846793005) + 1442695040888963407;
		PUT(counter_value, counter_read() - (x >> 20));
		PUT(counter_period_frac_sec, x | UINT64_C(1) << 63);
		PUT(counter_period_maxerror_rate_frac_sec, x >> (x >> 59));
		check_time();
	}
}

static void expect_now(enum now_result result)
{
	struct now now;

	assert_int_equal(now_read(page, &now), result);
	make_page(NULL);
}

static void test_none(void **state)
{
	(void)state;
	PUT(seq_count, 3);
	expect_now(NOW_MOVING);
	PUT(counter_id, COUNTER_OWN ^ 1);
	expect_now(NOW_NONE);
	PUT(counter_id, COUNTER_INVALID);
	expect_now(NOW_NONE);
	PUT(time_type, TIME_TYPE_INVALID_SMEARED);
	expect_now(NOW_NONE);
	PUT(clock_status, STATUS_UNRELIABLE);
	expect_now(NOW_NONE);
	PUT(clock_status, STATUS_INITIALIZING);
	expect_now(NOW_NONE);
	PUT(counter_period_frac_sec, 0);
	expect_now(NOW_NONE);
	/* Out of range. */
	PUT(time_sec, UINT64_C(1) << 63);
	expect_now(NOW_NONE);
	PUT(time_sec, INT64_MAX);
	PUT(counter_value, counter_read() - (UINT64_C(1) << 40));
	expect_now(NOW_NONE);
	PUT(time_sec, 0);
	PUT(counter_value, counter_read() + (UINT64_C(1) << 40));
	expect_now(NOW_TIME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_usual, make_page),
		cmocka_unit_test_setup(test_every_shift, make_page),
		cmocka_unit_test_setup(test_ahead, make_page),
		cmocka_unit_test_setup(test_moments, make_page),
		cmocka_unit_test_setup(test_none, make_page),
	};

	if (!COUNTER_HERE) {
		puts("1..0 # SKIP this machine's counter is on no page");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
