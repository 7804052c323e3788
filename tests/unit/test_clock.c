/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.c against time-vectors.txt, which make-time-vectors.py worked out with
 * integers and fractions of any size, and against figures known by hand. All
 * comparisons are for equality: a rounding in the wrong place shows.
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

#include "clock/clock.h"

/* The columns of a vector: first what is put in, then what must come out. */
enum {
	TIME_TYPE,
	COUNTER_VALUE,
	PERIOD,
	SHIFT,
	TIME_SEC,
	TIME_FRAC,
	TAI_VALID,
	TAI_OFFSET,
	LEAP,
	HAS_MAXERROR,
	TIME_MAXERROR,
	PERIOD_MAXERROR,
	HAS_ESTERROR,
	TIME_ESTERROR,
	PERIOD_ESTERROR,
	COUNTER,
	RESULTS,
	RESULT = RESULTS,
	T_SEC,
	T_NSEC,
	T_FRAC,
	MAXERROR,
	ESTERROR,
	EARLIEST_SEC,
	EARLIEST_NSEC,
	LATEST_SEC,
	LATEST_NSEC,
	UTC_SEC,
	UTC_FRAC,
	TAI_SEC,
	TAI_FRAC,
	UTC_WORDS,
	TAI_WORDS,
	LEAP_SECOND,
	TAI_MINUS_UTC,
	COLUMNS,
};

static const char *const result_names[COLUMNS - RESULTS] = {
	"result",      "t_sec",		"t_nsec",	"t_frac",
	"maxerror_ns", "esterror_ns",	"earliest_sec", "earliest_nsec",
	"latest_sec",  "latest_nsec",	"utc_sec",	"utc_frac",
	"tai_sec",     "tai_frac",	"utc",		"tai",
	"leap_second", "tai_minus_utc",
};

/* The fewest vectors that are believed to be the whole file. */
#define VECTORS_MIN 2400

/* After so many differences the rest would say no more. */
#define REPORTS_MAX 20

#define VALUE_MAX 64

typedef char results[COLUMNS - RESULTS][VALUE_MAX];

static uint64_t to_unsigned(const char *text, unsigned int line)
{
	char *end;
	uint64_t value = strtoull(text, &end, 0);

	if (*text == '-' || end == text || *end)
		fail_msg("line %u: \"%s\" is no number", line, text);
	return value;
}

static void load_vector(char *column[COLUMNS], unsigned int line,
			struct clock *clock, uint64_t *counter)
{
	uint64_t value[RESULTS] = { 0 };

	for (unsigned int i = 0; i < RESULTS; i++) {
		if (i != TAI_OFFSET)
			value[i] = to_unsigned(column[i], line);
	}
	*clock = (struct clock){
		.counter_value = value[COUNTER_VALUE],
		.period = value[PERIOD],
		.period_esterror = value[PERIOD_ESTERROR],
		.period_maxerror = value[PERIOD_MAXERROR],
		.time_sec = value[TIME_SEC],
		.time_frac = value[TIME_FRAC],
		.time_esterror = value[TIME_ESTERROR],
		.time_maxerror = value[TIME_MAXERROR],
		.tai_offset = (int16_t)atoi(column[TAI_OFFSET]),
		.shift = (uint8_t)value[SHIFT],
		.time_type = (uint8_t)value[TIME_TYPE],
		.leap = (uint8_t)value[LEAP],
		.tai_valid = value[TAI_VALID] != 0,
		.has_esterror = value[HAS_ESTERROR] != 0,
		.has_maxerror = value[HAS_MAXERROR] != 0,
	};
	*counter = value[COUNTER];
}

static char *result_of(results out, unsigned int column)
{
	return out[column - RESULTS];
}

static void put_unsigned(char *to, uint128 value)
{
	char digits[40];
	unsigned int n = 0;

	do {
		digits[n++] = (char)('0' + (int)(value % 10));
		value /= 10;
	} while (value);
	while (n)
		*to++ = digits[--n];
	*to = '\0';
}

static void put_stamp(results out, unsigned int column,
		      const struct timestamp *stamp)
{
	snprintf(result_of(out, column), VALUE_MAX, "%" PRId64, stamp->sec);
	snprintf(result_of(out, column + 1), VALUE_MAX, "%" PRIu32,
		 stamp->nsec);
}

static void put_grid(results out, unsigned int column, grid time)
{
	snprintf(result_of(out, column), VALUE_MAX, "%" PRId64,
		 (int64_t)(time >> 64));
	snprintf(result_of(out, column + 1), VALUE_MAX, "0x%" PRIx64,
		 (uint64_t)time);
}

/* What clock.c makes of a vector, in the words of the file. */
static void answer(const struct clock *clock, uint64_t counter, results out)
{
	struct timestamp stamp;
	struct clock_error error;
	struct utc utc;
	bool told;
	grid time;

	for (unsigned int i = RESULTS; i < COLUMNS; i++)
		strcpy(result_of(out, i), "-");
	if (!clock_time(clock, counter, &time)) {
		strcpy(result_of(out, RESULT), "overflow");
		return;
	}
	strcpy(result_of(out, RESULT), "ok");
	stamp = grid_to_timestamp(time);
	put_stamp(out, T_SEC, &stamp);
	snprintf(result_of(out, T_FRAC), VALUE_MAX, "0x%" PRIx64,
		 (uint64_t)time);

	if (clock->has_esterror) {
		error = clock_esterror(clock, counter);
		put_unsigned(result_of(out, ESTERROR), clock_error_nsec(error));
	}
	if (clock->has_maxerror) {
		error = clock_maxerror(clock, counter);
		put_unsigned(result_of(out, MAXERROR), clock_error_nsec(error));
		if (clock_earliest(time, error, &stamp))
			put_stamp(out, EARLIEST_SEC, &stamp);
		if (clock_latest(time, error, &stamp))
			put_stamp(out, LATEST_SEC, &stamp);
	}

	told = clock_utc(clock, time, &utc);
	strcpy(result_of(out, LEAP_SECOND), "0");
	if (told) {
		put_grid(out, UTC_SEC, utc.time);
		if (!rfc3339(utc.time, utc.leap_second, true,
			     result_of(out, UTC_WORDS)))
			strcpy(result_of(out, UTC_WORDS), "-");
		if (utc.leap_second)
			strcpy(result_of(out, LEAP_SECOND), "1");
		snprintf(result_of(out, TAI_MINUS_UTC), VALUE_MAX, "%d",
			 utc.tai_minus_utc);
	}
	/* A TAI page without an offset tells TAI though no UTC. */
	if (utc.tai_known) {
		put_grid(out, TAI_SEC, utc.tai);
		if (!rfc3339(utc.tai, false, false, result_of(out, TAI_WORDS)))
			strcpy(result_of(out, TAI_WORDS), "-");
	}
}

/* The differences of one line, each printed. */
static unsigned int compare(char *column[COLUMNS], unsigned int line)
{
	struct clock clock;
	uint64_t counter;
	results out;
	unsigned int differences = 0;

	load_vector(column, line, &clock, &counter);
	answer(&clock, counter, out);
	for (unsigned int i = RESULTS; i < COLUMNS; i++) {
		if (strcmp(result_of(out, i), column[i]) == 0)
			continue;
		differences++;
		print_error("line %u: %s is %s, expected %s\n", line,
			    result_names[i - RESULTS], result_of(out, i),
			    column[i]);
	}
	return differences;
}

static void test_vectors(void **state)
{
	const char *path = getenv("VMCLOCKCTL_VECTORS");
	unsigned int line = 0, vectors = 0, differences = 0;
	char text[2048];
	FILE *file;

	(void)state;
	if (!path)
		fail_msg("VMCLOCKCTL_VECTORS is not set");
	file = fopen(path, "r");
	if (!file)
		fail_msg("%s: cannot be opened", path);
	while (differences < REPORTS_MAX && fgets(text, sizeof(text), file)) {
		char *column[COLUMNS];
		char *rest = text;
		unsigned int n = 0;

		line++;
		if (text[0] == '#')
			continue;
		for (char *word; (word = strtok_r(rest, " \n", &rest)); n++) {
			if (n < COLUMNS)
				column[n] = word;
		}
		if (n != COLUMNS)
			fail_msg("line %u: %u columns, not %u", line, n,
				 (unsigned int)COLUMNS);
		differences += compare(column, line);
		vectors++;
	}
	fclose(file);
	print_message("%u vectors checked\n", vectors);
	if (differences)
		fail_msg("%s: %u differences", path, differences);
	if (vectors < VECTORS_MIN)
		fail_msg("%s: %u vectors, expected %u or more", path, vectors,
			 (unsigned int)VECTORS_MIN);
}

static void test_reference(void **state)
{
	struct clock clock = { .time_frac = UINT64_MAX, .counter_value = 5 };
	grid time;

	(void)state;
	assert_true(clock_reference(&clock, &time));
	assert_true(time == GRID_SECOND - 1);
	clock.time_sec = INT64_MAX;
	assert_true(clock_reference(&clock, &time));
	/* The last moment there is: 2^127 - 1. */
	assert_true(time == (grid)(~(uint128)0 >> 1));
	clock.time_frac = 0;
	clock.time_sec = UINT64_C(1) << 63;
	assert_false(clock_reference(&clock, &time));
	clock.time_sec = UINT64_MAX;
	assert_false(clock_reference(&clock, &time));
}

/* 1 ns is 18446744073.709551616 units of the grid. */
static void test_within(void **state)
{
	const grid lowest = (grid)((uint128)1 << 127);
	const grid ns = 18446744073;
	const struct {
		uint64_t nsec;
		uint128 grid;
		grid most; /* the largest difference that is within */
	} cases[] = {
		{ 0, 0, 0 },
		{ 0, 1, 1 },
		{ 1, 0, ns },
		/* The fraction of 1 ns and a unit do not make two units. */
		{ 1, 1, ns + 1 },
		/* Those of 2 ns and more do. */
		{ 2, 0, 2 * ns + 1 },
		{ 3, 5, 3 * ns + 2 + 5 },
		{ 500000000, 0, GRID_SECOND / 2 },
		{ 999999999, 0, GRID_SECOND - ns - 1 },
		{ NSEC_PER_SEC, 0, GRID_SECOND },
		{ NSEC_PER_SEC + 1, 7, GRID_SECOND + ns + 7 },
		/* 18446744073.709551615 s */
		{ UINT64_MAX, 0,
		  18446744073 * GRID_SECOND + 709551615 * (grid)ns +
			  503463495 },
	};
	/* 0.709551615 s as units: 709551615 * 18446744073.709551616, down. */
	const uint128 rest = (709551615 * (uint128)GRID_SECOND) / NSEC_PER_SEC;
	static const grid bases[] = {
		0,
		1,
		-1,
		GRID_SECOND,
		-5 * GRID_SECOND + 3,
		1000000000000 * GRID_SECOND,
	};

	(void)state;
	assert_true(rest == (uint128)(709551615 * (grid)ns + 503463495));
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct clock_error e = { cases[i].nsec, cases[i].grid };
		grid most = cases[i].most;

		for (size_t j = 0; j < sizeof(bases) / sizeof(*bases); j++) {
			grid a = bases[j];

			assert_true(clock_within(a, a, e));
			assert_true(clock_within(a, a + most, e));
			assert_true(clock_within(a + most, a, e));
			assert_false(clock_within(a, a + most + 1, e));
			assert_false(clock_within(a + most + 1, a, e));
			if (most == 0)
				continue;
			assert_true(clock_within(a, a + most - 1, e));
			assert_true(clock_within(a + most - 1, a, e));
		}
	}

	/* The largest E of the grid, and differences that 127 bits just do
	 * not hold. */
	struct clock_error e = { 0, (uint128)1 << 127 };

	assert_true(clock_within(0, lowest, e));
	assert_true(clock_within(lowest, 0, e));
	assert_true(clock_within(lowest, -1, e));
	assert_false(clock_within(lowest, 1, e));
	assert_false(clock_within(1, lowest, e));
	assert_false(clock_within(lowest, ~lowest, e));
	e.nsec = 1;
	assert_true(clock_within(1, lowest, e));
	assert_true(clock_within(lowest, ns, e));
	assert_false(clock_within(lowest, ns + 1, e));
	e = (struct clock_error){ UINT64_MAX, (uint128)1 << 127 };
	assert_false(clock_within(lowest, ~lowest, e));
	e = (struct clock_error){ UINT64_MAX, 0 };
	assert_false(clock_within(~lowest, lowest, e));
}

#define assert_figure(expected, value)                                         \
	do {                                                                   \
		char text_[32];                                                \
                                                                               \
		snprintf(text_, sizeof(text_), "%.12g", value);                \
		assert_string_equal(text_, expected);                          \
	} while (0)

static void test_figures(void **state)
{
	static const struct {
		uint64_t period;
		uint8_t shift;
		const char *nsec;
		const char *frequency;
	} cases[] = {
		{ 0x89705f4136b4a597, 29, "1", "1000000000" },
		{ 0xb2f4fc0794908cf2, 24, "41.6666666667", "24000000" },
		{ 0xdbe6fecebdedd5bf, 31, "0.4", "2500000000" },
		/* What shift 0 can do for 1 ns: off by 1.6e-11. */
		{ 0x44b82fa0a, 0, "1.00000000002", "999999999.984" },
		{ 1, 0, "5.42101086243e-11", "1.84467440737e+19" },
		{ 1, 255, "9.36335270938e-88", "1.06799351796e+96" },
		{ UINT64_C(1) << 63, 0, "500000000", "2" },
		{ UINT64_MAX, 0, "1000000000", "1" },
		{ UINT64_MAX, 255, "1.72723371102e-68", "5.78960446187e+76" },
	};
	static const struct {
		uint64_t period, rate;
		const char *ppb;
	} rates[] = {
		{ 0xb2f4fc0794908cf2, 0, "0" },
		{ 0xb2f4fc0794908cf2, 1, "7.75481824268e-11" },
		{ 0xb2f4fc0794908cf2, 0xb2f4fc0794908cf2, "1000000000" },
		{ 0xb2f4fc0794908cf2, 0x24a67fcd1fa7a, "50000" },
		{ 0xb2f4fc0794908cf2, 0x1774ccac3d38, "2000" },
		{ 0xb2f4fc0794908cf2, UINT64_MAX, "1430511474.61" },
		{ 1, UINT64_MAX, "1.84467440737e+28" },
		{ UINT64_MAX, 1, "5.42101086243e-11" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct clock clock = {
			.period = cases[i].period,
			.shift = cases[i].shift,
		};

		assert_figure(cases[i].nsec, clock_period_nsec(&clock));
		assert_figure(cases[i].frequency, clock_frequency(&clock));
	}
	for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++) {
		/* The shift is the same for both and must not count. */
		const struct clock clock = {
			.period = rates[i].period,
			.shift = (uint8_t)(i * 17),
		};

		assert_figure(rates[i].ppb,
			      clock_rate_ppb(&clock, rates[i].rate));
	}
}

/* Independent of store_le(), which test_decode.c tests. */
static void put(uint8_t *bytes, unsigned int offset, unsigned int width,
		uint64_t value)
{
	for (unsigned int i = 0; i < width; i++)
		bytes[offset + i] = (uint8_t)(value >> 8 * i);
}

/* A usable page of today's layout, each field another value. */
static void todays_page(uint8_t bytes[static 0x70])
{
	memset(bytes, 0, 0x70);
	memcpy(bytes, "VCLK", 4);
	put(bytes, 0x04, 4, 0x1000);
	put(bytes, 0x08, 2, 1);
	put(bytes, 0x0a, 1, 1);
	put(bytes, 0x0b, 1, 1);
	put(bytes, 0x0c, 4, 6);
	put(bytes, 0x18, 8, 0x79);
	put(bytes, 0x22, 1, 2);
	put(bytes, 0x24, 2, (uint64_t)-37);
	put(bytes, 0x26, 1, 1);
	put(bytes, 0x27, 1, 29);
	put(bytes, 0x28, 8, 0x8182838485868788);
	put(bytes, 0x30, 8, 0x9192939495969798);
	put(bytes, 0x38, 8, 0xa1a2a3a4a5a6a7a8);
	put(bytes, 0x40, 8, 0xb1b2b3b4b5b6b7b8);
	put(bytes, 0x48, 8, 0xc1c2c3c4c5c6c7c8);
	put(bytes, 0x50, 8, 0xd1d2d3d4d5d6d7d8);
	put(bytes, 0x58, 8, 0xe1e2e3e4e5e6e7e8);
	put(bytes, 0x60, 8, 0xf1f2f3f4f5f6f7f8);
}

static enum obstacle clock_of(const uint8_t *bytes, size_t length,
			      struct clock *clock)
{
	struct page page;

	/* What the page does not give must be cleared. */
	memset(clock, 0xff, offsetof(struct clock, tai_valid));
	page_decode(bytes, length, &page);
	return clock_from_page(&page, clock);
}

static void test_from_todays_page(void **state)
{
	struct clock clock;
	uint8_t bytes[0x70];

	(void)state;
	todays_page(bytes);
	assert_int_equal(clock_of(bytes, 0x70, &clock), OBSTACLE_NONE);
	assert_int_equal(clock.counter_value, 0x8182838485868788);
	assert_int_equal(clock.period, 0x9192939495969798);
	assert_int_equal(clock.period_esterror, 0xa1a2a3a4a5a6a7a8);
	assert_int_equal(clock.period_maxerror, 0xb1b2b3b4b5b6b7b8);
	assert_int_equal(clock.time_sec, 0xc1c2c3c4c5c6c7c8);
	assert_int_equal(clock.time_frac, 0xd1d2d3d4d5d6d7d8);
	assert_int_equal(clock.time_esterror, 0xe1e2e3e4e5e6e7e8);
	assert_int_equal(clock.time_maxerror, 0xf1f2f3f4f5f6f7f8);
	assert_int_equal(clock.tai_offset, -37);
	assert_int_equal(clock_tai_minus_utc(&clock), 37);
	assert_int_equal(clock.shift, 29);
	assert_int_equal(clock.time_type, 1);
	assert_int_equal(clock.leap, 1);
	assert_true(clock.tai_valid);
	assert_true(clock.has_esterror);
	assert_true(clock.has_maxerror);

	put(bytes, 0x24, 2, 37);
	clock_of(bytes, 0x70, &clock);
	assert_int_equal(clock.tai_offset, 37);
	assert_int_equal(clock_tai_minus_utc(&clock), 37);
	put(bytes, 0x24, 2, 0x8000);
	clock_of(bytes, 0x70, &clock);
	assert_int_equal(clock.tai_offset, -32768);
	assert_int_equal(clock_tai_minus_utc(&clock), 32768);
}

/* Bits 3 to 6 in all combinations: an error needs both of its flags. */
static void test_error_flags(void **state)
{
	struct clock clock;
	uint8_t bytes[0x70];

	(void)state;
	todays_page(bytes);
	for (uint64_t flags = 0; flags < 0x400; flags++) {
		put(bytes, 0x18, 8, flags);
		assert_int_equal(clock_of(bytes, 0x70, &clock), OBSTACLE_NONE);
		assert_int_equal(clock.tai_valid, (flags & 0x01) == 0x01);
		assert_int_equal(clock.has_esterror, (flags & 0x28) == 0x28);
		assert_int_equal(clock.has_maxerror, (flags & 0x50) == 0x50);
	}
}

/* What `size` or the bytes do not cover is not there, whatever flags say. */
static void test_from_short_page(void **state)
{
	struct clock clock;
	uint8_t bytes[0x70];

	(void)state;
	for (unsigned int end = 0x58; end <= 0x70; end++) {
		for (int by_size = 0; by_size < 2; by_size++) {
			todays_page(bytes);
			if (by_size)
				put(bytes, 0x04, 4, end);
			assert_int_equal(
				clock_of(bytes, by_size ? 0x70 : end, &clock),
				OBSTACLE_NONE);
			assert_int_equal(clock.has_esterror, end >= 0x60);
			assert_int_equal(clock.has_maxerror, end >= 0x68);
			assert_int_equal(clock.time_esterror,
					 end >= 0x60 ? 0xe1e2e3e4e5e6e7e8 : 0);
			assert_int_equal(clock.time_maxerror,
					 end >= 0x68 ? 0xf1f2f3f4f5f6f7f8 : 0);
		}
	}

	todays_page(bytes);
	assert_int_equal(clock_of(bytes, 0x57, &clock), OBSTACLE_NO_CLOCK);
	assert_int_equal(clock.time_frac, 0);
	assert_int_equal(clock.time_sec, 0xc1c2c3c4c5c6c7c8);
	assert_int_equal(clock_of(bytes, 0x20, &clock), OBSTACLE_NO_CLOCK);
	assert_int_equal(clock.counter_value, 0);
	assert_int_equal(clock.period, 0);
	assert_int_equal(clock.shift, 0);
	assert_int_equal(clock.tai_offset, 0);
	/* The flag is there, the offset is not. */
	assert_false(clock.tai_valid);
	assert_int_equal(clock_of(bytes, 0x0c, &clock), OBSTACLE_NO_CLOCK);
	assert_int_equal(clock.time_type, 1);
	assert_false(clock.tai_valid);
}

static void test_from_page_reason(void **state)
{
	struct clock clock;
	uint8_t bytes[0x70];

	(void)state;
	todays_page(bytes);
	put(bytes, 0x22, 1, 4);
	assert_int_equal(clock_of(bytes, 0x70, &clock), OBSTACLE_STATUS);
	/* The values are filled in all the same. */
	assert_int_equal(clock.period, 0x9192939495969798);
	put(bytes, 0x22, 1, 3);
	put(bytes, 0x0c, 4, 7);
	assert_int_equal(clock_of(bytes, 0x70, &clock), OBSTACLE_UPDATING);
	put(bytes, 0x0a, 1, 0xff);
	assert_int_equal(clock_of(bytes, 0x70, &clock), OBSTACLE_NO_CLOCK);
}

static void rfc3_page(uint8_t bytes[static 0x58])
{
	memset(bytes, 0, 0x58);
	memcpy(bytes, "VCLK", 4);
	put(bytes, 0x04, 2, 0x1000);
	put(bytes, 0x06, 2, 1);
	put(bytes, 0x08, 8, 6);
	put(bytes, 0x18, 2, (uint64_t)-37);
	put(bytes, 0x1a, 2, 0x19);
	put(bytes, 0x1c, 1, 3);
	put(bytes, 0x1d, 1, 2);
	put(bytes, 0x1e, 1, 24);
	put(bytes, 0x1f, 1, 1);
	put(bytes, 0x20, 8, 0x7172737475767778);
	put(bytes, 0x28, 8, 0x8182838485868788);
	put(bytes, 0x30, 8, 0x9192939495969798);
	put(bytes, 0x38, 8, 0xa1a2a3a4a5a6a7a8);
	put(bytes, 0x40, 8, 0xb1b2b3b4b5b6b7b8);
	put(bytes, 0x48, 8, 0xc1c2c3c4c5c6c7c8);
	put(bytes, 0x50, 8, 5001);
}

static void test_from_rfc3_page(void **state)
{
	static const struct {
		uint64_t picosec, nsec;
	} cases[] = {
		{ 0, 0 },
		{ 1, 1 },
		{ 999, 1 },
		{ 1000, 1 },
		{ 1001, 2 },
		{ 5001, 6 },
		{ 18446744073709551000u, 18446744073709551 },
		{ 18446744073709551001u, 18446744073709552 },
		{ UINT64_MAX, 18446744073709552 },
	};
	struct clock clock;
	uint8_t bytes[0x58];

	(void)state;
	rfc3_page(bytes);
	assert_int_equal(clock_of(bytes, 0x58, &clock), OBSTACLE_NONE);
	assert_int_equal(clock.counter_value, 0x8182838485868788);
	assert_int_equal(clock.time_sec, 0x9192939495969798);
	assert_int_equal(clock.time_frac, 0xa1a2a3a4a5a6a7a8);
	assert_int_equal(clock.period, 0xb1b2b3b4b5b6b7b8);
	assert_int_equal(clock.period_maxerror, 0xc1c2c3c4c5c6c7c8);
	assert_int_equal(clock.period_esterror, 0);
	assert_int_equal(clock.time_esterror, 0);
	assert_int_equal(clock.tai_offset, -37);
	assert_int_equal(clock.shift, 24);
	assert_int_equal(clock.time_type, 0);
	assert_int_equal(clock.leap, 0);
	assert_true(clock.tai_valid);
	assert_true(clock.has_maxerror);
	assert_false(clock.has_esterror);

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		put(bytes, 0x50, 8, cases[i].picosec);
		clock_of(bytes, 0x58, &clock);
		assert_int_equal(clock.time_maxerror, cases[i].nsec);
	}
	for (uint64_t flags = 0; flags < 0x20; flags++) {
		put(bytes, 0x1a, 2, flags);
		assert_int_equal(clock_of(bytes, 0x58, &clock), OBSTACLE_NONE);
		assert_int_equal(clock.tai_valid, (flags & 0x01) == 0x01);
		assert_int_equal(clock.has_maxerror, (flags & 0x18) == 0x18);
		assert_false(clock.has_esterror);
	}

	/* Flags or not, without the field there is no error. */
	rfc3_page(bytes);
	assert_int_equal(clock_of(bytes, 0x57, &clock), OBSTACLE_NONE);
	assert_false(clock.has_maxerror);
	assert_int_equal(clock.time_maxerror, 0);
}

/* The leap second of 2016 by the date that an rfc-3 page gives. */
static void test_rfc3_leap_second(void **state)
{
	const int64_t year = 1483228800; /* 2017-01-01 */
	static const struct {
		int direction, offset, reference, at;
		const char *utc;
		int tai_minus_utc;
	} cases[] = {
		{ 1, 36, -10, -1, "2016-12-31T23:59:59.000000000Z", 36 },
		{ 1, 36, -10, 0, "2016-12-31T23:59:60.000000000Z", 36 },
		{ 1, 36, -10, 1, "2017-01-01T00:00:00.000000000Z", 37 },
		{ 1, -36, -10, 2, "2017-01-01T00:00:01.000000000Z", 37 },
		/* No offset is given. */
		{ 1, 0, -10, 0, "2016-12-31T23:59:60.000000000Z", 0 },
		{ 1, 0, -10, 1, "2017-01-01T00:00:00.000000000Z", 0 },
		/* References within it, by both habits, and after it. */
		{ 1, 36, 0, 0, "2016-12-31T23:59:60.000000000Z", 36 },
		{ 1, 36, 0, 1, "2017-01-01T00:00:00.000000000Z", 37 },
		{ 1, 37, -1, -1, "2016-12-31T23:59:60.000000000Z", 36 },
		{ 1, 37, -1, 0, "2017-01-01T00:00:00.000000000Z", 37 },
		{ 1, 37, 0, 0, "2017-01-01T00:00:00.000000000Z", 37 },
		{ 1, 37, 100, 100, "2017-01-01T00:01:40.000000000Z", 37 },
		{ -1, 36, -10, -2, "2016-12-31T23:59:58.000000000Z", 36 },
		{ -1, 36, -10, -1, "2017-01-01T00:00:00.000000000Z", 35 },
		{ -1, 35, 0, 0, "2017-01-01T00:00:00.000000000Z", 35 },
		{ 0, 36, -10, 1, "2017-01-01T00:00:01.000000000Z", 36 },
	};
	uint8_t bytes[0x58];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		bool negative = cases[i].direction < 0;
		struct clock clock;
		struct utc utc;
		grid time;
		char text[RFC3339_MAX];

		rfc3_page(bytes);
		put(bytes, 0x18, 2, (uint64_t)cases[i].offset);
		put(bytes, 0x1a, 2, cases[i].offset ? 0x19 : 0x18);
		put(bytes, 0x1f, 1, (uint64_t)cases[i].direction);
		put(bytes, 0x20, 8, (uint64_t)(year + 36 - negative));
		put(bytes, 0x30, 8, (uint64_t)(year + cases[i].reference));
		put(bytes, 0x38, 8, 0);
		assert_int_equal(clock_of(bytes, 0x58, &clock), OBSTACLE_NONE);
		time = (grid)(year + cases[i].at) * GRID_SECOND;
		assert_true(clock_utc(&clock, time, &utc));
		assert_true(rfc3339(utc.time, utc.leap_second, true, text));
		assert_string_equal(text, cases[i].utc);
		assert_int_equal(utc.tai_minus_utc, cases[i].tai_minus_utc);
	}
	/* No month ends there. */
	rfc3_page(bytes);
	put(bytes, 0x20, 8, (uint64_t)(year + 101));
	put(bytes, 0x30, 8, (uint64_t)(year - 10));
	for (int i = 0; i < 2; i++) {
		struct clock clock;
		struct utc utc;

		clock_of(bytes, 0x58, &clock);
		assert_true(clock_utc(&clock, (grid)(year + 200) * GRID_SECOND,
				      &utc));
		assert_true(utc.time == (grid)(year + 200) * GRID_SECOND);
		put(bytes, 0x20, 8, i ? 9 : UINT64_MAX);
	}
}

/* 2^54 units of 2^-64 s are 976562.5 ns, one that every rounding decides. */
static void test_nsec_rounding(void **state)
{
	const grid half = (grid)1 << 54;
	static const struct {
		int sign, add; /* sign * half + add */
		int floor, half_up, half_away;
	} rows[] = {
		{ 1, 0, 976562, 976563, 976563 },
		{ 1, -1, 976562, 976562, 976562 },
		{ 1, 1, 976562, 976563, 976563 },
		{ -1, 0, -976563, -976562, -976563 },
		{ -1, -1, -976563, -976563, -976563 },
		{ -1, 1, -976563, -976562, -976562 },
		{ 0, 0, 0, 0, 0 },
		{ 0, -1, -1, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		grid value = rows[i].sign * half + rows[i].add;

		assert_true(grid_nsec_floor(value) == rows[i].floor);
		assert_true(grid_nsec_half_up(value) == rows[i].half_up);
		assert_true(grid_nsec_half_away(value) == rows[i].half_away);
	}
	assert_true(grid_nsec_ceil(0) == 0);
	assert_true(grid_nsec_ceil(1) == 1);
	assert_true(grid_nsec_ceil(half) == 976563);
	assert_true(grid_nsec_ceil(512 * half * 2) == 1000000000);
	assert_true(grid_nsec_floor(-GRID_SECOND) == -1000000000);
	/* A nanosecond is 18446744073.7 units. */
	assert_true(grid_from_nsec_floor(1) == 18446744073);
	assert_true(grid_from_nsec_ceil(1) == 18446744074);
	assert_true(grid_from_nsec_floor(1000000000) == GRID_SECOND);
	assert_true(grid_from_nsec_ceil(1000000000) == GRID_SECOND);
	assert_true(grid_from_timestamp_floor((struct timestamp){ -1, 1 }) ==
		    -GRID_SECOND + 18446744073);
}

static void test_timestamp_from_nsec(void **state)
{
	static const struct {
		int64_t nsec, sec;
		uint32_t rest;
	} rows[] = {
		{ 0, 0, 0 },
		{ 1999999999, 1, 999999999 },
		{ -1, -1, 999999999 },
		{ -1000000000, -1, 0 },
		{ INT64_MIN, -9223372037, 145224192 },
		{ INT64_MAX, 9223372036, 854775807 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct timestamp stamp = timestamp_from_nsec(rows[i].nsec);

		assert_true(stamp.sec == rows[i].sec);
		assert_int_equal(stamp.nsec, rows[i].rest);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nsec_rounding),
		cmocka_unit_test(test_timestamp_from_nsec),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_reference),
		cmocka_unit_test(test_within),
		cmocka_unit_test(test_figures),
		cmocka_unit_test(test_from_todays_page),
		cmocka_unit_test(test_error_flags),
		cmocka_unit_test(test_from_short_page),
		cmocka_unit_test(test_from_page_reason),
		cmocka_unit_test(test_from_rfc3_page),
		cmocka_unit_test(test_rfc3_leap_second),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
