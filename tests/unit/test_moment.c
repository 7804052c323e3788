/* SPDX-License-Identifier: BSD-2-Clause */
/* Moments of a recording: what is one, and where snapshots lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/nsec.h"
#include "cmd/moment.h"

static void test_parse(void **state)
{
	static const struct {
		const char *text;
		enum moment_kind kind; /* MOMENT_NONE: refused */
		uint64_t number;
		int64_t nsec;
	} cases[] = {
		{ "1", MOMENT_SNAPSHOT, 1, 0 },
		{ "0x10", MOMENT_SNAPSHOT, 16, 0 },
		{ "18446744073709551615", MOMENT_SNAPSHOT, UINT64_MAX, 0 },
		{ "event:3", MOMENT_EVENT, 3, 0 },
		{ "+1.5s", MOMENT_AFTER, 0, 1500000000 },
		{ "+0s", MOMENT_AFTER, 0, 0 },
		{ "1970-01-01T00:00:01.5Z", MOMENT_TIME, 0, 1500000000 },
		{ "1970-01-01T01:00:01+01:00", MOMENT_TIME, 0, 1000000000 },
		{ "1969-12-31T23:59:59.9Z", MOMENT_TIME, 0, -100000000 },
		{ "1970-01-01T23:59:60.5Z", MOMENT_TIME, 0, 86399500000000 },
		{ "1970-01-02T00:59:60+01:00", MOMENT_TIME, 0, 86399000000000 },
		{ "1970-01-01T23:59:60+01:00", MOMENT_NONE, 0, 0 },
		{ "1970-01-01T23:58:60Z", MOMENT_NONE, 0, 0 },
		{ "1970-01-01T23:59:61Z", MOMENT_NONE, 0, 0 },
		{ "", MOMENT_NONE, 0, 0 },
		{ "0", MOMENT_NONE, 0, 0 },
		{ "-1", MOMENT_NONE, 0, 0 },
		{ "18446744073709551616", MOMENT_NONE, 0, 0 },
		{ "event:", MOMENT_NONE, 0, 0 },
		{ "event:0", MOMENT_NONE, 0, 0 },
		{ "event:1x", MOMENT_NONE, 0, 0 },
		{ "+", MOMENT_NONE, 0, 0 },
		{ "+1", MOMENT_NONE, 0, 0 },
		{ "+-1s", MOMENT_NONE, 0, 0 },
		{ "2026-02-30T00:00:00Z", MOMENT_NONE, 0, 0 },
		{ "9999-01-01T00:00:00Z", MOMENT_NONE, 0, 0 },
		{ "1970-01-01T00:00:01", MOMENT_NONE, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct moment moment;
		struct error error;
		int result =
			moment_parse("--at", cases[i].text, &moment, &error);

		if (result == 0 && cases[i].kind == MOMENT_NONE)
			fail_msg("%s is taken", cases[i].text);
		if (cases[i].kind == MOMENT_NONE) {
			assert_int_equal(error.code, ERROR_USAGE);
			assert_non_null(strstr(error.message, cases[i].text));
			continue;
		}
		if (result)
			fail_msg("%s is refused", cases[i].text);
		assert_int_equal(moment.kind, cases[i].kind);
		assert_int_equal(moment.number, cases[i].number);
		assert_int_equal(moment.nsec, cases[i].nsec);
	}
}

static int place(const char *text, struct moment_place *at, uint64_t n,
		 int64_t time, uint64_t events)
{
	const struct snapshot snapshot = {
		.n = n,
		.has_clocks = time >= 0,
		.realtime = time,
		.monotonic_raw = time + 50,
	};
	struct moment moment;
	struct error error;

	assert_int_equal(moment_parse("--at", text, &moment, &error), 0);
	return moment_compare(&moment, at, &snapshot, events);
}

static void test_compare(void **state)
{
	struct moment_place at = { 0 };

	(void)state;
	assert_int_equal(place("+10ns", &at, 1, -1, 0), -1);
	assert_int_equal(place("+10ns", &at, 2, 1000, 0), -1);
	assert_int_equal(place("+10ns", &at, 3, 1010, 0), 0);
	assert_int_equal(place("+10ns", &at, 4, 1011, 0), 1);
	assert_int_equal(place("7", &at, 6, 0, 0), -1);
	assert_int_equal(place("7", &at, 7, 0, 0), 0);
	assert_int_equal(place("7", &at, 8, 0, 0), 1);
	assert_int_equal(place("event:2", &at, 8, 0, 1), -1);
	/* Two events of one snapshot. */
	assert_int_equal(place("event:2", &at, 8, 0, 3), 0);
	assert_int_equal(place("1970-01-01T00:00:00.00000001Z", &at, 1, 9, 0),
			 -1);
	assert_int_equal(place("1970-01-01T00:00:00.00000001Z", &at, 1, 10, 0),
			 0);
	assert_int_equal(place("1970-01-01T00:00:00.00000001Z", &at, 1, 11, 0),
			 1);
	assert_int_equal(place("1970-01-01T00:00:00.00000001Z", &at, 1, -1, 0),
			 -1);
}

/* Snapshots without a page's time: the leap second is before midnight. */
static void test_leap_second(void **state)
{
	static const char *const order[] = { "1970-01-01T23:59:59.9Z",
					     "1970-01-01T23:59:60Z",
					     "1970-01-01T23:59:60.5Z",
					     "1970-01-02T00:00:00Z" };
	const int64_t midnight = 86400 * (int64_t)NSEC_PER_SEC;
	struct moment_place at = { 0 };
	struct moment moments[4];
	struct error error;

	(void)state;
	assert_int_equal(place(order[2], &at, 1, midnight - 1, 0), -1);
	assert_int_equal(place(order[2], &at, 2, midnight, 0), 1);
	assert_int_equal(place(order[2], &at, 3, -1, 0), -1);
	for (int i = 0; i < 4; i++)
		assert_int_equal(
			moment_parse("--at", order[i], &moments[i], &error), 0);
	for (int i = 0; i < 4; i++) {
		for (int k = 0; k < 4; k++)
			assert_int_equal(
				moment_is_later(&moments[i], &moments[k]),
				i > k);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_leap_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
