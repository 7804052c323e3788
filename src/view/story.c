/* SPDX-License-Identifier: BSD-2-Clause */
/* What happened, in sentences and short texts. */
#include "story_parts.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "summary.h"

void story_add(char text[static STORY_MAX], const char *format, ...)
{
	size_t used = strlen(text);
	va_list values;

	va_start(values, format);
	vsnprintf(text + used, STORY_MAX - used, format, values);
	va_end(values);
}

const char *story_start_text(const struct story *story, const char *object,
			     const char *member)
{
	const json_t *at = story->start;

	if (at && object)
		at = json_object_get(at, object);
	return at ? json_string_value(json_object_get(at, member)) : NULL;
}

static uint64_t get_part(const struct summary *s,
			 const struct summary_status *status)
{
	return summary_share_time(s) ? status->nsec : status->pages;
}

static uint64_t get_share(const struct summary *s, int status)
{
	return get_part(s, &s->status[status]);
}

static uint64_t get_share_total(const struct summary *s)
{
	return summary_share_time(s) ? summary_share_time(s) : s->pages;
}

int story_sort_shares(const struct summary *s, int order[SUMMARY_STATUSES])
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

/* Whether there is a share without a status. */
static bool has_gap(const struct summary *s)
{
	return s->no_status.pages || s->no_status.nsec;
}

void story_shares(const struct story *story, char text[static STORY_MAX])
{
	const struct summary *s = &story->timeline->summary;
	int order[SUMMARY_STATUSES], count = story_sort_shares(s, order);
	char name[STATUS_WORD_MAX], share[UNITS_MAX];

	text[0] = '\0';
	for (int i = 0; i < count; i++) {
		summary_status_word(s, order[i], name);
		units_share(get_share(s, order[i]), get_share_total(s), share);
		story_add(text, "%s%s %s", i ? ", " : "", name, share);
	}
	if (!count || !has_gap(s))
		return;
	units_share(get_part(s, &s->no_status), get_share_total(s), share);
	story_add(text, ", " SUMMARY_NO_STATUS " %s", share);
}

static void say_status(const struct story *story, char text[static STORY_MAX])
{
	const struct timeline *t = story->timeline;
	char shares[STORY_MAX];

	if (!t->any_usable && t->layout && has_only(&t->summary, 0) &&
	    !t->summary.no_status.pages) {
		story_add(text, "The page publishes no clock, only its marker");
	} else if (has_only(&t->summary, STATUS_SYNCHRONIZED) &&
		   summary_knows_all(&t->summary)) {
		story_add(text, "Synchronized all the time");
	} else {
		story_shares(story, shares);
		story_add(text, "Status: %s",
			  *shares ? shares : "none readable");
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
		else if (e->at)
			units_span((uint64_t)e->at, at);
		else
			snprintf(at, sizeof(at), "at the first page");
		story_add(text, "; a %s %s%s", event_kinds[e->event].name,
			  t->numbered || !e->at ? "" : "after ", at);
		if (e->step.has_time && e->step.nsec) {
			units_step(e->step.nsec, 5, at);
			story_add(text, " that moved time by %s", at);
		}
		if (e->step.has_frequency && e->step.ppt) {
			units_ppm(e->step.ppt, at);
			story_add(text, "%s the counter's frequency by %s",
				  e->step.has_time && e->step.nsec
					  ? " and"
					  : " that moved",
				  at);
		}
	}
	if (all > said)
		story_add(text, "; %" PRIu64 " more", all - said);
}

/* What no marker told, and a rule forbids: the farthest, and how many more. */
static void say_silent(const struct timeline *t, char text[static STORY_MAX])
{
	const struct jumps *jumps = &t->jumps[0];
	char step[UNITS_MAX];

	if (!jumps->count)
		return;
	story_add(text, "; the clock jumped");
	if (jumps->has_step) {
		units_step(jumps->step, 5, step);
		story_add(text, " by %s", step);
	}
	story_add(text, " at %s %" PRIu64 " without a new marker",
		  t->numbered ? "page" : "snapshot", jumps->n);
	if (jumps->count > 1)
		story_add(text, ", and %" PRIu64 " time%s more",
			  jumps->count - 1, plural(jumps->count - 1));
}

/* How many failed, and which: the first two. */
static void say_failed(const struct report *r, char text[static STORY_MAX])
{
	unsigned int failed = r->count[VERDICT_FAIL], named = 0;

	story_add(text, "; %u of %u rules failed", failed, r->rules);
	for (int i = 0; r->verifier && i < RULE_COUNT && named < 2; i++) {
		if (!outcome_is_bad(report_outcome(r, i)))
			continue;
		story_add(text, "%s%s", named++ ? ", " : ": ", rules[i].id);
	}
	if (named == 2 && failed > named)
		story_add(text, " and %u more", failed - named);
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
		story_add(text, "; a leap second was inserted, 23:59:60");
	else if (has_leap(t, LEAP_PRE_NEG) && has_leap(t, LEAP_POST_NEG))
		story_add(text, "; a second was left out, 23:59:59");
	else if (has_leap(t, LEAP_PRE_POS) || has_leap(t, LEAP_PRE_NEG))
		story_add(text, "; a leap second is announced");
	else if (has_leap(t, LEAP_POST_POS) || has_leap(t, LEAP_POST_NEG))
		story_add(text, "; a leap second had been before");
}

void story_sentence(const struct story *story, char text[static STORY_MAX])
{
	const struct timeline *t = story->timeline;
	const unsigned int *count = story->report->count;
	const struct tally *nested = &t->tallies[RULE_series_nested];

	text[0] = '\0';
	say_status(story, text);
	say_disruptions(story, text);
	say_silent(t, text);
	say_leap(t, text);
	if (t->broken)
		story_add(text,
			  "; %" PRIu64 " update%s broke the promised bounds",
			  t->broken, plural(t->broken));
	else if (nested->drawn[0])
		/* By small steps, each within the last page's own bounds. */
		story_add(
			text,
			"; the clock left the bounds that an earlier page had promised, from %s %" PRIu64
			" on",
			t->numbered ? "page" : "snapshot", nested->first);
	else if (t->summary.bounded && t->steps && t->unusable)
		story_add(
			text,
			"; %" PRIu64 " of %" PRIu64
			" pages give no time, and the others kept the promised bounds",
			t->unusable, t->summary.pages);
	else if (t->summary.bounded && t->steps)
		story_add(text, "; every update kept the promised bounds");
	if (story->report->conclusion == CONCLUSION_NOT_JUDGED)
		story_add(text, "; no rule could be judged");
	else if (count[VERDICT_FAIL])
		say_failed(story->report, text);
	else
		story_add(text, "; no rule failed");
	if (story_is_part(story))
		story_add(text, " in %s", story_whole(story));
	story_add(text, ".");
	if (story->cut)
		story_add(text,
			  " The recording was cut off: it has no end line.");
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
		story_add(text, "%s: %s", rules[e->rule].id, e->message);
	if (e->event == EVENT_MISSED) {
		story_add(text, "%" PRIu64 " update%s not seen", e->missed,
			  plural(e->missed));
		return;
	}
	for (int row = 0; rows >> row; row++) {
		char old[DESCRIBE_MAX], new[DESCRIBE_MAX];

		if (!(rows >> row & 1))
			continue;
		occurrence_value(&o, &e->before, row, old);
		occurrence_value(&o, &e->after, row, new);
		story_add(text, "%s%s %s " TEXT_ARROW " %s", separator,
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
		story_add(text, "time %s", e->step.nsec ? words : "0");
	}
	if (!e->step.has_frequency)
		return;
	units_ppm(e->step.ppt, words);
	story_add(text, "%sfrequency %s", *text ? ", " : "",
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
	story_add(text, "a part: snapshots %" PRIu64 " to %" PRIu64, t->first_n,
		  t->last_n);
	if (story->begin)
		story_add(text, ", from %s", story->begin);
	if (story->end)
		story_add(text, ", until %s", story->end);
}
