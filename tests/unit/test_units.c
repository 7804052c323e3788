/* SPDX-License-Identifier: BSD-2-Clause */
/* Durations, times, shares and counts in the words of a report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "view/units.h"

#define MS  INT64_C(1000000)
#define SEC INT64_C(1000000000)
#define DAY (86400 * SEC)

static char text[UNITS_MAX];

#define IS(words) assert_string_equal(text, words)

static void test_steps(void **state)
{
	(void)state;
	units_step(0, 4, text);
	IS("0 ns");
	units_step(1, 4, text);
	IS("+1 ns");
	units_step(-999, 4, text);
	IS(TEXT_MINUS "999 ns");
	units_step(24996000, 5, text);
	IS("+24.996 ms");
	units_nsec(1500, 4, text);
	IS("1.5 " TEXT_MICRO "s");
	/* What rounds up to the next unit is written in that. */
	units_nsec(999999, 4, text);
	IS("1 ms");
	/* No power of ten, however large. */
	units_step(-(int128)123456 * SEC, 4, text);
	IS(TEXT_MINUS "123456 s");
}

/* The largest that a timeline keeps stands for all that is more. */
static void test_what_does_not_fit(void **state)
{
	(void)state;
	units_step(INT64_MAX, 5, text);
	IS("more than +292 years");
	units_step(-INT64_MAX, 5, text);
	IS("more than " TEXT_MINUS "292 years");
	units_nsec(INT64_MAX, 15, text);
	IS("more than 292 years");
	units_step((int128)INT64_MAX + 1000000000, 5, text);
	IS("+9223372038 s");
}

static void test_ppm(void **state)
{
	(void)state;
	units_ppm(0, text);
	IS("0 ppm");
	units_ppm(2000000, text);
	IS("+2 ppm");
	units_ppm(-1500000, text);
	IS(TEXT_MINUS "1.5 ppm");
	units_ppm(INT64_C(2000000000000), text);
	IS("+2.000e+06 ppm");
	units_ppm(INT64_MIN + 2, text);
	IS(TEXT_MINUS "9.223e+12 ppm");
	units_ppm(INT64_MIN, text);
	IS("more than " TEXT_MINUS "9.2e+12 ppm");
	units_ppm(INT64_MAX, text);
	IS("more than +9.2e+12 ppm");
}

static void test_spans(void **state)
{
	static const struct {
		int64_t nsec;
		const char *words;
	} spans[] = {
		{ 0, "0 ns" },
		{ 250, "250 ns" },
		{ 999400000, "999.4 ms" },
		{ 999500000, "1 s" },
		{ 4001 * MS, "4.001 s" },
		{ 8 * SEC, "8 s" },
		{ 65 * SEC, "1 min 5 s" },
		{ 3900 * SEC, "1 h 5 min" },
		{ 2 * DAY - SEC, "47 h 59 min" },
		{ 2 * DAY, "2 d 0 h" },
		{ 3 * DAY + 7200 * SEC, "3 d 2 h" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(spans) / sizeof(*spans); i++) {
		units_span((uint64_t)spans[i].nsec, text);
		IS(spans[i].words);
	}
}

/* An axis has the unit of its length and the digits of its ticks. */
static void test_elapsed(void **state)
{
	static const struct {
		int64_t at, span, step;
		const char *words;
	} places[] = {
		{ 1500 * MS, 10 * SEC, 100 * MS, "1.5 s" },
		{ 30 * SEC, 100 * SEC, 10 * SEC, "30 s" },
		{ 3690 * SEC, 3700 * SEC, 30 * SEC, "1:01:30" },
		{ 90 * SEC, 600 * SEC, 30 * SEC, "1:30 min" },
		{ 90 * SEC, 3600 * SEC, 60 * SEC, "1:30 min" },
		{ 5400 * SEC, DAY, 1800 * SEC, "1:30 h" },
		{ 3 * DAY, 9 * DAY, DAY, "3 d" },
		{ 30 * 3600 * SEC, 3 * DAY, 6 * 3600 * SEC, "1 d 6 h" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		units_elapsed(places[i].at, places[i].span, places[i].step,
			      text);
		IS(places[i].words);
	}
}

/* 2026-01-01 began 1767225600 s after 1970. */
static struct utc new_year(grid after)
{
	return (struct utc){ .time = 1767225600 * GRID_SECOND + after };
}

static void test_utc(void **state)
{
	struct utc utc = new_year(0);

	(void)state;
	units_utc(&utc, 10 * SEC, SEC, text);
	IS("00:00:00");
	units_utc(&utc, 2 * DAY, 6 * 3600 * SEC, text);
	IS("2026-01-01");
	units_utc(&utc, 3600 * SEC, DAY, text);
	IS("2026-01-01");
	utc = new_year(4 * 3600 * GRID_SECOND);
	units_utc(&utc, 2 * DAY, 3600 * SEC, text);
	IS("04:00");
	utc = new_year(GRID_SECOND / 2);
	units_utc(&utc, SEC, 100 * MS, text);
	IS("00:00:00.5");
	/* A leap second is the one after 23:59:59, and no other's name. */
	utc = (struct utc){ .time = 1483228799 * GRID_SECOND,
			    .leap_second = true };
	units_utc(&utc, 4 * SEC, SEC, text);
	IS("23:59:60");
}

/* A year of five digits has no such date. */
static void test_dates(void **state)
{
	struct utc utc = new_year(0);

	(void)state;
	units_date(&utc, text);
	IS("2026-01-01 00:00:00");
	units_realtime(1795219862 * SEC + 999999999, text);
	IS("2026-11-21 00:11:02");
	units_realtime(INT64_MIN, text);
	IS("1677-09-21 00:12:43");
	utc.time = 253402300800 * GRID_SECOND;
	units_date(&utc, text);
	IS("");
	units_utc(&utc, SEC, SEC, text);
	IS("");
}

static void test_counts(void **state)
{
	(void)state;
	units_count(0, text);
	IS("0");
	units_count(1234, text);
	IS("1234");
	units_count(86400, text);
	IS("86\xe2\x80\xaf"
	   "400");
	units_count(UINT64_MAX, text);
	IS("18\xe2\x80\xaf"
	   "446\xe2\x80\xaf"
	   "744\xe2\x80\xaf"
	   "073"
	   "\xe2\x80\xaf"
	   "709\xe2\x80\xaf"
	   "551\xe2\x80\xaf"
	   "615");
}

/* Only the whole is 100 %, and what was there is not 0 %. */
static void test_shares(void **state)
{
	(void)state;
	units_share(7, 7, text);
	IS("100 %");
	units_share(999999, 1000000, text);
	IS("> 99 %");
	units_share(1, 2, text);
	IS("50 %");
	units_share(1, 101, text);
	IS("< 1 %");
	units_share(0, 0, text);
	IS("< 1 %");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_ppm),
		cmocka_unit_test(test_what_does_not_fit),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_elapsed),
		cmocka_unit_test(test_utc),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_shares),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
