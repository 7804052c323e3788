/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `watch --openmetrics`: what happened, and how the watch is. No metric has the
 * name of one of show or compare: a collector refuses two files with one
 * sample.
 */
#ifndef VMCLOCKCTL_VIEW_OPENMETRICS_WATCH_H
#define VMCLOCKCTL_VIEW_OPENMETRICS_WATCH_H

#include <stdio.h>

#include "event/change.h"

struct watch_figures {
	const char *source;
	const uint64_t *counts;	 /* of each event */
	const struct page *page; /* NULL: none is to be had at this moment */
	bool has_look;
	int64_t look; /* CLOCK_REALTIME of the last that found a page, ns */
};

void openmetrics_watch(FILE *stream, const struct watch_figures *figures);

#endif
