/* SPDX-License-Identifier: BSD-2-Clause */
/* What a timeline comes to, in the sentences and tiles of a report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "view/story.h"

#define SEC INT64_C(1000000000)

static struct timeline timeline;
static struct report report;
static struct story story;
static char text[STORY_MAX], more[STORY_MAX];

#define STATUS(which) timeline.summary.status[STATUS_##which].pages
#define EVENTS(which) timeline.summary.events[EVENT_##which]

/* Three synchronized pages of one marker, and no rule that fails. */
static int make_story(void **state)
{
	(void)state;
	memset(&timeline, 0, sizeof(timeline));
	memset(&report, 0, sizeof(report));
	timeline.layout = &layouts[LAYOUT_VMCLOCK_1];
	timeline.any_usable = true;
	timeline.summary.layout = timeline.layout;
	timeline.summary.pages = STATUS(SYNCHRONIZED) = 3;
	report.rules = 70;
	report.count[VERDICT_OK] = 60;
	story = (struct story){
		.name = "story",
		.timeline = &timeline,
		.report = &report,
	};
	return 0;
}

static void assert_sentence(const char *sentence)
{
	story_sentence(&story, text);
	assert_string_equal(text, sentence);
}

static void assert_tile(enum tile tile, enum mood mood, const char *words,
			const char *below)
{
	assert_int_equal(story_tile(&story, tile, text, more), mood);
	assert_string_equal(text, words);
	assert_string_equal(more, below);
}

static void test_status_comes_first(void **state)
{
	(void)state;
	assert_sentence("Synchronized all the time; no rule failed.");
	STATUS(UNRELIABLE) = 1;
	timeline.summary.pages = 4;
	assert_sentence(
		"Status: synchronized 75 %, unreliable 25 %; no rule failed.");
	/* Time counts where it is known: that one page stood for long. */
	timeline.summary.status[STATUS_SYNCHRONIZED].nsec = SEC;
	timeline.summary.status[STATUS_UNRELIABLE].nsec = 9 * SEC;
	assert_sentence(
		"Status: unreliable 90 %, synchronized 10 %; no rule failed.");
	make_story(NULL);
	STATUS(SYNCHRONIZED) = 0;
	assert_sentence("Status: none readable; no rule failed.");
	STATUS(UNKNOWN) = 3;
	assert_sentence("Status: unknown 100 %; no rule failed.");
	timeline.any_usable = false;
	assert_sentence(
		"The page publishes no clock, only its marker; no rule failed.");
}

/* What no page told is not told as if one had. */
static void test_status_of_what_was_not_read(void **state)
{
	struct summary *s = &timeline.summary;

	(void)state;
	s->pages = 8;
	s->no_status.pages = 5;
	timeline.unusable = 5;
	timeline.steps = 2;
	s->bounded = 3;
	assert_sentence(
		"Status: synchronized 38 %, no readable status 62 %; 5 of 8 pages give no time, and the others kept the promised bounds; no rule failed.");
	assert_tile(TILE_STATUS, MOOD_WARN, "synchronized 38 %",
		    "no readable status 62 %");
	s->status[STATUS_SYNCHRONIZED].nsec = SEC;
	s->no_status.nsec = 6 * SEC;
	assert_tile(TILE_STATUS, MOOD_WARN, "synchronized 14 %",
		    "no readable status 86 %");
	/* Looks that failed, at a time that nobody took. */
	make_story(NULL);
	s->unsettled = 1;
	assert_sentence("Status: synchronized 100 %; no rule failed.");
	assert_tile(TILE_STATUS, MOOD_WARN, "synchronized 100 %",
		    "where it could be read");
}

static void test_the_verdict_comes_last(void **state)
{
	(void)state;
	timeline.steps = 2;
	timeline.summary.bounded = 3;
	assert_sentence(
		"Synchronized all the time; every update kept the promised bounds; no rule failed.");
	/* Each kept those of the page before, and not of an earlier one. */
	timeline.tallies[RULE_series_nested] =
		(struct tally){ .failures = 2, .drawn = { 2 }, .first = 7 };
	assert_sentence(
		"Synchronized all the time; the clock left the bounds that an earlier page had promised, from snapshot 7 on; no rule failed.");
	timeline.broken = 1;
	report.conclusion = CONCLUSION_BROKEN;
	report.count[VERDICT_FAIL] = 2;
	story.cut = true;
	assert_sentence(
		"Synchronized all the time; 1 update broke the promised bounds; 2 of 70 rules failed. The recording was cut off: it has no end line.");
	make_story(NULL);
	timeline.broken = 2;
	report.conclusion = CONCLUSION_NOT_JUDGED;
	assert_sentence(
		"Synchronized all the time; 2 updates broke the promised bounds; no rule could be judged.");
}

static struct timeline_event *add_event(enum event event, int64_t at)
{
	struct timeline_event *e = &timeline.events[timeline.listed++];

	e->event = event;
	e->at = at;
	e->n = timeline.listed + 1;
	e->rule = -1;
	timeline.summary.events[event]++;
	return e;
}

/* Three are told, each with what it did; the others are counted. */
static void test_disruptions_are_told(void **state)
{
	struct timeline_event *e;

	(void)state;
	e = add_event(EVENT_DISRUPTION, 8 * SEC);
	e->step = (struct clock_step){ .has_time = true,
				       .nsec = 25000000,
				       .has_frequency = true,
				       .ppt = 2000000 };
	add_event(EVENT_STATUS, 8 * SEC);
	/* It moved nothing. */
	e = add_event(EVENT_RESTORE, 9 * SEC);
	e->step.has_time = e->step.has_frequency = true;
	e = add_event(EVENT_FORK, 10 * SEC);
	e->step = (struct clock_step){ .has_frequency = true, .ppt = -1500000 };
	assert_sentence(
		"Synchronized all the time; a disruption after 8 s that moved time by +25 ms and the counter's frequency by +2 ppm; a restore after 9 s; a fork after 10 s that moved the counter's frequency by " TEXT_MINUS
		"1.5 ppm; no rule failed.");
	add_event(EVENT_DISRUPTION, 11 * SEC);
	timeline.numbered = true;
	assert_sentence(
		"Synchronized all the time; a disruption at page 2 that moved time by +25 ms and the counter's frequency by +2 ppm; a restore at page 4; a fork at page 5 that moved the counter's frequency by " TEXT_MINUS
		"1.5 ppm; 1 more; no rule failed.");
}

/* The indicators in the order in which the pages had them; LEAP_NONE ends. */
static void assert_leap(uint64_t first, uint64_t second, const char *words)
{
	struct state_strip *strip = &timeline.strips[STRIP_LEAP];
	char sentence[STORY_MAX];

	strip->count = 3;
	strip->runs[0] = (struct state_run){ .there = false };
	strip->runs[1] = (struct state_run){ .there = true, .value = first };
	strip->runs[2] = (struct state_run){ .there = second != LEAP_NONE,
					     .value = second };
	snprintf(sentence, sizeof(sentence),
		 "Synchronized all the time; %s; no rule failed.", words);
	assert_sentence(sentence);
}

static void test_leap_seconds_are_told(void **state)
{
	(void)state;
	assert_leap(LEAP_PRE_POS, LEAP_NONE, "a leap second is announced");
	assert_leap(LEAP_PRE_NEG, LEAP_NONE, "a leap second is announced");
	assert_leap(LEAP_POST_POS, LEAP_NONE, "a leap second had been before");
	assert_leap(LEAP_POST_NEG, LEAP_NONE, "a leap second had been before");
	assert_leap(LEAP_POS, LEAP_NONE,
		    "a leap second was inserted, 23:59:60");
	assert_leap(LEAP_PRE_POS, LEAP_POST_POS,
		    "a leap second was inserted, 23:59:60");
	assert_leap(LEAP_PRE_NEG, LEAP_POST_NEG,
		    "a second was left out, 23:59:59");
	/* What was announced is not what had been. */
	assert_leap(LEAP_PRE_POS, LEAP_POST_NEG, "a leap second is announced");
}

static void test_tile_of_the_verdict(void **state)
{
	(void)state;
	assert_tile(TILE_VERDICT, MOOD_OK, "conformant",
		    "70 rules: 60 ok, 0 failed, 0 warned");
	report.count[VERDICT_WARN] = 2;
	story.end = "3";
	assert_tile(
		TILE_VERDICT, MOOD_WARN, "conformant",
		"70 rules: 60 ok, 0 failed, 2 warned, of the whole recording");
	story.end = NULL;
	story.begin = "1";
	report.conclusion = CONCLUSION_BROKEN;
	assert_tile(
		TILE_VERDICT, MOOD_BAD, "not conformant",
		"70 rules: 60 ok, 0 failed, 2 warned, of the whole recording");
	/* A live page is no recording. */
	story.source = &(const struct source){ .kind = SOURCE_LIVE };
	assert_tile(
		TILE_VERDICT, MOOD_BAD, "not conformant",
		"70 rules: 60 ok, 0 failed, 2 warned, of all that was watched");
	assert_sentence(
		"Synchronized all the time; no rule failed in all that was watched.");
	report.conclusion = CONCLUSION_NOT_JUDGED;
	assert_int_equal(story_tile(&story, TILE_VERDICT, text, more),
			 MOOD_MUTED);
}

static void test_tile_of_disruptions(void **state)
{
	(void)state;
	assert_tile(TILE_DISRUPTIONS, MOOD_OK, "0", "no new marker");
	EVENTS(DISRUPTION) = 1;
	EVENTS(RESTORE) = 1;
	/* A clone has the counter that it had. */
	EVENTS(FORK) = 7;
	assert_tile(TILE_DISRUPTIONS, MOOD_WARN, "2",
		    "no clock on both sides, so no step");
	timeline.has_jump = true;
	timeline.jump = -25000000;
	assert_tile(TILE_DISRUPTIONS, MOOD_WARN, "2",
		    "largest step " TEXT_MINUS "25 ms");
}

/* A clock that jumped is no undisturbed one, marker or not. */
static void test_tile_of_silent_jumps(void **state)
{
	struct jumps *jumps = timeline.jumps;

	(void)state;
	jumps[1] = (struct jumps){ 1, 7, true, 2000000 };
	assert_tile(TILE_DISRUPTIONS, MOOD_WARN, "0",
		    "time jumped by +2 ms at snapshot 7 without a new marker");
	jumps[0] = (struct jumps){ 1, 5, true, -SEC };
	assert_tile(TILE_DISRUPTIONS, MOOD_BAD, "1 silent",
		    "time jumped by " TEXT_MINUS
		    "1 s at snapshot 5 without a new marker");
	assert_sentence(
		"Synchronized all the time; the clock jumped by " TEXT_MINUS
		"1 s at snapshot 5 without a new marker; no rule failed.");
	/* What does not fit is not said to the second. */
	jumps[0].step = INT64_MAX;
	assert_tile(
		TILE_DISRUPTIONS, MOOD_BAD, "1 silent",
		"time jumped by more than +292 years at snapshot 5 without a new marker");
	EVENTS(RESTORE) = 2;
	jumps[0] = (struct jumps){ 3, 5, false, 0 };
	timeline.numbered = true;
	assert_tile(TILE_DISRUPTIONS, MOOD_BAD, "2 told, 3 silent",
		    "time jumped at page 5 without a new marker");
}

/* How many tiles but the verdict, and panels, are bad, and name the rule. */
static unsigned int count_bad(const char *id)
{
	unsigned int count = 0;

	for (int i = TILE_VERDICT + 1; i < TILE_COUNT; i++)
		count += story_tile(&story, (enum tile)i, text, more) ==
				 MOOD_BAD &&
			 strstr(more, id) != NULL;
	for (int i = 0; i < PANEL_COUNT; i++)
		count += story_panel(&story, (enum panel)i, text) == MOOD_BAD &&
			 strstr(text, id) != NULL;
	return count;
}

/* Whatever rule between pages is broken, something that is drawn says so. */
static void test_no_green_above_a_broken_rule(void **state)
{
	for (int i = 0; i < RULE_COUNT; i++) {
		bool told = i != RULE_series_features &&
			    i != RULE_series_leap_order;

		if (strncmp(rules[i].id, "series.", strlen("series.")) != 0)
			continue;
		make_story(state);
		timeline.summary.bounded = timeline.steps = timeline.inside = 3;
		assert_int_equal(count_bad(rules[i].id), 0);
		timeline.tallies[i].failures = 1;
		/* Of another part than the one that is drawn. */
		assert_int_equal(count_bad(rules[i].id), 0);
		timeline.tallies[i].drawn[0] = 1;
		if (told != (count_bad(rules[i].id) > 0))
			fail_msg("%s", rules[i].id);
	}
	make_story(state);
	timeline.tallies[RULE_error_zero].drawn[1] = 1;
	timeline.summary.bounded = 3;
	timeline.summary.worst_n = 3;
	assert_tile(TILE_BOUND, MOOD_WARN, TEXT_PLUS_MINUS "0 ns",
		    "maximum error, at snapshot 3; error.zero warns");
	/* The tile has worse to say of itself. */
	timeline.broken = 1;
	assert_tile(TILE_BOUND, MOOD_BAD, TEXT_PLUS_MINUS "0 ns",
		    "maximum error, at snapshot 3; 1 update broke it");
}

static void test_tile_of_the_bound(void **state)
{
	(void)state;
	assert_tile(TILE_BOUND, MOOD_MUTED, "none",
		    "the page gives no maximum error");
	story.pages = 3;
	assert_tile(TILE_BOUND, MOOD_MUTED, "none",
		    "pages alone have no reading");
	timeline.summary.bounded = 3;
	timeline.summary.worst = 1000001;
	timeline.summary.worst_n = 3;
	assert_tile(TILE_BOUND, MOOD_OK, TEXT_PLUS_MINUS "1.000001 ms",
		    "maximum error, at snapshot 3");
	timeline.outside = 2;
	assert_tile(
		TILE_BOUND, MOOD_WARN, TEXT_PLUS_MINUS "1.000001 ms",
		"maximum error, at snapshot 3; CLOCK_REALTIME outside of it 2 times");
	timeline.broken = 2;
	assert_tile(TILE_BOUND, MOOD_BAD, TEXT_PLUS_MINUS "1.000001 ms",
		    "maximum error, at snapshot 3; 2 updates broke it");
	timeline.outside = timeline.broken = 0;
	timeline.summary.bounded = 2;
	assert_tile(TILE_BOUND, MOOD_WARN, TEXT_PLUS_MINUS "1.000001 ms",
		    "maximum error, at snapshot 3; 1 of 3 pages give none");
	timeline.summary.bounded = 3;
	timeline.summary.worst = (uint128)1 << 90;
	assert_tile(TILE_BOUND, MOOD_OK, "more than 292 years",
		    "maximum error, at snapshot 3");
}

static void test_tile_of_the_status(void **state)
{
	(void)state;
	assert_tile(TILE_STATUS, MOOD_OK, "synchronized 100 %", "all the time");
	/* A status alone is no clock. */
	timeline.unusable = 1;
	assert_tile(TILE_STATUS, MOOD_WARN, "synchronized 100 %",
		    "all the time");
	timeline.unusable = 0;
	STATUS(FREERUNNING) = 1;
	timeline.summary.pages = 4;
	assert_tile(TILE_STATUS, MOOD_WARN, "synchronized 75 %",
		    "freerunning 25 %");
	STATUS(SYNCHRONIZED) = STATUS(FREERUNNING) = 0;
	assert_tile(TILE_STATUS, MOOD_WARN, "none", "no page gives one");
}

static void test_tile_of_what_was_seen(void **state)
{
	struct summary *s = &timeline.summary;

	(void)state;
	assert_tile(TILE_SEEN, MOOD_OK, "3 pages", "0 updates missed");
	s->has_time = true;
	s->raw_end = 8 * SEC;
	s->pages = s->missed = s->unsettled = 1;
	assert_tile(TILE_SEEN, MOOD_WARN, "1 page",
		    "in 8 s; 1 update missed; seq_count did not settle 1 time");
	s->missed = s->unsettled = 0;
	story.cut = true;
	assert_tile(TILE_SEEN, MOOD_WARN, "1 page",
		    "in 8 s; 0 updates missed; cut off");
}

static void assert_panel(enum panel panel, enum mood mood, const char *words)
{
	assert_int_equal(story_panel(&story, panel, text), mood);
	assert_string_equal(text, words);
}

static void test_panels(void **state)
{
	struct columns *columns = &timeline.columns;

	(void)state;
	assert_panel(PANEL_OFFSET, MOOD_MUTED,
		     "the page gives no bounds: nothing to be inside of");
	timeline.inside = 5;
	assert_panel(PANEL_OFFSET, MOOD_OK,
		     "5 of 5 readings inside the bounds");
	timeline.outside = 1;
	timeline.unclear = 2;
	assert_panel(
		PANEL_OFFSET, MOOD_BAD,
		"5 of 8 readings inside the bounds, 1 outside, 2 too slow to tell");
	timeline.steps = 1;
	/* Nothing was promised. */
	assert_panel(PANEL_STEP, MOOD_MUTED, "1 update under one marker");
	timeline.tallies[RULE_series_marker_silent].drawn[0] = 1;
	assert_panel(
		PANEL_STEP, MOOD_BAD,
		"1 update under one marker; series.marker-silent is broken");
	timeline.summary.bounded = 1;
	timeline.tallies[RULE_series_marker_silent].drawn[0] = 0;
	assert_panel(PANEL_STEP, MOOD_OK,
		     "1 update under one marker, 0 outside the promise");
	timeline.steps = 4;
	timeline.across = 1;
	timeline.broken = 2;
	timeline.summary.bounded = 4;
	assert_panel(
		PANEL_STEP, MOOD_BAD,
		"4 updates under one marker, 2 outside the promise; 1 across a new marker");
	/* Where much of a panel is grey there is no tick. */
	timeline.broken = timeline.outside = 0;
	timeline.unusable = 2;
	assert_panel(
		PANEL_OFFSET, MOOD_WARN,
		"5 of 7 readings inside the bounds, 2 too slow to tell; 2 of 3 pages give no time");
	timeline.unusable = 0;
	timeline.frequency = 2e9;
	assert_panel(PANEL_FREQUENCY, MOOD_OK, "from 2 GHz, always the same");
	columns->used = 2;
	range_add(&columns->column[0].of[QUANTITY_FREQUENCY], 0);
	range_add(&columns->column[1].of[QUANTITY_FREQUENCY], 2000000);
	assert_panel(PANEL_FREQUENCY, MOOD_OK,
		     "from 2 GHz, between 0 and +2 ppm");
	columns->column[1].of[QUANTITY_FREQUENCY] = (struct range){ 0 };
	range_add(&columns->column[1].of[QUANTITY_FREQUENCY], -2000000);
	assert_panel(PANEL_FREQUENCY, MOOD_OK,
		     "from 2 GHz, between " TEXT_MINUS "2 ppm and 0");
}

static struct page make_page(uint64_t status, uint64_t marker)
{
	struct page page = { .layout = &layouts[LAYOUT_VMCLOCK_1],
			     .present = UINT64_MAX };

	page.value[page.layout->clock_status] = status;
	page.value[page.layout->disruption_marker] = marker;
	return page;
}

static void assert_event(const struct timeline_event *e, const char *words)
{
	story_event(e, text);
	assert_string_equal(text, words);
}

static void test_events(void **state)
{
	struct timeline_event e = { .event = EVENT_MISSED,
				    .missed = 1,
				    .rule = -1 };

	(void)state;
	e.before = make_page(STATUS_SYNCHRONIZED, 0x77);
	e.after = make_page(STATUS_UNRELIABLE, 0x78);
	assert_event(&e, "1 update not seen");
	e.missed = 3;
	assert_event(&e, "3 updates not seen");
	e.event = EVENT_STATUS;
	assert_event(&e, "clock_status synchronized " TEXT_ARROW " unreliable");
	e.event = EVENT_DISRUPTION;
	assert_event(&e, "disruption_marker 0x77 " TEXT_ARROW " 0x78");
	e.event = EVENT_VIOLATION;
	e.rule = RULE_series_seq_step;
	strcpy(e.message, "it went back");
	assert_event(&e, "series.seq-step: it went back");
}

static void assert_step(struct clock_step step, const char *words)
{
	const struct timeline_event e = { .step = step };

	story_event_step(&e, text);
	assert_string_equal(text, words);
}

static void test_steps_of_events(void **state)
{
	(void)state;
	assert_step((struct clock_step){ 0 }, "");
	assert_step((struct clock_step){ .has_time = true }, "time 0");
	assert_step((struct clock_step){ .has_time = true,
					 .nsec = 1500,
					 .has_frequency = true,
					 .ppt = -2000000 },
		    "time +1.5 " TEXT_MICRO "s, frequency " TEXT_MINUS "2 ppm");
	assert_step((struct clock_step){ .has_frequency = true },
		    "frequency 0");
}

/* The page's own time, or else the guest's. */
static void test_date_and_span(void **state)
{
	struct summary *s = &timeline.summary;
	struct anchor *anchor = &timeline.columns.column[0].anchor;

	(void)state;
	timeline.columns.width = 1;
	story_date(&story, text);
	assert_string_equal(text, "");
	story_span(&story, text);
	assert_string_equal(text, "");
	s->has_time = true;
	s->begin = 1795219862 * SEC;
	story_date(&story, text);
	assert_string_equal(text, "2026-11-21 00:11:02 UTC");
	timeline.columns.used = 1;
	*anchor = (struct anchor){ .there = true,
				   .usable = true,
				   .time = 1767225600 * GRID_SECOND };
	anchor->clock.time_type = TIME_TYPE_UTC;
	story_date(&story, text);
	assert_string_equal(text, "2026-01-01 00:00:00 UTC");
	s->raw_end = 65 * SEC;
	story_span(&story, text);
	assert_string_equal(text, "1 min 5 s");
}

static void test_texts_of_the_start_line(void **state)
{
	json_t *start = json_pack("{s:s, s:{s:s, s:i}}", "scenario", "steady",
				  "machine", "kernel", "7.2", "cpus", 4);

	(void)state;
	assert_null(story_start_text(&story, NULL, "scenario"));
	story.start = start;
	assert_string_equal(story_start_text(&story, NULL, "scenario"),
			    "steady");
	assert_string_equal(story_start_text(&story, "machine", "kernel"),
			    "7.2");
	assert_null(story_start_text(&story, "machine", "cpus"));
	assert_null(story_start_text(&story, "scenario", "kernel"));
	assert_null(story_start_text(&story, "tool", "version"));
	json_decref(start);
}

#define CASE(test) cmocka_unit_test_setup(test, make_story)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_status_comes_first),
		CASE(test_status_of_what_was_not_read),
		CASE(test_the_verdict_comes_last),
		CASE(test_disruptions_are_told),
		CASE(test_leap_seconds_are_told),
		CASE(test_tile_of_the_verdict),
		CASE(test_tile_of_disruptions),
		CASE(test_tile_of_silent_jumps),
		CASE(test_no_green_above_a_broken_rule),
		CASE(test_tile_of_the_bound),
		CASE(test_tile_of_the_status),
		CASE(test_tile_of_what_was_seen),
		CASE(test_panels),
		CASE(test_events),
		CASE(test_steps_of_events),
		CASE(test_date_and_span),
		CASE(test_texts_of_the_start_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
