/* SPDX-License-Identifier: BSD-2-Clause */
/* A moment of a recording, as --at, --begin and --end name it. */
#ifndef VMCLOCKCTL_CMD_MOMENT_H
#define VMCLOCKCTL_CMD_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "event/snapshot.h"

enum moment_kind {
	MOMENT_NONE,	 /* not given */
	MOMENT_SNAPSHOT, /* N: the snapshot of that number */
	MOMENT_EVENT,	 /* event:N: the Nth event that watch prints */
	MOMENT_TIME,	 /* RFC 3339: CLOCK_REALTIME */
	MOMENT_AFTER,	 /* +1h: from the first snapshot, CLOCK_MONOTONIC_RAW */
};

struct moment {
	enum moment_kind kind;
	const char *text; /* as typed */
	uint64_t number;  /* of a snapshot or an event, from 1 */
	int64_t nsec;	  /* since the epoch, or from the first snapshot */
	/* MOMENT_TIME in 23:59:60, and nsec one second before. CLOCK_REALTIME
	 * has no such time: it is the page's that is asked. */
	bool leap_second;
};

/* All of the text, given for `option` ("--at"). Returns 0, or -1 with *error
 * (ERROR_USAGE). */
int moment_parse(const char *option, const char *text, struct moment *moment,
		 struct error *error);

/* Whether a moment lies after another of its kind. */
bool moment_is_later(const struct moment *moment, const struct moment *other);

/* How far a recording was read. Zeros before its first snapshot. */
struct moment_place {
	bool has_begin;
	int64_t begin; /* CLOCK_MONOTONIC_RAW of the first that has clocks */
};

/*
 * Where the next snapshot lies: -1 before the moment, 0 at it, 1 after it. Ask
 * with each snapshot, in order. `events`: those that watch prints, up to and
 * with this snapshot; of MOMENT_EVENT the first snapshot that is not before is
 * the one with the event. A snapshot without clocks is before any time.
 */
int moment_compare(const struct moment *moment, struct moment_place *place,
		   const struct snapshot *snapshot, uint64_t events);

#endif
