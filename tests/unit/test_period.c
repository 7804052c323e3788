/* SPDX-License-Identifier: BSD-2-Clause */
/* Periods of frequencies, shares of them, and the times of RFC 3339. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "clock/period.h"
#include "clock/rfc3339.h"

#define MEGAHERTZ ((uint128)NANOHERTZ * 1000000)

/* Worked out with Python's integers: round(2^(64+shift) * 10^9 / nHz). */
static void test_frequency(void **state)
{
	static const struct {
		uint128 frequency;
		uint64_t period;
		unsigned int shift;
	} rows[] = {
		{ 2500 * MEGAHERTZ, 0xdbe6fecebdedd5bf, 31 },
		{ 1000 * MEGAHERTZ, 0x89705f4136b4a597, 29 },
		{ 24 * MEGAHERTZ, 0xb2f4fc0794908cf2, 24 },
		{ MEGAHERTZ, 0x8637bd05af6c69b6, 19 },
		{ 2 * NANOHERTZ, UINT64_C(1) << 63, 0 },
		{ 4 * NANOHERTZ, UINT64_C(1) << 63, 1 },
		{ FREQUENCY_LEAST, 0xfffffffbb47d0609, 0 },
		{ FREQUENCY_MOST, 0x8cbccc096f5088cc, 39 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint64_t period;
		uint8_t shift;

		period_of_frequency(rows[i].frequency, &period, &shift);
		if (period != rows[i].period || shift != rows[i].shift)
			fail_msg("row %zu: 0x%016llx, %u", i,
				 (unsigned long long)period, shift);
	}
}

/* Nothing is nearer: |period * f - 2^(64+shift)| is at most f / 2. */
static void test_nearest(void **state)
{
	(void)state;
	for (uint128 f = FREQUENCY_LEAST; f < FREQUENCY_MOST;
	     f += f / 7 + 12345) {
		uint64_t period;
		uint8_t shift;
		uint128 left, right;

		period_of_frequency(f, &period, &shift);
		assert_true(period >> 63);
		/* In 2^-64 of both sides, which 128 bits would not hold. */
		left = (uint128)period * (uint64_t)(f >> 32);
		right = (uint128)period * (uint32_t)f;
		left += right >> 32;
		right = ((uint128)NANOHERTZ << (shift + 32));
		/* Both are period * f / 2^32, the first rounded down. */
		assert_true(left <= right + (f >> 33) + 1);
		assert_true(left + (f >> 33) + 2 >= right);
	}
}

static void test_share(void **state)
{
	(void)state;
	assert_true(period_share(1000000, SHARE_WHOLE) == 1000000);
	assert_true(period_share(UINT64_MAX, SHARE_WHOLE) == UINT64_MAX);
	assert_true(period_share(1000000, SHARE_WHOLE / 1000000) == 1);
	/* Up: 50 ppm of a million and one is more than 50. */
	assert_true(period_share(1000001, SHARE_WHOLE / 1000000 * 50) == 51);
	assert_true(period_share(1, 1) == 1);
	assert_true(period_share(1, 0) == 0);
}

static void test_rfc3339(void **state)
{
	static const struct {
		const char *text;
		int result;
		int64_t sec;
		uint32_t nsec;
	} rows[] = {
		{ "1970-01-01T00:00:00Z", 0, 0, 0 },
		{ "2026-11-21T00:00:00Z", 0, 1795219200, 0 },
		{ "2026-11-21t00:00:00.5z", 0, 1795219200, 500000000 },
		{ "2026-11-21T00:00:00.000000001Z", 0, 1795219200, 1 },
		{ "2026-11-21T01:30:00+01:30", 0, 1795219200, 0 },
		{ "2026-11-20T20:00:00-04:00", 0, 1795219200, 0 },
		{ "2000-02-29T23:59:59Z", 0, 951868799, 0 },
		{ "1969-12-31T23:59:59Z", 0, -1, 0 },
		{ "0001-01-01T00:00:00Z", 0, -62135596800, 0 },
		{ "9999-12-31T23:59:59Z", 0, 253402300799, 0 },
		{ "2026-02-29T00:00:00Z", -ERANGE, 0, 0 },
		{ "1900-02-29T00:00:00Z", -ERANGE, 0, 0 },
		{ "2026-13-01T00:00:00Z", -ERANGE, 0, 0 },
		{ "2026-00-01T00:00:00Z", -ERANGE, 0, 0 },
		{ "2026-11-31T00:00:00Z", -ERANGE, 0, 0 },
		{ "2026-11-21T24:00:00Z", -ERANGE, 0, 0 },
		{ "2016-12-31T23:59:60Z", -ERANGE, 0, 0 },
		{ "0000-01-01T00:00:00Z", -ERANGE, 0, 0 },
		{ "2026-11-21T00:00:00+24:00", -ERANGE, 0, 0 },
		{ "2026-11-21T00:00:00", -EINVAL, 0, 0 },
		{ "2026-11-21T00:00:00.Z", -EINVAL, 0, 0 },
		{ "2026-11-21T00:00:00.0000000001Z", -EINVAL, 0, 0 },
		{ "2026-11-21 00:00:00Z", -EINVAL, 0, 0 },
		{ "2026-11-21T00:00Z", -EINVAL, 0, 0 },
		{ "2026-11-21T00:00:00Z ", -EINVAL, 0, 0 },
		{ "2026-11-21T00:00:00+0100", -EINVAL, 0, 0 },
		{ "26-11-21T00:00:00Z", -EINVAL, 0, 0 },
		{ "", -EINVAL, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct timestamp stamp = { 0 };
		int result = rfc3339_parse(rows[i].text, &stamp);

		if (result != rows[i].result)
			fail_msg("%s: %d", rows[i].text, result);
		if (result == 0 &&
		    (stamp.sec != rows[i].sec || stamp.nsec != rows[i].nsec))
			fail_msg("%s: %lld.%09u", rows[i].text,
				 (long long)stamp.sec, stamp.nsec);
	}
}

/* Every day from the year 1 to 9999, as it is printed. */
static void test_every_day(void **state)
{
	char text[RFC3339_MAX];

	(void)state;
	for (int64_t day = -719162; day < 2932897; day += 13) {
		struct timestamp stamp;

		assert_true(rfc3339(day * SECONDS_PER_DAY * GRID_SECOND, false,
				    true, text));
		assert_int_equal(rfc3339_parse(text, &stamp), 0);
		assert_true(stamp.sec == day * SECONDS_PER_DAY);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frequency),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_rfc3339),
		cmocka_unit_test(test_every_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
