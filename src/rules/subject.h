/* SPDX-License-Identifier: BSD-2-Clause */
/* What the conformance rules check: a page with its context. */
#ifndef VMCLOCKCTL_RULES_SUBJECT_H
#define VMCLOCKCTL_RULES_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock/clock.h"
#include "clock/leap.h"
#include "probe.h"
#include "event/snapshot.h"

struct page_run;

/* What earlier snapshots say about a page; the engine keeps it. */
struct history {
	bool marker_returned;	  /* the marker has been seen and was left */
	bool generation_returned; /* the generation likewise */
	/* There were more than are remembered. */
	bool markers_forgotten, generations_forgotten;
	/* How long the reference has not changed, by readings of the counter up
	 * to the last one under this page, while all pages were
	 * SYNCHRONIZED. */
	grid still;
	/* The leap second between it and the page before, on UTC pages of one
	 * run: 1 inserted, -1 skipped, 0 none. */
	int leap;
	/* FREERUNNING on the page before: the reference of the first such page
	 * in a row. */
	grid free_since;
};

/* A host that publishes no new reference for this long may be stale. */
#define STALE_AFTER (3600 * GRID_SECOND)

/* What a check reads. */
struct subject {
	const uint8_t *bytes;
	size_t length;
	bool region;  /* `length` is that of the region, and not of a dump */
	bool magic;   /* the magic is right */
	bool swapped; /* it is right in the other byte order */
	struct page page;
	struct clock clock;
	bool usable;
	/* The page is usable and UTC or TAI: its reference, in seconds of the
	 * page's own count of UTC. A TAI page needs its offset for that. */
	bool has_utc;
	int64_t utc;
	/* How it was taken; NULL for a single page. */
	const struct snapshot *snapshot;
	/* The page before this one; NULL for the first or only one. */
	const struct subject *before;
	struct history history;
	/* The run that the page is in, before it is kept there; NULL for a
	 * single page. */
	const struct page_run *run;
	/* NULL: there is none; leaps_reason says why. */
	const struct leap_table *leaps;
	const char *leaps_reason;
	/* NULL but for the rules on the live device. */
	const struct probe *probe;
};

/* When a rule has something to check. */
enum applies {
	APPLIES_ALWAYS,
	APPLIES_MAGIC,	/* the magic is there: the layout is known */
	APPLIES_CIVIL,	/* usable, UTC or TAI */
	APPLIES_CLOCK,	/* a counter, and a clock_status that lets it be used */
	APPLIES_PERIOD, /* the same, and the period is not 0 */
	APPLIES_TAI,	/* TAI_OFFSET_VALID, and not MONOTONIC */
	APPLIES_PAIR,	/* a page before */
	APPLIES_SAME, /* both usable: marker, counter_id, time_type the same */
	APPLIES_ADVANCING,	 /* the same, or a page that stood too long */
	APPLIES_BOUNDS,		 /* as SAME, and bounds on an earlier page */
	APPLIES_SILENT,		 /* as SAME, without bounds before */
	APPLIES_TAI_PAIR,	 /* TAI_OFFSET_VALID on both */
	APPLIES_GENERATION_PAIR, /* VM_GEN_COUNTER_PRESENT on both */
	APPLIES_LEAP_PAIR,	 /* the same marker */
	APPLIES_LEAP,		 /* a leap second in this run, ended or not */
	APPLIES_SMEAR,		 /* the same, on UTC pages */
	APPLIES_SETTLING,	 /* any look at the page, the first one too */
	APPLIES_COUNT,
};

/* Take the bytes of a page, of any length. */
void subject_take(const uint8_t *bytes, size_t length, struct subject *subject);

/* Whether a field is unchanged from the page before. */
static inline bool subject_kept(const struct subject *subject, int row)
{
	return subject->page.value[row] == subject->before->page.value[row];
}

/* Whether it and the page before it are usable, with the same marker,
 * counter_id and time_type. */
bool subject_same(const struct subject *subject);

/* Why a rule with this `applies` has nothing to check here; NULL: it has. */
const char *subject_lacks(const struct subject *subject, enum applies applies);

#endif
