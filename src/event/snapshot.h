/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A page with what was known when it was taken. Recordings hold snapshots,
 * `watch` compares them and the series rules check them. Times are nanoseconds.
 */
#ifndef VMCLOCKCTL_EVENT_SNAPSHOT_H
#define VMCLOCKCTL_EVENT_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum snapshot_kind {
	SNAPSHOT_PAGE,	    /* a consistent page */
	SNAPSHOT_UNSETTLED, /* seq_count did not settle within 100 ms */
};

/* What led to the look that found the page. */
enum wake {
	WAKE_POLL,     /* poll(2): the device notified */
	WAKE_INTERVAL, /* the interval had passed */
	WAKE_VIRTUAL,  /* simulate --record */
	WAKE_COUNT,
	WAKE_UNKNOWN = WAKE_COUNT, /* a recording has another word for it */
};

extern const char *const wake_names[WAKE_COUNT]; /* "poll", ... */

struct snapshot {
	enum snapshot_kind kind;
	uint64_t n; /* its line in the recording, rising, from 1 */
	/* The page; owned by whoever filled the snapshot. SNAPSHOT_UNSETTLED:
	 * no bytes, length 0. */
	const uint8_t *bytes;
	size_t length;
	/* The first and the last reading of the counter known to be under this
	 * very page, both read inside its seqlock window. The last equals the
	 * first if no other was taken. */
	bool has_counter;
	uint64_t counter;
	uint64_t counter_last;
	/* CLOCK_REALTIME and CLOCK_MONOTONIC_RAW at `counter`. */
	bool has_clocks;
	int64_t realtime;
	int64_t monotonic_raw;
	/* From before the counter was read until after the clocks were, by
	 * CLOCK_MONOTONIC_RAW: `realtime` may be that much later than
	 * `counter`. */
	bool has_window;
	uint64_t realtime_window;
	enum wake wake;
	/* Updates between the page before and this one that were not seen, by
	 * seq_count: (new - old) / 2 - 1, at least 0. */
	uint64_t missed;
	/* The longest time that seq_count stayed odd or kept changing before
	 * this page was read, and the longest time between two looks in it. */
	uint64_t unsettled;
	uint64_t unsettled_look;
	/* SNAPSHOT_UNSETTLED: the seq_count that stood. */
	uint32_t seq_count;
};

#endif
