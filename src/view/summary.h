/* SPDX-License-Identifier: BSD-2-Clause */
/* What a series of snapshots held, for people and as JSON. */
#ifndef VMCLOCKCTL_VIEW_SUMMARY_H
#define VMCLOCKCTL_VIEW_SUMMARY_H

#include <jansson.h>
#include <stdio.h>

#include "event/summary.h"

/* The word for a status of the summary: a name of clock_status, "unknown(N)",
 * or "other". */
#define STATUS_WORD_MAX 32
void summary_status_word(const struct summary *summary, int status,
			 char text[static STATUS_WORD_MAX]);

/* What follows the shares of the statuses where some of the whole has none. */
#define SUMMARY_NO_STATUS "no readable status"

/* Two lines: how much was seen, and in which state it was; of nothing, none.
 * `events`: the counts of the first are wanted too. */
void text_summary(FILE *stream, const struct summary *summary, bool events);

/* The object; NULL: no memory. */
json_t *json_summary(const struct summary *summary);

#endif
