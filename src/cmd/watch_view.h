/* SPDX-License-Identifier: BSD-2-Clause */
/* watch --view: the live page on a screen. */
#ifndef VMCLOCKCTL_CMD_WATCH_VIEW_H
#define VMCLOCKCTL_CMD_WATCH_VIEW_H

#include "view/event.h"
#include "view/live_view.h"
#include "command.h"
#include "follow.h"
#include "view_clocks.h"
#include "view_recording.h"

/* What is shown, and what of it is kept. */
struct watch_view {
	struct live_model model;
	struct live_point points[LIVE_POINTS];
	char events[LIVE_EVENTS][LIVE_LINE];
	char name[LIVE_LINE];
	struct reading reading;
	bool has_status, has_marker, disrupted;
	uint64_t status, marker;
	int64_t next; /* the next point, CLOCK_MONOTONIC, ns */
	struct view_clocks clocks;
	struct verifier *rules;
	struct leap_table leaps;
	struct error leaps_error; /* why there is no table */
	uint64_t pages;
	const char *root;
	char machine[LIVE_LINE];
	struct view_recording recording;
	bool quit;
};

/* Check that the view can be had. Returns 0, or -1 with *error (ERROR_USAGE).
 */
int watch_view_check(const struct invocation *invocation, struct error *error);

/* Take the terminal. Returns NULL with *error; free it with
 * watch_view_close(). */
struct watch_view *watch_view_open(const struct invocation *invocation,
				   const struct live *live,
				   const struct summary *summary,
				   struct error *error);

void watch_view_event(struct watch_view *view,
		      const struct occurrence *occurrence);

/* A page was found, or another state; look at keys, and draw. The snapshot is
 * that of FOLLOW_PAGE or FOLLOW_UNSETTLED. Returns whether to go on. */
bool watch_view_step(struct watch_view *view, struct follow *follow,
		     enum followed found, const struct snapshot *snapshot);

void watch_view_close(struct watch_view *view);

#endif
