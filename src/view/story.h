/* SPDX-License-Identifier: BSD-2-Clause */
/* What a timeline comes to, in sentences: shared by the formats of `report`. */
#ifndef VMCLOCKCTL_VIEW_STORY_H
#define VMCLOCKCTL_VIEW_STORY_H

#include <jansson.h>

#include "io/source/source.h"
#include "report/timeline.h"
#include "rules/report.h"
#include "event.h"
#include "picture.h"
#include "units.h"

/* One SOURCE of a report, or pages drawn together. */
struct story {
	const char *name; /* as the user wrote it */
	const struct source *source;
	const struct timeline *timeline;
	const struct report *report;
	/* The start line of a recording; NULL: there is none. Foreign text. */
	const json_t *start;
	bool cut;	/* a recording without its end line */
	uint64_t pages; /* of --series, else 0 */
	/* What --begin and --end said, where a part is drawn; else NULL. */
	const char *begin, *end;
};

/* Whether what is drawn is a part; the rules are judged of all of it. */
static inline bool story_is_part(const struct story *story)
{
	return story->begin || story->end;
}

/* What they are judged of, where a part is drawn: a live page has no more than
 * was looked at. */
static inline const char *story_whole(const struct story *story)
{
	return story->source && !story->source->recording
		       ? "all that was watched"
		       : "the whole recording";
}

enum mood {
	MOOD_OK,
	MOOD_WARN,
	MOOD_BAD,
	MOOD_MUTED
};
extern const char *const mood_names[]; /* classes of style */
extern const char *const mood_signs[]; /* before words: a tick, a cross, "" */

enum tile {
	TILE_VERDICT,
	TILE_DISRUPTIONS,
	TILE_BOUND,
	TILE_STATUS,
	TILE_SEEN,
	TILE_COUNT,
};
extern const char *const tile_names[TILE_COUNT];

#define STORY_MAX 1200

/* One sentence that says what happened, status first. */
void story_sentence(const struct story *story, char text[static STORY_MAX]);

/* The words of a tile, and below them one line that explains them. */
enum mood story_tile(const struct story *story, enum tile tile,
		     char text[static STORY_MAX], char more[static STORY_MAX]);

extern const char *const panel_titles[PANEL_COUNT];
extern const char *const panel_notes[PANEL_COUNT]; /* how to read it */

/* What a panel shows, in one clause. */
enum mood story_panel(const struct story *story, enum panel panel,
		      char text[static STORY_MAX]);

/* What changed with an event, as watch has it. */
struct occurrence story_occurrence(const struct timeline_event *event);
void story_event(const struct timeline_event *event,
		 char text[static STORY_MAX]);
void story_event_step(const struct timeline_event *event,
		      char text[static STORY_MAX]);

/* When the first page was seen, "2026-01-01 00:00:00 UTC"; "": not known. */
void story_date(const struct story *story, char text[static UNITS_MAX]);

/* Which part is drawn, "" where that is all of it. */
void story_part(const struct story *story, char text[static STORY_MAX]);

/* How long it was watched; "": not known. */
void story_span(const struct story *story, char text[static UNITS_MAX]);

/* A text of the recording's start line: path of member names, "machine.kernel";
 * NULL: it is not there, or no text. */
const char *story_start_text(const struct story *story, const char *object,
			     const char *member);

#endif
