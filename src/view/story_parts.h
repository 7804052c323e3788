/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files that put a timeline into words share: the inside of story.c.
 */
#ifndef VMCLOCKCTL_VIEW_STORY_PARTS_H
#define VMCLOCKCTL_VIEW_STORY_PARTS_H

#include "story.h"

/* Adds to a text; what does not fit is cut. */
__attribute__((format(printf, 2, 3))) void
story_add(char text[static STORY_MAX], const char *format, ...);

static inline const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

/* The statuses that were seen, those that stood longest first. Returns how
 * many. */
int story_sort_shares(const struct summary *summary,
		      int order[SUMMARY_STATUSES]);

/* "synchronized 50 %, unknown 25 %", the largest first. */
void story_shares(const struct story *story, char text[static STORY_MAX]);

static inline bool has_only(const struct summary *summary, int status)
{
	int order[SUMMARY_STATUSES];

	return story_sort_shares(summary, order) == 1 && order[0] == status;
}

static inline uint64_t count_disruptions(const struct summary *summary)
{
	return summary->events[EVENT_DISRUPTION] +
	       summary->events[EVENT_RESTORE];
}

#endif
