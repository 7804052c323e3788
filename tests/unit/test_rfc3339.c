/* SPDX-License-Identifier: BSD-2-Clause */
/* Times of RFC 3339: what is one, what is none, and what never was. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "clock/rfc3339.h"

static void test_times(void **state)
{
	static const struct {
		const char *text;
		int64_t sec;
		uint32_t nsec;
	} times[] = {
		{ "1970-01-01T00:00:00Z", 0, 0 },
		{ "1970-01-01t00:00:01z", 1, 0 },
		{ "1969-12-31T23:59:59.999999999Z", -1, 999999999 },
		{ "0001-01-01T00:00:00Z", -62135596800, 0 },
		{ "9999-12-31T23:59:59Z", 253402300799, 0 },
		{ "2000-02-29T12:00:00.5Z", 951825600, 500000000 },
		{ "2024-02-29T00:00:00Z", 1709164800, 0 },
		{ "2026-01-01T01:30:00+01:30", 1767225600, 0 },
		{ "2025-12-31T19:00:00.000000001-05:00", 1767225600, 1 },
		{ "2026-01-01T23:59:00+23:59", 1767225600, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		struct timestamp stamp;

		assert_int_equal(rfc3339_parse(times[i].text, &stamp), 0);
		assert_int_equal(stamp.sec, times[i].sec);
		assert_int_equal(stamp.nsec, times[i].nsec);
	}
}

/* A time cut short anywhere is none. */
static void test_cut_short(void **state)
{
	static const char whole[] = "2026-01-01T00:00:00.1+01:00";
	struct timestamp stamp;
	char text[sizeof(whole)] = "";

	(void)state;
	for (size_t i = 0; i < sizeof(whole) - 1; i++) {
		assert_int_equal(rfc3339_parse(text, &stamp), -EINVAL);
		text[i] = whole[i];
	}
	assert_int_equal(rfc3339_parse(text, &stamp), 0);
}

static void test_no_times(void **state)
{
	static const char *const texts[] = {
		"2026-01-01 00:00:00Z",
		"2026/01-01T00:00:00Z",
		"2026-01/01T00:00:00Z",
		"2026-1-01T00:00:00Z",
		"26-01-01T00:00:00Z",
		"2026-01-01T00-00:00Z",
		"2026-01-01T00:00-00Z",
		"2026-01-01T0x:00:00Z",
		"2026-01-01T00:00:0xZ",
		"2026-01-01T00:00:00.Z",
		"2026-01-01T00:00:00.1234567890Z",
		"2026-01-01T00:00:00X",
		"2026-01-01T00:00:00Z ",
		"2026-01-01T00:00:00+01",
		"2026-01-01T00:00:00+0100",
		"2026-01-01T00:00:00+01:00:00",
		"+026-01-01T00:00:00Z",
	};
	struct timestamp stamp;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_int_equal(rfc3339_parse(texts[i], &stamp), -EINVAL);
}

static void test_never(void **state)
{
	static const char *const texts[] = {
		"0000-01-01T00:00:00Z",	     "2026-00-01T00:00:00Z",
		"2026-13-01T00:00:00Z",	     "2026-01-00T00:00:00Z",
		"2026-01-32T00:00:00Z",	     "2026-04-31T00:00:00Z",
		"2026-02-29T00:00:00Z",	     "1900-02-29T00:00:00Z",
		"2026-01-01T24:00:00Z",	     "2026-01-01T00:60:00Z",
		"2016-12-31T23:59:60Z",	     "2026-01-01T00:00:00+24:00",
		"2026-01-01T00:00:00-00:60",
	};
	struct timestamp stamp;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_int_equal(rfc3339_parse(texts[i], &stamp), -ERANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_cut_short),
		cmocka_unit_test(test_no_times),
		cmocka_unit_test(test_never),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
