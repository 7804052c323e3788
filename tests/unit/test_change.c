/* SPDX-License-Identifier: BSD-2-Clause */
/* Two pages -> events, and what a reading says of a page and a counter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "event/change.h"
#include "clock/reading.h"

#define BIT(event) (1u << (event))

/* A usable TAI page of 4096 bytes: 1 GHz, 37 s, all errors valid. Offsets are
 * written out, so that the table is not its own witness. */
static void make_page(uint8_t bytes[static 4096])
{
	memset(bytes, 0, 4096);
	memcpy(bytes, "VCLK", 4);
	store_le(bytes + 0x04, 4, 4096);
	store_le(bytes + 0x08, 2, 1);
	bytes[0x0a] = 1;
	bytes[0x0b] = 1;
	store_le(bytes + 0x0c, 4, 8);
	store_le(bytes + 0x10, 8, 5);
	store_le(bytes + 0x18, 8, 0x179);
	bytes[0x22] = 2;
	store_le(bytes + 0x24, 2, (uint16_t)-37);
	bytes[0x27] = 29;
	store_le(bytes + 0x28, 8, 1000);
	store_le(bytes + 0x30, 8, UINT64_C(0x89705f4136b4a597));
	store_le(bytes + 0x48, 8, 1800000037);
	store_le(bytes + 0x58, 8, 100);
	store_le(bytes + 0x60, 8, 200);
	store_le(bytes + 0x68, 8, 3);
}

static unsigned int events_of(const uint8_t *before, const uint8_t *after)
{
	struct page a, b;

	page_decode(before, 4096, &a);
	page_decode(after, 4096, &b);
	return change_events(&a, &b);
}

static void test_single_events(void **state)
{
	static const struct {
		size_t offset;
		unsigned int width;
		uint64_t value;
		unsigned int events;
	} cases[] = {
		{ 0x0c, 4, 10, 0 }, /* seq_count alone is none */
		{ 0x10, 8, 6, BIT(EVENT_DISRUPTION) },
		{ 0x68, 8, 4, BIT(EVENT_FORK) },
		{ 0x22, 1, 3, BIT(EVENT_STATUS) },
		{ 0x26, 1, 1, BIT(EVENT_LEAP) },
		{ 0x18, 8, 0x17b, BIT(EVENT_MAINTENANCE) },
		{ 0x18, 8, 0x17d, BIT(EVENT_MAINTENANCE) },
		{ 0x18, 8, 0x178, BIT(EVENT_TAI) },
		/* Of the maximum errors one is no bound. */
		{ 0x18, 8, 0x139,
		  BIT(EVENT_CALIBRATION) | BIT(EVENT_FEATURES) },
		{ 0x18, 8, 0x129,
		  BIT(EVENT_CALIBRATION) | BIT(EVENT_FEATURES) },
		{ 0x18, 8, 0x171, BIT(EVENT_CALIBRATION) }, /* an estimate */
		{ 0x18, 8, 0x1f9, BIT(EVENT_FEATURES) },    /* TIME_MONOTONIC */
		{ 0x18, 8, 0x079, BIT(EVENT_FEATURES) },    /* no generation */
		{ 0x18, 8, 0x379, BIT(EVENT_FEATURES) },    /* notifications */
		{ 0x24, 2, (uint16_t)-36, BIT(EVENT_TAI) },
		{ 0x27, 1, 30, BIT(EVENT_CALIBRATION) },
		{ 0x28, 8, 2000, BIT(EVENT_CALIBRATION) },
		{ 0x30, 8, 1, BIT(EVENT_CALIBRATION) },
		{ 0x48, 8, 1, BIT(EVENT_CALIBRATION) },
		{ 0x60, 8, 1, BIT(EVENT_CALIBRATION) },
		{ 0x23, 1, 2, 0 }, /* a hint */
		{ 0x80, 1, 2, 0 }, /* no field */
	};
	uint8_t before[4096], after[4096];

	(void)state;
	make_page(before);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		make_page(after);
		store_le(after + cases[i].offset, cases[i].width,
			 cases[i].value);
		if (events_of(before, after) != cases[i].events)
			fail_msg("case %zu: %x", i, events_of(before, after));
		/* The way back is the same event. */
		assert_int_equal(events_of(after, before), cases[i].events);
	}
}

static void test_restore_is_marker_and_generation(void **state)
{
	uint8_t before[4096], after[4096];

	(void)state;
	make_page(before);
	make_page(after);
	after[0x10]++;
	after[0x68]++;
	assert_int_equal(events_of(before, after), BIT(EVENT_RESTORE));
	after[0x22] = 4;
	assert_int_equal(events_of(before, after),
			 BIT(EVENT_RESTORE) | BIT(EVENT_STATUS));
}

static void test_a_generation_that_appears_is_no_other_one(void **state)
{
	uint8_t before[4096], after[4096];

	(void)state;
	make_page(before);
	store_le(before + 0x18, 8, 0x79);
	store_le(before + 0x68, 8, 0);
	make_page(after);
	assert_int_equal(events_of(before, after), BIT(EVENT_FEATURES));
	assert_int_equal(events_of(after, before), BIT(EVENT_FEATURES));
	store_le(after + 0x10, 8, 6);
	assert_int_equal(events_of(before, after),
			 BIT(EVENT_FEATURES) | BIT(EVENT_DISRUPTION));
}

/* One of the two maximum errors gives no bound, whichever it is. */
static void test_a_lone_maximum_error_is_no_feature(void **state)
{
	uint8_t before[4096], after[4096];

	(void)state;
	make_page(before);
	store_le(before + 0x18, 8, 0x129);
	make_page(after);
	store_le(after + 0x18, 8, 0x139);
	assert_int_equal(events_of(before, after), BIT(EVENT_CALIBRATION));
	store_le(before + 0x18, 8, 0x169);
	assert_int_equal(events_of(before, after), BIT(EVENT_CALIBRATION));
}

/* Every length, so that every field is the first that is not there. */
static void test_a_dump_cut_short_makes_no_event(void **state)
{
	uint8_t bytes[4096];
	struct page whole, cut;

	(void)state;
	make_page(bytes);
	page_decode(bytes, sizeof(bytes), &whole);
	for (size_t length = 32; length < 128; length++) {
		page_decode(bytes, length, &cut);
		assert_int_equal(change_events(&whole, &cut), 0);
		assert_int_equal(change_events(&cut, &whole), 0);
	}
}

static void test_what_does_not_count_is_no_event(void **state)
{
	uint8_t before[4096], after[4096];

	(void)state;
	make_page(before);
	store_le(before + 0x18, 8, 0); /* no flag at all */
	before[0x0a] = 0xff;	       /* and no counter */
	memcpy(after, before, 4096);
	after[0x68]++;
	after[0x24]++;
	after[0x28]++;
	after[0x60]++;
	assert_int_equal(events_of(before, after), 0);
}

static void test_layouts(void **state)
{
	uint8_t before[4096], after[4096] = { 0 };

	(void)state;
	make_page(before);
	memcpy(after, "VCLK", 4);
	store_le(after + 0x04, 2, 4096);
	store_le(after + 0x06, 2, 1);
	assert_int_equal(events_of(before, after), 0);
	memcpy(before, after, 4096);
	after[0x10] = 1;  /* marker */
	after[0x1a] = 2;  /* DISRUPTION_SOON */
	after[0x1c] = 2;  /* status */
	after[0x20] = 77; /* leap second */
	assert_int_equal(events_of(before, after),
			 BIT(EVENT_DISRUPTION) | BIT(EVENT_MAINTENANCE) |
				 BIT(EVENT_STATUS) | BIT(EVENT_LEAP));
	/* What is no RFC v3 status is another draft: its marker still counts.
	 */
	before[0x1c] = after[0x1c] = 77;
	assert_int_equal(events_of(before, after), BIT(EVENT_DISRUPTION));
}

static void test_changed_fields(void **state)
{
	uint8_t before[4096], after[4096];
	struct page a, b;

	(void)state;
	make_page(before);
	make_page(after);
	after[0x10]++;
	store_le(after + 0x04, 4, 0x60);
	page_decode(before, 4096, &a);
	page_decode(after, 4096, &b);
	/* Absent on one side is a difference, whatever the bytes are: of all
	 * fields from time_maxerror_nanosec on. */
	assert_int_equal(
		change_fields(&a, &b),
		UINT64_C(1) << FIELD_size |
			UINT64_C(1) << FIELD_disruption_marker |
			((UINT64_C(1) << FIELD_COUNT) -
			 (UINT64_C(1) << FIELD_time_maxerror_nanosec)));
}

static void step_of(const uint8_t *before, const uint8_t *after,
		    struct clock_step *step)
{
	struct page a, b;

	page_decode(before, 4096, &a);
	page_decode(after, 4096, &b);
	change_step(&a, &b, step);
}

#define GHZ UINT64_C(0x89705f4136b4a597) /* 1 ns at shift 29 */

static void test_steps(void **state)
{
	static const struct {
		/* Of the new page; the old one has 1000, GHZ, 29 and second
		 * 1800000037. */
		uint64_t counter, period, sec, frac;
		uint8_t shift;
		int64_t nsec, ppt;
		bool no_frequency;
	} cases[] = {
		{ 1000, GHZ, 1800000037, 0, 29, 0, 0, false },
		/* The reference advances as the counter does. */
		{ 1000001000, GHZ, 1800000038, 0, 29, 0, 0, false },
		{ 1000001000, GHZ, 1800000039, 0, 29, 1000000000, 0, false },
		{ 1000001000, GHZ, 1800000037, 0, 29, -1000000000, 0, false },
		/* The counter went back. */
		{ 0, GHZ, 1800000037, 0, 29, 1000, 0, false },
		/* A quarter of a second, and less than half a nanosecond. */
		{ 1000, GHZ, 1800000037, UINT64_C(1) << 62, 29, 250000000, 0,
		  false },
		{ 1000, GHZ, 1800000037, 9223372036, 29, 0, 0, false },
		{ 1000, GHZ, 1800000037, 9223372037, 29, 1, 0, false },
		/* Half the period is twice the frequency, by either field. */
		{ 1000, GHZ, 1800000037, 0, 30, 0, 1000000000000, false },
		{ 1000, GHZ / 2, 1800000037, 0, 29, 0, 1000000000000, false },
		{ 1000, GHZ, 1800000037, 0, 28, 0, -500000000000, false },
		/* 10^-6 of the period less, so 1.000001 ppm more. */
		{ 1000, GHZ - GHZ / 1000000, 1800000037, 0, 29, 0, 1000001,
		  false },
		{ 1000, GHZ, 1800000037, 0, 36, 0, 127000000000000, false },
		{ 1000, GHZ, 1800000037, 0, 37, 0, 0, true },
		{ 1000, 1, 1800000037, 0, 127, 0, 0, true },
	};
	uint8_t before[4096], after[4096];
	struct clock_step step;

	(void)state;
	make_page(before);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		make_page(after);
		store_le(after + 0x27, 1, cases[i].shift);
		store_le(after + 0x28, 8, cases[i].counter);
		store_le(after + 0x30, 8, cases[i].period);
		store_le(after + 0x48, 8, cases[i].sec);
		store_le(after + 0x50, 8, cases[i].frac);
		step_of(before, after, &step);
		if (!step.has_time || step.nsec != cases[i].nsec ||
		    step.has_frequency == cases[i].no_frequency ||
		    (step.has_frequency && step.ppt != cases[i].ppt))
			fail_msg("case %zu: %lld ns, %lld", i,
				 (long long)step.nsec, (long long)step.ppt);
	}
}

/* 12 significant digits, however small the step is. */
static void test_small_steps(void **state)
{
	uint8_t before[4096], after[4096];
	struct clock_step step;

	(void)state;
	make_page(before);
	for (uint64_t less = 1; less < GHZ / 1000; less = less * 7 + 1) {
		long double exact = (long double)less / (GHZ - less) * 1e6L;

		make_page(after);
		store_le(after + 0x30, 8, GHZ - less);
		step_of(before, after, &step);
		assert_true(step.has_frequency);
		assert_true(step.ppm > (double)(exact * (1 - 1e-13L)) &&
			    step.ppm < (double)(exact * (1 + 1e-13L)));
		step_of(after, before, &step);
		exact = -(long double)less / GHZ * 1e6L;
		assert_true(step.ppm < (double)(exact * (1 - 1e-13L)) &&
			    step.ppm > (double)(exact * (1 + 1e-13L)));
	}
}

static void test_no_steps(void **state)
{
	static const struct {
		size_t offset;
		uint8_t value;
	} cases[] = {
		{ 0x0a, 0 },	/* another counter */
		{ 0x0a, 0xff }, /* none */
		{ 0x0b, 0 },	/* another timescale */
		{ 0x22, 4 },	/* not to be relied upon */
		{ 0x0c, 9 },	/* in mid-update */
	};
	uint8_t before[4096], after[4096];
	struct clock_step step;

	(void)state;
	make_page(before);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		make_page(after);
		after[cases[i].offset] = cases[i].value;
		step_of(before, after, &step);
		assert_false(step.has_time || step.has_frequency);
		step_of(after, before, &step);
		assert_false(step.has_time || step.has_frequency);
	}
	/* A time out of range on one side leaves the frequency. */
	make_page(after);
	store_le(after + 0x48, 8, UINT64_MAX);
	step_of(before, after, &step);
	assert_true(!step.has_time && step.has_frequency);
	/* The widest step there is. */
	make_page(after);
	store_le(before + 0x48, 8, 0);
	store_le(after + 0x48, 8, INT64_MAX);
	step_of(before, after, &step);
	assert_true(step.has_time &&
		    step.nsec == (int128)INT64_MAX * NSEC_PER_SEC);
}

static uint64_t rows_of(const uint8_t *before, const uint8_t *after,
			enum event event)
{
	struct page a, b;

	page_decode(before, 4096, &a);
	page_decode(after, 4096, &b);
	return change_rows(&a, &b, event);
}

#define ROW(row) (UINT64_C(1) << (row))

static void test_rows(void **state)
{
	uint8_t before[4096], after[4096];

	(void)state;
	make_page(before);
	make_page(after);
	after[0x10]++;
	after[0x68]++;
	assert_int_equal(rows_of(before, after, EVENT_RESTORE),
			 ROW(FIELD_disruption_marker) |
				 ROW(FIELD_vm_generation_counter));
	assert_int_equal(rows_of(before, after, EVENT_FORK),
			 ROW(FIELD_vm_generation_counter));
	assert_int_equal(rows_of(before, after, EVENT_STATUS), 0);
	after[0x18] |= 2;
	after[0x28]++;
	assert_int_equal(rows_of(before, after, EVENT_MAINTENANCE),
			 ROW(FIELD_flags));
	assert_int_equal(rows_of(before, after, EVENT_CALIBRATION),
			 ROW(FIELD_counter_value));
	assert_int_equal(rows_of(before, after, EVENT_MISSED), 0);
	/* The offset is as it was, and no longer counts. */
	after[0x18] &= (uint8_t)~1;
	assert_int_equal(rows_of(before, after, EVENT_TAI),
			 ROW(FIELD_tai_offset_sec));
	/* Another layout has nothing in common with it. */
	memset(after, 0, sizeof(after));
	memcpy(after, "VCLK\0\x10\1\0", 8);
	assert_int_equal(rows_of(before, after, EVENT_RESTORE), 0);
	assert_int_equal(change_row(&layouts[LAYOUT_RFC_3], EVENT_LEAP),
			 RFC3_leapsecond_direction);
	assert_int_equal(change_row(&layouts[LAYOUT_PRERELEASE], EVENT_STATUS),
			 -1);
	assert_int_equal(change_row(&layouts[LAYOUT_VMCLOCK_1], EVENT_FORK),
			 FIELD_vm_generation_counter);
	assert_int_equal(change_row(&layouts[LAYOUT_VMCLOCK_1], EVENT_LOST),
			 -1);
	assert_int_equal(
		change_flags(&layouts[LAYOUT_VMCLOCK_1], EVENT_MAINTENANCE), 6);
	assert_int_equal(change_flags(&layouts[LAYOUT_RFC_3], EVENT_TAI), 1);
	assert_int_equal(
		change_flags(&layouts[LAYOUT_VMCLOCK_1], EVENT_CALIBRATION),
		0x78);
	assert_int_equal(change_flags(&layouts[LAYOUT_VMCLOCK_1], EVENT_LEAP),
			 0);
}

/* What a row says: a name of its own, what it means, and how two pages make it,
 * but for the four that they do not. */
static void test_table(void **state)
{
	(void)state;
	for (int e = 0; e < EVENT_COUNT; e++) {
		const struct event_kind *kind = &event_kinds[e];
		bool seen = e == EVENT_MISSED || e == EVENT_LOST ||
			    e == EVENT_FOUND || e == EVENT_VIOLATION;

		if (!kind->name || !*kind->name || !kind->help || !*kind->help)
			fail_msg("src/event/table.h: row %d says too little",
				 e);
		for (int other = 0; other < e; other++)
			assert_string_not_equal(kind->name,
						event_kinds[other].name);
		if (seen != !(kind->rows || kind->groups ||
			      kind->flags[LAYOUT_VMCLOCK_1]))
			fail_msg("src/event/table.h: nothing makes %s",
				 kind->name);
		assert_int_equal(kind->rows & kind->unless, 0);
		/* A flag of a layout that has none is none. */
		for (int l = 0; l < LAYOUT_COUNT; l++) {
			const struct layout *layout = &layouts[l];

			assert_true(
				!kind->flags[l] ||
				(layout->flags >= 0 &&
				 !(kind->flags[l] &
				   ~field_known_flags(
					   &layout->fields[layout->flags]))));
		}
	}
}

static void test_missed(void **state)
{
	static const struct {
		uint32_t before, after;
		uint64_t missed;
	} cases[] = {
		{ 8, 8, 0 },
		{ 8, 10, 0 },
		{ 8, 12, 1 },
		{ 8, 208, 99 },
		{ 8, 9, 0 },
		{ 8, 6, 0 },
		{ 8, 0, 0 },
		{ UINT32_MAX - 1, 0, 0 },
		{ UINT32_MAX - 1, 2, 1 },
		{ 0, 0x7ffffffe, 0x3ffffffe },
		{ 0, 0x80000000, 0 },
	};
	uint8_t before[4096], after[4096];
	struct page a, b;

	(void)state;
	make_page(before);
	make_page(after);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		store_le(before + 0x0c, 4, cases[i].before);
		store_le(after + 0x0c, 4, cases[i].after);
		page_decode(before, 4096, &a);
		page_decode(after, 4096, &b);
		assert_int_equal(change_missed(&a, &b), cases[i].missed);
	}
	page_decode(after, 0x0c, &b);
	assert_int_equal(change_missed(&a, &b), 0);
}

static void test_reading_reasons(void **state)
{
	static const uint64_t counter = 1000000001000;
	uint8_t bytes[4096];
	struct reading reading;

	(void)state;
	make_page(bytes);
	reading_make(bytes, 4096, NULL, &reading);
	assert_int_equal(reading.reason, READING_NO_COUNTER);
	reading_make(bytes, 4096, &counter, &reading);
	assert_int_equal(reading.reason, READING_TIME);
	assert_true(reading.utc_known);
	assert_true(reading.has_latest);
	/* One flag of the two missing: no bound. */
	store_le(bytes + 0x18, 8, 0x139);
	reading_make(bytes, 4096, &counter, &reading);
	assert_int_equal(reading.reason, READING_TIME);
	assert_false(reading.has_latest);

	store_le(bytes + 0x48, 8, UINT64_MAX);
	reading_make(bytes, 4096, &counter, &reading);
	assert_int_equal(reading.reason, READING_OVERFLOW);

	make_page(bytes);
	bytes[0x0c]++;
	reading_make(bytes, 4096, &counter, &reading);
	assert_int_equal(reading.reason, READING_UPDATING);
	bytes[0x22] = 4;
	reading_make(bytes, 4096, &counter, &reading);
	assert_int_equal(reading.reason, READING_STATUS);
	assert_false(reading_signal_only(&reading));
	bytes[0x0a] = 0xff;
	reading_make(bytes, 4096, &counter, &reading);
	assert_int_equal(reading.reason, READING_NO_CLOCK);
	assert_true(reading_signal_only(&reading));
}

static void test_reading_bounds(void **state)
{
	static const uint64_t counter = 1000000001000; /* 1000 s later */
	uint8_t bytes[4096];
	struct reading reading;

	(void)state;
	make_page(bytes);
	/* Both maximum errors; 2^-30 of a tick, and 200 ns. */
	store_le(bytes + 0x18, 8, 0x151);
	store_le(bytes + 0x40, 8, UINT64_C(0x89705f4136b4a597) >> 30);
	reading_make(bytes, 4096, &counter, &reading);
	assert_int_equal(reading.reason, READING_TIME);
	/* 1000 s of a period that is 1 ns less a part in 10^20, and down. */
	assert_int_equal(reading.time >> 64, 1800001036);
	/* 1000 s / 2^30 = 931.322574615478515625 ns, less what the shift by 30
	 * cut off, and up. */
	assert_int_equal((uint64_t)reading.maxerror_nsec, 1132);
	assert_true(reading.has_earliest && reading.has_latest);
	assert_int_equal(reading.earliest.sec, 1800001036);
	assert_int_equal(reading.latest.sec, 1800001037);
	assert_int_equal(reading.latest.nsec, 1132);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_single_events),
		cmocka_unit_test(test_restore_is_marker_and_generation),
		cmocka_unit_test(
			test_a_generation_that_appears_is_no_other_one),
		cmocka_unit_test(test_a_lone_maximum_error_is_no_feature),
		cmocka_unit_test(test_a_dump_cut_short_makes_no_event),
		cmocka_unit_test(test_what_does_not_count_is_no_event),
		cmocka_unit_test(test_layouts),
		cmocka_unit_test(test_changed_fields),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_small_steps),
		cmocka_unit_test(test_no_steps),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_missed),
		cmocka_unit_test(test_reading_reasons),
		cmocka_unit_test(test_reading_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
