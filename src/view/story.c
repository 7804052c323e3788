/* SPDX-License-Identifier: BSD-2-Clause */
/* What happened, in sentences and short texts. */
#include "story.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "summary.h"

const char *const mood_names[] = { "ok", "warn", "bad", "mut" };

const char *const tile_names[TILE_COUNT] = {
	[TILE_VERDICT] = "verdict",   [TILE_DISRUPTIONS] = "disruptions",
	[TILE_BOUND] = "worst bound", [TILE_STATUS] = "status",
	[TILE_SEEN] = "seen",
};

const char *const panel_titles[PANEL_COUNT] = {
	[PANEL_OFFSET] = "CLOCK_REALTIME against the page",
	[PANEL_STEP] = "How far each update moved the clock",
	[PANEL_FREQUENCY] = "Frequency of the counter, by the page",
};

const char *const panel_notes[PANEL_COUNT] = {
	[PANEL_OFFSET] =
		"Zero is the page's time. The band is its maximum error in either direction, "
		"which grows until the next update. Each dot is the guest's own clock at a "
		"new page. A dot outside the band is a broken promise or a badly kept "
		"CLOCK_REALTIME.",
	[PANEL_STEP] =
		"The time of the new page minus that of the page before, at one counter reading. The whisker is what the old page promised. Across a new disruption marker nothing was promised: such a step is shown as a diamond, or off the scale as a triangle, and is no fault.",
	[PANEL_FREQUENCY] =
		"In parts per million from the first page that has one. It should wander by parts of a ppm, and step only with a new marker.",
};

/* Adds to a text; what does not fit is cut. */
__attribute__((format(printf, 2, 3))) static void
add_text(char text[static STORY_MAX], const char *format, ...)
{
	size_t used = strlen(text);
	va_list values;

	va_start(values, format);
	vsnprintf(text + used, STORY_MAX - used, format, values);
	va_end(values);
}

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

const char *story_start_text(const struct story *story, const char *object,
			     const char *member)
{
	const json_t *at = story->start;

	if (at && object)
		at = json_object_get(at, object);
	return at ? json_string_value(json_object_get(at, member)) : NULL;
}

static uint64_t get_share(const struct summary *s, int status)
{
	return summary_share_time(s) ? s->status[status].nsec
				     : s->status[status].pages;
}

static uint64_t get_share_total(const struct summary *s)
{
	return summary_share_time(s) ? summary_share_time(s) : s->pages;
}

/* The statuses that were seen, those that stood longest first. Returns how
 * many. */
static int sort_shares(const struct summary *s, int order[SUMMARY_STATUSES])
{
	int count = 0;

	for (int i = 0; i < SUMMARY_STATUSES; i++) {
		int place = count;

		if (!s->status[i].pages)
			continue;
		while (place &&
		       get_share(s, order[place - 1]) < get_share(s, i)) {
			order[place] = order[place - 1];
			place--;
		}
		order[place] = i;
		count++;
	}
	return count;
}

/* "synchronized 50 %, unknown 25 %", the largest first. */
static void say_shares(const struct story *story, char text[static STORY_MAX])
{
	const struct summary *s = &story->timeline->summary;
	int order[SUMMARY_STATUSES], count = sort_shares(s, order);
	char name[STATUS_WORD_MAX], share[UNITS_MAX];

	text[0] = '\0';
	for (int i = 0; i < count; i++) {
		summary_status_word(s, order[i], name);
		units_share(get_share(s, order[i]), get_share_total(s), share);
		add_text(text, "%s%s %s", i ? ", " : "", name, share);
	}
}

static bool has_only(const struct summary *s, int status)
{
	int order[SUMMARY_STATUSES];

	return sort_shares(s, order) == 1 && order[0] == status;
}

static uint64_t count_disruptions(const struct summary *s)
{
	return s->events[EVENT_DISRUPTION] + s->events[EVENT_RESTORE];
}

static void say_status(const struct story *story, char text[static STORY_MAX])
{
	const struct timeline *t = story->timeline;
	char shares[STORY_MAX];

	if (!t->any_usable && t->layout && has_only(&t->summary, 0)) {
		add_text(text, "The page publishes no clock, only its marker");
	} else if (has_only(&t->summary, STATUS_SYNCHRONIZED)) {
		add_text(text, "Synchronized all the time");
	} else {
		say_shares(story, shares);
		add_text(text, "Status: %s",
			 *shares ? shares : "none published");
	}
}

/* The first three, each with what it did to the clock. */
static void say_disruptions(const struct story *story,
			    char text[static STORY_MAX])
{
	const struct timeline *t = story->timeline;
	uint64_t said = 0, all = count_disruptions(&t->summary) +
				 t->summary.events[EVENT_FORK];

	for (unsigned int i = 0; i < t->listed && said < 3; i++) {
		const struct timeline_event *e = &t->events[i];
		char at[UNITS_MAX];

		if (e->event != EVENT_DISRUPTION && e->event != EVENT_RESTORE &&
		    e->event != EVENT_FORK)
			continue;
		said++;
		if (t->numbered)
			snprintf(at, sizeof(at), "at page %" PRIu64, e->n);
		else
			units_span((uint64_t)e->at, at);
		add_text(text, "; a %s %s%s", event_kinds[e->event].name,
			 t->numbered ? "" : "after ", at);
		if (e->step.has_time && e->step.nsec) {
			units_step(e->step.nsec, 5, at);
			add_text(text, " that moved time by %s", at);
		}
		if (e->step.has_frequency && e->step.ppt) {
			units_ppm(e->step.ppt, at);
			add_text(text, "%s the counter's frequency by %s",
				 e->step.has_time && e->step.nsec
					 ? " and"
					 : " that moved",
				 at);
		}
	}
	if (all > said)
		add_text(text, "; %" PRIu64 " more", all - said);
}

/* What no marker told, and the rule found: the first, and how many more. */
static void say_silent(const struct timeline *t, char text[static STORY_MAX])
{
	const struct breach *first = NULL;
	char step[UNITS_MAX];
	uint64_t more = 0;

	for (unsigned int i = 0; i < t->breach_count; i++) {
		const struct breach *b = &t->breaches[i];

		if (b->rule != RULE_series_marker_silent || b->warning)
			continue;
		if (first)
			more++;
		else
			first = b;
	}
	if (!first)
		return;
	add_text(text, "; the clock jumped");
	if (first->has_step) {
		units_step(first->step, 5, step);
		add_text(text, " by %s", step);
	}
	add_text(text, " at %s %" PRIu64 " without a new marker",
		 t->numbered ? "page" : "snapshot", first->first);
	if (more)
		add_text(text, ", and %" PRIu64 " time%s more", more,
			 plural(more));
}

static bool has_leap(const struct timeline *t, uint64_t indicator)
{
	const struct state_strip *s = &t->strips[STRIP_LEAP];

	for (unsigned int i = 0; i < s->count; i++) {
		if (s->runs[i].there && s->runs[i].value == indicator)
			return true;
	}
	return false;
}

static void say_leap(const struct timeline *t, char text[static STORY_MAX])
{
	if (has_leap(t, LEAP_POS) ||
	    (has_leap(t, LEAP_PRE_POS) && has_leap(t, LEAP_POST_POS)))
		add_text(text, "; a leap second was inserted, 23:59:60");
	else if (has_leap(t, LEAP_PRE_NEG) && has_leap(t, LEAP_POST_NEG))
		add_text(text, "; a second was left out, 23:59:59");
	else if (has_leap(t, LEAP_PRE_POS) || has_leap(t, LEAP_PRE_NEG))
		add_text(text, "; a leap second is announced");
	else if (has_leap(t, LEAP_POST_POS) || has_leap(t, LEAP_POST_NEG))
		add_text(text, "; a leap second had been before");
}

void story_sentence(const struct story *story, char text[static STORY_MAX])
{
	const struct timeline *t = story->timeline;
	const unsigned int *count = story->report->count;

	text[0] = '\0';
	say_status(story, text);
	say_disruptions(story, text);
	say_silent(t, text);
	say_leap(t, text);
	if (t->broken)
		add_text(text,
			 "; %" PRIu64 " update%s broke the promised bounds",
			 t->broken, plural(t->broken));
	else if (t->summary.bounded && t->steps)
		add_text(text, "; every update kept the promised bounds");
	if (story->report->conclusion == CONCLUSION_NOT_JUDGED)
		add_text(text, "; no rule could be judged");
	else if (count[VERDICT_FAIL])
		add_text(text, "; %u of %u rules failed", count[VERDICT_FAIL],
			 story->report->rules);
	else
		add_text(text, "; no rule failed");
	if (story_is_part(story))
		add_text(text, " in the whole recording");
	add_text(text, ".");
	if (story->cut)
		add_text(text,
			 " The recording was cut off: it has no end line.");
}

static enum mood tell_verdict(const struct story *story,
			      char text[static STORY_MAX],
			      char more[static STORY_MAX])
{
	const struct report *r = story->report;

	add_text(text, "%s", conclusion_names[r->conclusion]);
	add_text(more, "%u rules: %u ok, %u failed, %u warned%s", r->rules,
		 r->count[VERDICT_OK], r->count[VERDICT_FAIL],
		 r->count[VERDICT_WARN],
		 story_is_part(story) ? ", of the whole recording" : "");
	if (r->conclusion == CONCLUSION_BROKEN)
		return MOOD_BAD;
	if (r->conclusion == CONCLUSION_NOT_JUDGED)
		return MOOD_MUTED;
	return r->count[VERDICT_WARN] ? MOOD_WARN : MOOD_OK;
}

static enum mood tell_disruptions(const struct story *story,
				  char text[static STORY_MAX],
				  char more[static STORY_MAX])
{
	const struct timeline *t = story->timeline;
	uint64_t count = count_disruptions(&t->summary);
	char step[UNITS_MAX];

	add_text(text, "%" PRIu64, count);
	if (t->has_jump) {
		units_step(t->jump, 5, step);
		add_text(more, "largest step %s", step);
	} else if (count) {
		add_text(more, "no clock on both sides, so no step");
	} else {
		add_text(more, "the counter was not disturbed");
	}
	return count ? MOOD_WARN : MOOD_OK;
}

static enum mood tell_bound(const struct story *story,
			    char text[static STORY_MAX],
			    char more[static STORY_MAX])
{
	const struct summary *s = &story->timeline->summary;
	char bound[UNITS_MAX];

	if (!s->bounded) {
		add_text(text, "none");
		add_text(more, "%s",
			 story->pages ? "pages alone have no reading"
				      : "the page gives no maximum error");
		return MOOD_MUTED;
	}
	/* To the nanosecond: a bound must not be rounded down. A double has 15
	 * digits. */
	units_nsec(s->worst > INT64_MAX ? INT64_MAX : (int128)s->worst, 15,
		   bound);
	add_text(text, TEXT_PLUS_MINUS "%s", bound);
	add_text(more, "maximum error, at snapshot %" PRIu64, s->worst_n);
	return MOOD_OK;
}

static enum mood tell_status(const struct story *story,
			     char text[static STORY_MAX],
			     char more[static STORY_MAX])
{
	const struct summary *s = &story->timeline->summary;
	char *comma;
	int order[SUMMARY_STATUSES];

	say_shares(story, text);
	if (sort_shares(s, order) > 1) {
		comma = strchr(text, ',');
		add_text(more, "%s", comma + 2);
		*comma = '\0';
	} else if (*text) {
		add_text(more, "all the time");
	} else {
		add_text(text, "none");
		add_text(more, "the page ends before it");
	}
	return has_only(s, STATUS_SYNCHRONIZED) ? MOOD_OK : MOOD_WARN;
}

static enum mood tell_seen(const struct story *story,
			   char text[static STORY_MAX],
			   char more[static STORY_MAX])
{
	const struct summary *s = &story->timeline->summary;
	char count[UNITS_MAX], span[UNITS_MAX];

	units_count(s->pages, count);
	add_text(text, "%s page%s", count, plural(s->pages));
	story_span(story, span);
	if (*span)
		add_text(more, "in %s; ", span);
	add_text(more, "%" PRIu64 " update%s missed", s->missed,
		 plural(s->missed));
	if (s->unsettled)
		add_text(more, "; seq_count did not settle %" PRIu64 " time%s",
			 s->unsettled, plural(s->unsettled));
	if (story->cut)
		add_text(more, "; cut off");
	return s->missed || s->unsettled || story->cut ? MOOD_WARN : MOOD_OK;
}

enum mood story_tile(const struct story *story, enum tile tile,
		     char text[static STORY_MAX], char more[static STORY_MAX])
{
	static enum mood (*const tell[TILE_COUNT])(const struct story *,
						   char[static STORY_MAX],
						   char[static STORY_MAX]) = {
		[TILE_VERDICT] = tell_verdict,
		[TILE_DISRUPTIONS] = tell_disruptions,
		[TILE_BOUND] = tell_bound,
		[TILE_STATUS] = tell_status,
		[TILE_SEEN] = tell_seen,
	};

	text[0] = more[0] = '\0';
	return tell[tile](story, text, more);
}

static enum mood say_offsets(const struct timeline *t,
			     char text[static STORY_MAX])
{
	uint64_t bounded = t->inside + t->outside + t->unclear;

	if (!bounded) {
		add_text(text,
			 "the page gives no bounds: nothing to be inside of");
		return MOOD_MUTED;
	}
	add_text(text, "%" PRIu64 " of %" PRIu64 " readings inside the bounds",
		 t->inside, bounded);
	if (t->outside)
		add_text(text, ", %" PRIu64 " outside", t->outside);
	if (t->unclear)
		add_text(text, ", %" PRIu64 " too slow to tell", t->unclear);
	return t->outside ? MOOD_BAD : MOOD_OK;
}

static enum mood say_steps(const struct timeline *t,
			   char text[static STORY_MAX])
{
	add_text(text, "%" PRIu64 " update%s under one marker", t->steps,
		 plural(t->steps));
	if (t->summary.bounded)
		add_text(text, ", %" PRIu64 " outside the promise", t->broken);
	if (t->across)
		add_text(text, "; %" PRIu64 " across a new marker", t->across);
	return t->broken ? MOOD_BAD : MOOD_OK;
}

static enum mood say_frequency(const struct timeline *t,
			       char text[static STORY_MAX])
{
	struct range range = { 0 };
	char words[UNITS_MAX], frequency[DESCRIBE_MAX];

	for (unsigned int i = 0; i < t->columns.used; i++)
		range_merge(&range,
			    &t->columns.column[i].of[QUANTITY_FREQUENCY]);
	describe_frequency(t->frequency, frequency);
	add_text(text, "from %s", frequency);
	if (range.most == range.least) {
		add_text(text, ", always the same");
		return MOOD_OK;
	}
	units_ppm(range.least, words);
	add_text(text, ", between %s", range.least ? words : "0");
	units_ppm(range.most, words);
	add_text(text, " and %s", range.most ? words : "0");
	return MOOD_OK;
}

enum mood story_panel(const struct story *story, enum panel panel,
		      char text[static STORY_MAX])
{
	text[0] = '\0';
	switch (panel) {
	case PANEL_OFFSET:
		return say_offsets(story->timeline, text);
	case PANEL_STEP:
		return say_steps(story->timeline, text);
	default:
		return say_frequency(story->timeline, text);
	}
}

struct occurrence story_occurrence(const struct timeline_event *e)
{
	return (struct occurrence){
		.event = e->event,
		.before = &e->before,
		.after = &e->after,
		.has_time = e->has_time,
		.realtime = e->realtime,
		.missed = e->missed,
		.snapshot = e->n,
		.rule = e->rule < 0 ? NULL : rules[e->rule].id,
		.message = e->message,
	};
}

void story_event(const struct timeline_event *e, char text[static STORY_MAX])
{
	const struct occurrence o = story_occurrence(e);
	uint64_t rows = e->rule < 0 ? occurrence_rows(&o) : 0;
	const char *separator = "";

	text[0] = '\0';
	if (e->rule >= 0)
		add_text(text, "%s: %s", rules[e->rule].id, e->message);
	if (e->event == EVENT_MISSED) {
		add_text(text, "%" PRIu64 " update%s not seen", e->missed,
			 plural(e->missed));
		return;
	}
	for (int row = 0; rows >> row; row++) {
		char old[DESCRIBE_MAX], new[DESCRIBE_MAX];

		if (!(rows >> row & 1))
			continue;
		occurrence_value(&o, &e->before, row, old);
		occurrence_value(&o, &e->after, row, new);
		add_text(text, "%s%s %s " TEXT_ARROW " %s", separator,
			 e->after.layout->fields[row].name, old, new);
		separator = ", ";
	}
}

void story_event_step(const struct timeline_event *e,
		      char text[static STORY_MAX])
{
	char words[UNITS_MAX];

	text[0] = '\0';
	if (e->step.has_time) {
		units_step(e->step.nsec, 6, words);
		add_text(text, "time %s", e->step.nsec ? words : "0");
	}
	if (!e->step.has_frequency)
		return;
	units_ppm(e->step.ppt, words);
	add_text(text, "%sfrequency %s", *text ? ", " : "",
		 e->step.ppt ? words : "0");
}

void story_date(const struct story *story, char text[static UNITS_MAX])
{
	const struct summary *s = &story->timeline->summary;
	struct utc utc;

	text[0] = '\0';
	if (timeline_utc(story->timeline, 0, &utc))
		units_date(&utc, text);
	else if (s->has_time)
		units_realtime(s->begin, text);
	if (*text)
		snprintf(text + strlen(text), UNITS_MAX - strlen(text), " UTC");
}

void story_span(const struct story *story, char text[static UNITS_MAX])
{
	uint64_t nsec;

	text[0] = '\0';
	if (summary_span(&story->timeline->summary, &nsec))
		units_span(nsec, text);
}

void story_part(const struct story *story, char text[static STORY_MAX])
{
	const struct timeline *t = story->timeline;

	text[0] = '\0';
	if (!story_is_part(story))
		return;
	add_text(text, "a part: snapshots %" PRIu64 " to %" PRIu64, t->first_n,
		 t->last_n);
	if (story->begin)
		add_text(text, ", from %s", story->begin);
	if (story->end)
		add_text(text, ", until %s", story->end);
}
