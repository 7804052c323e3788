/* SPDX-License-Identifier: BSD-2-Clause */
/* What a word is taken for a slip of, and what it is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/suggest.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const char *const commands[] = {
	"show", "verify",   "watch",   "record", "dump", "encode",
	"diff", "simulate", "compare", "doctor", "list", "explain",
};

struct row {
	const char *word;
	const char *name; /* NULL: none */
};

static void assert_rows(const struct row *rows, size_t count,
			struct names names)
{
	for (size_t i = 0; i < count; i++) {
		const char *name = suggest_name(rows[i].word, names);
		const char *wanted = rows[i].name;

		if (name == wanted ||
		    (name && wanted && strcmp(name, wanted) == 0))
			continue;
		fail_msg("%s: %s, not %s", rows[i].word, name ? name : "none",
			 wanted ? wanted : "none");
	}
}

static void test_commands(void **state)
{
	static const struct row rows[] = {
		/* Two letters exchanged are one slip. */
		{ "shwo", "show" },
		{ "enocde", "encode" },
		{ "hsow", "show" },
		/* One more, one less, another. */
		{ "sshow", "show" },
		{ "how", "show" },
		{ "dumb", "dump" },
		{ "vurify", "verify" },
		/* Two in six, with the first letter right. */
		{ "vefiry", "verify" },
		{ "veryfi", "verify" },
		{ "docctr", "doctor" },
		{ "simulaet", "simulate" },
		{ "SHOW", "show" },
		{ "Encdoe", "encode" },
		{ "sim", "simulate" },
		{ "exp", "explain" },
		/* Other words. */
		{ "decode", NULL },
		{ "test", NULL },
		{ "shop-floor", NULL },
		{ "vi", NULL },
		{ "x", NULL },
		{ "", NULL },
		{ "zzzzzzzz", NULL },
		{ "diffs", "diff" },
	};

	(void)state;
	assert_rows(rows, COUNT(rows), WORDS(commands, COUNT(commands)));
}

static void test_nearest(void **state)
{
	static const char *const names[] = { "count", "counter", "color" };
	static const struct row rows[] = {
		{ "counte", "count" }, { "conter", "counter" },
		{ "colour", "color" }, { "countr", "count" },
		{ "cou", "count" },    { "co", NULL },
	};

	(void)state;
	assert_rows(rows, COUNT(rows), WORDS(names, COUNT(names)));
}

/* Words of any length: the longest that is compared has 63 letters. */
static void test_long(void **state)
{
	static char name[64], longer[65];
	const char *const names[] = { name, longer };
	char word[65];

	(void)state;
	memset(name, 'a', 63);
	memset(longer, 'b', 64);
	strcpy(word, name);
	word[62] = 'c';
	assert_string_equal(suggest_name(word, WORDS(names, 2)), name);
	strcpy(word, longer);
	word[63] = 'c';
	assert_null(suggest_name(word, WORDS(names, 2)));
}

static void test_rows(void **state)
{
	static const struct {
		int number;
		const char *name;
	} rows[] = { { 1, "one" }, { 2, "two" }, { 3, "three" } };

	(void)state;
	assert_int_equal(rows[1].number, 2);
	assert_string_equal(suggest_name("tow", NAMES(rows, 3, name)), "two");
	assert_string_equal(suggest_name("thre", NAMES(rows, 3, name)),
			    "three");
	assert_null(suggest_name("thre", NAMES(rows, 2, name)));
	assert_null(suggest_name("one", NAMES(rows, 0, name)));
}

static void test_hint(void **state)
{
	static const char *const names[] = { "count" };
	struct error error = { 0 };

	(void)state;
	assert_int_equal(suggest_hint(&error, "cuont", WORDS(names, 1), "--",
				      "see the list"),
			 -1);
	assert_string_equal(error.hint, "did you mean --count?");
	assert_int_equal(suggest_hint(&error, "other", WORDS(names, 1), "--",
				      "see the list"),
			 -1);
	assert_string_equal(error.hint, "see the list");
	error.hint[0] = '\0';
	assert_int_equal(
		suggest_hint(&error, "other", WORDS(names, 1), "--", NULL), -1);
	assert_string_equal(error.hint, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands), cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_long),	 cmocka_unit_test(test_rows),
		cmocka_unit_test(test_hint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
