/* SPDX-License-Identifier: BSD-2-Clause */
/* What a series of snapshots holds, summed up while it passes by. */
#ifndef VMCLOCKCTL_EVENT_SUMMARY_H
#define VMCLOCKCTL_EVENT_SUMMARY_H

#include "change.h"
#include "snapshot.h"

/* Values of clock_status with a share of their own; the last is all others. */
#define SUMMARY_STATUSES     8
#define SUMMARY_STATUS_OTHER (SUMMARY_STATUSES - 1)

struct summary_status {
	uint64_t pages;
	/* How long such pages stood, by CLOCK_MONOTONIC_RAW: each from its
	 * snapshot to the next. A gap in which the clock went back, or was
	 * not read, or the device was away, counts for none. */
	uint64_t nsec;
};

struct summary {
	uint64_t pages;	    /* snapshots of a page */
	uint64_t unsettled; /* snapshots of a seq_count that did not settle */
	uint64_t missed;    /* updates not seen, by the snapshots */
	uint64_t events[EVENT_COUNT];
	/* CLOCK_REALTIME of the first and the last snapshot that have it. */
	bool has_time;
	int64_t begin, end;
	/* CLOCK_MONOTONIC_RAW likewise, or of summary_until(). */
	int64_t raw_begin, raw_end;
	struct summary_status status[SUMMARY_STATUSES];
	/* Of pages that end before clock_status, or are torn (seq_count is
	 * odd); and the time in which seq_count did not settle. */
	struct summary_status no_status;
	/* Of the values of `status`: the layout of the last page. */
	const struct layout *layout;
	/* The largest maximum error that a reader met: at the last reading of
	 * the counter under each usable page with bounds; ns, rounded up. */
	uint64_t bounded; /* such pages */
	uint128 worst;	  /* where `bounded` */
	uint64_t worst_n; /* the snapshot */
	/* Private. */
	bool has_page, has_raw, has_clock, has_worst;
	bool unread; /* the last snapshot's seq_count did not settle */
	struct page page;
	struct clock clock;
	uint64_t n;
	int64_t raw;
};

/* *summary is zeros before the first. `page`: the snapshot's, decoded; of an
 * unsettled one it is not read. Returns the events between the page before and
 * this one, as change_events(), which `events` then has. */
unsigned int summary_take(struct summary *summary,
			  const struct snapshot *snapshot,
			  const struct page *page);

/* A later reading of the counter under the page that was taken last. */
void summary_reading(struct summary *summary, uint64_t counter);

/* The device is away: the page taken last stands no longer. */
void summary_break(struct summary *summary);

/* The page taken last still stood then, by CLOCK_MONOTONIC_RAW, ns. */
void summary_until(struct summary *summary, int64_t raw);

/* From the first to the last snapshot that has clocks, or to summary_until(),
 * by CLOCK_MONOTONIC_RAW, ns. False if that is not known. */
bool summary_span(const struct summary *summary, uint64_t *nsec);

/* The time of all shares together, ns; 0: shares are by pages. */
uint64_t summary_share_time(const struct summary *summary);

/* Whether each page had a status, and no look at seq_count failed: only then is
 * the share of a status one of the whole. */
bool summary_knows_all(const struct summary *summary);

#endif
