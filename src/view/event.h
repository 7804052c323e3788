/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of `watch`: an event, when it was seen, and what changed. */
#ifndef VMCLOCKCTL_VIEW_EVENT_H
#define VMCLOCKCTL_VIEW_EVENT_H

#include <stdio.h>

#include "event/change.h"
#include "describe.h"

struct occurrence {
	enum event event;
	/* The page before, and the page that showed the event; `after` is NULL
	 * if the device is lost. */
	const struct page *before, *after;
	bool has_time;
	int64_t realtime;  /* CLOCK_REALTIME, ns */
	uint64_t missed;   /* EVENT_MISSED: updates */
	uint64_t snapshot; /* its number in the recording; 0: none */
	/* EVENT_VIOLATION: the rule's id, and what is wrong. */
	const char *rule, *message;
};

/* The time in RFC 3339 with nine digits; false if it is not known. */
bool occurrence_time(const struct occurrence *occurrence,
		     char text[static RFC3339_MAX]);

/* The rows that changed and made the event; 0 where it has no pages. */
uint64_t occurrence_rows(const struct occurrence *occurrence);

/* The row's value on that page: a name, the flags that the event looks at, a
 * number without its unit; "-" if the page does not mark it valid. */
void occurrence_value(const struct occurrence *occurrence,
		      const struct page *page, int row,
		      char text[static DESCRIBE_MAX]);

/* The steps, for events that may change the clock: disruption, restore and
 * calibration. */
void occurrence_step(const struct occurrence *occurrence,
		     struct clock_step *step);

/* " time step +1.500000000 s, frequency step -0.1 ppm", as far as they are
 * known; after a comma unless it is the first on its line. */
void text_step(FILE *stream, const struct clock_step *step, bool *first);

/* The disruption marker and the generation, before and after, in hex: ""
 * without a page or where it does not hold it. */
enum occurrence_marker {
	MARKER_OLD,
	MARKER_NEW,
	GENERATION_OLD,
	GENERATION_NEW,
	MARKER_COUNT,
};
void occurrence_markers(const struct occurrence *occurrence,
			char values[static MARKER_COUNT][FIELD_TEXT_MAX]);

/* What changed, after the kind, without a newline. */
void text_occurrence(FILE *stream, const struct occurrence *occurrence);

/* One line: the time, the kind, what changed. */
void text_event(FILE *stream, const struct occurrence *occurrence, bool color);

/* The same without a newline, for a line that may have to be cut: the time of
 * day to a millisecond, the steps before the fields. */
void text_event_brief(FILE *stream, const struct occurrence *occurrence);

#endif
