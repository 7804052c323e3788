/* SPDX-License-Identifier: BSD-2-Clause */
/* A watch under way, and the lines with which it begins and ends. */
#ifndef VMCLOCKCTL_CMD_WATCH_SESSION_H
#define VMCLOCKCTL_CMD_WATCH_SESSION_H

#include "event/summary.h"
#include "io/output/output.h"
#include "io/output/service.h"
#include "io/source/source.h"
#include "follow.h"
#include "hook.h"
#include "until.h"
#include "watch.h"
#include "watch_metrics.h"
#include "watch_rules.h"
#include "watch_state.h"
#include "watch_view.h"

struct watch_session {
	const struct invocation *invocation;
	/* One of the two; the source is a recording then. */
	struct live *live;
	struct source source;
	const char *path;
	struct follow follow;
	struct output *output;
	bool wants_view;
	struct watch_view *view; /* NULL: lines are printed */
	struct hook hook;
	struct service service;
	int journal; /* a descriptor, or -1 */
	struct watch_rules rules;
	bool json;
	unsigned int shown; /* events, bit e for event e */
	struct until until;
	uint64_t most; /* events, 0: no limit */
	uint64_t n;    /* events so far */
	uint64_t counts[EVENT_COUNT];
	bool early; /* it ended before the source had begun */
	bool has_page, unsettled, lost;
	struct page page; /* the one before */
	bool has_time;	  /* of that page */
	int64_t realtime;
	uint64_t snapshot; /* its number in the recording; 0: it is live */
	struct summary summary;
	struct watch_state state;
	struct watch_metrics metrics;
	/* Of each event, told or not; of earlier watches, too, by the state. */
	uint64_t totals[EVENT_COUNT];
	bool present;	  /* the last look found the page */
	bool unsaved;	  /* what was told is not in the state yet */
	bool kept_failed; /* the state or the metrics could not be kept */
	bool untold;	  /* of the page seen last some events were not told */
	bool at_once;	  /* ENDING_UNTIL: the first page has the value */
	enum ending ending;
};

/* The line with which it begins, and on stderr what is watched. Returns 0, or
 * -1 with *error. */
int watch_write_start(struct watch_session *session, struct error *error);

/* Say on stderr if --until waits for what only a page with a counter has; of
 * the first page, and of each that loses its counter. */
void watch_note_hopeless(const struct watch_session *session,
			 const struct page *page);

/* Send the event to the journal, if it is open. Returns 0, or -1 with *error.
 */
int watch_journal_event(const struct watch_session *session,
			const struct occurrence *occurrence,
			struct error *error);

/* The line with which it ends, and on stderr what was counted. */
int watch_write_end(struct watch_session *session, struct error *error);

#endif
