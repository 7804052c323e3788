/* SPDX-License-Identifier: BSD-2-Clause */
/* What watch tells of the rules between pages, snapshot by snapshot. */
#include "series.h"

#include "rules/violations.h"

static struct violations *violations;
static bool news[RULE_COUNT];

static int begin(void **state)
{
	violations = calloc(1, sizeof(*violations));
	assert_non_null(violations);
	return setup(state);
}

static int end(void **state)
{
	free(violations);
	return teardown(state);
}

/* The next page, with one reading of the counter. Returns how many rules are
 * news. */
static int take(const struct made_page *page, uint64_t counter)
{
	struct snapshot snapshot = keep(page, sizeof(page->bytes));
	int count = 0;
	bool any;

	snapshot.has_counter = true;
	snapshot.counter = counter;
	snapshot.counter_last = counter;
	any = violations_take(violations, &snapshot, news);
	for (int i = 0; i < RULE_COUNT; i++)
		count += news[i];
	assert_int_equal(any, count > 0);
	return count;
}

static void test_which_rules(void **state)
{
	(void)state;
	assert_true(violations_include(RULE_series_nested));
	assert_true(violations_include(RULE_series_seq_step));
	assert_true(violations_include(RULE_series_marker_silent));
	assert_false(violations_include(RULE_series_frequency_step));
	assert_false(violations_include(RULE_seq_even));
	assert_false(violations_include(RULE_notify_delivery));
}

/* seq_count goes back in every page. */
static void test_told_once_under_a_marker(void **state)
{
	struct made_page page = make_page();

	(void)state;
	set(&page, FIELD_seq_count, 100);
	assert_int_equal(take(&page, START_TICKS), 0);
	set(&page, FIELD_seq_count, 98);
	assert_int_equal(take(&page, START_TICKS + 1), 1);
	assert_true(news[RULE_series_seq_step]);
	assert_string_equal(
		violations->verifier.findings[RULE_series_seq_step].message,
		"seq_count went back");
	set(&page, FIELD_seq_count, 96);
	assert_int_equal(take(&page, START_TICKS + 2), 0);
	assert_int_equal(violations->count[RULE_series_seq_step], 2);
	/* One that breaks nothing between them changes nothing. */
	set(&page, FIELD_seq_count, 98);
	assert_int_equal(take(&page, START_TICKS + 3), 0);
	set(&page, FIELD_seq_count, 96);
	assert_int_equal(take(&page, START_TICKS + 4), 0);
	assert_int_equal(violations->count[RULE_series_seq_step], 3);
}

static void test_told_again_under_another_marker(void **state)
{
	struct made_page page = make_page();
	uint64_t marker = get(&page, FIELD_disruption_marker);

	(void)state;
	assert_int_equal(take(&page, START_TICKS), 0);
	page.bytes[8] ^= 2;
	assert_int_equal(take(&page, START_TICKS + 1), 1);
	assert_true(news[RULE_series_constant]);
	page.bytes[8] ^= 2;
	assert_int_equal(take(&page, START_TICKS + 2), 0);
	set(&page, FIELD_seq_count, get(&page, FIELD_seq_count) + 2);
	set(&page, FIELD_disruption_marker, marker + 1);
	assert_int_equal(take(&page, START_TICKS + 3), 0);
	page.bytes[8] ^= 2;
	assert_int_equal(take(&page, START_TICKS + 4), 1);
	assert_true(news[RULE_series_constant]);
	/* Back to a marker of before: the page with it tells that. */
	page.bytes[8] ^= 2;
	set(&page, FIELD_disruption_marker, marker);
	assert_true(take(&page, START_TICKS + 5) > 0);
	assert_true(news[RULE_series_marker_unique]);
	assert_true(news[RULE_series_constant]);
}

/* The last reading under a page is known when the next is there. */
static void test_a_later_reading_counts(void **state)
{
	struct made_page page = flat(1000), late;

	(void)state;
	/* Its clock is 100 ppm slower, and the bounds do not grow. */
	late = next(&page, START_TICKS + SECOND, NSEC(0));
	set(&late, FIELD_counter_period_frac_sec,
	    get(&late, FIELD_counter_period_frac_sec) / 10000 * 9999);
	assert_int_equal(take(&page, START_TICKS + SECOND), 0);
	assert_int_equal(take(&late, START_TICKS + 3 * SECOND), 0);
	violations_break(violations);
	assert_int_equal(take(&page, START_TICKS + SECOND), 0);
	violations_reading(violations, START_TICKS + 2 * SECOND);
	assert_int_equal(take(&late, START_TICKS + 3 * SECOND), 1);
	assert_true(news[RULE_series_nested]);
}

static void test_a_break_begins_another_series(void **state)
{
	struct made_page page = make_page();

	(void)state;
	set(&page, FIELD_seq_count, 100);
	take(&page, START_TICKS);
	set(&page, FIELD_seq_count, 98);
	assert_int_equal(take(&page, START_TICKS + 1), 1);
	violations_break(violations);
	set(&page, FIELD_seq_count, 96);
	assert_int_equal(take(&page, START_TICKS + 2), 0);
	set(&page, FIELD_seq_count, 94);
	assert_int_equal(take(&page, START_TICKS + 3), 1);
	assert_int_equal(violations->count[RULE_series_seq_step], 2);
}

/* seq_count that does not settle has no page, but is a violation. */
static void test_unsettled(void **state)
{
	struct made_page page = make_page();
	struct snapshot snapshot = {
		.kind = SNAPSHOT_UNSETTLED,
		.n = 2,
		.seq_count = 3,
		.unsettled = 100 * NSEC_PER_MSEC,
	};

	(void)state;
	take(&page, START_TICKS);
	assert_true(violations_take(violations, &snapshot, news));
	assert_true(news[RULE_series_odd_window]);
	assert_false(violations_take(violations, &snapshot, news));
	assert_int_equal(violations->count[RULE_series_odd_window], 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_which_rules),
		TEST(test_told_once_under_a_marker),
		TEST(test_told_again_under_another_marker),
		TEST(test_a_later_reading_counts),
		TEST(test_a_break_begins_another_series),
		TEST(test_unsettled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
