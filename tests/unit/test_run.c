/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules that remember earlier pages of a run: promises of bounds, leap
 * seconds and smears, at their limits and one unit beyond. */
#include "series.h"

/* Page after page, each with the time of the first one but for
 * its skew, in grid units. */
struct walk {
	struct made_page start, page;
	uint64_t counter;
};

static struct walk begin_walk(struct made_page start)
{
	again();
	give(&start, START_TICKS, START_TICKS);
	return (struct walk){ start, start, START_TICKS };
}

static void step(struct walk *walk, grid skew)
{
	uint32_t seq = (uint32_t)get(&walk->page, FIELD_seq_count);

	/* So many that the time between lies on the grid. */
	walk->counter += UINT64_C(1) << 31;
	walk->page = next(&walk->start, walk->counter, skew);
	set(&walk->page, FIELD_seq_count, seq + 2);
	give(&walk->page, walk->counter, walk->counter);
}

/* The bounds of both pages together, 1000 ns each, to the unit; between the two
 * the others keep every promise. */
static void test_promise(void **state)
{
	(void)state;
	for (int sign = -1; sign <= 1; sign += 2) {
		for (int more = 0; more <= 1; more++) {
			struct walk walk = begin_walk(flat(1000));

			step(&walk, sign * NSEC(900));
			step(&walk, sign * NSEC(1800));
			step(&walk, sign * (NSEC(2000) + more));
			step(&walk, sign * NSEC(1800));
			verify_end(verifier);
			expect("series.nested",
			       more ? VERDICT_FAIL : VERDICT_OK);
			if (more) {
				assert_int_equal(answer("series.nested")->n, 4);
				assert_non_null(
					strstr(answer("series.nested")->message,
					       "page 4 against page 1"));
			} else {
				/* Out of the first page's own bounds. */
				assert_non_null(
					strstr(answer("series.nested")->message,
					       "leaves the bounds of page 1"));
			}
		}
	}
}

/* Bounds that no 64-bit number of nanoseconds and no grid can hold together. */
static void test_endless_bounds(void **state)
{
	struct made_page page = make_page();
	struct walk walk;

	(void)state;
	set(&page, FIELD_time_maxerror_nanosec, UINT64_MAX);
	set(&page, FIELD_counter_period_maxerror_rate_frac_sec, UINT64_MAX);
	set(&page, FIELD_counter_period_shift, 0);
	set(&page, FIELD_counter_period_frac_sec, 1);
	walk = begin_walk(page);
	step(&walk, 0);
	step(&walk, GRID_SECOND);
	verify_end(verifier);
	expect("series.nested", VERDICT_OK);
}

/* The first page and, of each power of two, the last two multiples. */
static bool is_kept(unsigned int number, unsigned int last)
{
	for (unsigned int power = 1; power <= last; power *= 2) {
		unsigned int multiple = last - last % power;

		if (number == multiple || number + power == multiple)
			return true;
	}
	return number == 1;
}

/* Of 40 pages with bounds of a second, one has narrow ones, and the last. */
static void test_kept(void **state)
{
	(void)state;
	for (unsigned int narrow = 1; narrow < 39; narrow++) {
		struct made_page wide = flat(NSEC_PER_SEC);
		struct walk walk;

		walk = begin_walk(narrow == 1 ? flat(1000) : wide);
		walk.start = wide;
		for (unsigned int i = 2; i < 40; i++) {
			if (i == narrow)
				walk.start = flat(1000);
			step(&walk, 0);
			walk.start = wide;
		}
		walk.start = flat(1000);
		step(&walk, NSEC(2001));
		verify_end(verifier);
		expect("series.nested",
		       is_kept(narrow, 39) ? VERDICT_FAIL : VERDICT_OK);
	}
}

/* Of the highest power, 2^21, both of the last two multiples have a slot. */
static void test_highest_slots(void **state)
{
	static const struct {
		uint64_t number;
		unsigned int slot;
	} cases[] = { { UINT64_C(1) << 20, 20 },
		      { UINT64_C(1) << 21, 21 },
		      { UINT64_C(1) << 22, 22 },
		      { UINT64_C(3) << 21, 21 },
		      { UINT64_C(1) << 40, 22 } };
	struct made_page page = flat(1000);
	struct snapshot snapshot = { .bytes = page.bytes };
	struct kept_pages *pages = calloc(1, sizeof(*pages));
	struct subject subject;

	(void)state;
	assert_non_null(pages);
	subject_take(page.bytes, sizeof(page.bytes), &subject);
	subject.snapshot = &snapshot;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		snapshot.n = cases[i].number;
		pages->count = cases[i].number - 1;
		nested_keep(pages, &subject, 0);
		assert_int_equal(pages->count, cases[i].number);
		assert_int_equal(pages->slots[cases[i].slot].n,
				 cases[i].number);
	}
	free(pages);
}

/* An unusable page, or another marker, forgets the promises; a page without
 * bounds does not. */
static void test_forgetting(void **state)
{
	static const struct {
		int row;
		uint64_t value;
		enum verdict verdict;
	} between[] = {
		{ FIELD_clock_status, STATUS_FREERUNNING, VERDICT_FAIL },
		{ FIELD_clock_status, STATUS_UNKNOWN, VERDICT_OK },
		{ FIELD_disruption_marker, 8, VERDICT_OK },
		{ FIELD_flags, FLAG_TAI_OFFSET_VALID, VERDICT_FAIL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(between) / sizeof(*between); i++) {
		struct walk walk = begin_walk(flat(1000));

		step(&walk, NSEC(500));
		walk.start = flat(1000);
		set(&walk.start, between[i].row, between[i].value);
		step(&walk, NSEC(1000));
		walk.start = flat(1000);
		step(&walk, NSEC(1500));
		step(&walk, NSEC(2001));
		verify_end(verifier);
		expect("series.nested", between[i].verdict);
	}
}

/* Where updates were missed, the page before is an earlier one like others. */
static void test_missed(void **state)
{
	struct made_page old = flat(1000), new;

	(void)state;
	for (uint64_t updates = 1; updates <= 3; updates++) {
		new = next(&old, START_TICKS, NSEC(1500));
		set(&new, FIELD_seq_count, 4 + 2 * updates);
		pair(&old, START_TICKS, START_TICKS, &new, START_TICKS);
		expect("series.nested",
		       updates == 1 ? VERDICT_FAIL : VERDICT_OK);
	}
	new = next(&old, START_TICKS, NSEC(2000) + 1);
	set(&new, FIELD_seq_count, 8);
	pair(&old, START_TICKS, START_TICKS, &new, START_TICKS);
	expect("series.nested", VERDICT_FAIL);
	set(&new, FIELD_flags, FLAG_TAI_OFFSET_VALID);
	pair(&old, START_TICKS, START_TICKS, &new, START_TICKS);
	expect("series.nested", VERDICT_SKIP);
}

#define LEAP_2032 INT64_C(1956528000) /* 2032-01-01, past any table */

/* A page whose reference is this long from the leap second's end. */
static struct made_page leap_page(enum time_type type, grid from_end,
				  enum leap_indicator indicator, int offset)
{
	struct made_page page = make_page();
	grid time = LEAP_2032 * GRID_SECOND + from_end;

	if (type == TIME_TYPE_TAI)
		time += offset * GRID_SECOND;
	set(&page, FIELD_time_type, type);
	set(&page, FIELD_flags, FLAG_TAI_OFFSET_VALID);
	set(&page, FIELD_leap_indicator, indicator);
	set(&page, FIELD_tai_offset_sec, (uint64_t)-offset);
	set(&page, FIELD_time_sec, (uint64_t)(time >> 64));
	set(&page, FIELD_time_frac_sec, (uint64_t)time);
	return page;
}

static void cross(const struct made_page *before, struct made_page *after,
		  enum verdict verdict)
{
	uint64_t c = START_TICKS + 60 * SECOND;

	set(after, FIELD_counter_value, c);
	set(after, FIELD_seq_count, 6);
	pair(before, START_TICKS, START_TICKS, after, c);
	expect("series.leap-taken", verdict);
}

static void tai_crosses(enum leap_indicator a, enum leap_indicator b,
			int change, enum verdict verdict)
{
	struct made_page before =
		leap_page(TIME_TYPE_TAI, -30 * GRID_SECOND, a, 37);
	struct made_page after =
		leap_page(TIME_TYPE_TAI, 29 * GRID_SECOND, b, 37 + change);

	cross(&before, &after, verdict);
	/* Without the offset on both there is no UTC. */
	set(&before, FIELD_flags, 0);
	cross(&before, &after, VERDICT_NOT_APPLICABLE);
}

static void test_leap_tai(void **state)
{
	(void)state;
	tai_crosses(LEAP_PRE_POS, LEAP_POST_POS, 1, VERDICT_OK);
	tai_crosses(LEAP_PRE_POS, LEAP_NONE, 1, VERDICT_OK);
	tai_crosses(LEAP_NONE, LEAP_POST_POS, 1, VERDICT_OK);
	tai_crosses(LEAP_PRE_POS, LEAP_POST_POS, 0, VERDICT_FAIL);
	tai_crosses(LEAP_PRE_POS, LEAP_NONE, 0, VERDICT_FAIL);
	tai_crosses(LEAP_NONE, LEAP_POST_POS, 0, VERDICT_FAIL);
	tai_crosses(LEAP_PRE_POS, LEAP_POST_POS, 2, VERDICT_FAIL);
	tai_crosses(LEAP_PRE_NEG, LEAP_POST_NEG, -1, VERDICT_OK);
	tai_crosses(LEAP_PRE_NEG, LEAP_POST_NEG, 1, VERDICT_FAIL);
	tai_crosses(LEAP_PRE_NEG, LEAP_NONE, 0, VERDICT_FAIL);
	/* None, or not one. */
	tai_crosses(LEAP_NONE, LEAP_NONE, 0, VERDICT_NOT_APPLICABLE);
	tai_crosses(LEAP_PRE_POS, LEAP_PRE_POS, 0, VERDICT_NOT_APPLICABLE);
	tai_crosses(LEAP_PRE_POS, LEAP_POST_NEG, 0, VERDICT_NOT_APPLICABLE);
}

/* A step of the count of UTC by `-sign` seconds, and `skew` beside it. */
static void utc_crosses(int sign, grid skew, enum verdict verdict)
{
	bool positive = sign > 0;
	struct made_page before =
		leap_page(TIME_TYPE_UTC, -30 * GRID_SECOND,
			  positive ? LEAP_PRE_POS : LEAP_PRE_NEG, 37);
	uint64_t c = START_TICKS + 60 * SECOND;
	struct made_page after = next(&before, c, -sign * GRID_SECOND + skew);

	set(&after, FIELD_leap_indicator,
	    positive ? LEAP_POST_POS : LEAP_POST_NEG);
	set(&after, FIELD_tai_offset_sec, (uint64_t)(-37 - sign));
	pair(&before, START_TICKS, START_TICKS, &after, c);
	expect("series.leap-taken", verdict);
	/* An offset that does not go with it. */
	set(&after, FIELD_tai_offset_sec, (uint64_t)-37);
	pair(&before, START_TICKS, START_TICKS, &after, c);
	expect("series.leap-taken", VERDICT_FAIL);
}

static void test_leap_utc(void **state)
{
	const grid half = GRID_SECOND / 2;

	(void)state;
	for (int sign = -1; sign <= 1; sign += 2) {
		utc_crosses(sign, 0, VERDICT_OK);
		utc_crosses(sign, sign * half, VERDICT_OK);
		utc_crosses(sign, sign * (half + 1), VERDICT_FAIL);
		utc_crosses(sign, sign * GRID_SECOND, VERDICT_FAIL);
		utc_crosses(sign, -sign * GRID_SECOND, VERDICT_OK);
	}
}

/* A page within a second of the month's end, or that says POS, is neither
 * before nor after. */
static void test_leap_near(void **state)
{
	struct made_page before, after;

	(void)state;
	after = leap_page(TIME_TYPE_TAI, 30 * GRID_SECOND, LEAP_POST_POS, 37);
	before = leap_page(TIME_TYPE_TAI, -GRID_SECOND, LEAP_PRE_POS, 37);
	cross(&before, &after, VERDICT_FAIL);
	before = leap_page(TIME_TYPE_TAI, 1 - GRID_SECOND, LEAP_PRE_POS, 37);
	cross(&before, &after, VERDICT_NOT_APPLICABLE);
	before = leap_page(TIME_TYPE_TAI, -9 * GRID_SECOND, LEAP_PRE_POS, 37);
	after = leap_page(TIME_TYPE_TAI, GRID_SECOND, LEAP_POST_POS, 37);
	cross(&before, &after, VERDICT_FAIL);
	after = leap_page(TIME_TYPE_TAI, GRID_SECOND - 1, LEAP_POST_POS, 37);
	cross(&before, &after, VERDICT_NOT_APPLICABLE);
	after = leap_page(TIME_TYPE_TAI, GRID_SECOND, LEAP_POS, 37);
	cross(&before, &after, VERDICT_SKIP);
	cross(&after, &before, VERDICT_SKIP);
}

/* Where the page before says too little of the time, nothing is judged. */
static void test_leap_unclear(void **state)
{
	const grid second = GRID_SECOND;
	struct made_page before, after;

	(void)state;
	for (uint64_t more = 0; more <= 1; more++) {
		enum verdict verdict = more ? VERDICT_SKIP : VERDICT_FAIL;
		uint64_t c = START_TICKS;

		before = leap_page(TIME_TYPE_UTC, -30 * second, LEAP_PRE_POS,
				   37);
		/* Below 500 ms, and exactly that. */
		set(&before, FIELD_flags,
		    FLAG_TAI_OFFSET_VALID | FLAG_PERIOD_MAXERROR_VALID |
			    FLAG_TIME_MAXERROR_VALID);
		set(&before, FIELD_counter_period_maxerror_rate_frac_sec, 0);
		set(&before, FIELD_time_maxerror_nanosec, 499999999 + more);
		after = next(&before, c + 60 * SECOND, 0);
		set(&after, FIELD_leap_indicator, LEAP_POST_POS);
		set(&after, FIELD_tai_offset_sec, (uint64_t)-38);
		pair(&before, c, c, &after, c + 60 * SECOND);
		expect("series.leap-taken", verdict);
		/* Without bounds 2,500 s, and the next tick. */
		before = leap_page(TIME_TYPE_UTC, -30 * second, LEAP_PRE_POS,
				   37);
		c = START_TICKS + 2500 * SECOND;
		while (time_at(&before, c + 1) -
			       time_at(&before, START_TICKS) <=
		       2500 * second)
			c++;
		after = next(&before, c + more, 0);
		set(&after, FIELD_leap_indicator, LEAP_POST_POS);
		set(&after, FIELD_tai_offset_sec, (uint64_t)-38);
		pair(&before, START_TICKS, START_TICKS, &after, c + more);
		expect("series.leap-taken", verdict);
	}
}

/* The table knows of a leap second that nobody told of, and of none where one
 * was announced. */
static void test_leap_table(void **state)
{
	struct leap_table table = {
		.count = 2,
		.entries = { { 1435708800, 36 }, { LEAP_2032, 37 } },
		.expires = LEAP_2032 + 30,
	};
	struct made_page before, after;

	(void)state;
	for (int story = 0; story < 4; story++) {
		enum leap_indicator told = story & 1 ? LEAP_PRE_POS : LEAP_NONE;
		bool listed = !(story & 2);

		before = leap_page(TIME_TYPE_TAI, -20 * GRID_SECOND, told, 37);
		after = leap_page(TIME_TYPE_TAI, 29 * GRID_SECOND, LEAP_NONE,
				  37);
		set(&after, FIELD_counter_value, START_TICKS + 60 * SECOND);
		table.count = listed ? 2 : 1;
		again();
		verifier->leaps = &table;
		give(&before, START_TICKS, START_TICKS);
		give(&after, START_TICKS + 60 * SECOND,
		     START_TICKS + 60 * SECOND);
		verify_end(verifier);
		expect("series.leap-taken", listed ? VERDICT_FAIL
					    : told == LEAP_NONE
						    ? VERDICT_NOT_APPLICABLE
						    : VERDICT_SKIP);
	}
	/* It has expired at the second page. */
	table.count = 2;
	table.expires = LEAP_2032 + 29;
	before = leap_page(TIME_TYPE_TAI, -20 * GRID_SECOND, LEAP_NONE, 37);
	again();
	verifier->leaps = &table;
	give(&before, START_TICKS, START_TICKS);
	give(&after, START_TICKS + 60 * SECOND, START_TICKS + 60 * SECOND);
	verify_end(verifier);
	expect("series.leap-taken", VERDICT_NOT_APPLICABLE);
}

/*
 * A count of UTC over a leap second, in tenths of a day from its end: the
 * references are right, and within the window of noon-linear a second takes
 * 1 + parts / 86401 / 1000 of what it takes outside.
 */
static void smear_noon(int sign, int64_t parts, const int *marks, int count,
		       enum verdict verdict)
{
	const int64_t tick = INT64_C(1) << 31; /* of a whole second */
	struct made_page page = make_page();
	uint64_t c = START_TICKS;
	uint32_t seq = 4;

	again();
	set(&page, FIELD_flags, 0);
	set(&page, FIELD_time_type, TIME_TYPE_UTC);
	set(&page, FIELD_counter_period_frac_sec, UINT64_C(1) << 63);
	set(&page, FIELD_counter_period_shift, 30);
	for (int i = 0; i < count; i++) {
		int64_t at = marks[i] * INT64_C(8640);
		bool after = at >= 0;
		int64_t from = i ? marks[i - 1] * INT64_C(8640) : at;
		int64_t low = from < -43200 ? -43200 : from;
		int64_t high = at > 43200 ? 43200 : at;
		int64_t slow = high > low ? high - low : 0;

		c += (uint64_t)((at - from) * tick);
		/* Slower time: more ticks for the same seconds. */
		c += (uint64_t)(sign * parts * slow * tick / 1000 / 86401);
		set(&page, FIELD_seq_count, seq += 2);
		set(&page, FIELD_counter_value, c);
		set(&page, FIELD_time_sec, (uint64_t)(LEAP_2032 + at));
		set(&page, FIELD_leap_indicator,
		    sign > 0 ? (after ? LEAP_POST_POS : LEAP_PRE_POS)
			     : (after ? LEAP_POST_NEG : LEAP_PRE_NEG));
		give(&page, c, c + 5);
	}
	verify_end(verifier);
	expect("series.smear", verdict);
}

static void test_smear(void **state)
{
	const int all[] = { -10, -7, -4, -1, 1, 4, 7, 10 };
	const int inside[] = { -4, -1, 1, 4, 7 };
	const int short_inside[] = { -10, -7, -1, 1, 7, 10 };
	const int ends_before[] = { -10, -7, -4, -1 };

	(void)state;
	smear_noon(1, 1000, all, 8, VERDICT_FAIL);
	assert_int_equal(answer("series.smear")->n, 5);
	assert_non_null(strstr(answer("series.smear")->message, "noon-linear"));
	smear_noon(-1, 1000, all, 8, VERDICT_FAIL);
	/* 75 % to 125 % of its rate. (The oracle goes to the unit.) */
	smear_noon(1, 751, all, 8, VERDICT_FAIL);
	smear_noon(1, 749, all, 8, VERDICT_OK);
	smear_noon(1, 1249, all, 8, VERDICT_FAIL);
	smear_noon(1, 1251, all, 8, VERDICT_OK);
	smear_noon(1, 0, all, 8, VERDICT_OK);
	smear_noon(1, -1000, all, 8, VERDICT_OK);
	/* Too little beside the window, in it, or after it. */
	smear_noon(1, 1000, inside, 5, VERDICT_SKIP);
	smear_noon(1, 1000, short_inside, 6, VERDICT_SKIP);
	smear_noon(1, 1000, ends_before, 4, VERDICT_SKIP);
}

/* No smear of a TAI page, of a count that stepped, or without a leap second. */
static void test_no_smear(void **state)
{
	struct made_page before, after;

	(void)state;
	before = leap_page(TIME_TYPE_TAI, -30 * GRID_SECOND, LEAP_PRE_POS, 37);
	after = leap_page(TIME_TYPE_TAI, 30 * GRID_SECOND, LEAP_POST_POS, 38);
	pair(&before, START_TICKS, START_TICKS, &after, START_TICKS + SECOND);
	expect("series.smear", VERDICT_NOT_APPLICABLE);
	/* One page that announces one is a run of its own. */
	before = leap_page(TIME_TYPE_UTC, -30 * GRID_SECOND, LEAP_PRE_POS, 37);
	after = before;
	set(&after, FIELD_disruption_marker, 8);
	set(&after, FIELD_leap_indicator, LEAP_NONE);
	pair(&before, START_TICKS, START_TICKS, &after, START_TICKS + SECOND);
	expect("series.smear", VERDICT_SKIP);
	before = leap_page(TIME_TYPE_UTC, -30 * GRID_SECOND, LEAP_NONE, 37);
	after = next(&before, START_TICKS + 60 * SECOND, 0);
	pair(&before, START_TICKS, START_TICKS, &after,
	     START_TICKS + 60 * SECOND);
	expect("series.smear", VERDICT_NOT_APPLICABLE);
	for (int more = 0; more <= 1; more++) {
		set(&before, FIELD_leap_indicator, LEAP_PRE_POS);
		after = next(&before, START_TICKS + 60 * SECOND,
			     -GRID_SECOND / 4 + more);
		set(&after, FIELD_leap_indicator, LEAP_POST_POS);
		pair(&before, START_TICKS, START_TICKS, &after,
		     START_TICKS + 60 * SECOND);
		expect("series.smear", more ? VERDICT_SKIP : VERDICT_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERIES_TEST(test_promise),    SERIES_TEST(test_endless_bounds),
		SERIES_TEST(test_kept),	      SERIES_TEST(test_highest_slots),
		SERIES_TEST(test_forgetting), SERIES_TEST(test_missed),
		SERIES_TEST(test_leap_tai),   SERIES_TEST(test_leap_utc),
		SERIES_TEST(test_leap_near),  SERIES_TEST(test_leap_unclear),
		SERIES_TEST(test_leap_table), SERIES_TEST(test_smear),
		SERIES_TEST(test_no_smear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
