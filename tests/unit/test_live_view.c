/* SPDX-License-Identifier: BSD-2-Clause */
/* The screen of watch --view, for any model and any size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "view/live_view.h"

#define SECOND ((int64_t)NSEC_PER_SEC)

static struct live_line lines[LIVE_VIEW_ROWS_MAX];
static struct live_point points[LIVE_POINTS];
static char events[LIVE_EVENTS][LIVE_LINE];
static struct summary summary;
static struct reading reading;

static struct live_model make_model(uint64_t point_count)
{
	memset(&reading, 0, sizeof(reading));
	reading.page.layout = &layouts[LAYOUT_VMCLOCK_1];
	reading.page.present = UINT64_MAX;
	reading.page.value[reading.page.layout->clock_status] =
		STATUS_SYNCHRONIZED;
	reading.page.value[reading.page.layout->counter_id] = COUNTER_X86_TSC;
	reading.usable = true;
	reading.clock.has_maxerror = true;
	reading.maxerror_nsec = 1500;
	return (struct live_model){
		.name = "vmclock0",
		.realtime = 1795219862 * SECOND,
		.monotonic = 1000 * SECOND,
		.status_since = 1000 * SECOND - 3700 * SECOND,
		.updated = 999 * SECOND,
		.summary = &summary,
		.reading = &reading,
		.points = points,
		.point_count = point_count,
		.events = (const char(*)[LIVE_LINE])events,
		.machine = "",
		.recording = "",
	};
}

static unsigned int find(unsigned int count, const char *text)
{
	for (unsigned int i = 0; i < count; i++) {
		if (strstr(lines[i].text, text))
			return i;
	}
	fail_msg("on no line: %s", text);
	return 0;
}

/* A line of that text alone, but for blanks behind it. */
static void assert_line(unsigned int line, const char *text)
{
	size_t length = strlen(text);

	assert_memory_equal(lines[line].text, text, length);
	assert_int_equal(strspn(lines[line].text + length, " "), 80 - length);
}

/* What does not fit is cut: no line is of another length than the screen. */
static void test_every_size(void **state)
{
	struct live_model model = make_model(3);

	(void)state;
	memset(events, 'e', sizeof(events));
	for (int i = 0; i < LIVE_EVENTS; i++)
		events[i][LIVE_LINE - 1] = '\0';
	model.event_count = 1000;
	points[0] = (struct live_point){ .at = -SECOND };
	points[1] = (struct live_point){ .at = model.monotonic,
					 .has_offset = true,
					 .offset = INT64_MIN };
	points[2] = (struct live_point){ .at = model.monotonic,
					 .has_offset = true,
					 .offset = INT64_MAX,
					 .has_bound = true,
					 .bound = INT64_MAX / 4 };
	model.clocks = (const char(*)[LIVE_LINE])events;
	model.clock_count = 4;
	for (int screen = LIVE_CHART; screen <= LIVE_HELP; screen++) {
		model.screen = (enum live_screen)screen;
		for (unsigned int columns = 0; columns < 250; columns += 3) {
			for (unsigned int rows = 0; rows < 100; rows++) {
				unsigned int count = live_view_lay_out(
					&model, columns, rows, lines);
				unsigned int width =
					columns < LIVE_VIEW_COLUMNS_MAX
						? columns
						: LIVE_VIEW_COLUMNS_MAX;

				assert_true(count <= rows);
				for (unsigned int i = 0; i < count; i++)
					assert_int_equal(strlen(lines[i].text),
							 width);
			}
		}
	}
}

static void test_state_and_bounds(void **state)
{
	struct live_model model = make_model(0);
	unsigned int count = live_view_lay_out(&model, 80, 24, lines), line;

	(void)state;
	assert_int_equal(count, 24);
	line = find(count, " status   synchronized  for 1 h 1 min");
	assert_true(lines[line].good);
	assert_memory_equal(lines[line].text + lines[line].begin,
			    "synchronized",
			    lines[line].end - lines[line].begin);
	find(count, " bounds   +/- 1.5 us");
	find(count, "2026-11-21 00:11:02 UTC");
	find(count, "not known now");
	find(count, " no events yet");
	reading.usable = false;
	reading.reason = READING_STATUS;
	reading.page.value[reading.page.layout->clock_status] =
		STATUS_UNRELIABLE;
	live_view_lay_out(&model, 80, 24, lines);
	line = find(count, " status   unreliable");
	assert_false(lines[line].good);
	find(count, " bounds   no time: clock_status forbids");
}

/* No option is named: watch has none that gives it. */
static void test_no_counter(void **state)
{
	struct live_model model = make_model(0);

	(void)state;
	reading.reason = READING_NO_COUNTER;
	live_view_lay_out(&model, 80, 24, lines);
	assert_line(2, " bounds   no time: no reading of the page's counter");
}

/* A page that went away says nothing of now. */
static void test_page_that_is_gone(void **state)
{
	struct live_model model = make_model(1);
	struct page *page = &reading.page;

	(void)state;
	page->value[page->layout->disruption_marker] = 0x77;
	points[0] = (struct live_point){ .at = model.monotonic,
					 .has_offset = true,
					 .offset = 3 };
	reading.clock.tai_valid = true;
	model.lost = true;
	model.status_since = model.monotonic - 6 * SECOND;
	live_view_lay_out(&model, 80, 24, lines);
	find(24, " status   lost  for 6.0 s   ");
	assert_false(lines[1].good);
	find(24, " bounds   none: the page is gone ");
	find(24, "not known now");
	for (unsigned int i = 0; i < 24; i++) {
		assert_null(strstr(lines[i].text, "marker"));
		assert_null(strstr(lines[i].text, "TAI-UTC"));
		assert_null(strstr(lines[i].text, "+/-"));
	}
	model.lost = false;
	model.unsettled = true;
	live_view_lay_out(&model, 80, 24, lines);
	find(24, " status   seq_count does not settle  for 6.0 s ");
	assert_null(strstr(lines[2].text, "+/-"));
}

/* Lay 80x24 out, and find the text that a line ends with. */
static unsigned int find_end(const struct live_model *model, const char *text)
{
	unsigned int count = live_view_lay_out(model, 80, 24, lines);
	unsigned int line = find(count, text);

	assert_string_equal(lines[line].text + 80 - strlen(text), text);
	return line;
}

static void assert_status(const struct live_model *model, const char *words)
{
	char text[100];

	snprintf(text, sizeof(text), " status   %s  ", words);
	live_view_lay_out(model, 80, 24, lines);
	assert_memory_equal(lines[1].text, text, strlen(text));
}

/* What is not known is not shown. */
static void test_before_the_first_page(void **state)
{
	struct live_model model = make_model(0);

	(void)state;
	model.reading = NULL;
	assert_status(&model, "no page yet");
	assert_false(lines[1].good);
	assert_null(strstr(lines[1].text, "marker"));
	model.unsettled = true;
	assert_status(&model, "seq_count does not settle");
	assert_null(strstr(lines[2].text, "+/-"));
	assert_null(strstr(lines[3].text, "ago"));
}

static void test_pages_without_a_clock(void **state)
{
	struct live_model model = make_model(0);
	struct page *page = &reading.page;

	(void)state;
	reading.usable = false;
	page->value[page->layout->counter_id] = page->layout->no_counter;
	assert_status(&model, "no clock, the marker alone");
	assert_false(lines[1].good);
	page->present = 0;
	assert_status(&model, "no clock_status");
}

/* Whose machine it is stands behind the name where there is room; below the
 * state, which file is written. */
static void test_machine_and_recording(void **state)
{
	struct live_model model = make_model(0);

	(void)state;
	model.machine = "KVM  Linux 7.2";
	model.recording = "recording: a.jsonl, 3 pages";
	live_view_lay_out(&model, 80, 24, lines);
	assert_memory_equal(lines[0].text, "vmclock0  KVM  Linux 7.2  ", 26);
	assert_memory_equal(lines[4].text, " recording: a.jsonl, 3 pages ", 29);
	model.machine = "KVM  Linux 7.2.0-0.deb13.1-cloud-amd64";
	live_view_lay_out(&model, 60, 24, lines);
	assert_memory_equal(lines[0].text, "vmclock0    ", 12);
	find(24, "2026-11-21 00:11:02 UTC");
}

static void test_right_of_the_state(void **state)
{
	struct live_model model = make_model(0);
	struct page *page = &reading.page;

	(void)state;
	page->value[page->layout->disruption_marker] = 0x77;
	page->value[page->layout->generation] = 0x58;
	assert_int_equal(find_end(&model, "marker 0x77"), 1);
	/* Neither the generation nor the TAI offset unless a flag is set. */
	assert_null(strstr(lines[2].text, "generation"));
	assert_null(strstr(lines[3].text, "TAI"));
	page->value[page->layout->flags] = FLAG_VM_GEN_COUNTER_PRESENT;
	reading.clock.tai_valid = true;
	reading.clock.tai_offset = -37;
	assert_int_equal(find_end(&model, "generation 0x58"), 2);
	assert_int_equal(find_end(&model, "TAI-UTC 37 s"), 3);
}

static void test_bounds_and_counts(void **state)
{
	struct live_model model = make_model(0);

	(void)state;
	summary = (struct summary){
		.bounded = 2, .worst = 2000000, .pages = 3, .missed = 1
	};
	model.status_since = model.monotonic - 59900000000;
	model.updated = model.monotonic - 300 * SECOND;
	live_view_lay_out(&model, 80, 24, lines);
	find(24, " status   synchronized  for 59.9 s ");
	find(24, " bounds   +/- 1.5 us  [#...............]  worst 2 ms ");
	find(24, " changed  5 min ago  missed 1  odd 0 ns ");
	/* The mean of two changes, and how long seq_count did not settle. */
	model.updates = 2;
	model.first_update = model.updated - 5 * SECOND;
	model.longest_odd = 12300;
	summary.worst = 1500;
	live_view_lay_out(&model, 80, 24, lines);
	find(24, " bounds   +/- 1.5 us  [...............#]  worst 1.5 us ");
	find(24, " changed  5 min ago  every 2.5 s  missed 1  odd 12.3 us ");
	summary.worst = (uint128)1 << 90;
	live_view_lay_out(&model, 100, 24, lines);
	find(24, " bounds   +/- 1.5 us  [#...............]  worst ");
	find(24, " every 2.5 s  pages 3  missed 1  odd 12.3 us ");
	/* A narrow screen has what is shorter. */
	summary.worst = 2000000;
	live_view_lay_out(&model, 79, 24, lines);
	find(24, " bounds   +/- 1.5 us  worst 2 ms ");
	find(24, " changed  5 min ago  pages 3  missed 1 ");
	reading.clock.has_maxerror = false;
	live_view_lay_out(&model, 80, 24, lines);
	find(24, " bounds   none ");
	summary = (struct summary){ 0 };
}

/* The newest first, as many as there is room for. */
static void test_events(void **state)
{
	struct live_model model = make_model(0);
	unsigned int first;

	(void)state;
	for (int i = 0; i < LIVE_EVENTS; i++)
		snprintf(events[i], LIVE_LINE, "event %d.", i);
	model.event_count = 2;
	live_view_lay_out(&model, 80, 24, lines);
	first = find(24, " event 1.");
	assert_int_equal(find(24, " event 0."), first + 1);
	/* One more than are kept: it is where the oldest was. */
	model.event_count = LIVE_EVENTS + 1;
	live_view_lay_out(&model, 80, 24, lines);
	assert_int_equal(find(24, " event 0."), first);
	assert_int_equal(find(24, " event 63."), first + 1);
	assert_int_equal(find(24, " event 58."), 22);
	assert_memory_equal(lines[23].text, " q quit", 7);
}

/* A number of which digits are missing is another number, and one without its
 * unit is none. */
static void test_long_events(void **state)
{
	struct live_model model = make_model(0);
	unsigned int line;

	(void)state;
	snprintf(
		events[0], LIVE_LINE,
		"00:00:01.000 violation   series.time-backward: the time went back by 3981960.25 ns");
	model.event_count = 1;
	line = find(live_view_lay_out(&model, 80, 24, lines), "violation");
	assert_line(line, " 00:00:01.000 violation   series.time-backward: "
			  "the time went back by ...");
	model.screen = LIVE_ALL_EVENTS;
	live_view_lay_out(&model, 80, 24, lines);
	line = find(24, "violation");
	assert_line(line, " 00:00:01.000 violation   series.time-backward: "
			  "the time went back by");
	assert_line(line + 1, "    3981960.25 ns");
	/* One that fills its line whole is not cut. */
	events[0][79] = '\0';
	model.screen = LIVE_CHART;
	live_view_lay_out(&model, 80, 24, lines);
	assert_int_equal(lines[find(24, "violation")].text[79], '5');
	/* The last line that is left has the mark. */
	for (int i = 0; i < LIVE_EVENTS; i++)
		snprintf(events[i], LIVE_LINE, "a%0180d b", i);
	model.event_count = 12;
	model.screen = LIVE_ALL_EVENTS;
	live_view_lay_out(&model, 80, 24, lines);
	assert_memory_equal(lines[22].text + 76, "... ", 4);
	assert_memory_equal(lines[23].text, " q quit", 7);
}

/* The scale of a clock without bounds: 1, 2 or 5 times a power of ten. */
static void assert_scale(int64_t offset, const char *above, const char *below)
{
	struct live_model model = make_model(1);

	points[0] = (struct live_point){ .at = model.monotonic,
					 .has_offset = true,
					 .offset = offset };
	live_view_lay_out(&model, 80, 24, lines);
	assert_memory_equal(lines[6].text, above, 10);
	assert_memory_equal(lines[14].text, below, 10);
	assert_int_equal(lines[offset > 0 ? 6 : 14].text[79],
			 offset % 10 ? ' ' : '*');
}

static void test_scales(void **state)
{
	(void)state;
	assert_scale(7, "   +10 ns ", "   -10 ns ");
	assert_scale(-10, "   +10 ns ", "   -10 ns ");
	assert_scale(150001, "  +200 us ", "  -200 us ");
	assert_scale(-500 * SECOND, "   +500 s ", "   -500 s ");
	assert_scale(20000 * SECOND, " +20000 s ", " -20000 s ");
	/* No room for its words. */
	assert_scale(200000 * SECOND, "          ", "          ");
	/* Days: of so many seconds the words would have an exponent. */
	assert_scale(1000000 * SECOND, "  +11.6 d ", "  -11.6 d ");
	assert_scale(500000000 * SECOND, "  +5787 d ", "  -5787 d ");
}

static void assert_heading(int64_t first, int64_t last, const char *end)
{
	static const char title[] = " CLOCK_REALTIME minus the page, 2 min ";
	struct live_model model = make_model(2);

	points[0] = (struct live_point){ .at = model.monotonic - SECOND,
					 .has_offset = true,
					 .offset = first };
	points[1] = points[0];
	points[1].at = model.monotonic;
	points[1].offset = last;
	assert_int_equal(find_end(&model, end), 5);
	assert_memory_equal(lines[5].text, title, sizeof(title) - 1);
}

/* The range goes before it would cover the words on the left. */
static void test_heading(void **state)
{
	(void)state;
	assert_heading(-5, 3, "  +3 ns now, -5 ns .. +3 ns");
	assert_heading(-123456789, 123456789, " +123.457 ms now");
	assert_heading(312543000 * SECOND, 312543210 * SECOND, " +3617 d now");
	assert_heading(-900000 * SECOND, -1000000 * SECOND,
		       " -11.6 d now, -11.6 d .. -900000 s");
	assert_heading(INT64_MAX, INT64_MAX, " +106752 d now");
}

/* A look that came later than the screen is on none; of more points than are
 * kept the newest is the first again. */
static void test_ring_of_points(void **state)
{
	struct live_model model = make_model(LIVE_POINTS + 1);

	(void)state;
	for (int i = 0; i < LIVE_POINTS; i++)
		points[i] = (struct live_point){ .at = model.monotonic -
						       30 * SECOND,
						 .has_offset = true,
						 .offset = 3 };
	points[0].at = model.monotonic;
	points[0].offset = -5;
	assert_int_equal(find_end(&model, "-5 ns now, -5 ns .. +3 ns"), 5);
	assert_int_equal(lines[14].text[79], '*');
	points[0].at = model.monotonic + SECOND;
	live_view_lay_out(&model, 80, 24, lines);
	assert_int_equal(lines[14].text[79], ' ');
}

/* At 80x24 the chart has 9 rows, from line 6 on. */
static void test_chart(void **state)
{
	struct live_model model = make_model(4);
	const struct live_point bounded = { .has_bound = true,
					    .bound = 1500,
					    .has_offset = true };

	(void)state;
	for (int i = 0; i < 4; i++)
		points[i] = bounded;
	points[0].at = model.monotonic - LIVE_VIEW_SPAN; /* too old */
	points[1].at = model.monotonic - LIVE_VIEW_SPAN / 2;
	points[1].offset = 1000;
	points[1].disrupted = true;
	points[2].at = model.monotonic - 10 * SECOND;
	points[2].offset = 5000; /* off the scale of 2 us */
	points[3].at = model.monotonic;
	points[3].offset = -2000;
	live_view_lay_out(&model, 80, 24, lines);
	assert_memory_equal(lines[6].text, "    +2 us ", 10);
	assert_memory_equal(lines[10].text, "     0 ns ", 10);
	assert_memory_equal(lines[14].text, "    -2 us ", 10);
	/* 70 columns: one minute back is 35 columns. */
	assert_int_equal(lines[8].text[79 - 35], '*');
	assert_int_equal(lines[7].text[79 - 35], '-');
	assert_int_equal(lines[14].text[79 - 35], 'D');
	/* A line down to it, under what is there. */
	assert_int_equal(lines[6].text[79 - 35], '|');
	assert_int_equal(lines[10].text[79 - 35], '|');
	assert_int_equal(lines[6].text[79 - 5], '^');
	assert_int_equal(lines[14].text[79], '*');
	assert_int_equal(lines[10].text[10], '.');
	find(24, "-2 us now");
}

/* Clocks stand between the chart and the events, of which the last stays. */
static void test_clocks(void **state)
{
	static const char clocks[4][LIVE_LINE] = { "ptp0 (vmclock0) -1 ns", "b",
						   "c", "CLOCK_TAI" };
	struct live_model model = make_model(0);

	(void)state;
	snprintf(events[0], LIVE_LINE, "00:00:01 the last event");
	model.event_count = 1;
	model.clocks = clocks;
	model.clock_count = 4;
	assert_int_equal(find(live_view_lay_out(&model, 80, 24, lines),
			      " ptp0 (vmclock0) -1 ns"),
			 16);
	assert_int_equal(find(24, " CLOCK_TAI"), 19);
	assert_int_equal(find(24, "the last event"), 20);
	live_view_lay_out(&model, 60, 16, lines);
	assert_int_equal(find(16, " ptp0"), 10);
	assert_int_equal(find(16, "the last event"), 14);
}

/* What is broken comes first, and what does not fit is counted. */
static void test_rules(void **state)
{
	static struct verifier verifier;
	struct live_model model = make_model(0);

	(void)state;
	model.screen = LIVE_RULES;
	live_view_lay_out(&model, 80, 24, lines);
	find(24, "0 ok, 0 fail, 0 warn");
	model.rules = &verifier;
	verifier.judged[3] = true;
	live_view_lay_out(&model, 80, 24, lines);
	find(24, "1 ok, 0 fail, 0 warn");
	find(24, " none is broken");
	verifier.judged[RULE_series_nested] = true;
	verifier.findings[RULE_series_nested].verdict = VERDICT_FAIL;
	snprintf(verifier.findings[RULE_series_nested].message, 40,
		 "by 3 us too far");
	verifier.judged[0] = true;
	verifier.findings[0].verdict = VERDICT_WARN;
	live_view_lay_out(&model, 80, 24, lines);
	assert_true(find(24, " FAIL series.nested: by 3 us too far") <
		    find(24, " WARN "));
	find(24, "vmclockctl explain RULE");
	for (int i = 0; i < RULE_COUNT; i++) {
		verifier.judged[i] = true;
		verifier.findings[i].verdict = VERDICT_FAIL;
	}
	live_view_lay_out(&model, 80, 24, lines);
	find(24, " more; verify has them all");
	find(24, " q quit ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_size),
		cmocka_unit_test(test_before_the_first_page),
		cmocka_unit_test(test_pages_without_a_clock),
		cmocka_unit_test(test_machine_and_recording),
		cmocka_unit_test(test_right_of_the_state),
		cmocka_unit_test(test_bounds_and_counts),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_long_events),
		cmocka_unit_test(test_scales),
		cmocka_unit_test(test_heading),
		cmocka_unit_test(test_ring_of_points),
		cmocka_unit_test(test_state_and_bounds),
		cmocka_unit_test(test_no_counter),
		cmocka_unit_test(test_page_that_is_gone),
		cmocka_unit_test(test_chart),
		cmocka_unit_test(test_clocks),
		cmocka_unit_test(test_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
