/* SPDX-License-Identifier: BSD-2-Clause */
/* Redacted pages: what identifies is gone, what can be judged is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "clock/clock.h"
#include "page/redact.h"

static const uint64_t counter_at = 5000000;
static const struct siphash_key key = { { 1, 2, 3 } };
static const struct siphash_key other_key = { { 1, 2, 4 } };

/* A page with a clock of 1 ns a tick. */
static void make_page(uint8_t page[static PAGE_DEFINED], uint64_t marker,
		      uint64_t generation, uint64_t counter)
{
	memset(page, 0, PAGE_DEFINED);
	store_le(page + OFFSET_magic, 4, PAGE_MAGIC);
	store_le(page + OFFSET_size, 4, 4096);
	store_le(page + OFFSET_version, 2, 1);
	store_le(page + OFFSET_counter_id, 1, COUNTER_X86_TSC);
	store_le(page + OFFSET_time_type, 1, TIME_TYPE_TAI);
	store_le(page + OFFSET_clock_status, 1, STATUS_SYNCHRONIZED);
	store_le(page + OFFSET_disruption_marker, 8, marker);
	store_le(page + OFFSET_vm_generation_counter, 8, generation);
	store_le(page + OFFSET_counter_value, 8, counter);
	store_le(page + OFFSET_counter_period_frac_sec, 8,
		 UINT64_C(0x89705f4136b4a597));
	store_le(page + OFFSET_counter_period_shift, 1, 29);
	store_le(page + OFFSET_time_sec, 8, 1795219861);
}

static uint64_t get(const uint8_t *page, unsigned int offset)
{
	return load_le(page + offset, 8);
}

static grid time_of(const uint8_t *bytes, uint64_t counter)
{
	struct clock clock;
	struct page page;
	grid time;

	page_decode(bytes, PAGE_DEFINED, &page);
	assert_int_equal(clock_from_page(&page, &clock), OBSTACLE_NONE);
	assert_true(clock_time(&clock, counter, &time));
	return time;
}

static void test_time_stays(void **state)
{
	uint8_t before[PAGE_DEFINED], after[PAGE_DEFINED];
	uint64_t counter = counter_at;

	(void)state;
	make_page(before, 7, 9, 1000000);
	memcpy(after, before, sizeof(after));
	redact_page(after, sizeof(after), &key, "boot", &counter);
	assert_true(get(after, OFFSET_counter_value) != 1000000);
	assert_true(counter != counter_at);
	assert_true(counter - get(after, OFFSET_counter_value) ==
		    counter_at - 1000000);
	assert_true(time_of(before, counter_at) == time_of(after, counter));
	/* Nothing but the three fields has changed. */
	for (size_t i = 0; i < sizeof(before); i++) {
		if ((i >= OFFSET_disruption_marker &&
		     i < OFFSET_disruption_marker + 8) ||
		    (i >= OFFSET_counter_value &&
		     i < OFFSET_counter_value + 8) ||
		    i >= OFFSET_vm_generation_counter)
			continue;
		assert_int_equal(before[i], after[i]);
	}
}

static void test_consistent(void **state)
{
	uint8_t a[PAGE_DEFINED], b[PAGE_DEFINED], c[PAGE_DEFINED];

	(void)state;
	make_page(a, 7, 7, 1000000);
	make_page(b, 7, 8, 1000500);
	make_page(c, 8, 0, 1000500);
	redact_page(a, sizeof(a), &key, "boot", NULL);
	redact_page(b, sizeof(b), &key, "boot", NULL);
	redact_page(c, sizeof(c), &key, "boot", NULL);
	assert_true(get(a, OFFSET_disruption_marker) ==
		    get(b, OFFSET_disruption_marker));
	assert_true(get(a, OFFSET_disruption_marker) !=
		    get(c, OFFSET_disruption_marker));
	assert_true(get(a, OFFSET_disruption_marker) != 7);
	/* Marker and generation are equal, and do not look so. */
	assert_true(get(a, OFFSET_disruption_marker) !=
		    get(a, OFFSET_vm_generation_counter));
	assert_true(get(a, OFFSET_vm_generation_counter) !=
		    get(b, OFFSET_vm_generation_counter));
	assert_true(get(c, OFFSET_vm_generation_counter) == 0);
	assert_true(get(b, OFFSET_counter_value) -
			    get(a, OFFSET_counter_value) ==
		    500);
}

static void redact(uint8_t page[static PAGE_DEFINED],
		   const struct siphash_key *with, const char *boot)
{
	make_page(page, 7, 9, 1000000);
	redact_page(page, PAGE_DEFINED, with, boot, NULL);
}

/* All values depend on the key; the counter also on the boot. */
static void test_key(void **state)
{
	uint8_t a[PAGE_DEFINED], b[PAGE_DEFINED];

	(void)state;
	redact(a, &key, "boot");
	redact(b, &key, "boot");
	assert_memory_equal(a, b, sizeof(a));
	redact(b, &other_key, "boot");
	assert_true(get(a, OFFSET_disruption_marker) !=
		    get(b, OFFSET_disruption_marker));
	assert_true(get(a, OFFSET_vm_generation_counter) !=
		    get(b, OFFSET_vm_generation_counter));
	assert_true(get(a, OFFSET_counter_value) !=
		    get(b, OFFSET_counter_value));
	redact(b, &key, "another");
	assert_true(get(a, OFFSET_disruption_marker) ==
		    get(b, OFFSET_disruption_marker));
	assert_true(get(a, OFFSET_counter_value) !=
		    get(b, OFFSET_counter_value));
}

/* What is not there is not written. */
static void test_short(void **state)
{
	uint8_t page[PAGE_DEFINED], kept[PAGE_DEFINED];
	uint64_t counter = counter_at;

	(void)state;
	make_page(page, 0, 5, 0);
	memcpy(kept, page, sizeof(kept));
	redact_page(page, OFFSET_counter_value, &key, "", NULL);
	assert_memory_equal(page, kept, sizeof(kept));
	redact_page(page, 4, &key, "", NULL);
	assert_memory_equal(page, kept, sizeof(kept));
	/* A marker of 0 stays. */
	redact_page(page, sizeof(page), &key, "", NULL);
	assert_true(get(page, OFFSET_disruption_marker) == 0);
	assert_true(get(page, OFFSET_vm_generation_counter) != 5);
	/* Without a clock there is no reference, but the counter may be the
	 * machine's. */
	make_page(page, 7, 5, 0);
	page[OFFSET_counter_id] = COUNTER_INVALID;
	redact_page(page, sizeof(page), &key, "", &counter);
	assert_true(get(page, OFFSET_counter_value) == 0);
	assert_true(counter != counter_at);
	/* With one, a reference of 0 moves as any other. */
	make_page(page, 7, 5, 0);
	counter = counter_at;
	redact_page(page, sizeof(page), &key, "", &counter);
	assert_true(counter - get(page, OFFSET_counter_value) == counter_at);
}

/* Bytes of no field: beyond the last one, and beyond `size`. */
static void test_rest(void **state)
{
	uint8_t page[PAGE_DEFINED + 16];

	(void)state;
	memset(page, 0xee, sizeof(page));
	make_page(page, 7, 9, 1000000);
	redact_page(page, sizeof(page), &key, "", NULL);
	for (size_t i = PAGE_DEFINED; i < sizeof(page); i++)
		assert_int_equal(page[i], 0);
	make_page(page, 7, 9, 1000000);
	store_le(page + OFFSET_size, 4, OFFSET_time_sec);
	redact_page(page, sizeof(page), &key, "", NULL);
	for (size_t i = OFFSET_time_sec; i < sizeof(page); i++)
		assert_int_equal(page[i], 0);
	assert_true(get(page, OFFSET_counter_period_frac_sec) != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_time_stays),
		cmocka_unit_test(test_consistent),
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
