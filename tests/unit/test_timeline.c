/* SPDX-License-Identifier: BSD-2-Clause */
/* What a picture needs of a series: places, runs, events, breaches, close-ups.
 */
#include "series.h"

#include "report/timeline.h"

#define NS INT64_C(1000000000)

static struct timeline *timeline;

static int begin(void **state)
{
	int result = setup(state);

	timeline = calloc(1, sizeof(*timeline));
	assert_non_null(timeline);
	timeline_start(timeline, verifier);
	return result;
}

static int end(void **state)
{
	free(timeline);
	return teardown(state);
}

/* The next page, seen at `at` by CLOCK_MONOTONIC_RAW; its own counter_value is
 * the reading. */
static void take_at(const struct made_page *page, int64_t at)
{
	struct snapshot s = keep(page, sizeof(page->bytes));

	s.has_counter = true;
	s.counter = s.counter_last = get(page, FIELD_counter_value);
	s.has_clocks = true;
	s.monotonic_raw = 77 * NS + at;
	s.realtime = (int64_t)(get(page, FIELD_time_sec) - 37) * NS;
	verify_snapshot(verifier, &s);
	timeline_take(timeline, &s);
}

/* A page for each second. */
static struct made_page second(uint64_t n)
{
	struct made_page page = make_page();

	set(&page, FIELD_seq_count, 4 + 2 * n);
	set(&page, FIELD_counter_value, START_TICKS + n * SECOND);
	set(&page, FIELD_time_sec, START_SEC + n);
	return page;
}

static void finish(void)
{
	verify_end(verifier);
	timeline_end(timeline);
}

static void test_points_and_states(void **state)
{
	struct made_page page;

	(void)state;
	for (uint64_t n = 0; n < 4; n++) {
		page = second(n);
		if (n == 2)
			set(&page, FIELD_clock_status, STATUS_UNRELIABLE);
		if (n == 3)
			set(&page, FIELD_disruption_marker, 9);
		take_at(&page, (int64_t)n * NS);
	}
	finish();
	assert_int_equal(timeline->point_count, 4);
	assert_false(timeline->many);
	assert_int_equal(timeline->points[1].at, NS);
	assert_int_equal(timeline->points[1].end, 2 * NS);
	assert_true(timeline->points[1].same && timeline->points[1].has_step);
	assert_true(timeline->points[1].has_offset);
	/* No time, no values. */
	assert_false(timeline->points[2].usable);
	assert_false(timeline->points[2].has_offset);
	assert_false(timeline->points[2].has_bound);
	/* Across a page without time there is no step. */
	assert_false(timeline->points[3].has_step);
	assert_int_equal(timeline->strips[STRIP_STATUS].count, 3);
	assert_int_equal(timeline->strips[STRIP_STATUS].runs[1].at, 2 * NS);
	assert_int_equal(timeline->strips[STRIP_STATUS].runs[1].end, 3 * NS);
	assert_int_equal(timeline->strips[STRIP_MARKER].total, 2);
	assert_int_equal(timeline->listed, 3);
	assert_int_equal(timeline->events[0].event, EVENT_STATUS);
	assert_int_equal(timeline->events[0].n, 3);
	assert_int_equal(timeline->events[1].event, EVENT_DISRUPTION);
	assert_int_equal(timeline->events[2].number, 3);
}

/* seq_count goes back in every page: one run of breaches, one event. */
static void test_breaches_are_counted(void **state)
{
	(void)state;
	for (uint64_t n = 0; n < 5; n++) {
		struct made_page page = second(n);

		set(&page, FIELD_seq_count, 100 - 2 * n);
		take_at(&page, (int64_t)n * NS);
	}
	finish();
	assert_int_equal(timeline->tallies[RULE_series_seq_step].failures, 4);
	assert_int_equal(timeline->tallies[RULE_series_seq_step].first, 2);
	assert_int_equal(timeline->tallies[RULE_series_seq_step].last, 5);
	assert_int_equal(timeline->breach_total, 1);
	assert_int_equal(timeline->breaches[0].at, NS);
	assert_int_equal(timeline->breaches[0].end, 4 * NS);
	assert_int_equal(timeline->listed, 1);
	assert_int_equal(timeline->events[0].event, EVENT_VIOLATION);
	assert_int_equal(timeline->events[0].rule, RULE_series_seq_step);
	/* The verdict is the one without a listener: the first failure's. */
	assert_int_equal(answer("series.seq-step")->verdict, VERDICT_FAIL);
	assert_int_equal(answer("series.seq-step")->n, 2);
}

/* More than are kept one by one: nothing is lost. */
/* The time that the page tells, on by so many ns; of the next marker, and
 * without bounds where told so. */
static struct made_page moved(uint64_t n, uint64_t nsec, bool bounds)
{
	struct made_page page = second(n);
	uint64_t flags = get(&page, FIELD_flags);

	set(&page, FIELD_time_frac_sec, (uint64_t)NSEC(nsec));
	if (!bounds)
		set(&page, FIELD_flags,
		    flags & ~(FLAG_PERIOD_MAXERROR_VALID |
			      FLAG_TIME_MAXERROR_VALID));
	return page;
}

static void take_moved(bool bounds, const uint64_t nsec[static 4])
{
	for (uint64_t n = 0; n < 4; n++) {
		struct made_page page = moved(n, nsec[n], bounds);

		take_at(&page, (int64_t)n * NS);
	}
	finish();
}

/* What no marker told is kept, with the one that went farthest: a step outside
 * the promise, or where nothing was promised, one that the rule forbids. */
static void test_jumps_under_one_marker(void **state)
{
	const uint64_t still[] = { 0, 0, 100000, 100000 };
	const uint64_t warned[] = { 0, 2000000, 2000000, 8000000 };
	const uint64_t jumped[] = { 0, 20000000, 300000000, 302000000 };
	const struct jumps *jumps = timeline->jumps;

	(void)state;
	take_moved(false, still);
	assert_int_equal(jumps[0].count + jumps[1].count, 0);
	end(state);
	begin(state);
	jumps = timeline->jumps;
	take_moved(false, warned);
	assert_int_equal(jumps[0].count, 0);
	assert_int_equal(jumps[1].count, 2);
	assert_int_equal(jumps[1].n, 4);
	assert_int_equal(jumps[1].step, 6000000);
	assert_false(timeline->points[3].jumped);
	end(state);
	begin(state);
	jumps = timeline->jumps;
	take_moved(false, jumped);
	assert_int_equal(jumps[0].count, 2);
	assert_int_equal(jumps[0].n, 3);
	assert_int_equal(jumps[0].step, 280000000);
	assert_int_equal(jumps[1].count, 1);
	assert_true(timeline->points[1].jumped && timeline->points[2].jumped);
	assert_false(timeline->points[3].jumped || timeline->points[1].broken);
	assert_int_equal(timeline->tallies[RULE_series_marker_silent].drawn[0],
			 2);
	assert_int_equal(timeline->tallies[RULE_series_marker_silent].drawn[1],
			 1);
	end(state);
	begin(state);
	jumps = timeline->jumps;
	take_moved(true, jumped);
	assert_int_equal(jumps[0].count, timeline->broken);
	assert_int_equal(jumps[0].n, 3);
	assert_true(timeline->points[2].jumped && timeline->points[2].broken);
}

static void test_many(void **state)
{
	uint64_t offsets = 0, events = 0, changes = 0;

	(void)state;
	for (uint64_t n = 0; n < 2000; n++) {
		struct made_page page = second(n);

		set(&page, FIELD_disruption_marker, 7 + n / 2);
		take_at(&page, (int64_t)n * NS);
	}
	finish();
	assert_true(timeline->many);
	assert_int_equal(timeline->point_count, POINTS_MAX);
	assert_int_equal(timeline->event_count, 999);
	assert_int_equal(timeline->summary.events[EVENT_DISRUPTION], 999);
	for (unsigned int i = 0; i < timeline->columns.used; i++) {
		const struct column *c = &timeline->columns.column[i];

		offsets += c->of[QUANTITY_OFFSET].count;
		events += c->events;
		changes += c->changes[STRIP_MARKER];
	}
	assert_int_equal(offsets, 2000);
	assert_int_equal(events + EVENTS_MAX, 999);
	assert_int_equal(changes + RUNS_MAX, 1000);
	assert_int_equal(timeline->close_up_events, CLOSE_UP_EVENTS);
}

static void test_close_up(void **state)
{
	const struct close_up *c = &timeline->close_ups[0];

	(void)state;
	for (uint64_t n = 0; n < 100; n++) {
		struct made_page page = second(n);

		if (n >= 40)
			set(&page, FIELD_disruption_marker, 8);
		take_at(&page, (int64_t)n * NS);
	}
	finish();
	assert_int_equal(timeline->close_up_count, 1);
	assert_int_equal(c->count, 2 * CLOSE_UP_PAGES + 1);
	assert_int_equal(c->points[0].at, 30 * NS);
	assert_int_equal(c->points[10].at, 40 * NS);
	assert_false(c->points[10].same);
	assert_int_equal(c->points[20].at, 50 * NS);
}

static void test_the_axis_does_not_go_back(void **state)
{
	struct made_page page = second(0);

	(void)state;
	take_at(&page, 0);
	page = second(1);
	take_at(&page, 5 * NS);
	page = second(2);
	take_at(&page, 3 * NS);
	page = second(3);
	take_at(&page, INT64_MAX - 78 * NS);
	finish();
	assert_true(timeline->clamped);
	assert_int_equal(timeline->points[2].at, 5 * NS);
	assert_int_equal(timeline->points[3].at, INT64_MAX / 4);
}

/* Without clocks the axis has the numbers of the pages. */
static void test_pages_alone(void **state)
{
	(void)state;
	for (uint64_t n = 0; n < 3; n++) {
		struct made_page page = second(n);
		struct snapshot s = keep(&page, sizeof(page.bytes));

		verify_snapshot(verifier, &s);
		timeline_take(timeline, &s);
	}
	finish();
	assert_true(timeline->numbered);
	assert_int_equal(timeline->span, 3);
	assert_int_equal(timeline->points[2].at, 2);
}

/* 23:59:60 stands on the axis, by the leap second that the page announces. */
static void test_utc_through_a_leap_second(void **state)
{
	static const struct {
		int64_t second;
		bool leap;
	} wanted[] = {
		{ 1483228798, false }, { 1483228799, false },
		{ 1483228799, true },  { 1483228800, false },
		{ 1483228801, false },
	};
	struct made_page page = make_page();
	struct utc utc;
	int64_t at = -1;

	(void)state;
	set(&page, FIELD_tai_offset_sec, (uint16_t)-36);
	set(&page, FIELD_leap_indicator, LEAP_PRE_POS);
	set(&page, FIELD_time_sec, 1483228798 + 36);
	set(&page, FIELD_time_frac_sec, 0);
	take_at(&page, 0);
	set(&page, FIELD_seq_count, 8);
	take_at(&page, 4 * NS + 1000);
	finish();
	for (size_t i = 0; i < 5; i++) {
		assert_true(timeline_next_utc(timeline, at, NS, &at, &utc));
		assert_int_equal(at, (int64_t)i * NS);
		assert_int_equal((int64_t)(utc.time >> 64), wanted[i].second);
		assert_int_equal(utc.leap_second, wanted[i].leap);
	}
}

/* The scale follows the bounds, and where there are none what is usual. */
static void test_scale(void **state)
{
	(void)state;
	for (uint64_t n = 0; n < 100; n++) {
		struct made_page page = second(n);

		/* Once a whole second off. */
		if (n == 50)
			set(&page, FIELD_time_sec, START_SEC + n + 1);
		set(&page, FIELD_flags, FLAG_TAI_OFFSET_VALID);
		/* Else by a microsecond. */
		set(&page, FIELD_time_frac_sec, n % 2 * (UINT64_MAX / 1000000));
		take_at(&page, (int64_t)n * NS);
	}
	finish();
	assert_false(timeline->summary.bounded);
	assert_true(timeline_scale(timeline, QUANTITY_STEP) >= 990 &&
		    timeline_scale(timeline, QUANTITY_STEP) <= 1010);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_points_and_states),
		CASE(test_breaches_are_counted),
		CASE(test_jumps_under_one_marker),
		CASE(test_many),
		CASE(test_close_up),
		CASE(test_the_axis_does_not_go_back),
		CASE(test_pages_alone),
		CASE(test_utc_through_a_leap_second),
		CASE(test_scale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
