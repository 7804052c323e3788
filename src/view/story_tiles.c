/* SPDX-License-Identifier: BSD-2-Clause */
/* The tiles and the captions of a report, and whether each is good. */
#include "story_parts.h"

#include <inttypes.h>
#include <string.h>

#include "describe.h"
#include "summary.h"

const char *const mood_names[] = { "ok", "warn", "bad", "mut" };
const char *const mood_signs[] = { "\xe2\x9c\x93 ", "! ", "\xe2\x9c\x97 ", "" };

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

/* The rules that speak of what a tile or a panel shows: none of them may be
 * broken under a green one. */
struct subject_rule {
	int rule;
	unsigned int tiles, panels; /* sets of bits */
};

#define TILE(name)  (1u << TILE_##name)
#define PANEL(name) (1u << PANEL_##name)

static const struct subject_rule subject_rules[] = {
	{ RULE_seq_even, TILE(SEEN), 0 },
	{ RULE_series_constant, TILE(SEEN), 0 },
	{ RULE_series_seq_step, TILE(SEEN), 0 },
	{ RULE_series_odd_window, TILE(SEEN), 0 },
	{ RULE_status_known, TILE(STATUS), 0 },
	{ RULE_status_usable_clock, TILE(STATUS), 0 },
	{ RULE_series_reference_advances, TILE(STATUS), 0 },
	{ RULE_error_period_order, TILE(BOUND), 0 },
	{ RULE_error_time_order, TILE(BOUND), 0 },
	{ RULE_error_period_size, TILE(BOUND), 0 },
	{ RULE_error_time_size, TILE(BOUND), 0 },
	{ RULE_error_pair, TILE(BOUND), 0 },
	{ RULE_error_zero, TILE(BOUND), 0 },
	{ RULE_series_nested, TILE(DISRUPTIONS) | TILE(BOUND), PANEL(STEP) },
	{ RULE_series_marker_silent, TILE(DISRUPTIONS), PANEL(STEP) },
	{ RULE_series_monotonic, TILE(DISRUPTIONS), PANEL(STEP) },
	{ RULE_series_marker_unique, TILE(DISRUPTIONS), 0 },
	{ RULE_series_generation_unique, TILE(DISRUPTIONS), 0 },
	{ RULE_series_generation_marker, TILE(DISRUPTIONS), 0 },
	{ RULE_series_frequency_step, TILE(DISRUPTIONS), PANEL(FREQUENCY) },
	{ RULE_series_leap_taken, 0, PANEL(OFFSET) | PANEL(STEP) },
	{ RULE_series_smear, 0, PANEL(OFFSET) | PANEL(STEP) },
	{ RULE_series_tai_step, 0, PANEL(OFFSET) },
	{ RULE_tai_sign, 0, PANEL(OFFSET) },
	{ RULE_tai_value, 0, PANEL(OFFSET) },
	{ RULE_reference_time, 0, PANEL(OFFSET) },
	{ RULE_live_realtime, 0, PANEL(OFFSET) },
	{ RULE_period_nonzero, 0, PANEL(FREQUENCY) },
	{ RULE_period_shift, 0, PANEL(FREQUENCY) },
	{ RULE_period_frequency, 0, PANEL(FREQUENCY) },
	{ RULE_period_precision, 0, PANEL(FREQUENCY) },
	{ RULE_live_frequency, 0, PANEL(FREQUENCY) },
};

/* Of a good or warned subject, what the rules say worse of it: named behind
 * `separator`. */
static enum mood judge_subject(const struct story *story, unsigned int tiles,
			       unsigned int panels, enum mood mood,
			       const char *separator,
			       char text[static STORY_MAX])
{
	const struct subject_rule *worst = NULL;
	enum mood least = mood == MOOD_MUTED ? MOOD_OK : mood;

	for (size_t i = 0; i < sizeof(subject_rules) / sizeof(*subject_rules);
	     i++) {
		const struct subject_rule *s = &subject_rules[i];
		const uint64_t *drawn = story->timeline->tallies[s->rule].drawn;
		enum mood says = drawn[0]   ? MOOD_BAD
				 : drawn[1] ? MOOD_WARN
					    : MOOD_OK;

		if (!(s->tiles & tiles || s->panels & panels) || says <= least)
			continue;
		least = says;
		worst = s;
	}
	if (!worst)
		return mood;
	story_add(text, "%s%s %s", *text ? separator : "",
		  rules[worst->rule].id,
		  least == MOOD_BAD ? "is broken" : "warns");
	return least;
}

static enum mood tell_verdict(const struct story *story,
			      char text[static STORY_MAX],
			      char more[static STORY_MAX])
{
	const struct report *r = story->report;

	story_add(text, "%s", conclusion_names[r->conclusion]);
	story_add(more, "%u rules: %u ok, %u failed, %u warned", r->rules,
		  r->count[VERDICT_OK], r->count[VERDICT_FAIL],
		  r->count[VERDICT_WARN]);
	if (story_is_part(story))
		story_add(more, ", of %s", story_whole(story));
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
	const struct jumps *failed = &t->jumps[0], *warned = &t->jumps[1];
	const struct jumps *jumps = failed->count ? failed : warned;
	char step[UNITS_MAX];

	if (!failed->count)
		story_add(text, "%" PRIu64, count);
	else if (!count)
		story_add(text, "%" PRIu64 " silent", failed->count);
	else
		story_add(text, "%" PRIu64 " told, %" PRIu64 " silent", count,
			  failed->count);
	if (jumps->count) {
		units_step(jumps->step, 5, step);
		story_add(more,
			  "time jumped%s%s at %s %" PRIu64
			  " without a new marker",
			  jumps->has_step ? " by " : "",
			  jumps->has_step ? step : "",
			  t->numbered ? "page" : "snapshot", jumps->n);
		return failed->count ? MOOD_BAD : MOOD_WARN;
	}
	if (t->has_jump) {
		units_step(t->jump, 5, step);
		story_add(more, "largest step %s", step);
	} else if (count) {
		story_add(more, "no clock on both sides, so no step");
	} else {
		story_add(more, "no new marker");
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
		story_add(text, "none");
		story_add(more, "%s",
			  story->pages ? "pages alone have no reading"
				       : "the page gives no maximum error");
		return MOOD_MUTED;
	}
	/* To the nanosecond: a bound must not be rounded down. A double has 15
	 * digits. */
	units_nsec(s->worst > INT64_MAX ? INT64_MAX : (int128)s->worst, 15,
		   bound);
	story_add(text, "%s%s", s->worst < INT64_MAX ? TEXT_PLUS_MINUS : "",
		  bound);
	story_add(more, "maximum error, at snapshot %" PRIu64, s->worst_n);
	if (story->timeline->broken) {
		story_add(more, "; %" PRIu64 " update%s broke it",
			  story->timeline->broken,
			  plural(story->timeline->broken));
		return MOOD_BAD;
	}
	if (story->timeline->outside) {
		story_add(more,
			  "; CLOCK_REALTIME outside of it %" PRIu64 " time%s",
			  story->timeline->outside,
			  plural(story->timeline->outside));
		return MOOD_WARN;
	}
	if (s->bounded < s->pages) {
		story_add(more, "; %" PRIu64 " of %" PRIu64 " pages give none",
			  s->pages - s->bounded, s->pages);
		return MOOD_WARN;
	}
	return MOOD_OK;
}

static enum mood tell_status(const struct story *story,
			     char text[static STORY_MAX],
			     char more[static STORY_MAX])
{
	const struct summary *s = &story->timeline->summary;
	char *comma;

	story_shares(story, text);
	comma = strchr(text, ',');
	if (comma) {
		story_add(more, "%s", comma + 2);
		*comma = '\0';
	} else if (*text) {
		story_add(more, "%s",
			  summary_knows_all(s) ? "all the time"
					       : "where it could be read");
	} else {
		story_add(text, "none");
		story_add(more, "no page gives one");
	}
	return has_only(s, STATUS_SYNCHRONIZED) && summary_knows_all(s) &&
			       !story->timeline->unusable
		       ? MOOD_OK
		       : MOOD_WARN;
}

static enum mood tell_seen(const struct story *story,
			   char text[static STORY_MAX],
			   char more[static STORY_MAX])
{
	const struct summary *s = &story->timeline->summary;
	char count[UNITS_MAX], span[UNITS_MAX];

	units_count(s->pages, count);
	story_add(text, "%s page%s", count, plural(s->pages));
	story_span(story, span);
	if (*span)
		story_add(more, "in %s; ", span);
	story_add(more, "%" PRIu64 " update%s missed", s->missed,
		  plural(s->missed));
	if (s->unsettled)
		story_add(more, "; seq_count did not settle %" PRIu64 " time%s",
			  s->unsettled, plural(s->unsettled));
	if (story->cut)
		story_add(more, "; cut off");
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

	enum mood mood;

	text[0] = more[0] = '\0';
	mood = tell[tile](story, text, more);
	return judge_subject(story, 1u << tile, 0, mood, "; ", more);
}

static enum mood say_offsets(const struct timeline *t,
			     char text[static STORY_MAX])
{
	uint64_t bounded = t->inside + t->outside + t->unclear;

	if (!bounded) {
		story_add(text,
			  "the page gives no bounds: nothing to be inside of");
		return MOOD_MUTED;
	}
	story_add(text, "%" PRIu64 " of %" PRIu64 " readings inside the bounds",
		  t->inside, bounded);
	if (t->outside)
		story_add(text, ", %" PRIu64 " outside", t->outside);
	if (t->unclear)
		story_add(text, ", %" PRIu64 " too slow to tell", t->unclear);
	return t->outside ? MOOD_BAD : MOOD_OK;
}

static enum mood say_steps(const struct timeline *t,
			   char text[static STORY_MAX])
{
	story_add(text, "%" PRIu64 " update%s under one marker", t->steps,
		  plural(t->steps));
	if (t->summary.bounded)
		story_add(text, ", %" PRIu64 " outside the promise", t->broken);
	if (t->across)
		story_add(text, "; %" PRIu64 " across a new marker", t->across);
	if (t->broken)
		return MOOD_BAD;
	/* What nothing was promised of cannot be kept. */
	return t->summary.bounded && t->steps ? MOOD_OK : MOOD_MUTED;
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
	story_add(text, "from %s", frequency);
	if (range.most == range.least) {
		story_add(text, ", always the same");
		return MOOD_OK;
	}
	units_ppm(range.least, words);
	story_add(text, ", between %s", range.least ? words : "0");
	units_ppm(range.most, words);
	story_add(text, " and %s", range.most ? words : "0");
	return MOOD_OK;
}

enum mood story_panel(const struct story *story, enum panel panel,
		      char text[static STORY_MAX])
{
	static enum mood (*const say[PANEL_COUNT])(const struct timeline *,
						   char[static STORY_MAX]) = {
		[PANEL_OFFSET] = say_offsets,
		[PANEL_STEP] = say_steps,
		[PANEL_FREQUENCY] = say_frequency,
	};
	const struct timeline *t = story->timeline;
	enum mood mood;

	text[0] = '\0';
	mood = say[panel](t, text);
	if (t->unusable && t->any_usable) {
		story_add(text,
			  "; %" PRIu64 " of %" PRIu64 " pages give no time",
			  t->unusable, t->summary.pages);
		mood = mood == MOOD_OK ? MOOD_WARN : mood;
	}
	return judge_subject(story, 0, 1u << panel, mood, "; ", text);
}
