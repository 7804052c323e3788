/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages given alone, one after another: in their order, or after restores. */
#include "series.h"

static void test_pages_alone(void **state)
{
	struct made_page page = make_page(), new;

	(void)state;
	verifier->pages_alone = true;
	set(&page, FIELD_flags, FLAGS_ALL | FLAG_TIME_MONOTONIC);
	new = next(&page, START_TICKS + SECOND, 0);
	give_without_counter(&page);
	give_without_counter(&new);
	verify_end(verifier);
	expect("series.constant", VERDICT_OK);
	expect("series.seq-step", VERDICT_OK);
	expect("series.marker-unique", VERDICT_OK);
	expect("series.frequency-step", VERDICT_OK);
	expect("series.reference-advances", VERDICT_OK);
	expect("series.monotonic", VERDICT_SKIP);
	assert_string_equal(answer("series.monotonic")->message,
			    "no readings of the counter");
	expect("series.odd-window", VERDICT_SKIP);
	assert_string_equal(answer("series.odd-window")->message,
			    "no readings of the counter");
}

/* A marker twice in a row: of one device it is the same page, after restores a
 * value that came back. */
static void test_restores(void **state)
{
	struct made_page page = make_page();

	(void)state;
	verifier->pages_alone = true;
	give_without_counter(&page);
	give_without_counter(&page);
	verify_end(verifier);
	expect("series.marker-unique", VERDICT_OK);
	expect("series.generation-unique", VERDICT_OK);
	again();
	verifier->pages_alone = true;
	verifier->restores = true;
	give_without_counter(&page);
	set(&page, FIELD_disruption_marker, 8);
	set(&page, FIELD_vm_generation_counter, 10);
	/* No order: seq_count may stand, and the constants are another's. */
	set(&page, FIELD_counter_id, COUNTER_ARM_VCNT);
	give_without_counter(&page);
	verify_end(verifier);
	expect("series.marker-unique", VERDICT_OK);
	expect("series.generation-unique", VERDICT_OK);
	expect("series.seq-step", VERDICT_SKIP);
	expect("series.constant", VERDICT_SKIP);
	assert_string_equal(answer("series.constant")->message,
			    "pages after restores have no order");
	give_without_counter(&page);
	expect("series.marker-unique", VERDICT_FAIL);
	expect("series.generation-unique", VERDICT_FAIL);
	assert_int_equal(answer("series.marker-unique")->n, 3);
}

/* One restored page is enough where the one before is known, which is not
 * judged itself. */
static void test_before_restores(void **state)
{
	struct made_page page = make_page(), before = page;
	struct snapshot snapshot;

	(void)state;
	for (int marker = 7; marker <= 8; marker++) {
		again();
		verifier->pages_alone = true;
		verifier->restores = true;
		set(&before, FIELD_seq_count, 5);
		snapshot = keep(&before, sizeof(before.bytes));
		verify_before_restores(verifier, &snapshot);
		set(&page, FIELD_disruption_marker, (uint64_t)marker);
		give_without_counter(&page);
		verify_end(verifier);
		expect("seq.even", VERDICT_OK);
		expect("series.marker-unique",
		       marker == 7 ? VERDICT_FAIL : VERDICT_OK);
		expect("series.generation-unique", VERDICT_FAIL);
		assert_int_equal(verifier->pages, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERIES_TEST(test_pages_alone),
		SERIES_TEST(test_restores),
		SERIES_TEST(test_before_restores),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
