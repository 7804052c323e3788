/* SPDX-License-Identifier: BSD-2-Clause */
/* For the tests of the series rules: pages given one after another. */
#ifndef TESTS_SERIES_H
#define TESTS_SERIES_H

#include "pages.h"

#define NSEC(n) ((grid)(((uint128)(n) << 64) / 1000000000))
#define SECOND	UINT64_C(2000000000) /* ticks, nearly */

static struct verifier *verifier;
static struct made_page kept[2];
static uint64_t given;

static inline int setup(void **state)
{
	(void)state;
	verifier = calloc(1, sizeof(*verifier));
	assert_non_null(verifier);
	memset(verifier->selected, 1, sizeof(verifier->selected));
	verifier->recording = true;
	given = 0;
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	free(verifier);
	return 0;
}

/* Start over within a test. */
static inline void again(void)
{
	free(verifier);
	setup(NULL);
}

/* The next snapshot, of the page's first bytes and as yet without readings. */
static inline struct snapshot keep(const struct made_page *page, size_t length)
{
	struct made_page *to = &kept[++given % 2];

	*to = *page;
	return (struct snapshot){
		.n = given,
		.bytes = to->bytes,
		.length = length,
	};
}

static inline void give(const struct made_page *page, uint64_t first,
			uint64_t last)
{
	struct snapshot snapshot = keep(page, sizeof(page->bytes));

	snapshot.has_counter = true;
	snapshot.counter = first;
	snapshot.counter_last = last;
	verify_snapshot(verifier, &snapshot);
}

static inline void give_cut(const struct made_page *page, size_t length)
{
	struct snapshot snapshot = keep(page, length);

	verify_snapshot(verifier, &snapshot);
}

static inline void give_without_counter(const struct made_page *page)
{
	give_cut(page, sizeof(page->bytes));
}

static inline const struct finding *answer(const char *id)
{
	return &verifier->findings[rule_find(id)];
}

static inline void expect(const char *id, enum verdict verdict)
{
	const struct finding *finding = answer(id);

	if (finding->verdict != verdict)
		print_error("%s is %s: %s\n", id,
			    verdict_names[finding->verdict], finding->message);
	assert_int_equal(finding->verdict, verdict);
}

static inline struct clock clock_of(const struct made_page *page)
{
	struct page decoded;
	struct clock clock;

	page_decode(page->bytes, sizeof(page->bytes), &decoded);
	clock_from_page(&decoded, &clock);
	return clock;
}

static inline grid time_at(const struct made_page *page, uint64_t counter)
{
	struct clock clock = clock_of(page);
	grid time;

	assert_true(clock_time(&clock, counter, &time));
	return time;
}

/* The next update: a reference at `counter`, where the page said so, and
 * `skew` grid units beside it. */
static inline struct made_page next(const struct made_page *page,
				    uint64_t counter, grid skew)
{
	struct made_page new = *page;
	grid time = time_at(page, counter) + skew;

	set(&new, FIELD_seq_count, get(page, FIELD_seq_count) + 2);
	set(&new, FIELD_counter_value, counter);
	set(&new, FIELD_time_sec, (uint64_t)(time >> 64));
	set(&new, FIELD_time_frac_sec, (uint64_t)time);
	return new;
}

static inline void pair(const struct made_page *a, uint64_t first,
			uint64_t last, const struct made_page *b,
			uint64_t after)
{
	again();
	give(a, first, last);
	give(b, after, after);
	verify_end(verifier);
}

/* A page whose bounds are whole nanoseconds alone: no error of the period. */
static inline struct made_page flat(uint64_t nsec)
{
	struct made_page page = make_page();

	set(&page, FIELD_counter_period_maxerror_rate_frac_sec, 0);
	set(&page, FIELD_time_maxerror_nanosec, nsec);
	return page;
}

#define SERIES_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
