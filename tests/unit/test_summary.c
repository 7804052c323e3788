/* SPDX-License-Identifier: BSD-2-Clause */
/* Snapshots summed up: spans, shares, events and the worst bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "event/summary.h"

#define SECOND ((int64_t)NSEC_PER_SEC)

/* A UTC page at 1 GHz, 100 ns of time error and 2^-24 of the period's, that is
 * 1 ns for 2^24 ticks. */
static void make_page(uint8_t bytes[static 4096], uint8_t status)
{
	memset(bytes, 0, 4096);
	memcpy(bytes, "VCLK", 4);
	store_le(bytes + 0x04, 4, 4096);
	store_le(bytes + 0x08, 2, 1);
	bytes[0x0a] = 1;
	store_le(bytes + 0x10, 8, 5);
	store_le(bytes + 0x18, 8, 0x78);
	bytes[0x22] = status;
	bytes[0x27] = 24;
	store_le(bytes + 0x28, 8, 1000);
	/* 10^-9 * 2^88 and 2^-24 of it */
	store_le(bytes + 0x30, 8, UINT64_C(309485009821345068));
	store_le(bytes + 0x40, 8, UINT64_C(18446744073));
	store_le(bytes + 0x48, 8, 1800000000);
	store_le(bytes + 0x60, 8, 100);
}

static uint8_t pages[2][4096];
static unsigned int turn;

static unsigned int take(struct summary *s, uint64_t n, uint8_t status,
			 int64_t at, uint64_t last)
{
	struct snapshot snapshot = {
		.n = n,
		.bytes = pages[turn ^= 1],
		.length = 4096,
		.has_counter = true,
		.counter = 1000,
		.counter_last = last,
		.has_clocks = true,
		.realtime = 1800000000 * SECOND + at,
		.monotonic_raw = 7 * SECOND + at,
	};
	struct page page;

	make_page(pages[turn], status);
	page_decode(pages[turn], 4096, &page);
	return summary_take(s, &snapshot, &page);
}

static void test_shares_are_by_time(void **state)
{
	struct summary s = { 0 };
	uint64_t span;

	(void)state;
	assert_int_equal(take(&s, 1, 2, 0, 1000), 0);
	assert_int_equal(take(&s, 2, 4, 9 * SECOND, 1000), 1u << EVENT_STATUS);
	take(&s, 3, 2, 10 * SECOND, 1000);
	summary_until(&s, 19 * SECOND);
	assert_true(summary_span(&s, &span));
	assert_int_equal(span, 12 * SECOND);
	assert_int_equal(s.pages, 3);
	assert_int_equal(s.status[2].pages, 2);
	assert_int_equal(s.status[2].nsec, 11 * SECOND);
	assert_int_equal(s.status[4].nsec, SECOND);
	assert_int_equal(summary_share_time(&s), 12 * SECOND);
	assert_int_equal(s.events[EVENT_STATUS], 2);
	/* The unreliable page has no clock, and so no bound. */
	assert_int_equal(s.bounded, 2);
}

static void test_worst_bound_is_at_the_last_reading(void **state)
{
	struct summary s = { 0 };

	(void)state;
	take(&s, 4, 2, 0, 1000);
	assert_int_equal(s.worst, 100);
	take(&s, 5, 2, SECOND, 1000 + (1 << 30));
	assert_int_equal(s.worst_n, 5);
	/* 2^30 ticks of 2^-24 ns are 64 ns, and the part cut off the period's
	 * error keeps it below. */
	assert_int_equal(s.worst, 164);
	take(&s, 6, 2, 2 * SECOND, 1000);
	assert_int_equal(s.worst_n, 5);
	summary_reading(&s, 1000 + (UINT64_C(1) << 31));
	assert_int_equal(s.worst_n, 6);
	assert_int_equal(s.worst, 228);
}

static void test_time_that_is_not_known_counts_for_none(void **state)
{
	struct snapshot unsettled = { .kind = SNAPSHOT_UNSETTLED, .n = 3 };
	struct summary s = { 0 };
	uint64_t span;

	(void)state;
	assert_false(summary_span(&s, &span));
	take(&s, 1, 2, 0, 1000);
	/* Back: no time of 2^64 ns. */
	take(&s, 2, 2, -SECOND, 1000);
	assert_false(summary_span(&s, &span));
	assert_int_equal(summary_share_time(&s), 0);
	/* Without clocks. */
	assert_int_equal(summary_take(&s, &unsettled, NULL), 0);
	take(&s, 4, 2, SECOND, 1000);
	assert_int_equal(s.unsettled, 1);
	assert_int_equal(summary_share_time(&s), 0);
	/* Away. */
	summary_break(&s);
	take(&s, 5, 2, 5 * SECOND, 1000);
	assert_int_equal(summary_share_time(&s), 0);
	take(&s, 6, 2, 6 * SECOND, 1000);
	assert_int_equal(summary_share_time(&s), SECOND);
}

/* Torn, or not to be read: neither says which status it was. */
static void test_no_status_of_what_is_not_whole(void **state)
{
	struct snapshot snapshot = { .n = 2, .has_clocks = true };
	struct summary s = { 0 };
	struct page page;
	uint8_t bytes[4096];

	(void)state;
	take(&s, 1, 2, 0, 1000);
	assert_true(summary_knows_all(&s));
	make_page(bytes, 2);
	bytes[0x0c] |= 1;
	page_decode(bytes, sizeof(bytes), &page);
	snapshot.monotonic_raw = 8 * SECOND;
	summary_take(&s, &snapshot, &page);
	assert_false(summary_knows_all(&s));
	take(&s, 3, 2, 4 * SECOND, 1000);
	assert_int_equal(s.no_status.pages, 1);
	assert_int_equal(s.no_status.nsec, 3 * SECOND);
	assert_int_equal(s.status[2].pages, 2);
	/* From a look that failed until the next page. */
	s = (struct summary){ 0 };
	take(&s, 1, 2, 0, 1000);
	snapshot.kind = SNAPSHOT_UNSETTLED;
	summary_take(&s, &snapshot, NULL);
	assert_false(summary_knows_all(&s));
	take(&s, 3, 2, 3 * SECOND, 1000);
	take(&s, 4, 2, 4 * SECOND, 1000);
	assert_int_equal(s.no_status.pages, 0);
	assert_int_equal(s.no_status.nsec, 2 * SECOND);
	assert_int_equal(s.status[2].nsec, 2 * SECOND);
}

static void test_missed_and_unknown_states(void **state)
{
	uint8_t bytes[4096];
	struct snapshot snapshot = { .n = 2, .bytes = bytes, .missed = 41 };
	struct summary s = { 0 };
	struct page page;

	(void)state;
	take(&s, 1, 200, 0, 1000);
	make_page(bytes, 7);
	page_decode(bytes, 4096, &page);
	summary_take(&s, &snapshot, &page);
	snapshot.missed = UINT64_MAX;
	page_decode(bytes, 16, &page);
	summary_take(&s, &snapshot, &page);
	assert_int_equal(s.status[SUMMARY_STATUS_OTHER].pages, 2);
	assert_int_equal(s.no_status.pages, 1);
	assert_int_equal(s.events[EVENT_MISSED], 2);
	assert_true(s.missed == UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares_are_by_time),
		cmocka_unit_test(test_worst_bound_is_at_the_last_reading),
		cmocka_unit_test(test_time_that_is_not_known_counts_for_none),
		cmocka_unit_test(test_no_status_of_what_is_not_whole),
		cmocka_unit_test(test_missed_and_unknown_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
