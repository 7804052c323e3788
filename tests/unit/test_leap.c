/* SPDX-License-Identifier: BSD-2-Clause */
#include "pages.h"

#include <stdio.h>

#include "clock/leap.h"

static struct leap_table table;

static char *read_file(const char *name, size_t *length)
{
	static char text[65536];
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/leap/%s",
		 getenv("VMCLOCKCTL_FIXTURES"), name);
	file = fopen(path, "r");
	assert_non_null(file);
	*length = fread(text, 1, sizeof(text), file);
	fclose(file);
	return text;
}

static const char *parse_file(const char *name)
{
	size_t length;
	char *text = read_file(name, &length);

	return leap_parse(text, length, &table);
}

static void test_expiry(void **state)
{
	char day[LEAP_DAY_MAX];

	(void)state;
	assert_null(parse_file("expired.list"));
	assert_false(leap_expired(&table, table.expires - 1));
	assert_true(leap_expired(&table, table.expires));
	leap_expiry(&table, day);
	assert_string_equal(day, "2017-06-28");
	table.expires = INT64_C(253402300799);
	leap_expiry(&table, day);
	assert_string_equal(day, "9999-12-31");
	table.expires++;
	leap_expiry(&table, day);
	assert_string_equal(day, "");
}

static int at_utc(int64_t utc)
{
	int offset = -1;

	return leap_at_utc(&table, utc, &offset) ? offset : -1;
}

static int at_tai(int64_t tai)
{
	int offset = -1;

	return leap_at_tai(&table, tai, &offset) ? offset : -1;
}

static void test_known_dates(void **state)
{
	(void)state;
	assert_null(parse_file("leap-seconds.list"));
	assert_int_equal(table.count, 28);
	assert_int_equal(at_utc(63071999), -1);
	assert_int_equal(at_utc(63072000), 10);
	assert_int_equal(at_utc(78796799), 10);
	assert_int_equal(at_utc(78796800), 11);
	assert_int_equal(at_utc(315964800), 19);
	assert_int_equal(at_utc(915148799), 31);
	assert_int_equal(at_utc(915148800), 32);
	assert_int_equal(at_utc(1483228799), 36);
	assert_int_equal(at_utc(1483228800), 37);
	assert_int_equal(at_utc(INT64_MAX), 37);
	assert_int_equal(at_utc(INT64_MIN), -1);
}

/* 23:59:60 is TAI 1483228836, and the offset changes after it. */
static void test_tai(void **state)
{
	(void)state;
	assert_null(parse_file("leap-seconds.list"));
	assert_int_equal(at_tai(1483228835), 36);
	assert_int_equal(at_tai(1483228836), 36);
	assert_int_equal(at_tai(1483228837), 37);
	assert_int_equal(at_tai(63072009), -1);
	assert_int_equal(at_tai(63072010), 10);
}

static void test_leaps(void **state)
{
	(void)state;
	assert_null(parse_file("future.list"));
	assert_int_equal(leap_before(&table, 1483228800), 1);
	assert_int_equal(leap_before(&table, 1485907200), 0);
	assert_int_equal(leap_before(&table, 63072000), 0);
	assert_int_equal(leap_before(&table, 1814400000), 1);  /* 2027-07 */
	assert_int_equal(leap_before(&table, 1846022400), -1); /* 2028-07 */
	/* The skipped 23:59:59: 00:00:00 comes a second early. */
	assert_int_equal(at_tai(1846022398 + 38), 38);
	assert_int_equal(at_tai(1846022400 + 37), 37);
	assert_true(leap_knows(&table, table.expires));
	assert_false(leap_knows(&table, table.expires + 1));
}

/* The known entries with a line of the test's own, and an expiry. */
static const char *parse_with(const char *extra)
{
	static char text[65536];
	size_t length;
	char *whole = read_file("leap-seconds.list", &length);

	snprintf(text, sizeof(text), "%.*s%s", (int)length, whole, extra);
	return leap_parse(text, strlen(text), &table);
}

static void test_damage(void **state)
{
	static const char *const broken[] = {
		"4000000000 38\n",	      /* in the middle of a month */
		"4070908800 39\n",	      /* two seconds at once */
		"4070908800 37\n",	      /* no step */
		"3692217600 38\n",	      /* the same moment again */
		"3644697600 38\n",	      /* going back */
		"4070908800\n",		      /* no offset */
		"4070908800 x\n",	      /* no number */
		"4070908800 38 39\n",	      /* too much */
		"-4070908800 38\n",	      /* a sign */
		"99999999999999999999 38\n",  /* too large */
		"4070908800 1000000000000\n", /* too large */
		"4150000000 38\n",	      /* in the middle of a day */
		"#@ 4070908800\n",	      /* a second expiry */
		"#@ soon\n",
		"\x01\n",
		"4118083200 38\n", /* 2030-07-01, after the expiry */
	};

	(void)state;
	assert_null(parse_with(""));
	assert_null(parse_with("\n  \t\n#\n#h 1 2 3 4 5\r\n# 38\n"));
	assert_null(parse_with("4070908800 38 # 2029-01-01\r\n"));
	assert_int_equal(table.count, 29);
	assert_null(parse_with("4070908800 36"));
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++)
		assert_non_null(parse_with(broken[i]));
	assert_non_null(leap_parse("", 0, &table));
	assert_non_null(leap_parse("#@ 4000000000\n", 14, &table));
	assert_non_null(leap_parse("2272060800 10\n", 14, &table));
	assert_string_equal(parse_file("damaged.list"),
			    "the entries do not change in steps of a second");
}

/* A leap second lies between two moments where it is not over at the one and
 * has begun at the other. */
static void test_between(void **state)
{
	const int64_t end = 1483228800;

	(void)state;
	assert_string_equal(parse_file("leap-seconds.list") ? "bad" : "", "");
	/* 23:59:60 is the second end + 36 of TAI. */
	assert_int_equal(leap_between_tai(&table, end + 35, end + 36), 1);
	assert_int_equal(leap_between_tai(&table, end + 36, end + 37), 1);
	assert_int_equal(leap_between_tai(&table, end + 34, end + 35), 0);
	assert_int_equal(leap_between_tai(&table, end + 37, end + 38), 0);
	assert_int_equal(leap_between_utc(&table, end - 1, end), 1);
	assert_int_equal(leap_between_utc(&table, end - 3, end - 2), 0);
	assert_int_equal(leap_between_utc(&table, end + 1, end + 2), 0);
	/* 2012, 2015 and 2017. */
	assert_int_equal(leap_between_utc(&table, 1330000000, end), 3);
	assert_int_equal(leap_between_tai(&table, 1330000000, end + 37), 3);
}

/* A second that is skipped takes no time: between two moments it lies at the
 * month's start, and not anywhere within a second of it. */
static void test_between_skipped(void **state)
{
	const int64_t end = 1483228800;
	const struct leap_table skipped = {
		.count = 2,
		.entries = { { 1435708800, 36 }, { end, 35 } },
		.expires = 1900000000,
	};

	(void)state;
	assert_int_equal(leap_between_utc(&skipped, end - 1, end), -1);
	assert_int_equal(leap_between_utc(&skipped, end - 2, end - 1), 0);
	assert_int_equal(leap_between_utc(&skipped, end, end + 1), 0);
	assert_int_equal(leap_between_utc(&skipped, end - 9, end + 9), -1);
	assert_int_equal(leap_between_tai(&skipped, end + 34, end + 35), -1);
	assert_int_equal(leap_between_tai(&skipped, end + 33, end + 34), 0);
	assert_int_equal(leap_between_tai(&skipped, end + 35, end + 36), 0);
}

/* A list of the right form that says what nobody believes. */
static void test_not_trusted(void **state)
{
	static const char text[] = "#@ 4000000000\n"
				   "2272060800 10\n"
				   "2287785600 11\n";

	(void)state;
	assert_string_equal(leap_parse(text, sizeof(text) - 1, &table),
			    "it contradicts dates that are known");
}

static void test_cut(void **state)
{
	size_t length;
	char *text = read_file("leap-seconds.list", &length);

	(void)state;
	/* Whatever is left of a file, it is refused or right. */
	for (size_t i = 0; i < length - 20; i++) {
		if (!leap_parse(text, i, &table))
			assert_int_equal(at_utc(1483228800), 37);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_dates),
		cmocka_unit_test(test_tai),
		cmocka_unit_test(test_leaps),
		cmocka_unit_test(test_between),
		cmocka_unit_test(test_between_skipped),
		cmocka_unit_test(test_expiry),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_not_trusted),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
