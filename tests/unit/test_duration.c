/* SPDX-License-Identifier: BSD-2-Clause */
/* Times on the command line, exact to the nanosecond. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cmd/duration.h"

struct row {
	const char *text;
	int64_t nsec;
	int result;
};

static const struct row rows[] = {
	{ "1ns", 1, 0 },
	{ "10ms", 10000000, 0 },
	{ "1.5s", 1500000000, 0 },
	{ "2min", INT64_C(120000000000), 0 },
	{ "1h", INT64_C(3600000000000), 0 },
	{ "0s", 0, 0 },
	{ "0.25us", 250, 0 },
	{ "1.000000001s", 1000000001, 0 },
	{ "0.1min", INT64_C(6000000000), 0 },
	{ "0.00000000000025h", 0, -EINVAL },
	{ "0.0000000000025h", 9, 0 },
	{ "2.50ns", 0, -EINVAL },
	{ "2.00ns", 2, 0 },
	{ "9223372036854775807ns", INT64_MAX, 0 },
	{ "9223372036854775808ns", 0, -ERANGE },
	{ "9223372036.854775808s", 0, -ERANGE },
	{ "18446744073709551616ns", 0, -ERANGE },
	{ "99999999999999999999999999999999999999999s", 0, -ERANGE },
	{ "0.0000000000000000000000000000000000000001s", 0, -ERANGE },
	{ "2562048h", 0, -ERANGE },
	{ "", 0, -EINVAL },
	{ "s", 0, -EINVAL },
	{ "1", 0, -EINVAL },
	{ "1 s", 0, -EINVAL },
	{ "1S", 0, -EINVAL },
	{ "1sec", 0, -EINVAL },
	{ ".5s", 0, -EINVAL },
	{ "1.s", 0, -EINVAL },
	{ "1.2.3s", 0, -EINVAL },
	{ "-1s", 0, -EINVAL },
	{ "+1s", 0, -EINVAL },
	{ "1e3s", 0, -EINVAL },
	{ "0x10s", 0, -EINVAL },
};

static void test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int64_t nsec = 0;
		int result = parse_duration(rows[i].text, &nsec);

		if (result != rows[i].result)
			fail_msg("%s: %d, not %d", rows[i].text, result,
				 rows[i].result);
		if (!result && nsec != rows[i].nsec)
			fail_msg("%s: %lld ns", rows[i].text, (long long)nsec);
	}
}

static void test_option(void **state)
{
	struct error error;
	int64_t nsec;

	(void)state;
	assert_int_equal(duration_option("--duration", "2s", &nsec, &error), 0);
	assert_int_equal(nsec, 2000000000);
	assert_int_equal(duration_option("--duration", "2", &nsec, &error), -1);
	assert_string_equal(error.message, "--duration 2: not a time");
	assert_int_equal(duration_option("--duration", "0s", &nsec, &error),
			 -1);
	assert_string_equal(error.message, "--duration 0s: out of range");
	assert_int_equal(error.code, ERROR_USAGE);
	assert_int_equal(
		duration_option("--duration", "99999999h", &nsec, &error), -1);
	assert_string_equal(error.message,
			    "--duration 99999999h: out of range");
}

static void test_format(void **state)
{
	static const struct {
		int64_t nsec;
		const char *text;
	} formatted[] = {
		{ 1, "1ns" },
		{ 1500, "1500ns" },
		{ 100000000, "100ms" },
		{ 1000000000, "1s" },
		{ 90000000000, "90s" },
		{ 120000000000, "2min" },
		{ 3600000000000, "1h" },
		{ INT64_MAX, "9223372036854775807ns" },
	};
	char text[DURATION_MAX];
	int64_t nsec;

	(void)state;
	for (size_t i = 0; i < sizeof(formatted) / sizeof(*formatted); i++) {
		format_duration(formatted[i].nsec, text);
		assert_string_equal(text, formatted[i].text);
		assert_int_equal(parse_duration(text, &nsec), 0);
		assert_int_equal(nsec, formatted[i].nsec);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_option),
		cmocka_unit_test(test_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
