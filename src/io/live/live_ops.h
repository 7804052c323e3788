/* SPDX-License-Identifier: BSD-2-Clause */
/* What the live sources share: their operations, and waiting. */
#ifndef VMCLOCKCTL_IO_LIVE_LIVE_OPS_H
#define VMCLOCKCTL_IO_LIVE_LIVE_OPS_H

#include "event/snapshot.h"
#include "io/source/source_name.h"
#include "io/system_clock.h"
#include "live.h"
#include "look.h"

/* UAPI.13: an update is short enough to spin on; the driver gives up after the
 * same time. */
#define UNSETTLED_NSEC (100 * NSEC_PER_MSEC)

/* One for each function of live.h, which calls it. */
struct live_ops {
	enum look (*look)(struct live *live, struct snapshot *snapshot,
			  struct error *error);
	bool (*unchanged)(struct live *live, uint64_t *counter);
	bool (*polls)(const struct live *live);
	int (*wait)(struct live *live, int64_t nsec);
	enum keeper (*keeper)(struct live *live); /* NULL: unknown */
	void (*close)(struct live *live);	  /* frees all but the path */
};

/* The first member of each source's own structure. */
struct live {
	const struct live_ops *ops;
	enum source_kind kind;
	char *path;
};

/* Read the clocks of the snapshot now. `since`: CLOCK_MONOTONIC_RAW before its
 * counter was read. */
static inline void live_read_clocks(struct snapshot *snapshot, int64_t since)
{
	snapshot->has_clocks = true;
	snapshot->realtime = clock_nsec(CLOCK_REALTIME);
	snapshot->monotonic_raw = clock_nsec(CLOCK_MONOTONIC_RAW);
	/* A counter that was disrupted may have taken it back. */
	snapshot->has_window = snapshot->monotonic_raw >= since;
	snapshot->realtime_window =
		snapshot->has_window
			? (uint64_t)(snapshot->monotonic_raw - since)
			: 0;
}

/* Sleep for `nsec`, or until a descriptor is readable (fd -1: none). Returns
 * the result of ppoll(2), and in *events what it found. */
int live_sleep(int fd, int64_t nsec, short *events);

/* An update seen in progress: when it was first and last seen, its seq_count,
 * and the longest time between two looks at it, in ns. */
struct unsettled {
	bool seen;
	uint32_t seq_count;
	int64_t since, last;
	uint64_t look;
};

/* Note that an attempt at `now` found an update in progress; `first`: the first
 * attempt of this look. It is the same update as in the last look if seq_count
 * is still at the same odd value. */
void unsettled_note(struct unsettled *unsettled, uint32_t seq_count, bool first,
		    int64_t now);

/* Fill `unsettled` and `unsettled_look` of the snapshot. */
void unsettled_fill(struct unsettled *unsettled, struct snapshot *snapshot);

/* Pause before the next attempt; seq_count has been unsettled for `waited`
 * ns. */
void unsettled_pause(int64_t waited);

#endif
