/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules of several snapshots: bounds kept to the nanosecond and broken by
 * one, pages of different shifts, and what is remembered. */
#include "series.h"

/*
 * At a shift where a unit is small, and at a coarse one: the new page gives the
 * same line, `nsec` above or below the old one. At the bound it is within, one
 * unit of the grid further it is not.
 */
static void test_nested_bound(void **state)
{
	static const uint64_t bounds[] = { 0,	       1,
					   50000,      999999999,
					   1000000000, UINT64_C(5000000000) };

	(void)state;
	for (size_t i = 0; i < sizeof(bounds) / sizeof(*bounds); i++) {
		struct made_page old = flat(bounds[i]), new;
		uint64_t c = START_TICKS;

		for (int sign = -1; sign <= 1; sign += 2) {
			new = next(&old, c, sign * NSEC(bounds[i]));
			pair(&old, c, c, &new, c);
			expect("series.nested", VERDICT_OK);
			new = next(&old, c, sign * (NSEC(bounds[i]) + 1));
			pair(&old, c, c, &new, c);
			expect("series.nested", VERDICT_FAIL);
			new = next(&old, c, sign * NSEC(bounds[i] + 1));
			pair(&old, c, c, &new, c);
			expect("series.nested", VERDICT_FAIL);
			assert_int_equal(answer("series.nested")->n, 2);
		}
	}
}

/* The same clock at another shift, exactly: period and error doubled per bit,
 * as far as 64 bits hold them. */
static void test_nested_shifts(void **state)
{
	struct made_page old = flat(1000), new;
	const uint64_t period = UINT64_C(0x89705f4136b4a000);
	const uint64_t c = START_TICKS + 12345678901;

	(void)state;
	set(&old, FIELD_counter_period_frac_sec, period);
	for (unsigned int bits = 0; bits <= 12; bits++) {
		/* A reference that lies on the grid. */
		uint64_t at = START_TICKS + (UINT64_C(1) << 31);

		new = next(&old, at, NSEC(1000));
		set(&new, FIELD_counter_period_frac_sec, period >> bits);
		set(&new, FIELD_counter_period_shift, 30 - bits);
		pair(&old, START_TICKS, c, &new, c + 1);
		expect("series.nested", VERDICT_OK);
		expect("series.frequency-step", VERDICT_OK);
		new = next(&old, at, NSEC(1001));
		set(&new, FIELD_counter_period_frac_sec, period >> bits);
		set(&new, FIELD_counter_period_shift, 30 - bits);
		pair(&old, START_TICKS, c, &new, c + 1);
		expect("series.nested", VERDICT_FAIL);
	}
	/* And the other way round. */
	set(&old, FIELD_counter_period_frac_sec, period >> 10);
	set(&old, FIELD_counter_period_shift, 20);
	new = next(&old, START_TICKS + (UINT64_C(1) << 20), -NSEC(1000));
	set(&new, FIELD_counter_period_frac_sec, period);
	set(&new, FIELD_counter_period_shift, 30);
	pair(&old, START_TICKS, c, &new, c + 1);
	expect("series.nested", VERDICT_OK);
	new = next(&old, START_TICKS + (UINT64_C(1) << 20), -NSEC(1001));
	set(&new, FIELD_counter_period_frac_sec, period);
	set(&new, FIELD_counter_period_shift, 30);
	pair(&old, START_TICKS, c, &new, c + 1);
	expect("series.nested", VERDICT_FAIL);
}

/* The bound grows by 50 ppm with the distance: a line 60 us off is outside at
 * the reference, and inside half a second from it. */
static void test_nested_kink(void **state)
{
	struct made_page old = make_page(), new;
	const uint64_t kink = START_TICKS;

	(void)state;
	new = next(&old, kink + 3 * SECOND, NSEC(60000));
	pair(&old, kink - SECOND, kink + SECOND, &new, kink + 3 * SECOND);
	expect("series.nested", VERDICT_FAIL);
	assert_non_null(
		strstr(answer("series.nested")->message, "1000000000000"));
	/* Not between the readings: not asked. */
	pair(&old, kink + SECOND, kink + 2 * SECOND, &new, kink + 3 * SECOND);
	expect("series.nested", VERDICT_OK);
	pair(&old, kink - 2 * SECOND, kink - SECOND, &new, kink + 3 * SECOND);
	expect("series.nested", VERDICT_OK);
	/* Each end by itself. */
	pair(&old, kink + 1, kink + SECOND, &new, kink + 3 * SECOND);
	expect("series.nested", VERDICT_FAIL);
	pair(&old, kink - SECOND, kink - 1, &new, kink + 3 * SECOND);
	expect("series.nested", VERDICT_FAIL);
}

static void test_nested_applies(void **state)
{
	struct made_page old = make_page(), new;
	const uint64_t c = START_TICKS;

	(void)state;
	new = next(&old, c, NSEC(100000000));
	pair(&old, c, c, &new, c);
	expect("series.nested", VERDICT_FAIL);
	/* Another marker, other constants, a page not usable, no bounds. */
	set(&new, FIELD_disruption_marker, 8);
	pair(&old, c, c, &new, c);
	expect("series.nested", VERDICT_NOT_APPLICABLE);
	set(&new, FIELD_disruption_marker, 7);
	set(&new, FIELD_clock_status, STATUS_UNRELIABLE);
	pair(&old, c, c, &new, c);
	expect("series.nested", VERDICT_NOT_APPLICABLE);
	set(&new, FIELD_clock_status, STATUS_FREERUNNING);
	pair(&old, c, c, &new, c);
	expect("series.nested", VERDICT_FAIL);
	set(&new, FIELD_time_type, TIME_TYPE_MONOTONIC);
	pair(&old, c, c, &new, c);
	expect("series.nested", VERDICT_NOT_APPLICABLE);
	set(&new, FIELD_time_type, TIME_TYPE_TAI);
	set(&old, FIELD_flags, FLAGS_ALL & ~FLAG_TIME_MAXERROR_VALID);
	pair(&old, c, c, &new, c);
	expect("series.nested", VERDICT_NOT_APPLICABLE);
	expect("series.marker-silent", VERDICT_FAIL);
	/* Bounds count on the old page. */
	set(&old, FIELD_flags, FLAGS_ALL);
	set(&new, FIELD_flags, 0);
	pair(&old, c, c, &new, c);
	expect("series.nested", VERDICT_FAIL);
	/* Without readings it is asked at the old reference. */
	again();
	give_without_counter(&old);
	give_without_counter(&new);
	verify_end(verifier);
	expect("series.nested", VERDICT_FAIL);
	new = next(&old, c + 10 * SECOND, NSEC(50000));
	again();
	give_without_counter(&old);
	give_without_counter(&new);
	verify_end(verifier);
	expect("series.nested", VERDICT_OK);
}

static void test_monotonic(void **state)
{
	struct made_page old = flat(100000), new;
	const uint64_t c = START_TICKS;

	(void)state;
	set(&old, FIELD_flags, FLAGS_ALL | FLAG_TIME_MONOTONIC);
	/* The same reading of the counter on both pages. */
	new = next(&old, c, 0);
	pair(&old, c, c, &new, c);
	expect("series.monotonic", VERDICT_OK);
	new = next(&old, c, -1);
	pair(&old, c, c, &new, c);
	expect("series.monotonic", VERDICT_FAIL);
	/* 200 ticks between make up for 100 ns, and not for one more. */
	new = next(&old, c, -NSEC(99));
	pair(&old, c, c, &new, c + 200);
	expect("series.monotonic", VERDICT_OK);
	new = next(&old, c, -NSEC(101));
	pair(&old, c, c, &new, c + 200);
	expect("series.monotonic", VERDICT_FAIL);
	/* The last reading of the old page counts. */
	pair(&old, c - 1000, c - 10, &new, c + 200);
	expect("series.monotonic", VERDICT_OK);
	/* On one page alone it is no claim, but the step is told. */
	set(&new, FIELD_flags, FLAGS_ALL);
	pair(&old, c, c, &new, c + 200);
	expect("series.monotonic", VERDICT_NOT_APPLICABLE);
	assert_non_null(strstr(answer("series.monotonic")->message, " ns"));
}

static void silent(enum clock_status from, enum clock_status to, grid skew,
		   enum verdict verdict)
{
	struct made_page old = make_page(), new;
	const uint64_t c = START_TICKS;

	set(&old, FIELD_flags, FLAG_TAI_OFFSET_VALID);
	set(&old, FIELD_clock_status, from);
	new = next(&old, c, skew);
	set(&new, FIELD_clock_status, to);
	pair(&old, c, c, &new, c + SECOND);
	expect("series.marker-silent", verdict);
	expect("series.nested", VERDICT_NOT_APPLICABLE);
}

static void test_marker_silent(void **state)
{
	const enum clock_status states[] = { STATUS_SYNCHRONIZED,
					     STATUS_FREERUNNING };

	(void)state;
	for (int way = 0; way < 8; way++) {
		enum clock_status from = states[way & 1];
		enum clock_status to = states[way >> 1 & 1];
		int sign = way & 4 ? 1 : -1;

		silent(from, to, sign * NSEC(500000), VERDICT_OK);
		silent(from, to, sign * (NSEC(500000) + 1), VERDICT_WARN);
		silent(from, to, sign * NSEC(10000000), VERDICT_WARN);
		silent(from, to, sign * (NSEC(10000000) + 1), VERDICT_FAIL);
	}
}

/* From FREERUNNING back, after `pages` such pages of 400 s each: 50 ppm of that
 * are explained. */
static void come_back(unsigned int pages, grid skew, enum verdict verdict)
{
	struct made_page page = make_page();
	uint64_t c = START_TICKS;

	again();
	set(&page, FIELD_flags, FLAG_TAI_OFFSET_VALID);
	give(&page, c, c);
	set(&page, FIELD_clock_status, STATUS_FREERUNNING);
	for (unsigned int i = 0; i < pages; i++) {
		page = next(&page, c, 0);
		give(&page, c, c);
		c += 400 * SECOND;
	}
	set(&page, FIELD_clock_status, STATUS_SYNCHRONIZED);
	page = next(&page, c, skew);
	give(&page, c, c);
	verify_end(verifier);
	expect("series.marker-silent", verdict);
}

static void test_freerunning(void **state)
{
	(void)state;
	for (unsigned int pages = 1; pages <= 3; pages++) {
		struct made_page page = make_page();
		grid away = time_at(&page, START_TICKS + pages * 400 * SECOND) -
			    time_at(&page, START_TICKS);
		/* (Each page's reference is rounded down, none is here.) */
		grid most = away / 20000;

		for (int sign = -1; sign <= 1; sign += 2) {
			come_back(pages, sign * (most - 3), VERDICT_WARN);
			come_back(pages, sign * (most + 1), VERDICT_FAIL);
		}
	}
}

/* Where updates were missed, their corrections come at once. */
static void test_silent_missed(void **state)
{
	struct made_page old = make_page(), new;
	const uint64_t c = START_TICKS + 1000 * SECOND;
	grid most;

	(void)state;
	set(&old, FIELD_flags, FLAG_TAI_OFFSET_VALID);
	most = (time_at(&old, c) - time_at(&old, START_TICKS)) / 20000;
	for (uint64_t updates = 1; updates <= 3; updates++) {
		new = next(&old, c, most);
		set(&new, FIELD_seq_count, 4 + 2 * updates);
		pair(&old, START_TICKS, START_TICKS, &new, c);
		expect("series.marker-silent",
		       updates > 1 ? VERDICT_WARN : VERDICT_FAIL);
		new = next(&old, c, most + 1);
		set(&new, FIELD_seq_count, 4 + 2 * updates);
		pair(&old, START_TICKS, START_TICKS, &new, c);
		expect("series.marker-silent", VERDICT_FAIL);
	}
}

/* The largest change that is `ppm` at most, and one unit more. */
static void frequency(uint64_t flags, unsigned int ppm, enum verdict within,
		      enum verdict beyond)
{
	struct made_page old = make_page(), new;
	uint64_t most = (uint64_t)((uint128)PERIOD_2GHZ * ppm / 1000000);

	set(&old, FIELD_flags, flags);
	for (int sign = -1; sign <= 1; sign += 2) {
		for (uint64_t more = 0; more <= 1; more++) {
			new = next(&old, START_TICKS, 0);
			set(&new, FIELD_counter_period_frac_sec,
			    PERIOD_2GHZ + (uint64_t)sign * (most + more));
			pair(&old, START_TICKS, START_TICKS, &new, START_TICKS);
			expect("series.frequency-step", more ? beyond : within);
		}
	}
}

static void test_frequency_step(void **state)
{
	struct made_page old = make_page(), new;
	const uint64_t monotonic = FLAGS_ALL | FLAG_TIME_MONOTONIC;

	(void)state;
	frequency(FLAGS_ALL, 1, VERDICT_OK, VERDICT_WARN);
	frequency(FLAGS_ALL, 100, VERDICT_WARN, VERDICT_FAIL);
	frequency(monotonic, 100, VERDICT_OK, VERDICT_OK);
	frequency(monotonic, 1000, VERDICT_OK, VERDICT_WARN);
	frequency(monotonic, 100000, VERDICT_WARN, VERDICT_WARN);
	/* Shifts far apart are no multiplication that overflows. */
	new = next(&old, START_TICKS, 0);
	for (unsigned int shift = 0; shift < 256; shift++) {
		if (shift == 30)
			continue;
		set(&new, FIELD_counter_period_shift, shift);
		pair(&old, START_TICKS, START_TICKS, &new, START_TICKS);
		expect("series.frequency-step", VERDICT_FAIL);
		pair(&new, START_TICKS, START_TICKS, &old, START_TICKS);
		expect("series.frequency-step", VERDICT_FAIL);
	}
}

static void reference(int64_t ticks, grid time, enum verdict verdict)
{
	struct made_page old = make_page(), new = old;
	grid then = time_at(&old, START_TICKS) + time;

	set(&old, FIELD_flags, 0);
	set(&new, FIELD_flags, 0);
	set(&new, FIELD_seq_count, 6);
	set(&new, FIELD_counter_value, START_TICKS + (uint64_t)ticks);
	set(&new, FIELD_time_sec, (uint64_t)(then >> 64));
	set(&new, FIELD_time_frac_sec, (uint64_t)then);
	pair(&old, START_TICKS, START_TICKS, &new, START_TICKS);
	expect("series.reference-advances", verdict);
}

static void test_reference(void **state)
{
	/* A period is a little below 0.5 ns: this many make more than 1 s. */
	const int64_t over = 2000000001, under = 2000000000;

	(void)state;
	reference(0, 0, VERDICT_OK);
	reference(under, 0, VERDICT_OK);
	reference(over, 0, VERDICT_FAIL);
	reference(over, 1, VERDICT_OK);
	reference(0, GRID_SECOND, VERDICT_OK);
	reference(0, GRID_SECOND + 1, VERDICT_FAIL);
	reference(1, GRID_SECOND + 1, VERDICT_OK);
	reference(-1, 0, VERDICT_FAIL);
	reference(0, -1, VERDICT_FAIL);
	reference(-over, -GRID_SECOND, VERDICT_FAIL);
}

static void test_still(void **state)
{
	struct made_page page = make_page(), moved;
	const uint64_t hour = 3600 * SECOND;

	(void)state;
	set(&page, FIELD_flags, FLAG_TAI_OFFSET_VALID);
	moved = next(&page, START_TICKS + hour, 0);
	/* Under one page, seen when the next comes. */
	pair(&page, START_TICKS, START_TICKS + hour, &moved,
	     START_TICKS + hour);
	expect("series.reference-advances", VERDICT_OK);
	pair(&page, START_TICKS, START_TICKS + hour + 2000, &moved,
	     START_TICKS + hour + 2000);
	expect("series.reference-advances", VERDICT_WARN);
	/* Over several pages. */
	again();
	for (int i = 0; i < 5; i++) {
		set(&page, FIELD_seq_count, 4 + 2 * (uint64_t)i);
		give(&page, START_TICKS + (uint64_t)i * hour / 4,
		     START_TICKS + (uint64_t)i * hour / 4 + 2000);
	}
	verify_end(verifier);
	expect("series.reference-advances", VERDICT_WARN);
	assert_int_equal(answer("series.reference-advances")->n, 5);
	/* The last page, and it alone: nothing comes after it. */
	again();
	set(&page, FIELD_seq_count, 4);
	give(&page, START_TICKS, START_TICKS + hour);
	verify_end(verifier);
	expect("series.reference-advances", VERDICT_SKIP);
	again();
	give(&page, START_TICKS, START_TICKS + hour + 2000);
	verify_end(verifier);
	expect("series.reference-advances", VERDICT_WARN);
	expect("series.monotonic", VERDICT_SKIP);
	again();
	give(&page, START_TICKS, START_TICKS + SECOND);
	moved = next(&page, START_TICKS + SECOND, 0);
	give(&moved, START_TICKS + SECOND, START_TICKS + SECOND + hour + 2000);
	verify_end(verifier);
	expect("series.reference-advances", VERDICT_WARN);
	assert_int_equal(answer("series.reference-advances")->n, 2);
	/* After another marker too. */
	set(&moved, FIELD_disruption_marker, 8);
	again();
	give(&page, START_TICKS, START_TICKS + SECOND);
	give(&moved, START_TICKS + SECOND, START_TICKS + SECOND + hour + 2000);
	verify_end(verifier);
	expect("series.reference-advances", VERDICT_WARN);
	/* With bounds, which grow meanwhile, it is a note. */
	set(&page, FIELD_flags, FLAGS_ALL);
	moved = next(&page, START_TICKS + hour + 2000, 0);
	pair(&page, START_TICKS, START_TICKS + hour + 2000, &moved,
	     START_TICKS + hour + 2000);
	expect("series.reference-advances", VERDICT_OK);
	assert_string_not_equal(answer("series.reference-advances")->message,
				"");
	set(&page, FIELD_flags, FLAG_TAI_OFFSET_VALID);
	/* Not SYNCHRONIZED: it may. */
	set(&page, FIELD_clock_status, STATUS_FREERUNNING);
	moved = next(&page, START_TICKS + 2 * hour, 0);
	pair(&page, START_TICKS, START_TICKS + 2 * hour, &moved,
	     START_TICKS + 2 * hour);
	expect("series.reference-advances", VERDICT_OK);
}

/* From the end of time to its beginning: no difference holds that. */
static void test_far_apart(void **state)
{
	struct made_page old = make_page(), new;
	const uint64_t flags = FLAG_TAI_OFFSET_VALID;

	(void)state;
	set(&old, FIELD_counter_value, 0);
	set(&old, FIELD_counter_period_frac_sec, 1);
	set(&old, FIELD_counter_period_shift, 0);
	set(&old, FIELD_time_sec, INT64_MAX);
	new = old;
	set(&new, FIELD_seq_count, 6);
	set(&new, FIELD_counter_period_frac_sec, UINT64_C(1) << 63);
	set(&new, FIELD_time_sec, 0);
	/* At -2 ticks: 2^63 s - 1 s and a second before the epoch. */
	set(&old, FIELD_flags, flags | FLAG_TIME_MONOTONIC);
	set(&new, FIELD_flags, flags | FLAG_TIME_MONOTONIC);
	pair(&old, 0, 0, &new, UINT64_C(-4));
	expect("series.monotonic", VERDICT_FAIL);
	set(&old, FIELD_flags, flags);
	pair(&old, 0, 0, &new, UINT64_C(-4));
	expect("series.marker-silent", VERDICT_FAIL);
	expect("series.monotonic", VERDICT_NOT_APPLICABLE);
	/* Bounds that reach as far. */
	set(&old, FIELD_flags, FLAGS_ALL);
	set(&old, FIELD_counter_period_maxerror_rate_frac_sec, UINT64_MAX);
	set(&old, FIELD_time_maxerror_nanosec, UINT64_MAX);
	set(&new, FIELD_time_sec, INT64_MAX);
	set(&old, FIELD_time_sec, 0);
	set(&old, FIELD_counter_period_frac_sec, UINT64_C(1) << 30);
	set(&new, FIELD_counter_period_frac_sec, 1);
	pair(&old, UINT64_C(1) << 63, UINT64_C(1) << 63, &new, 0);
	expect("series.nested", VERDICT_OK);
	set(&old, FIELD_counter_period_maxerror_rate_frac_sec, 1);
	pair(&old, UINT64_C(1) << 63, UINT64_C(1) << 63, &new, 0);
	expect("series.nested", VERDICT_FAIL);
}

static void seq(uint32_t a, uint32_t b, bool change, enum verdict verdict)
{
	struct made_page old = make_page(), new = old;

	set(&old, FIELD_seq_count, a);
	set(&new, FIELD_seq_count, b);
	if (change)
		new.bytes[4095] = 1;
	pair(&old, 1, 1, &new, 1);
	expect("series.seq-step", verdict);
}

static void test_seq_step(void **state)
{
	struct made_page old = make_page(), new = old;

	(void)state;
	seq(4, 4, false, VERDICT_OK);
	seq(4, 4, true, VERDICT_FAIL);
	seq(4, 6, true, VERDICT_OK);
	seq(4, 2, false, VERDICT_FAIL);
	seq(UINT32_MAX - 1, 0, true, VERDICT_OK);
	seq(0, UINT32_C(0x7fffffff), false, VERDICT_OK);
	seq(0, UINT32_C(0x80000000), false, VERDICT_FAIL);
	/* Another host, under a new marker, counts from anywhere. */
	set(&new, FIELD_disruption_marker, 8);
	set(&new, FIELD_seq_count, 2);
	pair(&old, 1, 1, &new, 1);
	expect("series.seq-step", VERDICT_OK);
	set(&new, FIELD_seq_count, 4);
	pair(&old, 1, 1, &new, 1);
	expect("series.seq-step", VERDICT_FAIL);
}

/* What `size` does not cover may change; the header it always covers. */
static void test_beyond_size(void **state)
{
	struct made_page old = make_page(), new;

	(void)state;
	for (uint64_t size = 0x69; size <= 0x71; size++) {
		set(&old, FIELD_size, size);
		new = old;
		new.bytes[0x6f] = 1;
		pair(&old, 1, 1, &new, 1);
		expect("series.seq-step",
		       size > 0x6f ? VERDICT_FAIL : VERDICT_OK);
	}
	set(&new, FIELD_size, 2);
	pair(&old, 1, 1, &new, 1);
	expect("series.constant", VERDICT_FAIL);
}

static void features(uint64_t before, uint64_t after, bool same,
		     enum verdict verdict)
{
	struct made_page old = make_page(), new;

	set(&old, FIELD_flags, before);
	new = next(&old, START_TICKS, 0);
	set(&new, FIELD_flags, after);
	if (!same)
		set(&new, FIELD_disruption_marker, 8);
	pair(&old, START_TICKS, START_TICKS, &new, START_TICKS);
	expect("series.features", verdict);
}

static void test_features(void **state)
{
	const uint64_t notify = FLAG_NOTIFICATION_PRESENT;
	const uint64_t generation = FLAG_VM_GEN_COUNTER_PRESENT;

	(void)state;
	features(0, notify, true, VERDICT_FAIL);
	features(notify, 0, true, VERDICT_FAIL);
	features(notify, notify, true, VERDICT_OK);
	features(0, FLAG_DISRUPTION_SOON, true, VERDICT_OK);
	features(0, generation, true, VERDICT_WARN);
	features(generation, 0, true, VERDICT_WARN);
	features(generation, notify, true, VERDICT_FAIL);
	features(0, notify, false, VERDICT_WARN);
	features(notify, generation, false, VERDICT_WARN);
	features(notify | generation, notify | generation, false, VERDICT_OK);
}

static void odd(uint64_t nsec, uint64_t look, enum verdict verdict)
{
	struct snapshot snapshot = {
		.kind = SNAPSHOT_UNSETTLED,
		.n = 1,
		.unsettled = nsec,
		.unsettled_look = look,
		.seq_count = 5,
	};
	struct made_page page = make_page();

	again();
	verify_snapshot(verifier, &snapshot);
	give(&page, 1, 1);
	give(&page, 1, 1);
	verify_end(verifier);
	expect("series.odd-window", verdict);
}

static void test_odd_window(void **state)
{
	(void)state;
	odd(999999, 10, VERDICT_OK);
	odd(1000000, 99999, VERDICT_WARN);
	odd(1000000, 100000, VERDICT_OK);
	odd(99999999, 1, VERDICT_WARN);
	odd(100000000, 1, VERDICT_FAIL);
	odd(100000000, 50000000, VERDICT_FAIL);
}

static void give_marker(uint64_t marker)
{
	struct made_page page = make_page();

	set(&page, FIELD_seq_count, 2 * (given + 1));
	set(&page, FIELD_disruption_marker, marker);
	set(&page, FIELD_vm_generation_counter, ~marker);
	give(&page, 1, 1);
}

/* With all rules most of the time of a long series would go to the others. */
static void select_unique(void)
{
	for (int i = 0; i < RULE_COUNT; i++)
		verifier->selected[i] = strstr(rules[i].id, "-unique") != NULL;
}

/* The 65,536 last ones are known again, the one before them is not. */
static void test_memory(void **state)
{
	(void)state;
	select_unique();
	for (uint64_t i = 0; i < SEEN_SET_MAX; i++)
		give_marker(i * UINT64_C(0x9e3779b97f4a7c15));
	expect("series.marker-unique", VERDICT_OK);
	assert_string_equal(answer("series.marker-unique")->message, "");
	give_marker(1);
	expect("series.marker-unique", VERDICT_OK);
	assert_non_null(
		strstr(answer("series.marker-unique")->message, "65536"));
	give_marker(0); /* the first, which is forgotten */
	expect("series.marker-unique", VERDICT_OK);
	expect("series.generation-unique", VERDICT_OK);
	give_marker(2 * UINT64_C(0x9e3779b97f4a7c15));
	expect("series.marker-unique", VERDICT_FAIL);
	expect("series.generation-unique", VERDICT_FAIL);
	assert_int_equal(answer("series.marker-unique")->n, SEEN_SET_MAX + 3);
	verify_end(verifier);
}

/* Of one series nothing is left in the next. */
static void test_reset(void **state)
{
	const uint64_t counts[] = { 1, 3, SEEN_SET_MAX, SEEN_SET_MAX + 2, 3 };

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		verify_reset(verifier);
		select_unique();
		verifier->recording = true;
		given = 0;
		for (uint64_t marker = counts[i]; marker > 0; marker--)
			give_marker(marker);
		expect("series.marker-unique", VERDICT_OK);
		expect("series.generation-unique", VERDICT_OK);
		assert_int_equal(verifier->pages, counts[i]);
	}
	give_marker(3);
	expect("series.marker-unique", VERDICT_FAIL);
	expect("series.generation-unique", VERDICT_FAIL);
}

/* Few generations and many markers: of the former none is forgotten. */
static void test_forgotten(void **state)
{
	struct made_page page = make_page();

	(void)state;
	select_unique();
	for (uint64_t i = 0; i <= SEEN_SET_MAX; i++) {
		set(&page, FIELD_seq_count, 2 * (i + 1));
		set(&page, FIELD_disruption_marker, i);
		give(&page, 1, 1);
	}
	verify_end(verifier);
	assert_non_null(
		strstr(answer("series.marker-unique")->message, "65536"));
	assert_string_equal(answer("series.generation-unique")->message, "");
}

/* A page cut before a field says nothing of it, and no 0. */
static void test_absent_value(void **state)
{
	struct made_page page = make_page(), other = page;

	(void)state;
	give(&page, 1, 1);
	give_cut(&page, 16);
	give(&page, 1, 1);
	give(&page, 1, 1);
	verify_end(verifier);
	expect("series.marker-unique", VERDICT_OK);
	expect("series.generation-unique", VERDICT_OK);
	/* Across it a value that returns is seen. */
	again();
	set(&other, FIELD_disruption_marker, 8);
	give(&page, 1, 1);
	give(&other, 1, 1);
	give_cut(&page, 16);
	give(&page, 1, 1);
	verify_end(verifier);
	expect("series.marker-unique", VERDICT_FAIL);
}

/* Whichever of two pages is cut short before a field, its rule skips; where
 * `size` ends before it, there is none. */
static void test_cut_pair(void **state)
{
	static const char *const rules_of_pairs[] = {
		"series.generation-unique",
		"series.generation-marker",
		"series.tai-step",
		"series.leap-order",
	};
	struct made_page page = make_page();

	(void)state;
	for (int story = 0; story < 4; story++) {
		size_t length = story < 2 ? 0x23 : PAGE_USUAL_SIZE;

		again();
		set(&page, FIELD_size, story < 2 ? PAGE_USUAL_SIZE : 0x24);
		give_cut(&page, story & 1 ? length : PAGE_USUAL_SIZE);
		give_cut(&page, story & 1 ? PAGE_USUAL_SIZE : length);
		verify_end(verifier);
		for (size_t i = 0; i < 4; i++)
			expect(rules_of_pairs[i],
			       story < 2 ? VERDICT_SKIP
					 : VERDICT_NOT_APPLICABLE);
	}
}

/* The magic is one of the bytes that never change, whatever it becomes. */
static void test_constant_magic(void **state)
{
	struct made_page page = make_page(), other;

	(void)state;
	other = next(&page, START_TICKS, 0);
	pair(&page, START_TICKS, START_TICKS, &other, START_TICKS);
	expect("series.constant", VERDICT_OK);
	set(&other, FIELD_magic, PAGE_MAGIC_SWAPPED);
	pair(&page, START_TICKS, START_TICKS, &other, START_TICKS);
	expect("series.constant", VERDICT_FAIL);
	pair(&other, START_TICKS, START_TICKS, &page, START_TICKS);
	expect("series.constant", VERDICT_FAIL);
	set(&other, FIELD_magic, PAGE_MAGIC + 1);
	pair(&page, START_TICKS, START_TICKS, &other, START_TICKS);
	expect("series.constant", VERDICT_FAIL);
}

static void test_values(void **state)
{
	struct seen_set *values = calloc(1, sizeof(*values));
	uint64_t value = 1;

	(void)state;
	assert_non_null(values);
	for (uint64_t i = 0; i < 3 * SEEN_SET_MAX; i++) {
		value = value * UINT64_C(6364136223846793005) + 1;
		assert_false(seen_set_has(values, value));
		seen_set_add(values, value);
		assert_true(seen_set_has(values, value));
	}
	free(values);
}

/* One page: the rules of several are skipped, those of one are not. */
static void test_one_page(void **state)
{
	struct made_page page = make_page();

	(void)state;
	set(&page, FIELD_seq_count, 5);
	give(&page, 1, 1);
	verify_end(verifier);
	expect("seq.even", VERDICT_FAIL);
	assert_int_equal(answer("seq.even")->n, 1);
	for (int i = 0; i < RULE_COUNT; i++) {
		if (rules[i].needs)
			assert_true(rules[i].needs == NEED_LEAPS ||
				    verifier->findings[i].verdict ==
					    VERDICT_SKIP);
	}
}

/* A broken page is found wherever it stands, and the worst answer is kept. */
static void test_worst(void **state)
{
	struct made_page page = make_page();

	(void)state;
	for (uint64_t i = 1; i <= 10; i++) {
		set(&page, FIELD_seq_count, 2 * i);
		set(&page, FIELD_counter_period_shift,
		    i == 4   ? 64
		    : i == 7 ? 130
			     : 30);
		give(&page, i, i);
	}
	verify_end(verifier);
	expect("period.shift", VERDICT_FAIL);
	assert_int_equal(answer("period.shift")->n, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERIES_TEST(test_nested_bound),
		SERIES_TEST(test_nested_shifts),
		SERIES_TEST(test_nested_kink),
		SERIES_TEST(test_nested_applies),
		SERIES_TEST(test_monotonic),
		SERIES_TEST(test_marker_silent),
		SERIES_TEST(test_freerunning),
		SERIES_TEST(test_silent_missed),
		SERIES_TEST(test_frequency_step),
		SERIES_TEST(test_reference),
		SERIES_TEST(test_still),
		SERIES_TEST(test_far_apart),
		SERIES_TEST(test_seq_step),
		SERIES_TEST(test_beyond_size),
		SERIES_TEST(test_features),
		SERIES_TEST(test_odd_window),
		SERIES_TEST(test_memory),
		SERIES_TEST(test_reset),
		SERIES_TEST(test_forgotten),
		SERIES_TEST(test_absent_value),
		SERIES_TEST(test_cut_pair),
		SERIES_TEST(test_constant_magic),
		SERIES_TEST(test_values),
		SERIES_TEST(test_one_page),
		SERIES_TEST(test_worst),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
