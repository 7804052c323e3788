/* SPDX-License-Identifier: BSD-2-Clause */
/* What of a name reaches a terminal, in UTF-8 and in ASCII. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/printable.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const struct row {
	const char *text;
	const char *ascii;
	const char *utf8;
} rows[] = {
	{ "", "", "" },
	{ "page ~.bin", "page ~.bin", "page ~.bin" },
	/* Letters of two, three and four bytes, a wide one, a mark. */
	{ "\u00e9t\u00e9", "\\xc3\\xa9t\\xc3\\xa9", "\u00e9t\u00e9" },
	{ "\u65f6", "\\xe6\\x97\\xb6", "\u65f6" },
	{ "\U0001f552", "\\xf0\\x9f\\x95\\x92", "\U0001f552" },
	{ "e\u0301", "e\\xcc\\x81", "e\u0301" },
	/* What is there stays as it is, a backslash too. */
	{ "a\\x1b", "a\\x1b", "a\\x1b" },
	/* Controls of ASCII and of Latin-1. */
	{ "a\033[31mb\n\t\x7f", "a\\x1b[31mb\\x0a\\x09\\x7f",
	  "a\\x1b[31mb\\x0a\\x09\\x7f" },
	{ "\xc2\x80\xc2\x9b\xc2\x9f", "\\xc2\\x80\\xc2\\x9b\\xc2\\x9f",
	  "\\xc2\\x80\\xc2\\x9b\\xc2\\x9f" },
	/* What turns the direction, joins, hides or parts lines. */
	{ "\u200e\u200f", "\\xe2\\x80\\x8e\\xe2\\x80\\x8f",
	  "\\xe2\\x80\\x8e\\xe2\\x80\\x8f" },
	{ "\u202a\u202e", "\\xe2\\x80\\xaa\\xe2\\x80\\xae",
	  "\\xe2\\x80\\xaa\\xe2\\x80\\xae" },
	{ "\u2066\u2069", "\\xe2\\x81\\xa6\\xe2\\x81\\xa9",
	  "\\xe2\\x81\\xa6\\xe2\\x81\\xa9" },
	{ "\u2028\u2029", "\\xe2\\x80\\xa8\\xe2\\x80\\xa9",
	  "\\xe2\\x80\\xa8\\xe2\\x80\\xa9" },
	{ "a\u200bb\u00ad\ufeff", "a\\xe2\\x80\\x8bb\\xc2\\xad\\xef\\xbb\\xbf",
	  "a\\xe2\\x80\\x8bb\\xc2\\xad\\xef\\xbb\\xbf" },
	{ "\U000e0041", "\\xf3\\xa0\\x81\\x81", "\\xf3\\xa0\\x81\\x81" },
	/* Of no character: U+FFFF. */
	{ "\xef\xbf\xbf", "\\xef\\xbf\\xbf", "\\xef\\xbf\\xbf" },
	/* No UTF-8: Latin-1, cut short, overlong, a surrogate, too large. */
	{ "caf\xe9", "caf\\xe9", "caf\\xe9" },
	{ "caf\xe9 au lait", "caf\\xe9 au lait", "caf\\xe9 au lait" },
	{ "\xc3", "\\xc3", "\\xc3" },
	{ "\xe6\x97", "\\xe6\\x97", "\\xe6\\x97" },
	{ "\xe6\x97z", "\\xe6\\x97z", "\\xe6\\x97z" },
	{ "\xc1\xa1\xe0\x83\xa9", "\\xc1\\xa1\\xe0\\x83\\xa9",
	  "\\xc1\\xa1\\xe0\\x83\\xa9" },
	{ "\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80" },
	{ "\xf4\x90\x80\x80\xff", "\\xf4\\x90\\x80\\x80\\xff",
	  "\\xf4\\x90\\x80\\x80\\xff" },
};

static void assert_spelt(const char *text, const char *wanted)
{
	char spelt[80], *printed;
	size_t length;
	FILE *stream = open_memstream(&printed, &length);

	printable(spelt, sizeof(spelt), text);
	assert_string_equal(spelt, wanted);
	/* What was spelt is spelt: no backslash is added. */
	printable(spelt, sizeof(spelt), wanted);
	assert_string_equal(spelt, wanted);
	assert_non_null(stream);
	printable_put(stream, text);
	assert_int_equal(fclose(stream), 0);
	assert_string_equal(printed, wanted);
	free(printed);
}

static void test_ascii(void **state)
{
	char spelt[80];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_spelt(rows[i].text, rows[i].ascii);
		printable_ascii(spelt, sizeof(spelt), rows[i].text);
		assert_string_equal(spelt, rows[i].ascii);
	}
}

/* A static program of another byte order cannot load this machine's. */
static void need_utf8(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", 0);

	if (!locale)
		skip();
	freelocale(locale);
}

static void test_utf8(void **state)
{
	char spelt[80];

	(void)state;
	need_utf8();
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_spelt(rows[i].text, rows[i].utf8);
		printable_ascii(spelt, sizeof(spelt), rows[i].text);
		assert_string_equal(spelt, rows[i].ascii);
	}
}

/* Whatever the locale: the first and the last of each kind. */
static void test_characters(void **state)
{
	static const struct {
		const char *text;
		size_t length;
	} characters[] = {
		{ " ", 1 },
		{ "~", 1 },
		{ "\x7f", 0 },
		{ "", 0 },
		{ "\xc2\x9f", 0 },
		{ "\xc2\xa0", 2 },
		{ "\xc1\xbf", 0 },
		{ "\xdf\xbf", 2 },
		{ "\xe0\x9f\xbf", 0 },
		{ "\xe0\xa0\x80", 3 },
		{ "\xed\x9f\xbf", 3 },
		{ "\xed\xa0\x80", 0 },
		{ "\xef\xa3\xbf", 0 },
		{ "\xef\xa4\x80", 3 },
		{ "\xef\xb7\x8f", 3 },
		{ "\xef\xb7\x90", 0 },
		{ "\xef\xb7\xaf", 0 },
		{ "\xef\xb7\xb0", 3 },
		{ "\xef\xbf\xbd", 3 },
		{ "\xef\xbf\xbe", 0 },
		{ "\xf0\x8f\xbf\xbf", 0 },
		{ "\xf0\x90\x80\x80", 4 },
		{ "\xf0\x9f\xbf\xbf", 0 },
		{ "\xf3\x9f\xbf\xbd", 4 },
		{ "\xf3\xa0\x80\x80", 0 },
		{ "\xf4\x8f\xbf\xbd", 0 },
		{ "\xf4\x90\x80\x80", 0 },
		{ "\xf5\x80\x80\x80", 0 },
		{ "\x80", 0 },
		{ "\xf0\x90\x80", 0 },
		{ "\xf0\x90\x80\xc0", 0 },
		{ "\xe2\x80\xa7", 3 },
		{ "\xe2\x80\xa8", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(characters); i++)
		assert_int_equal(printable_utf8(characters[i].text),
				 characters[i].length);
}

/* No character is cut in two. */
static void test_cut(void **state)
{
	char spelt[8];

	(void)state;
	need_utf8();
	printable(spelt, 4, "a\u00e9\u00e9");
	assert_string_equal(spelt, "a\u00e9");
	printable(spelt, 3, "a\u00e9");
	assert_string_equal(spelt, "a");
	printable(spelt, 5, "a\033");
	assert_string_equal(spelt, "a");
	printable(spelt, 6, "a\033");
	assert_string_equal(spelt, "a\\x1b");
	printable(spelt, 1, "a");
	assert_string_equal(spelt, "");
}

static unsigned int columns(const char *text)
{
	return printable_columns(text, strlen(text));
}

static void test_columns(void **state)
{
	(void)state;
	need_utf8();
	assert_int_equal(columns(""), 0);
	assert_int_equal(columns("page"), 4);
	assert_int_equal(columns("\u00e9t\u00e9"), 3);
	assert_int_equal(columns("e\u0301"), 1);
	assert_int_equal(columns("\u65f6\u9418"), 4);
	/* Bytes that are no character are one column each. */
	assert_int_equal(columns("\xff\xc3"), 2);
	assert_int_equal(printable_columns("\u00e9", 1), 1);
}

static void test_error(void **state)
{
	struct error error;

	(void)state;
	need_utf8();
	error_set(&error, ERROR_OPEN, 0, "%s: %s", "\u00e9t\u00e9\n", "gone");
	assert_string_equal(error.message, "\u00e9t\u00e9\\x0a: gone");
	error_hint(&error, "%s", "\u65f6\u202e");
	assert_string_equal(error.hint, "\u65f6\\xe2\\x80\\xae");
}

static int set_utf8(void **state)
{
	(void)state;
	return setenv("LC_ALL", "C.UTF-8", 1);
}

static int set_ascii(void **state)
{
	(void)state;
	return setenv("LC_ALL", "C", 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_utf8, set_ascii)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_ascii, set_ascii),
		TEST(test_utf8),
		TEST(test_characters),
		TEST(test_cut),
		TEST(test_columns),
		TEST(test_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
