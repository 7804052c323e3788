/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What happened over a series of snapshots, in the form that a picture of it
 * needs: events, broken rules, stretches of one state, and the curves. One
 * pass, and memory that does not depend on how many snapshots there are: what
 * is few is kept one by one, what is many is counted by column (columns.h), and
 * never dropped.
 *
 * The axis is CLOCK_MONOTONIC_RAW since the first page, in nanoseconds, or
 * where the first page came without clocks, the number of the page. It does not
 * go back: a snapshot that would stands where the one before it does.
 */
#ifndef VMCLOCKCTL_REPORT_TIMELINE_H
#define VMCLOCKCTL_REPORT_TIMELINE_H

#include "clock/offset.h"
#include "event/summary.h"
#include "verify.h"
#include "columns.h"

#define POINTS_MAX   600
#define EVENTS_MAX   500
#define BREACHES_MAX 500
#define RUNS_MAX     300

/* Pages before and after the moment of a close-up, and how many there are. */
#define CLOSE_UP_PAGES	10
#define CLOSE_UPS_MAX	40
#define CLOSE_UP_EVENTS 20 /* of these at most are for disruptions */
#define CLOSE_UP_POINTS (2 * CLOSE_UP_PAGES + 12)

/* A page, drawn by itself. Values that do not fit are the nearest that do. */
struct point {
	uint64_t n; /* the snapshot's number, 0: it has none */
	int64_t at,
		end; /* from here until the next page, or the last reading */
	bool usable;
	bool same; /* as the page before: marker, counter_id and time_type */
	enum obstacle obstacle;
	uint64_t status;
	bool has_offset, has_bound, has_step, has_promise, has_frequency;
	enum inside inside;
	int64_t offset;		  /* ns */
	int64_t window;		  /* ns, how long reading the clocks took */
	int64_t bound, bound_end; /* ns, at `at` and `end`, rounded up */
	int64_t step, promise;	  /* ns */
	bool broken;		  /* the step is outside the promise */
	bool jumped;		  /* the step is too large, promised or not */
	int64_t frequency;	  /* from the first page's, parts in 10^12 */
};

/* One event as watch tells it. */
struct timeline_event {
	uint64_t number; /* from 1 on, calibrations not counted */
	uint64_t n;	 /* the snapshot that shows it */
	int64_t at;
	enum event event;
	bool has_time;
	int64_t realtime; /* CLOCK_REALTIME, ns */
	uint64_t missed;
	struct page before, after;
	struct clock_step step;
	int rule; /* EVENT_VIOLATION, else -1 */
	char message[sizeof(((struct finding *)0)->message) +
		     sizeof(((struct finding *)0)->actual) + 16];
};

/* Snapshots in a row that break a rule. */
struct breach {
	int rule;
	bool warning;
	uint64_t first, last; /* snapshots */
	int64_t at, end;
};

/* How often a rule was broken. Its number of a snapshot is 0 where that has
 * none. */
struct tally {
	uint64_t failures, warnings;
	uint64_t drawn[2];    /* of both, those in the part that is drawn */
	uint64_t first, last; /* of the failures, or else of the warnings */
};

/* Snapshots in a row of one state. */
struct state_run {
	int64_t at, end;
	bool there; /* the page has the field */
	uint64_t value;
};

struct state_strip {
	struct state_run runs[RUNS_MAX];
	unsigned int count;
	uint64_t total; /* with those that are counted by column */
	bool there;	/* some page had the field */
	struct state_run last;
};

/* The pages around a moment of a long series. */
struct close_up {
	uint64_t event; /* its number, 0: a breach of `rule` */
	int rule;
	int64_t at;
	struct point points[CLOSE_UP_POINTS];
	unsigned int count, wanted;
};

/* Pages that moved time under one marker farther than was promised, or by which
 * a rule on that fails or warns: how many, and the one that moved it most. */
struct jumps {
	uint64_t count, n;
	bool has_step;
	int64_t step; /* ns */
};

struct timeline {
	/*
	 * NULL, or whether a snapshot is in the part that is drawn; `events`
	 * are those that watch tells up to and with it. Of the others only the
	 * broken rules and the numbers of events are counted.
	 */
	bool (*is_drawn)(void *listener, const struct snapshot *snapshot,
			 uint64_t events);
	void *listener;

	bool passing;	      /* the last snapshot is not in the part */
	bool begun, numbered; /* the axis has numbers of pages */
	bool ended;
	const struct layout *layout; /* of the first page */
	int64_t first_raw;
	int64_t span; /* where the axis ends */
	bool clamped; /* a snapshot would have stood before another */
	uint64_t first_n, last_n;
	bool any_usable;
	uint64_t unusable; /* pages that give no time */
	struct page page;  /* the last */

	struct summary summary; /* as watch sums it up */
	/* As watch counts them, without calibrations: of the recording up to
	 * here, and those of them that are in the part that is drawn. */
	uint64_t event_count, told_count;
	uint64_t inside, outside, unclear, unbounded; /* offsets */
	uint64_t steps, broken, across;		      /* steps */
	struct jumps jumps[2];			      /* failures, warnings */
	bool has_jump; /* the largest step across a new marker */
	int128 jump;
	double frequency; /* of the first page that has one, Hz; 0: none */

	struct point points[POINTS_MAX];
	unsigned int point_count;
	bool many; /* there were more */
	struct timeline_event events[EVENTS_MAX];
	unsigned int listed; /* of the events, in `events` */
	struct breach breaches[BREACHES_MAX];
	unsigned int breach_count;
	uint64_t breach_total;
	struct tally tallies[RULE_COUNT];
	struct state_strip strips[STRIP_COUNT];
	struct close_up close_ups[CLOSE_UPS_MAX];
	unsigned int close_up_count, close_up_events;
	struct columns columns;

	/* Private. */
	struct verifier *verifier;
	struct finding found[RULE_COUNT]; /* by this snapshot */
	bool failed[RULE_COUNT], warned[RULE_COUNT];
	bool any_found;
	bool told[RULE_COUNT]; /* since the marker is this one */
	int open[RULE_COUNT];  /* its breach that may go on, + 1 */
	bool has_marker;
	uint64_t marker;
	bool holds; /* a point whose end is not known yet */
	struct point held;
	struct clock held_clock;
	uint64_t held_counter, held_last;
	bool held_reads;
	struct point before[CLOSE_UP_PAGES];
	uint64_t passed; /* points, by way of `before` */
	struct clock ppt_clock, reference;
	int64_t ppt;
};

/* Begin with a timeline of zeros; the verifier tells it of broken rules from
 * now on. */
void timeline_start(struct timeline *timeline, struct verifier *verifier);

/* The snapshot that the verifier has just checked. */
void timeline_take(struct timeline *timeline, const struct snapshot *snapshot);

/* No more snapshots; after verify_end(). */
void timeline_end(struct timeline *timeline);

/* UTC at a place on the axis, by the page that held there; false where no page
 * gives it. */
bool timeline_utc(const struct timeline *timeline, int64_t at, struct utc *utc);

/* The next place after `from` where UTC is a multiple of `step` ns, or is
 * 23:59:60 on the second where `step` is one second or less. False: there is
 * none before the end. */
bool timeline_next_utc(const struct timeline *timeline, int64_t from,
		       int64_t step, int64_t *at, struct utc *utc);

/* The largest value that the scale of a quantity has to show, by magnitude:
 * that of the bounds for offsets, of the promises for steps; where there are
 * none, what 98 % of the columns stay within. 0: nothing to show. */
int64_t timeline_scale(const struct timeline *timeline, enum quantity quantity);

#endif
