/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offset.c, smear.c, statistics.c and phcname.c: against offset-vectors.txt,
 * which make-offset-vectors.py worked out with fractions, and against the table
 * of what the driver's two generations make of six kinds of pages.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clock/offset.h"
#include "clock/phcname.h"
#include "clock/statistics.h"

/* A counter of 1 ns a tick, which makes 64 bits of fraction: 1795219861 s. */
static struct clock make_clock(uint8_t type, int16_t offset, bool valid)
{
	return (struct clock){
		.counter_value = 1000000,
		.period = UINT64_C(0x89705f4136b4a597),
		.shift = 29,
		.time_sec = 1795219861,
		.time_type = type,
		.tai_offset = offset,
		.tai_valid = valid,
	};
}

static const struct bracket steady = { .before = 1000000,
				       .after = 1000200,
				       .time = { 1795219861, 100 } };

static void test_direct(void **state)
{
	struct clock clock = make_clock(TIME_TYPE_TAI, -37, true);
	struct bracket bracket = steady;
	struct difference d;

	(void)state;
	assert_true(difference_direct(&clock, &bracket, &d));
	assert_int_equal(d.counter, 1000100);
	assert_true(grid_nsec_half_up(d.value) == 0);
	assert_true(grid_nsec_half_up(d.window) == 200);
	bracket.time.nsec = 90;
	assert_true(difference_direct(&clock, &bracket, &d));
	assert_true(grid_nsec_half_up(d.value) == -10);
	bracket.time = (struct timestamp){ 1795219860, 999999999 };
	assert_true(difference_direct(&clock, &bracket, &d));
	assert_true(grid_nsec_half_up(d.value) == -101);
	/* A counter that went back is no window. */
	bracket.after = 999999;
	assert_false(difference_direct(&clock, &bracket, &d));
	/* Out of range. */
	clock.time_sec = UINT64_MAX;
	assert_false(difference_direct(&clock, &steady, &d));
	/* Almost a second a tick: both times are in range, and 2^63 s apart. */
	clock = (struct clock){ .counter_value = UINT64_C(1) << 63,
				.period = UINT64_MAX };
	bracket = (struct bracket){ .before = UINT64_C(1) << 62,
				    .after = UINT64_C(3) << 62 };
	assert_true(difference_direct(&clock, &bracket, &d));
	bracket.after++;
	assert_false(difference_direct(&clock, &bracket, &d));
}

static void test_bridged(void **state)
{
	struct clock clock = make_clock(TIME_TYPE_TAI, -37, true);
	/* CLOCK_REALTIME is 50 ns ahead at first, 150 ns at last, 1 ms later:
	 * 100 ns at the stamp in the middle of the two. */
	struct bracket first = { 1000000, 1000040, { 1795219824, 70 } };
	struct bracket last = { 2000000, 2000060, { 1795219824, 1000180 } };
	struct timestamp realtime = { 1795219824, 500125 };
	struct timestamp device = { 1795219861, 500033 };
	struct difference d;

	(void)state;
	assert_true(difference_bridged(&clock, &first, &last, realtime, device,
				       &d));
	/* T at the stamp: 500025 ns. */
	assert_true(grid_nsec_half_up(d.value) == 8);
	assert_true(grid_nsec_half_up(d.window) == 60);
	assert_true(grid_nsec_half_up(d.time - (grid)1795219861 *
						       GRID_SECOND) == 500025);
	/* A stamp from before or after. */
	realtime.nsec = 69;
	assert_false(difference_bridged(&clock, &first, &last, realtime, device,
					&d));
	realtime.nsec = 1000181;
	assert_false(difference_bridged(&clock, &first, &last, realtime, device,
					&d));
	/* CLOCK_REALTIME stepped by 5 us in 1 ms. */
	realtime.nsec = 500125;
	last.time.nsec += 5000;
	assert_false(difference_bridged(&clock, &first, &last, realtime, device,
					&d));
	last.time.sec += 4000;
	assert_false(difference_bridged(&clock, &first, &last, realtime, device,
					&d));
}

/* Read at a count or up to so many nanoseconds later. */
static void test_until(void **state)
{
	struct clock clock = make_clock(TIME_TYPE_TAI, -37, true);
	const struct timestamp time = { 1795219861, 100 };
	struct difference d, direct;

	(void)state;
	assert_true(difference_until(&clock, 1000000, 200, time, &d));
	assert_true(difference_direct(&clock, &steady, &direct));
	/* Of 200 ns and a bit, for a tick is a bit less than 1 ns or more. */
	assert_true(d.counter - direct.counter <= 1);
	assert_true(grid_nsec_half_up(d.value) == 0);
	assert_true(d.window >= grid_from_nsec_floor(200));
	assert_true(d.window <= grid_from_nsec_ceil(202));
	assert_true(difference_until(&clock, 1000000, 0, time, &d));
	assert_true(d.window == 0 && d.counter == 1000000);
	assert_true(grid_nsec_half_up(d.value) == 100);
	/* 2.5 GHz: 200 ns are 500 ticks. */
	clock.period = UINT64_C(0xdbe6fecebdedd5bf);
	clock.shift = 31;
	assert_true(difference_until(&clock, 1000000, 200, time, &d));
	assert_true(d.counter >= 1000249 && d.counter <= 1000251);
	/* A tick that takes centuries, one that takes nothing, and none. */
	clock.shift = 0;
	assert_true(difference_until(&clock, 1000000, 200, time, &d));
	clock.shift = 255;
	assert_false(difference_until(&clock, 1000000, 200, time, &d));
	clock.period = 0;
	assert_false(difference_until(&clock, 1000000, 200, time, &d));
	/* The counter ends. */
	clock = make_clock(TIME_TYPE_TAI, -37, true);
	assert_false(difference_until(&clock, UINT64_MAX, 200, time, &d));
}

/* A device that the kernel read between two stamps of CLOCK_REALTIME: on a page
 * of 1 ns a tick every number is known. */
static void test_stamped(void **state)
{
	struct clock clock = make_clock(TIME_TYPE_TAI, -37, true);
	/* CLOCK_REALTIME is 100 ns ahead of T at the middle of each window. */
	struct bracket first = { 1000000, 1000020, { 1795219861, 110 } };
	struct bracket last = { 1001000, 1001010, { 1795219861, 1105 } };
	struct stamps realtime = { { 1795219861, 400 }, { 1795219861, 460 } };
	const struct timestamp device = { 1795219861, 1000 };
	const grid nsec = GRID_SECOND / NSEC_PER_SEC;
	struct difference d;

	(void)state;
	assert_true(difference_stamped(&clock, &first, &last, &realtime, device,
				       &d));
	/* 60 ns between the stamps, 20 ns of the wider reading, 1 ns. */
	assert_int_equal(grid_nsec_half_up(d.window), 81);
	/* T at the middle of the stamps is 330 ns: the device is 670 ahead. */
	assert_int_equal(grid_nsec_half_up(d.value), 670);
	assert_int_equal(grid_nsec_half_up(d.time - 1795219861 * GRID_SECOND),
			 330);
	/* Stamps at one moment, as the VMClock driver takes them. */
	realtime.after = realtime.before;
	assert_true(difference_stamped(&clock, &first, &last, &realtime, device,
				       &d));
	assert_true(d.window > 20 * nsec && d.window < 22 * nsec);
	/* Stamps that go back, or lie outside the two readings. */
	realtime.after.nsec -= 1;
	assert_false(difference_stamped(&clock, &first, &last, &realtime,
					device, &d));
	realtime.after = (struct timestamp){ 1795219861, 1106 };
	assert_false(difference_stamped(&clock, &first, &last, &realtime,
					device, &d));
	realtime = (struct stamps){ { 1795219861, 109 }, { 1795219861, 500 } };
	assert_false(difference_stamped(&clock, &first, &last, &realtime,
					device, &d));
	/* CLOCK_REALTIME stepped between the readings. */
	realtime.before.nsec = 400;
	last.time.nsec += 5000;
	assert_false(difference_stamped(&clock, &first, &last, &realtime,
					device, &d));
}

static void test_realtime(void **state)
{
	struct stamps realtime = { { 1000, 400 }, { 1000, 500 } };
	struct clock utc = { .time_type = TIME_TYPE_UTC };
	struct difference d;
	struct offset o;

	(void)state;
	assert_true(difference_realtime(&realtime,
					(struct timestamp){ 1037, 450 }, &d));
	assert_true(offset_judge(&utc, &d, EXPECT_TAI, &o));
	assert_int_equal(o.scale, SCALE_TAI);
	assert_true(o.nsec == 0);
	/* 100 ns and 1 ns for the resolution, rounded up. */
	assert_true(o.window_nsec >= 101 && o.window_nsec <= 102);
	assert_int_equal(o.inside, INSIDE_NO_BOUNDS);
	assert_true(offset_judge(&utc, &d, EXPECT_UTC, &o));
	assert_true(o.nsec == 37 * NSEC_PER_SEC);
	assert_true(offset_judge(&utc, &d, EXPECT_ANY, &o));
	assert_int_equal(o.scale, SCALE_TAI);
	realtime.after.nsec = 399;
	assert_false(difference_realtime(&realtime, realtime.before, &d));
}

/* A PHC so many seconds and 12 ns from true TAI. */
static struct offset judge(const struct clock *clock, int64_t from_tai,
			   enum expected_scale expected, bool *fine)
{
	int64_t tai = clock->time_type == TIME_TYPE_TAI ? 0 : 37;
	struct difference d = {
		.counter = 1000100,
		.value = grid_from_timestamp_floor(
			(struct timestamp){ tai + from_tai, 12 }),
		.window = 100 * (GRID_SECOND / NSEC_PER_SEC),
	};
	struct offset offset;

	assert_true(clock_time(clock, d.counter, &d.time));
	*fine = offset_judge(clock, &d, expected, &offset);
	return offset;
}

/* The six pages, what the driver made of them before 7.0 and since, and how it
 * is to be called. `none`: it makes no PHC. */
#define NONE INT64_MIN
static const struct driver_row {
	uint8_t type;
	int16_t offset;
	bool valid;
	int64_t from_tai[2];
	enum scale scale[2];
	int64_t off_sec[2];
} driver_rows[] = {
	{ TIME_TYPE_TAI,
	  -37,
	  true,
	  { -37, 0 },
	  { SCALE_UTC, SCALE_TAI },
	  { 0, 0 } },
	{ TIME_TYPE_TAI,
	  37,
	  true,
	  { 37, 0 },
	  { SCALE_AHEAD, SCALE_TAI },
	  { 74, 0 } },
	{ TIME_TYPE_TAI, 0, false, { NONE, 0 }, { 0, SCALE_TAI }, { 0, 0 } },
	{ TIME_TYPE_UTC,
	  -37,
	  true,
	  { -37, 0 },
	  { SCALE_UTC, SCALE_TAI },
	  { 0, 0 } },
	{ TIME_TYPE_UTC,
	  37,
	  true,
	  { -37, -74 },
	  { SCALE_UTC, SCALE_BEHIND },
	  { 0, -74 } },
	{ TIME_TYPE_UTC, 0, false, { -37, NONE }, { SCALE_UTC, 0 }, { 0, 0 } },
};

static void test_driver_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(driver_rows) / sizeof(*driver_rows);
	     i++) {
		const struct driver_row *row = &driver_rows[i];
		struct clock clock =
			make_clock(row->type, row->offset, row->valid);

		for (int driver = 0; driver < 2; driver++) {
			struct offset o;
			bool fine;

			if (row->from_tai[driver] == NONE)
				continue;
			o = judge(&clock, row->from_tai[driver], EXPECT_ANY,
				  &fine);
			assert_true(fine);
			assert_int_equal(o.scale, row->scale[driver]);
			assert_int_equal(o.tai_minus_utc.from,
					 row->valid ? TAI_PAGE : TAI_ASSUMED);
			assert_int_equal(o.tai_minus_utc.sec, 37);
			assert_true(o.nsec ==
				    row->off_sec[driver] * NSEC_PER_SEC + 12);
			assert_true(o.residual_nsec == 12);
			assert_true(o.window_nsec == 100);
			assert_true(o.uncertainty_nsec == 50);
			assert_int_equal(o.inside, INSIDE_NO_BOUNDS);
		}
	}
}

static bool is_assumed(const struct offset *o)
{
	return o->tai_minus_utc.from == TAI_ASSUMED &&
	       o->tai_minus_utc.sec == 37;
}

/* Where the page has no TAI offset, TAI - UTC is the leap-second table's at
 * that time, on pages of either type. */
static void test_table(void **state)
{
	struct leap_table leaps = {
		.count = 2,
		.entries = { { 1435708800, 36 }, { 1483228800, 37 } },
		.expires = 1782604800,
	};
	static const struct {
		int64_t utc;
		struct tai_minus_utc wanted;
	} rows[] = {
		{ 1435708700, { 37, TAI_ASSUMED } }, /* before the table */
		{ 1435708800, { 36, TAI_TABLE } },
		{ 1483228799, { 36, TAI_TABLE } },
		{ 1483228800, { 37, TAI_TABLE } },
		{ 1782604799, { 37, TAI_TABLE } },
		{ 1782604800, { 37, TAI_EXPIRED } },
	};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(*rows); i++) {
		const bool tai = i & 1;
		const struct tai_minus_utc wanted = rows[i / 2].wanted;
		struct clock clock = make_clock(
			tai ? TIME_TYPE_TAI : TIME_TYPE_UTC, 0, false);
		struct difference d = {
			.time = (rows[i / 2].utc + (tai ? wanted.sec : 0)) *
				GRID_SECOND,
			.value = (tai ? -wanted.sec : 0) * GRID_SECOND,
		};
		struct offset o;

		assert_true(
			offset_judge_by(&clock, &d, EXPECT_UTC, &leaps, &o));
		assert_int_equal(o.tai_minus_utc.sec, wanted.sec);
		assert_int_equal(o.tai_minus_utc.from, wanted.from);
		assert_true(o.nsec == 0);
		d.value += wanted.sec * GRID_SECOND;
		assert_true(
			offset_judge_by(&clock, &d, EXPECT_TAI, &leaps, &o));
		assert_true(o.nsec == 0);
		/* The page comes first. */
		clock.tai_valid = true;
		clock.tai_offset = -35;
		assert_true(
			offset_judge_by(&clock, &d, EXPECT_TAI, &leaps, &o));
		assert_int_equal(o.tai_minus_utc.sec, 35);
		assert_int_equal(o.tai_minus_utc.from, TAI_PAGE);
	}
}

static void test_other_scales(void **state)
{
	struct clock clock = make_clock(TIME_TYPE_TAI, 0, false);
	struct offset o;
	bool fine;

	(void)state;
	/* A UTC clock, on a page that does not tell UTC. */
	o = judge(&clock, -37, EXPECT_UTC, &fine);
	assert_true(fine && is_assumed(&o));
	assert_int_equal(o.scale, SCALE_UTC);
	assert_true(o.nsec == 12);
	o = judge(&clock, -37, EXPECT_ANY, &fine);
	assert_true(fine && is_assumed(&o) && o.scale == SCALE_UTC);
	o = judge(&clock, -5, EXPECT_ANY, &fine);
	assert_true(fine && is_assumed(&o) && o.scale == SCALE_UNKNOWN);
	assert_true(o.nsec == -5 * NSEC_PER_SEC + 12);
	/* Nothing is rounded away: one and two seconds off stay so. */
	o = judge(&clock, -38, EXPECT_UTC, &fine);
	assert_true(fine && is_assumed(&o) && o.scale == SCALE_UTC);
	assert_true(o.nsec == -NSEC_PER_SEC + 12);
	o = judge(&clock, -35, EXPECT_ANY, &fine);
	assert_true(fine && is_assumed(&o) && o.scale == SCALE_UNKNOWN);
	assert_true(o.nsec == 2 * NSEC_PER_SEC + 12);
	/* The same the other way round. */
	clock = make_clock(TIME_TYPE_UTC, 0, false);
	o = judge(&clock, 0, EXPECT_TAI, &fine);
	assert_true(fine && is_assumed(&o));
	assert_int_equal(o.scale, SCALE_TAI);
	assert_true(o.nsec == 12);
	/* CLOCK_TAI before its offset is set is UTC. */
	clock = make_clock(TIME_TYPE_TAI, -37, true);
	o = judge(&clock, -37, EXPECT_UTC, &fine);
	assert_true(fine && o.scale == SCALE_UTC && o.nsec == 12);
	/* CLOCK_REALTIME set to TAI is 37 s off, not another scale. */
	o = judge(&clock, 0, EXPECT_UTC, &fine);
	assert_true(fine && o.nsec == 37 * NSEC_PER_SEC + 12);
	/* A page of an unknown epoch compares with nothing. */
	clock = make_clock(TIME_TYPE_MONOTONIC, 0, false);
	judge(&clock, 0, EXPECT_ANY, &fine);
	assert_false(fine);
}

/* The reference ahead of the counter: 2^64 ns, 584 years. */
static void test_wrapped(void **state)
{
	struct clock clock = make_clock(TIME_TYPE_TAI, -37, true);
	struct offset o;
	bool fine;

	(void)state;
	o = judge(&clock, INT64_C(18446744074), EXPECT_ANY, &fine);
	assert_true(fine);
	assert_int_equal(o.scale, SCALE_WRAPPED);
	assert_true(o.nsec == (int128)INT64_C(18446744074) * NSEC_PER_SEC + 12);
	/* 2^64 ns is 18446744073.709551616 s. */
	assert_true(o.residual_nsec == 290448396);
}

static void test_bounds(void **state)
{
	struct clock clock = make_clock(TIME_TYPE_TAI, -37, true);
	static const struct {
		uint64_t maxerror;
		enum inside inside;
	} rows[] = {
		/* 12 ns off, with a window of +/- 50. */
		{ 0, INSIDE_UNCLEAR },
		{ 61, INSIDE_UNCLEAR },
		{ 63, INSIDE_YES },
	};
	struct offset o;
	bool fine;

	(void)state;
	clock.has_maxerror = true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		clock.time_maxerror = rows[i].maxerror;
		o = judge(&clock, 0, EXPECT_ANY, &fine);
		assert_int_equal(o.inside, rows[i].inside);
	}
	clock.time_maxerror = 1000000;
	o = judge(&clock, 37, EXPECT_ANY, &fine);
	assert_int_equal(o.inside, INSIDE_NO);
}

static uint64_t chance_state = 1;

/* splitmix64 */
static uint64_t chance(void)
{
	uint64_t z = chance_state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* 0, 1, the ends, near the ends, and all between, of any length in bits. */
static uint64_t chance_word(void)
{
	uint64_t word = chance() >> chance() % 64;

	switch (chance() % 8) {
	case 0:
		return 0;
	case 1:
		return UINT64_MAX - (word & 3);
	case 2:
		return (UINT64_C(1) << 63) - (word & 1);
	case 3:
		return -word;
	default:
		return word;
	}
}

static grid chance_grid(void)
{
	if (chance() % 16 == 0)
		return chance() & 1 ? (grid)((uint128)1 << 127) : 0;
	return (grid)((uint128)chance_word() << 64 | chance_word());
}

static struct timestamp chance_time(void)
{
	return (struct timestamp){ (int64_t)chance_word(),
				   (uint32_t)(chance() % NSEC_PER_SEC) };
}

static struct bracket chance_bracket(void)
{
	uint64_t before = chance_word();

	return (struct bracket){ before, before + (chance_word() >> 1),
				 chance_time() };
}

/* Of readings too, one soon after the other or anyhow. */
static void check_readings(const struct clock *clock)
{
	struct bracket first = chance_bracket(), last = chance_bracket();
	struct timestamp realtime = chance_time(), device = chance_time();
	struct difference d;
	struct stamps stamps;

	if (difference_direct(clock, &first, &d)) {
		assert_true(first.before <= d.counter);
		assert_true(d.counter <= first.after);
		assert_true(d.window >= 0);
	}
	if (chance() & 1) {
		last.time = realtime = first.time;
		last.time.sec += last.time.sec != INT64_MAX;
	}
	if (difference_bridged(clock, &first, &last, realtime, device, &d))
		assert_true(d.window >= 0);
	stamps = (struct stamps){ realtime, last.time };
	if (difference_stamped(clock, &first, &last, &stamps, device, &d))
		assert_true(d.window > 0);
	if (difference_realtime(&stamps, device, &d))
		assert_true(d.window > 0);
}

static void check_offset(const struct difference *d,
			 enum expected_scale expected, const struct offset *o)
{
	bool right = o->scale == SCALE_UTC || o->scale == SCALE_TAI;

	assert_true(o->scale < SCALE_COUNT);
	assert_true(o->inside < INSIDE_COUNT);
	assert_true(o->window_nsec <= 2 * o->uncertainty_nsec);
	assert_true(2 * o->uncertainty_nsec <= o->window_nsec + 1);
	assert_true(d->window == 0 || o->window_nsec > 0);
	if (right)
		assert_true(o->residual_nsec == o->nsec);
	if (expected != EXPECT_ANY)
		assert_true(right);
	assert_true(o->tai_minus_utc.from == TAI_PAGE ||
		    o->tai_minus_utc.from == TAI_ASSUMED);
}

#define LONGEST ((grid)(~(uint128)0 >> 1))

/* Whatever a page and a clock say, there is an answer that fits itself. */
static void test_extremes(void **state)
{
	unsigned int scales[SCALE_COUNT] = { 0 };
	struct offset o;

	(void)state;
	for (int i = 0; i < 300000; i++) {
		struct clock clock = {
			.counter_value = chance_word(),
			.period = chance_word(),
			.period_maxerror = chance_word(),
			.time_sec = chance_word(),
			.time_frac = chance(),
			.time_maxerror = chance_word(),
			.shift = (uint8_t)chance(),
			.time_type = (uint8_t)(chance() % 2),
			.tai_offset = (int16_t)chance(),
			.leap = (uint8_t)(chance() % 8),
			.tai_valid = chance() & 1,
			.has_maxerror = chance() & 1,
		};
		struct difference d = {
			.counter = chance_word(),
			.time = chance_grid(),
			.value = chance_grid(),
			.window = i ? chance_grid() & LONGEST : LONGEST,
		};
		enum expected_scale expected = chance() % 3;

		check_readings(&clock);
		/* Most clocks are about whole seconds off. */
		if (chance() & 1) {
			d.time = (grid)(chance() >> 30) * GRID_SECOND;
			d.value = (int8_t)chance() * GRID_SECOND;
		}
		if (!offset_judge(&clock, &d, expected, &o))
			continue;
		scales[o.scale]++;
		check_offset(&d, expected, &o);
	}
	assert_true(scales[SCALE_UTC] && scales[SCALE_TAI]);
	assert_true(scales[SCALE_UNKNOWN]);
}

/* A leap second at the end of 2026: announced in December, and past in
 * January. */
static void test_leap_near(void **state)
{
	struct clock clock = make_clock(TIME_TYPE_UTC, -37, true);
	const int64_t midnight = 1798761600; /* 2027-01-01 */
	struct smear_leap leap;
	struct utc utc;

	(void)state;
	clock.time_sec = (uint64_t)midnight - 3600;
	clock.leap = LEAP_PRE_POS;
	utc = (struct utc){ .time = (midnight - 3600) * GRID_SECOND };
	assert_true(smear_leap_near(&clock, &utc, &leap));
	assert_int_equal(leap.sign, 1);
	assert_true(leap.since == -3600 * GRID_SECOND);
	utc.time = (midnight - 1) * GRID_SECOND;
	utc.leap_second = true;
	assert_true(smear_leap_near(&clock, &utc, &leap));
	assert_true(leap.since == 0);
	utc.time = midnight * GRID_SECOND;
	utc.leap_second = false;
	assert_true(smear_leap_near(&clock, &utc, &leap));
	assert_true(leap.since == GRID_SECOND);
	utc.time = (midnight - 86400) * GRID_SECOND;
	assert_false(smear_leap_near(&clock, &utc, &leap));
	clock.leap = LEAP_PRE_NEG;
	utc.time = (midnight - 2) * GRID_SECOND;
	assert_true(smear_leap_near(&clock, &utc, &leap));
	assert_int_equal(leap.sign, -1);
	assert_true(leap.since == -GRID_SECOND);
	clock.time_sec = (uint64_t)midnight + 60;
	clock.leap = LEAP_POST_NEG;
	utc.time = midnight * GRID_SECOND;
	assert_true(smear_leap_near(&clock, &utc, &leap));
	assert_true(leap.since == 0);
	clock.leap = LEAP_POST_POS;
	utc.time = (midnight + 86399) * GRID_SECOND;
	assert_false(smear_leap_near(&clock, &utc, &leap));
	clock.leap = LEAP_NONE;
	assert_false(smear_leap_near(&clock, &utc, &leap));
}

/* A clock that smears is named, whichever whole second it is nearest to. */
static void test_smear_named(void **state)
{
	struct clock clock = make_clock(TIME_TYPE_TAI, -37, true);
	const int64_t midnight = 1798761600 + 37;
	struct difference d = { .counter = 1000000 };
	struct offset o;

	(void)state;
	clock.time_sec = (uint64_t)midnight - 21600;
	clock.leap = LEAP_PRE_POS;
	assert_true(clock_time(&clock, d.counter, &d.time));
	/* A quarter of a second behind UTC at 18:00. */
	d.value = -37 * GRID_SECOND - GRID_SECOND / 4;
	assert_true(offset_judge(&clock, &d, EXPECT_UTC, &o));
	assert_int_equal(o.smear, SMEAR_NOON_LINEAR);
	assert_true(offset_judge(&clock, &d, EXPECT_ANY, &o));
	assert_int_equal(o.smear, SMEAR_NOON_LINEAR);
	assert_int_equal(o.scale, SCALE_UTC);
	assert_true(o.nsec == -250000000);
	/* One that does not smear, and one that is merely wrong. */
	d.value = -37 * GRID_SECOND;
	assert_true(offset_judge(&clock, &d, EXPECT_ANY, &o));
	assert_int_equal(o.smear, SMEAR_NONE);
	d.value = -37 * GRID_SECOND - GRID_SECOND / 5;
	assert_true(offset_judge(&clock, &d, EXPECT_ANY, &o));
	assert_int_equal(o.smear, SMEAR_NONE);
	/* Half a second before the leap UTC-SLS is nearly a second behind. */
	clock.time_sec = (uint64_t)midnight;
	clock.leap = LEAP_POS;
	assert_true(clock_time(&clock, d.counter, &d.time));
	d.value = -38 * GRID_SECOND + GRID_SECOND / 1000;
	assert_true(offset_judge(&clock, &d, EXPECT_UTC, &o));
	assert_int_equal(o.scale, SCALE_UTC);
}

static FILE *open_vectors(void)
{
	const char *path = getenv("VMCLOCKCTL_OFFSET_VECTORS");
	FILE *stream = path ? fopen(path, "re") : NULL;

	assert_non_null(stream);
	return stream;
}

static int128 parse(const char *text)
{
	bool minus = *text == '-';
	int128 value = 0;

	for (text += minus; *text >= '0' && *text <= '9'; text++)
		value = 10 * value + (*text - '0');
	return minus ? -value : value;
}

static void check_smear(char *line)
{
	char kind[32], since[64], offset[64];
	struct smear_leap leap;
	enum smear smear;
	grid expected, got;
	int128 nsec;

	assert_int_equal(sscanf(line, "smear %31s %d %63s %63s", kind,
				&leap.sign, since, offset),
			 4);
	smear = strcmp(kind, "utc-sls") == 0 ? SMEAR_UTC_SLS
					     : SMEAR_NOON_LINEAR;
	nsec = parse(since);
	leap.since = nsec / NSEC_PER_SEC * GRID_SECOND +
		     nsec % NSEC_PER_SEC * GRID_SECOND / NSEC_PER_SEC;
	expected = parse(offset);
	got = smear_model(smear, &leap);
	/* The grid is 18 digits fine; `since` is cut to it. */
	if (got - expected > 4 || expected - got > 4)
		fail_msg("%s: off by %" PRId64, line,
			 (int64_t)(got - expected));
}

static void check_statistics(char *line)
{
	int128 want[6], values[400], mean;
	struct series series = { 0 };
	uint128 deviation;
	struct statistics s;
	size_t count = 0;
	char *word;

	strtok(line, " \n");
	for (int i = 0; i < 6; i++)
		want[i] = parse(strtok(NULL, " \n"));
	strtok(NULL, " \n");
	while ((word = strtok(NULL, " \n")) != NULL)
		values[count++] = parse(word);
	statistics_make(values, count, &s);
	assert_true(s.minimum == want[0]);
	assert_true(s.median == want[1]);
	assert_true(s.p99 == want[2]);
	assert_true(s.maximum == want[3]);
	for (size_t i = 0; i < count; i++)
		series_add(&series, values[i]);
	assert_int_equal(series.count, count);
	assert_true(series.minimum == want[0] && series.maximum == want[3]);
	assert_true(series_mean(&series, &mean) && mean == want[4]);
	assert_int_equal(series_deviation(&series, &deviation), count > 1);
	if (count > 1)
		assert_true(deviation == (uint128)want[5]);
}

/* Sums that do not fit are no sums. */
static void test_series_overflow(void **state)
{
	struct series series = { 0 };
	uint128 deviation;
	int128 mean;

	(void)state;
	assert_false(series_mean(&series, &mean));
	series_add(&series, 0);
	assert_true(series_mean(&series, &mean) && mean == 0);
	assert_false(series_deviation(&series, &deviation));
	series_add(&series, (int128)1 << 70);
	assert_false(series_mean(&series, &mean));
	assert_false(series_deviation(&series, &deviation));
	assert_true(series.maximum == (int128)1 << 70);
}

static void test_vectors(void **state)
{
	FILE *stream = open_vectors();
	char line[16384];
	int smears = 0, statistics = 0;

	(void)state;
	while (fgets(line, sizeof(line), stream)) {
		if (strncmp(line, "smear ", 6) == 0) {
			check_smear(line);
			smears++;
		} else {
			check_statistics(line);
			statistics++;
		}
	}
	fclose(stream);
	assert_true(smears > 100 && statistics >= 10);
}

static void test_names(void **state)
{
	static const struct {
		const char *text;
		enum phc_kind kind;
		unsigned int type, variant;
	} rows[] = {
		{ "vmclock0", PHC_VMCLOCK, 0, 0 },
		{ "vmclock12", PHC_VMCLOCK, 0, 0 },
		{ "vmclock", PHC_OTHER, 0, 0 },
		{ "vmclock0x", PHC_OTHER, 0, 0 },
		{ "Virtio PTP type 0/variant 0", PHC_VIRTIO_RTC, 0, 0 },
		{ "Virtio PTP type 3/variant 1", PHC_VIRTIO_RTC, 3, 1 },
		{ "Virtio PTP type 0, variant 0", PHC_VIRTIO_RTC, 0, 0 },
		{ "Virtio PTP type 3, variant 2", PHC_VIRTIO_RTC, 3, 2 },
		{ "Virtio PTP type 1", PHC_OTHER, 0, 0 },
		{ "Virtio PTP type 1/variant", PHC_OTHER, 0, 0 },
		{ "Virtio PTP type 99999/variant 0", PHC_OTHER, 0, 0 },
		{ "Virtio PTP type 1/variant 0 ", PHC_OTHER, 0, 0 },
		{ "KVM virtual PTP", PHC_KVM, 0, 0 },
		{ "hyperv", PHC_HYPERV, 0, 0 },
		{ "ena-ptp-05", PHC_ENA, 0, 0 },
		{ "ptp_vmw", PHC_VMW, 0, 0 },
		{ "ptp2_virt", PHC_VIRTUAL, 0, 0 },
		{ "Mock-up PTP clock", PHC_MOCK, 0, 0 },
		{ "igb", PHC_OTHER, 0, 0 },
		{ "", PHC_OTHER, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct phc_name name = phc_name_parse(rows[i].text);

		if (name.kind != rows[i].kind)
			fail_msg("%s: %s", rows[i].text,
				 phc_kinds[name.kind].name);
		if (name.kind != PHC_VIRTIO_RTC)
			continue;
		assert_int_equal(name.type, rows[i].type);
		assert_int_equal(name.variant, rows[i].variant);
	}
	assert_string_equal(virtio_type_name(4), "utc-maybe-smeared");
	assert_string_equal(virtio_type_name(5), "unknown");
	assert_string_equal(virtio_variant_name(2), "utc-sls");
	assert_string_equal(virtio_variant_name(3), "unknown");
}

/* A kind that has a driver of its own is of that driver's clocks only. */
static void test_drivers(void **state)
{
	static const struct {
		const char *name, *driver;
		enum phc_kind kind;
	} rows[] = {
		{ "vmclock0", "vmclock", PHC_VMCLOCK },
		{ "vmclock0", "", PHC_VMCLOCK },
		{ "vmclock0", "igb", PHC_OTHER },
		{ "Virtio PTP type 1/variant 0", "virtio_rtc", PHC_VIRTIO_RTC },
		{ "Virtio PTP type 1/variant 0", "igb", PHC_OTHER },
		{ "ena-ptp-05", "ena", PHC_ENA },
		{ "ena-ptp-05", "", PHC_ENA },
		{ "another name", "ena", PHC_ENA },
		{ "igb", "igb", PHC_OTHER },
		{ "hyperv", "", PHC_HYPERV },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct phc_name name =
			phc_identify(rows[i].name, rows[i].driver);

		if (name.kind != rows[i].kind)
			fail_msg("%s of %s: %s", rows[i].name, rows[i].driver,
				 phc_kinds[name.kind].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_direct),
		cmocka_unit_test(test_bridged),
		cmocka_unit_test(test_until),
		cmocka_unit_test(test_stamped),
		cmocka_unit_test(test_realtime),
		cmocka_unit_test(test_driver_table),
		cmocka_unit_test(test_other_scales),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_wrapped),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_extremes),
		cmocka_unit_test(test_leap_near),
		cmocka_unit_test(test_smear_named),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_series_overflow),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_drivers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
