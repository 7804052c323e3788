/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules on a leap second between two pages: its order, the TAI offset, and
 * a count of UTC. */
#include "series.h"

static bool with_table;

static void leaps(enum leap_indicator a, enum leap_indicator b,
		  enum verdict verdict)
{
	struct made_page old = make_page(), new;

	set(&old, FIELD_leap_indicator, a);
	new = next(&old, START_TICKS + SECOND, 0);
	set(&new, FIELD_leap_indicator, b);
	pair(&old, START_TICKS, START_TICKS, &new, START_TICKS + SECOND);
	expect("series.leap-order", verdict);
	/* Another marker begins anew. */
	set(&new, FIELD_disruption_marker, 8);
	pair(&old, START_TICKS, START_TICKS, &new, START_TICKS + SECOND);
	expect("series.leap-order", VERDICT_NOT_APPLICABLE);
}

static void test_leap_order(void **state)
{
	/* Which steps break the order, from each to each. */
	static const bool breaks[6][6] = {
		/* to   NONE PRE+ PRE- POS POST+ POST- */
		[LEAP_PRE_POS] = { 0, 0, 1, 0, 0, 1 },
		[LEAP_PRE_NEG] = { 0, 1, 0, 1, 1, 0 },
		[LEAP_POS] = { 0, 1, 1, 0, 0, 1 },
		[LEAP_POST_POS] = { 0, 1, 1, 1, 0, 1 },
		[LEAP_POST_NEG] = { 0, 1, 1, 1, 1, 0 },
	};
	struct made_page old = make_page(), new;

	(void)state;
	for (int a = 0; a < 6; a++) {
		for (int b = 0; b < 6; b++)
			leaps((enum leap_indicator)a, (enum leap_indicator)b,
			      breaks[a][b] ? VERDICT_FAIL : VERDICT_OK);
	}
	/* The next leap second is in another month. */
	set(&old, FIELD_leap_indicator, LEAP_POST_POS);
	new = next(&old, START_TICKS + 30 * 86400 * SECOND, 0);
	set(&new, FIELD_leap_indicator, LEAP_PRE_POS);
	pair(&old, START_TICKS, START_TICKS, &new, START_TICKS + SECOND);
	expect("series.leap-order", VERDICT_OK);
}

#define LEAP_2017 INT64_C(1483228800)

static struct leap_table table = {
	.count = 2,
	.entries = { { 1435708800, 36 }, { LEAP_2017, 37 } },
	.expires = 1900000000,
};

/* Two pages whose references are at these seconds of their own UTC. */
static void tai_at(int64_t a_utc, int64_t b_utc, int from, int to,
		   enum leap_indicator a, enum leap_indicator b,
		   enum verdict verdict)
{
	struct made_page old = make_page(), new;
	const int past = from < 0 ? -from : from, present = to < 0 ? -to : to;

	set(&old, FIELD_leap_indicator, a);
	set(&old, FIELD_tai_offset_sec, (uint64_t)from);
	set(&old, FIELD_time_sec, (uint64_t)(a_utc + past));
	new = next(&old, START_TICKS + SECOND, 0);
	set(&new, FIELD_leap_indicator, b);
	set(&new, FIELD_tai_offset_sec, (uint64_t)to);
	set(&new, FIELD_time_sec, (uint64_t)(b_utc + present));
	again();
	verifier->leaps = with_table ? &table : NULL;
	give(&old, START_TICKS, START_TICKS);
	give(&new, START_TICKS + SECOND, START_TICKS + SECOND);
	verify_end(verifier);
	expect("series.tai-step", verdict);
}

/* Over the end of a month past any table. */
static void tai(int from, int to, enum leap_indicator a, enum leap_indicator b,
		enum verdict verdict)
{
	const int64_t end = 1956528000; /* 2032-01-01 */

	tai_at(end - 1, b == LEAP_POS ? end - 1 : end, from, to, a, b, verdict);
	if (a != LEAP_POS && from != to)
		tai_at(end - 10, end - 9, from, to, a, b, VERDICT_FAIL);
}

static void test_tai_step(void **state)
{
	struct made_page old = make_page(), new;

	(void)state;
	tai(-37, -37, LEAP_NONE, LEAP_NONE, VERDICT_OK);
	tai(-37, -38, LEAP_NONE, LEAP_NONE, VERDICT_FAIL);
	tai(-37, -38, LEAP_PRE_POS, LEAP_PRE_POS, VERDICT_FAIL);
	tai(-37, -38, LEAP_PRE_POS, LEAP_POS, VERDICT_OK);
	tai(-37, -38, LEAP_POS, LEAP_POST_POS, VERDICT_OK);
	tai(-37, -38, LEAP_PRE_POS, LEAP_NONE, VERDICT_OK);
	tai(-37, -38, LEAP_NONE, LEAP_POST_POS, VERDICT_OK);
	tai(-37, -38, LEAP_POST_POS, LEAP_NONE, VERDICT_FAIL);
	tai(-37, -39, LEAP_PRE_POS, LEAP_POST_POS, VERDICT_FAIL);
	tai(-37, -36, LEAP_PRE_POS, LEAP_POST_POS, VERDICT_FAIL);
	tai(-37, -36, LEAP_PRE_NEG, LEAP_POST_NEG, VERDICT_OK);
	tai(37, 38, LEAP_PRE_POS, LEAP_POST_POS, VERDICT_OK);
	tai(37, -38, LEAP_PRE_POS, LEAP_POST_POS, VERDICT_FAIL);
	tai(37, -37, LEAP_NONE, LEAP_NONE, VERDICT_FAIL);
	set(&old, FIELD_flags, 0);
	new = next(&old, START_TICKS, 0);
	set(&new, FIELD_tai_offset_sec, 5);
	pair(&old, START_TICKS, START_TICKS, &new, START_TICKS);
	expect("series.tai-step", VERDICT_NOT_APPLICABLE);
}

/* Where nothing tells whether a leap second lies between, a change that one
 * explains is not judged. */
static void test_tai_unknown(void **state)
{
	const uint64_t half_year = 15778800 * SECOND;
	struct made_page old = make_page(), new;

	(void)state;
	/* A page that is not usable has no time. */
	new = next(&old, START_TICKS, 0);
	set(&new, FIELD_clock_status, STATUS_UNKNOWN);
	for (int change = 1; change <= 2; change++) {
		enum verdict verdict =
			change == 1 ? VERDICT_SKIP : VERDICT_FAIL;

		set(&new, FIELD_tai_offset_sec, (uint64_t)(-37 - change));
		pair(&old, START_TICKS, START_TICKS, &new, START_TICKS);
		expect("series.tai-step", verdict);
		pair(&new, START_TICKS, START_TICKS, &old, START_TICKS);
		expect("series.tai-step", verdict);
	}
	/* Another host, a year and one day later: three seconds may be. */
	new = next(&old, START_TICKS + 2 * half_year + 86400 * SECOND, 0);
	set(&new, FIELD_disruption_marker, 8);
	set(&new, FIELD_tai_offset_sec, (uint64_t)-40);
	pair(&old, START_TICKS, START_TICKS, &new, START_TICKS);
	expect("series.tai-step", VERDICT_SKIP);
	set(&new, FIELD_tai_offset_sec, (uint64_t)-41);
	pair(&old, START_TICKS, START_TICKS, &new, START_TICKS);
	expect("series.tai-step", VERDICT_FAIL);
	/* Its reference may be older, from before a leap second. */
	set(&old, FIELD_time_sec, 1956528000 + 60);
	set(&old, FIELD_leap_indicator, LEAP_POST_POS);
	new = next(&old, START_TICKS, -120 * GRID_SECOND);
	set(&new, FIELD_leap_indicator, LEAP_PRE_POS);
	set(&new, FIELD_disruption_marker, 8);
	set(&new, FIELD_tai_offset_sec, (uint64_t)-36);
	pair(&old, START_TICKS, START_TICKS, &new, START_TICKS);
	expect("series.tai-step", VERDICT_OK);
	set(&new, FIELD_disruption_marker, 7);
	pair(&old, START_TICKS, START_TICKS, &new, START_TICKS);
	expect("series.tai-step", VERDICT_FAIL);
	/* Also within the second that is counted twice. */
	set(&old, FIELD_leap_indicator, LEAP_POS);
	set(&old, FIELD_tai_offset_sec, (uint64_t)-38);
	set(&old, FIELD_time_sec, 1956528000 - 1 + 38);
	new = old;
	set(&new, FIELD_seq_count, 6);
	set(&new, FIELD_disruption_marker, 8);
	set(&new, FIELD_leap_indicator, LEAP_NONE);
	set(&new, FIELD_tai_offset_sec, (uint64_t)-37);
	set(&new, FIELD_time_sec, 1956528000 - 1 + 37);
	pair(&old, START_TICKS, START_TICKS, &new, START_TICKS);
	expect("series.tai-step", VERDICT_OK);
	old = make_page();
	new = next(&old, START_TICKS + 2 * half_year + 86400 * SECOND, 0);
	set(&new, FIELD_disruption_marker, 8);
	/* The same marker, the same month, a table: those tell. */
	set(&new, FIELD_tai_offset_sec, (uint64_t)-38);
	again();
	verifier->leaps = &table;
	give(&old, START_TICKS, START_TICKS);
	give(&new, START_TICKS, START_TICKS);
	expect("series.tai-step", VERDICT_FAIL);
	set(&new, FIELD_disruption_marker, 7);
	pair(&old, START_TICKS, START_TICKS, &new, START_TICKS);
	expect("series.tai-step", VERDICT_FAIL);
	new = next(&old, START_TICKS + SECOND, 0);
	set(&new, FIELD_disruption_marker, 8);
	set(&new, FIELD_tai_offset_sec, (uint64_t)-38);
	pair(&old, START_TICKS, START_TICKS, &new, START_TICKS);
	expect("series.tai-step", VERDICT_FAIL);
}

/* What happens in mid-month is no leap second; what the table has needs no
 * indicator. */
static void test_leap_dates(void **state)
{
	const int64_t end = LEAP_2017, day = 86400, mid = end - 15 * day;

	(void)state;
	for (with_table = false;; with_table = true) {
		tai_at(mid, mid + 1, -36, -37, LEAP_PRE_POS, LEAP_NONE,
		       VERDICT_FAIL);
		tai_at(mid, mid + 1, -36, -37, LEAP_NONE, LEAP_POST_POS,
		       VERDICT_FAIL);
		tai_at(mid, mid + 1, -36, -37, LEAP_PRE_POS, LEAP_POST_POS,
		       VERDICT_FAIL);
		tai_at(mid, mid + 1, -36, -37, LEAP_PRE_POS, LEAP_POS,
		       VERDICT_FAIL);
		tai_at(mid, mid + 1, -36, -37, LEAP_POS, LEAP_POST_POS,
		       VERDICT_FAIL);
		/* Any state may be skipped at the true end. */
		tai_at(mid, end + day, -36, -37, LEAP_PRE_POS, LEAP_NONE,
		       VERDICT_OK);
		tai_at(mid, end + day, -36, -37, LEAP_NONE, LEAP_POST_POS,
		       VERDICT_OK);
		tai_at(end - 1, end, -36, -37, LEAP_PRE_POS, LEAP_POST_POS,
		       VERDICT_OK);
		tai_at(end, end, -36, -37, LEAP_POS, LEAP_POST_POS, VERDICT_OK);
		tai_at(end - 2, end - 1, -36, -37, LEAP_PRE_POS, LEAP_POS,
		       VERDICT_OK);
		/* After it is too late. */
		tai_at(end, end + 1, -36, -37, LEAP_NONE, LEAP_POST_POS,
		       with_table ? VERDICT_OK : VERDICT_FAIL);
		tai_at(end + 1, end + 2, -36, -37, LEAP_NONE, LEAP_POST_POS,
		       VERDICT_FAIL);
		if (with_table)
			break;
	}
	tai_at(end - 1, end, -36, -37, LEAP_NONE, LEAP_NONE, VERDICT_OK);
	tai_at(mid, end + 20 * day, -36, -37, LEAP_NONE, LEAP_NONE, VERDICT_OK);
	tai_at(mid, end + 20 * day, -36, -35, LEAP_NONE, LEAP_NONE,
	       VERDICT_FAIL);
	tai_at(mid, table.expires, -36, -37, LEAP_NONE, LEAP_NONE,
	       VERDICT_FAIL);
	tai_at(mid, table.expires - 1, -36, -37, LEAP_NONE, LEAP_NONE,
	       VERDICT_OK);
	with_table = false;
	tai_at(end - 1, end, -36, -37, LEAP_NONE, LEAP_NONE, VERDICT_FAIL);
}

/* A count of UTC one second back, with these indicators and the first page's
 * reference at `utc`. */
static void utc_back(int64_t utc, enum leap_indicator a, enum leap_indicator b,
		     enum verdict verdict)
{
	struct made_page old = flat(1000), new;

	set(&old, FIELD_flags, FLAGS_ALL | FLAG_TIME_MONOTONIC);
	set(&old, FIELD_time_type, TIME_TYPE_UTC);
	set(&old, FIELD_time_sec, (uint64_t)utc);
	set(&old, FIELD_leap_indicator, a);
	new = next(&old, START_TICKS + 3 * SECOND / 2, -GRID_SECOND);
	set(&new, FIELD_leap_indicator, b);
	again();
	verifier->leaps = with_table ? &table : NULL;
	give(&old, START_TICKS, START_TICKS + SECOND);
	give(&new, START_TICKS + 3 * SECOND / 2, START_TICKS + 3 * SECOND / 2);
	verify_end(verifier);
	expect("series.nested", verdict);
	expect("series.monotonic", verdict);
}

static void test_leap_utc(void **state)
{
	const int64_t end = LEAP_2017, mid = end - 15 * 86400;

	(void)state;
	with_table = false;
	utc_back(end - 1, LEAP_PRE_POS, LEAP_POS, VERDICT_OK);
	utc_back(end, LEAP_POS, LEAP_POST_POS, VERDICT_OK);
	utc_back(end - 1, LEAP_NONE, LEAP_NONE, VERDICT_FAIL);
	utc_back(mid, LEAP_PRE_POS, LEAP_NONE, VERDICT_FAIL);
	utc_back(mid, LEAP_NONE, LEAP_POST_POS, VERDICT_FAIL);
	utc_back(mid, LEAP_PRE_POS, LEAP_POST_POS, VERDICT_FAIL);
	with_table = true;
	utc_back(end - 1, LEAP_NONE, LEAP_NONE, VERDICT_OK);
	utc_back(mid, LEAP_NONE, LEAP_NONE, VERDICT_FAIL);
	utc_back(mid, LEAP_PRE_POS, LEAP_NONE, VERDICT_FAIL);
	with_table = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERIES_TEST(test_leap_order),  SERIES_TEST(test_tai_step),
		SERIES_TEST(test_tai_unknown), SERIES_TEST(test_leap_dates),
		SERIES_TEST(test_leap_utc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
