/* SPDX-License-Identifier: BSD-2-Clause */
/* What the live sources share: the operations of each, and waiting. */
#ifndef VMCLOCKCTL_IO_LIVE_LIVE_OPS_H
#define VMCLOCKCTL_IO_LIVE_LIVE_OPS_H

#include "event/snapshot.h"
#include "io/source/source_name.h"
#include "io/system_clock.h"
#include "look.h"

/* UAPI.13: the window is short enough to spin; the driver gives up then too. */
#define UNSETTLED_NSEC (100 * NSEC_PER_MSEC)

/* As the functions of live.h, which call them. */
struct live_ops {
	enum look (*look)(struct live *live, struct snapshot *snapshot,
			  struct error *error);
	bool (*unchanged)(struct live *live, uint64_t *counter);
	bool (*polls)(const struct live *live);
	int (*wait)(struct live *live, int64_t nsec);
	void (*close)(struct live *live); /* frees all but the path */
};

/* The beginning of each source's own structure. */
struct live {
	const struct live_ops *ops;
	enum source_kind kind;
	char *path;
};

/* The clocks of the snapshot, now. */
static inline void live_read_clocks(struct snapshot *snapshot)
{
	snapshot->has_clocks = true;
	snapshot->realtime = clock_nsec(CLOCK_REALTIME);
	snapshot->monotonic_raw = clock_nsec(CLOCK_MONOTONIC_RAW);
}

/* Sleep for `nsec`, or until a descriptor is readable (fd -1: none). Returns
 * what ppoll(2) does, *events what it found. */
int live_sleep(int fd, int64_t nsec, short *events);

/* An update in progress that was seen: since when, under which seq_count, when
 * last, and the largest distance of two looks. */
struct unsettled {
	bool seen;
	uint32_t seq_count;
	int64_t since, last;
	uint64_t look;
};

/* An attempt at `now` came in the middle of an update; `first` of this look. It
 * is the one of the look before if seq_count stands at the same odd value. */
void unsettled_note(struct unsettled *unsettled, uint32_t seq_count, bool first,
		    int64_t now);

/* Tell the snapshot. */
void unsettled_fill(struct unsettled *unsettled, struct snapshot *snapshot);

/* Before the next attempt, when seq_count has stood for `waited` ns. */
void unsettled_pause(int64_t waited);

#endif
