/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers and hex in text, text that is cut, and the last part of a path. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/hex.h"
#include "base/number.h"
#include "base/path.h"
#include "base/strbuf.h"

static void test_take(void **state)
{
	static const struct {
		const char *text;
		size_t length; /* 0: to the NUL */
		unsigned int base;
		int result;
		uint64_t value;
		size_t taken;
	} rows[] = {
		{ "0", 0, 10, 0, 0, 1 },
		{ "007 8", 0, 10, 0, 7, 3 },
		{ "12a", 0, 10, 0, 12, 2 },
		{ "12a", 0, 16, 0, 0x12a, 3 },
		{ "fFg", 0, 16, 0, 0xff, 2 },
		{ "778", 0, 8, 0, 077, 2 },
		{ "1234", 2, 10, 0, 12, 2 },
		{ "18446744073709551615", 0, 10, 0, UINT64_MAX, 20 },
		{ "18446744073709551616", 0, 10, -ERANGE, 0, 20 },
		{ "99999999999999999999;", 0, 10, -ERANGE, 0, 20 },
		{ "ffffffffffffffff", 0, 16, 0, UINT64_MAX, 16 },
		{ "10000000000000000", 0, 16, -ERANGE, 0, 17 },
		{ "1777777777777777777777", 0, 8, 0, UINT64_MAX, 22 },
		{ "2000000000000000000000", 0, 8, -ERANGE, 0, 22 },
		{ "", 0, 10, -EINVAL, 0, 0 },
		{ "-1", 0, 10, -EINVAL, 0, 0 },
		{ " 1", 0, 10, -EINVAL, 0, 0 },
		{ "a", 0, 10, -EINVAL, 0, 0 },
		{ "8", 0, 8, -EINVAL, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *at = rows[i].text;
		uint64_t value = 0;

		assert_int_equal(
			number_take(&at,
				    rows[i].length ? at + rows[i].length : NULL,
				    rows[i].base, &value),
			rows[i].result);
		assert_true(value == rows[i].value);
		assert_int_equal(at - rows[i].text, rows[i].taken);
	}
}

static void test_parse(void **state)
{
	static const struct {
		const char *text;
		int result;
		uint64_t value;
	} rows[] = {
		{ "0", 0, 0 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "0xff", 0, 255 },
		{ "0Xff", 0, 255 },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "0x10000000000000000", -ERANGE, 0 },
		{ "99999999999999999999 ", -EINVAL, 0 },
		{ "", -EINVAL, 0 },
		{ "0x", -EINVAL, 0 },
		{ "ff", -EINVAL, 0 },
		{ "1 ", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint64_t value = 0;

		assert_int_equal(number_parse(rows[i].text, &value),
				 rows[i].result);
		assert_true(value == rows[i].value);
	}
}

static void test_put(void **state)
{
	static const uint8_t bytes[] = { 0x00, 0x7f, 0xff, 0x0a };
	char text[NUMBER_DIGITS_MAX + 1];

	(void)state;
	*number_put(text, 0) = '\0';
	assert_string_equal(text, "0");
	*number_put(text, 1000) = '\0';
	assert_string_equal(text, "1000");
	*number_put(text, UINT64_MAX) = '\0';
	assert_string_equal(text, "18446744073709551615");
	*number_put_padded(text, 42, 5) = '\0';
	assert_string_equal(text, "00042");
	*number_put_padded(text, 12345, 3) = '\0';
	assert_string_equal(text, "345");
	*hex_put(text, 0xabc, 4) = '\0';
	assert_string_equal(text, "0abc");
	*hex_put(text, UINT64_MAX, 16) = '\0';
	assert_string_equal(text, "ffffffffffffffff");
	*hex_put_bytes(text, bytes, sizeof(bytes)) = '\0';
	assert_string_equal(text, "007fff0a");
}

/* Text that does not fit is cut, and always ended. */
static void test_cut(void **state)
{
	char text[16];
	struct strbuf buffer;

	(void)state;
	buffer = strbuf_start(text, 8);
	strbuf_signed(&buffer, -1234567890);
	assert_string_equal(text, "-123456");
	strbuf_decimal(&buffer, 7);
	assert_string_equal(text, "-123456");
	buffer = strbuf_start(text, 5);
	strbuf_hex(&buffer, 0xabcd, 4);
	assert_string_equal(text, "0xab");
	buffer = strbuf_start(text, sizeof(text));
	strbuf_signed(&buffer, -7);
	strbuf_hex(&buffer, 0xabcd, 6);
	assert_string_equal(text, "-70x00abcd");
	buffer = strbuf_start(text, 1);
	strbuf_decimal(&buffer, 1);
	assert_string_equal(text, "");
	strbuf_path(&buffer, "/a/long/path", 8);
	assert_string_equal(text, "");
	buffer = strbuf_start(text, sizeof(text));
	strbuf_path(&buffer, "/a/path", 7);
	assert_string_equal(text, "/a/path");
	buffer = strbuf_start(text, sizeof(text));
	strbuf_path(&buffer, "/a/longer/path", 10);
	assert_string_equal(text, "/a/l...ath");
}

static void test_base_name(void **state)
{
	(void)state;
	assert_string_equal(path_base_name("/dev/ptp0"), "ptp0");
	assert_string_equal(path_base_name("ptp0"), "ptp0");
	assert_string_equal(path_base_name("/dev/"), "");
	assert_string_equal(path_base_name(""), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_take),	  cmocka_unit_test(test_parse),
		cmocka_unit_test(test_put),	  cmocka_unit_test(test_cut),
		cmocka_unit_test(test_base_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
