/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every scenario, played in virtual time by the engine alone: honest ones keep
 * what UAPI.13 asks of a series of pages, exactly; broken ones break their own
 * rule and none of the others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "event/change.h"
#include "sim/sim.h"

/* What a pair of pages can break; named as the rules are. */
enum fault {
	FAULT_CONSTANT,
	FAULT_SEQ,
	FAULT_ODD,
	FAULT_MARKER,
	FAULT_SILENT,
	FAULT_GENERATION,
	FAULT_MONOTONIC,
	FAULT_NESTED,
	FAULT_FREQUENCY,
	FAULT_TAI,
	FAULT_LEAP,
	FAULT_REFERENCE,
	FAULT_COUNT,
};

static const char *const rules[FAULT_COUNT] = {
	[FAULT_CONSTANT] = "series.constant",
	[FAULT_SEQ] = "series.seq-step",
	[FAULT_ODD] = "series.odd-window",
	[FAULT_MARKER] = "series.marker-unique",
	[FAULT_SILENT] = "series.marker-silent",
	[FAULT_GENERATION] = "series.generation-unique",
	[FAULT_MONOTONIC] = "series.monotonic",
	[FAULT_NESTED] = "series.nested",
	[FAULT_FREQUENCY] = "series.frequency-step",
	[FAULT_TAI] = "series.tai-step",
	[FAULT_LEAP] = "series.leap-order",
	[FAULT_REFERENCE] = "series.reference-advances",
};

/* A page with the first and the last reading under it. */
struct look {
	uint8_t bytes[PAGE_DEFINED];
	struct page page;
	struct clock clock;
	bool usable;
	uint64_t first, last;
	uint64_t odd;
};

#define LOOKS 64

struct story {
	const struct scenario *scenario;
	struct look looks[LOOKS];
	unsigned int count;
};

#define TICKS UINT64_C(2500000000)

/* The reader looks every 100 ms, so that up to that long passes between its
 * last reading under a page and its first under the next. */
#define READER (TICKS / 10)

static void take(struct story *story, const struct sim *sim, uint64_t from,
		 uint64_t to)
{
	struct look *look = &story->looks[story->count++];

	assert_true(story->count < LOOKS);
	memcpy(look->bytes, sim->page, sizeof(look->bytes));
	page_decode(look->bytes, sizeof(look->bytes), &look->page);
	look->usable =
		clock_from_page(&look->page, &look->clock) == OBSTACLE_NONE;
	look->first = sim_guest_counter(sim, from);
	look->last = sim_guest_counter(sim, to);
	look->odd = sim->odd;
}

static void play(const struct scenario *scenario, uint64_t seed,
		 uint64_t interval, bool fixed, struct story *story)
{
	const struct sim_options options = {
		.seed = seed,
		.interval = interval,
		.counter_id = COUNTER_X86_TSC,
		.fixed_counter = fixed,
	};
	struct sim_line line = sim_line_make(1000, 1795225000 * GRID_SECOND,
					     TICKS, (uint128)GRID_SECOND);
	uint64_t at = line.counter, end;
	struct sim sim;

	line.time_error = 100;
	line.period_error = 100;
	memset(story, 0, sizeof(*story));
	story->scenario = scenario;
	sim_start(&sim, scenario, &options, &line);
	end = sim_end(&sim);
	while (at < end) {
		uint64_t next = sim.has_due && sim.due < end ? sim.due : end;

		/* Both ends as close as can be. */
		take(story, &sim, at, next - (next > at));
		at = next;
		if (at < end)
			sim_update(&sim, at);
	}
}

static uint64_t value(const struct look *look, int row)
{
	return look->page.value[row];
}

static grid time_at(const struct look *look, uint64_t counter)
{
	grid time;

	assert_true(clock_time(&look->clock, counter, &time));
	return time;
}

static bool nested_at(const struct look *old, const struct look *new,
		      uint64_t counter)
{
	return clock_within(time_at(old, counter), time_at(new, counter),
			    clock_maxerror(&old->clock, counter));
}

/* More than `limit` ppm of the old. */
static bool period_steps(const struct look *old, const struct look *new,
			 unsigned int limit)
{
	uint64_t a = old->clock.period, b = new->clock.period;

	assert_int_equal(old->clock.shift, new->clock.shift);
	return (uint128)(a > b ? a - b : b - a) * 1000000 > (uint128)a * limit;
}

static bool leap_back(uint64_t a, uint64_t b)
{
	static const int order[] = { 0, 1, 1, 2, 3, 3 };
	static const int sign[] = { 0, 1, -1, 1, 1, -1 };

	if (!a || !b || a == b)
		return false;
	return sign[a] != sign[b] || order[b] < order[a];
}

static unsigned int faults_of_time(const struct look *a, const struct look *b)
{
	unsigned int faults = 0;
	uint64_t flags = value(a, FIELD_flags) & value(b, FIELD_flags);
	grid passed = time_at(b, b->clock.counter_value) -
		      time_at(a, a->clock.counter_value);
	int64_t ticks =
		(int64_t)(b->clock.counter_value - a->clock.counter_value);
	uint64_t kink = a->clock.counter_value;

	/* As a reader at some distance sees it, and at the very moment. */
	if (flags & FLAG_TIME_MONOTONIC &&
	    (time_at(a, a->last) > time_at(b, b->first) ||
	     time_at(a, a->last - READER) > time_at(b, b->first)))
		faults |= 1u << FAULT_MONOTONIC;
	if (a->clock.has_maxerror &&
	    !(nested_at(a, b, a->first) && nested_at(a, b, a->last) &&
	      nested_at(a, b, kink)))
		faults |= 1u << FAULT_NESTED;
	if (!a->clock.has_maxerror && !b->clock.has_maxerror &&
	    value(a, FIELD_clock_status) == STATUS_SYNCHRONIZED &&
	    value(b, FIELD_clock_status) == STATUS_SYNCHRONIZED) {
		grid step = time_at(b, a->last) - time_at(a, a->last);

		if (step > grid_from_nsec_ceil(500000) ||
		    step < -grid_from_nsec_ceil(500000))
			faults |= 1u << FAULT_SILENT;
	}
	if (period_steps(a, b, (flags & FLAG_TIME_MONOTONIC) ? 1000 : 1))
		faults |= 1u << FAULT_FREQUENCY;
	if (ticks < 0 || passed < 0 || (ticks > (int64_t)TICKS && passed <= 0))
		faults |= 1u << FAULT_REFERENCE;
	return faults;
}

static unsigned int faults_of_pair(const struct look *a, const struct look *b)
{
	unsigned int faults = 0;
	uint32_t seq = (uint32_t)(value(b, FIELD_seq_count) -
				  value(a, FIELD_seq_count));
	uint64_t leap = value(b, FIELD_leap_indicator);
	bool marker = value(a, FIELD_disruption_marker) !=
		      value(b, FIELD_disruption_marker);

	if (memcmp(a->bytes, b->bytes, OFFSET_seq_count) != 0)
		faults |= 1u << FAULT_CONSTANT;
	if (seq == 0 || seq >> 31)
		faults |= 1u << FAULT_SEQ;
	if (b->odd >= NSEC_PER_MSEC)
		faults |= 1u << FAULT_ODD;
	if (a->clock.tai_valid && b->clock.tai_valid &&
	    a->clock.tai_offset != b->clock.tai_offset &&
	    leap != LEAP_POST_POS && leap != LEAP_POST_NEG)
		faults |= 1u << FAULT_TAI;
	if (!marker && leap_back(value(a, FIELD_leap_indicator), leap))
		faults |= 1u << FAULT_LEAP;
	if (a->usable && b->usable && !marker &&
	    value(a, FIELD_time_type) == value(b, FIELD_time_type))
		faults |= faults_of_time(a, b);
	return faults;
}

/* Whether a value comes back after another was there. */
static bool repeats(const struct story *story, int row)
{
	for (unsigned int i = 2; i < story->count; i++) {
		for (unsigned int j = 0; j + 1 < i; j++) {
			const struct look *looks = story->looks;

			if (value(&looks[i], row) == value(&looks[j], row) &&
			    value(&looks[i], row) != value(&looks[i - 1], row))
				return true;
		}
	}
	return false;
}

static unsigned int faults_of(const struct story *story)
{
	unsigned int faults = 0;

	for (unsigned int i = 1; i < story->count; i++)
		faults |=
			faults_of_pair(&story->looks[i - 1], &story->looks[i]);
	if (repeats(story, FIELD_disruption_marker))
		faults |= 1u << FAULT_MARKER;
	if (repeats(story, FIELD_vm_generation_counter))
		faults |= 1u << FAULT_GENERATION;
	return faults;
}

static void check(const struct scenario *scenario, uint64_t seed,
		  uint64_t interval, bool fixed)
{
	static struct story story;
	unsigned int faults;

	play(scenario, seed, interval, fixed, &story);
	faults = faults_of(&story);
	for (unsigned int i = 0; i < FAULT_COUNT; i++) {
		bool wanted = scenario->breaks &&
			      strcmp(scenario->breaks, rules[i]) == 0;

		if ((bool)(faults >> i & 1) != wanted)
			fail_msg("%s, seed %llu: %s %s", scenario->name,
				 (unsigned long long)seed,
				 wanted ? "keeps" : "breaks", rules[i]);
	}
}

static void test_rules(void **state)
{
	(void)state;
	for (const struct scenario *s = scenarios; s->name; s++) {
		for (uint64_t seed = 0; seed < 50; seed++) {
			check(s, seed, 0, false);
			check(s, seed, 0, true);
			/* Whoever is broken is so at its own pace. */
			if (s->breaks)
				continue;
			check(s, seed, 300 * NSEC_PER_MSEC, true);
			check(s, seed, 1700 * NSEC_PER_MSEC, false);
		}
	}
}

/* One rule each, and all of them. */
static void test_every_rule_has_a_scenario(void **state)
{
	unsigned int seen = 0;

	(void)state;
	for (const struct scenario *s = scenarios; s->name; s++) {
		/* Others are known to test_rules.c. */
		bool known =
			!s->breaks || strncmp(s->breaks, "series.", 7) != 0;

		for (unsigned int i = 0; i < FAULT_COUNT; i++) {
			if (!s->breaks || strcmp(s->breaks, rules[i]) != 0)
				continue;
			assert_false(seen >> i & 1);
			seen |= 1u << i;
			known = true;
		}
		assert_true(known);
		assert_ptr_equal(scenario_find(s->name), s);
	}
	assert_int_equal(seen, (1u << FAULT_COUNT) - 1);
	assert_null(scenario_find("no such"));
}

/* Tables that the engine can play: in order, and over within 10 s but for a
 * host that takes its time. */
static void test_tables(void **state)
{
	(void)state;
	for (const struct scenario *s = scenarios; s->name; s++) {
		uint32_t at = 1;

		assert_true(s->duration >= 1000 &&
			    s->duration <=
				    (s->steps->at > 60000 ? 300000 : 10000));
		for (const struct scenario_step *step = s->steps;
		     step->act != ACT_END; step++) {
			assert_true(step->at >= at);
			at = step->at;
			assert_true(step->at < s->duration);
		}
	}
}

/* The honest ones tell the machine's time within their own bounds. */
static void test_true(void **state)
{
	static struct story story;
	struct sim_line line = sim_line_make(1000, 1795225000 * GRID_SECOND,
					     TICKS, (uint128)GRID_SECOND);

	(void)state;
	for (const struct scenario *s = scenarios; s->name; s++) {
		if (s->breaks || s->torn || s->epoch)
			continue;
		play(s, 1, 0, true, &story);
		for (unsigned int i = 0; i < story.count; i++) {
			const struct look *look = &story.looks[i];
			grid back = s->time_type == TIME_TYPE_UTC
					    ? 37 * GRID_SECOND
					    : 0;

			if (!look->usable)
				continue;
			assert_true(look->clock.has_maxerror);
			assert_true(clock_within(
				time_at(look, look->last),
				sim_line_time(&line, look->last) - back,
				clock_maxerror(&look->clock, look->last)));
		}
	}
}

/* The events of a story, a letter each; a capital where pages repeat none. */
static unsigned int events_of(const char *name)
{
	static struct story story;
	unsigned int events = 0;

	play(scenario_find(name), 7, 0, false, &story);
	for (unsigned int i = 1; i < story.count; i++)
		events |= change_events(&story.looks[i - 1].page,
					&story.looks[i].page);
	return events & ~(1u << EVENT_CALIBRATION);
}

static void test_events(void **state)
{
	static const struct {
		const char *name;
		unsigned int events;
	} rows[] = {
		{ "steady", 0 },
		{ "disruption-only", 1u << EVENT_DISRUPTION },
		{ "snapshot-safety", 1u << EVENT_RESTORE },
		{ "live-migration", 1u << EVENT_DISRUPTION },
		{ "snapshot-restore", 1u << EVENT_RESTORE },
		{ "fork", 1u << EVENT_FORK },
		{ "startup",
		  1u << EVENT_STATUS | 1u << EVENT_TAI | 1u << EVENT_FEATURES },
		{ "holdover", 1u << EVENT_STATUS },
		{ "maintenance",
		  1u << EVENT_MAINTENANCE | 1u << EVENT_DISRUPTION },
		{ "leap-positive", 1u << EVENT_LEAP | 1u << EVENT_TAI },
		{ "leap-negative", 1u << EVENT_LEAP | 1u << EVENT_TAI },
		{ "arm64", 0 },
		{ "utc", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		unsigned int events = events_of(rows[i].name);

		if (events != rows[i].events)
			fail_msg("%s: events %#x, not %#x", rows[i].name,
				 events, rows[i].events);
	}
}

/* UTC runs through the leap second as it should, by every page. */
static void check_leap(const char *name, int64_t new_year, int leap)
{
	static struct story story;

	play(scenario_find(name), 3, 0, false, &story);
	for (unsigned int i = 0; i < story.count; i++) {
		const struct look *look = &story.looks[i];
		uint64_t counters[] = { look->first, look->last };

		for (int j = 0; j < 2; j++) {
			/* Seconds since the story began 3 s before. */
			grid time = time_at(look, counters[j]);
			int64_t first = new_year - 3 + 36;
			grid story_time = time - first * GRID_SECOND;
			bool before = story_time < 3 * GRID_SECOND;
			bool inside = leap > 0 && !before &&
				      story_time < 4 * GRID_SECOND;
			struct utc utc;

			assert_true(clock_utc(&look->clock, time, &utc));
			assert_int_equal(utc.leap_second, inside);
			assert_int_equal(utc.tai_minus_utc,
					 leap > 0 ? (before || inside ? 36 : 37)
						  : (before ? 37 : 36));
			assert_true(utc.tai == time);
		}
	}
}

static void test_leaps(void **state)
{
	(void)state;
	check_leap("leap-positive", 1483228800, 1);
	check_leap("leap-negative", 4070908800, -1);
}

/* Page, clock and the rest follow from the bytes. */
static bool same_look(const struct look *a, const struct look *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0 &&
	       a->usable == b->usable && a->first == b->first &&
	       a->last == b->last && a->odd == b->odd;
}

static bool same_story(const struct story *a, const struct story *b)
{
	for (unsigned int i = 0; i < a->count && i < b->count; i++) {
		if (!same_look(&a->looks[i], &b->looks[i]))
			return false;
	}
	return a->count == b->count;
}

static void test_deterministic(void **state)
{
	static struct story a, b, c;

	(void)state;
	for (const struct scenario *s = scenarios; s->name; s++) {
		play(s, 42, 0, false, &a);
		play(s, 42, 0, false, &b);
		play(s, 43, 0, false, &c);
		assert_true(same_story(&a, &b));
		assert_false(same_story(&a, &c));
	}
}

/* Late updates: each step is told, calibrations are not repeated. */
static void test_late(void **state)
{
	const struct sim_options options = { .counter_id = COUNTER_X86_TSC };
	struct sim_line line = sim_line_make(1000, 1795225000 * GRID_SECOND,
					     TICKS, (uint128)GRID_SECOND);
	uint64_t now = 1000 + 20 * TICKS;
	struct sim sim;
	int updates = 0;

	(void)state;
	sim_start(&sim, scenario_find("maintenance"), &options, &line);
	while (sim.has_due && sim.due <= now) {
		sim_update(&sim, now);
		updates++;
	}
	/* A calibration, and the three steps. */
	assert_int_equal(updates, 4);
	assert_int_equal(load_le(sim.page + OFFSET_disruption_marker, 8), 2);
}

/* Linux's host driver: +37, no bounds, marker 0, an update each minute or less
 * often, at which the time goes on and the period changes. */
static void test_host_driver(void **state)
{
	struct story story;

	(void)state;
	play(scenario_find("host-driver"), 1, 0, true, &story);
	assert_true(story.count >= 4);
	for (unsigned int i = 0; i < story.count; i++) {
		const struct look *look = &story.looks[i], *before = look - 1;

		assert_true(look->usable && look->clock.tai_valid);
		assert_int_equal(look->clock.tai_offset, 37);
		assert_false(look->clock.has_maxerror ||
			     look->clock.has_esterror);
		assert_int_equal(value(look, FIELD_disruption_marker), 0);
		if (!i)
			continue;
		assert_true(look->first - before->first >= 60 * TICKS);
		assert_int_not_equal(
			value(look, FIELD_counter_period_frac_sec),
			value(before, FIELD_counter_period_frac_sec));
		assert_true(time_at(look, look->first) >=
			    time_at(before, look->first));
		assert_true(time_at(look, look->first) -
				    time_at(before, look->first) <
			    GRID_SECOND / 100000);
	}
}

/* The page goes on without a step when the line is steered. */
static void test_set_line(void **state)
{
	const struct sim_options options = {
		.counter_id = COUNTER_X86_TSC,
		.fixed_counter = true,
	};
	struct sim_line line = sim_line_make(1000, 1795225000 * GRID_SECOND,
					     TICKS, (uint128)GRID_SECOND);
	static const int ppm[] = { 3, -7, 20, -20, 0, 45, -45, 1 };
	struct look old, new;
	static struct story story;
	struct sim sim;

	(void)state;
	sim_start(&sim, scenario_find("steady"), &options, &line);
	for (size_t i = 0; i < sizeof(ppm) / sizeof(*ppm); i++) {
		uint64_t at = sim.due;
		struct sim_line other = sim.line;

		story.count = 0;
		take(&story, &sim, at - TICKS / 2, at - 1);
		old = story.looks[0];
		other.counter = at - TICKS / 3;
		other.time = sim_line_time(&sim.line, other.counter);
		other.period =
			(uint64_t)((int64_t)(line.period / 1000000) * ppm[i] +
				   (int64_t)line.period);
		sim_set_line(&sim, &other);
		at = sim.due > at ? sim.due : at;
		sim_update(&sim, at);
		take(&story, &sim, at, at + TICKS);
		new = story.looks[1];
		assert_int_equal(faults_of_pair(&old, &new), 0);
	}
}

static void test_line(void **state)
{
	struct sim_line line =
		sim_line_make(77, 5 * GRID_SECOND, TICKS, (uint128)GRID_SECOND);
	struct sim_line arm =
		sim_line_make(0, 0, 24000000, (uint128)GRID_SECOND);

	(void)state;
	/* vmclock-facts, 3, rounded down. */
	assert_int_equal(line.shift, 31);
	assert_true(line.period == UINT64_C(0xdbe6fecebdedd5be));
	assert_int_equal(arm.shift, 24);
	assert_true(arm.period == UINT64_C(0xb2f4fc0794908cf2));
	assert_true(sim_line_time(&line, 77) == 5 * GRID_SECOND);
	assert_int_equal(sim_line_counter(&line, 4 * GRID_SECOND), 77);
	for (uint64_t i = 0; i < 1000; i++) {
		grid time =
			5 * GRID_SECOND + grid_from_nsec_ceil(i * 12345677 + 1);
		uint64_t counter = sim_line_counter(&line, time);

		assert_true(sim_line_time(&line, counter) >= time);
		/* Both round up. */
		assert_true(sim_line_time(&line, counter - 1) <= time);
	}
}

/* A measurement that was held up: what is estimated stays below the maximum. */
static void test_poor_measurement(void **state)
{
	const struct sim_options options = {
		.seed = 1,
		.counter_id = COUNTER_X86_TSC,
	};
	struct sim_line line = sim_line_make(1000, 1795225000 * GRID_SECOND,
					     TICKS, (uint128)GRID_SECOND);
	struct page page;
	struct sim sim;
	uint64_t rate;

	(void)state;
	line.time_error = 100;
	line.period_error = 300000; /* ppb */
	sim_start(&sim, scenario_find("steady"), &options, &line);
	page_decode(sim.page, sizeof(sim.page), &page);
	rate = page.value[FIELD_counter_period_esterror_rate_frac_sec];
	assert_true(
		rate >= 1 &&
		rate <= page.value
				[FIELD_counter_period_maxerror_rate_frac_sec]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_every_rule_has_a_scenario),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_true),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_leaps),
		cmocka_unit_test(test_deterministic),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_host_driver),
		cmocka_unit_test(test_set_line),
		cmocka_unit_test(test_poor_measurement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
