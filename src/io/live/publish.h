/* SPDX-License-Identifier: BSD-2-Clause */
/* Simulated devices for others: a live page in a file, or a recording. */
#ifndef VMCLOCKCTL_IO_LIVE_PUBLISH_H
#define VMCLOCKCTL_IO_LIVE_PUBLISH_H

#include <signal.h>
#include <stdio.h>

#include "base/error.h"
#include "sim/sim.h"

struct publish_options {
	uint64_t seed;
	uint64_t interval; /* ns between calibrations, 0: the scenario's */
	bool flat_out;	   /* no pause between them */
	int64_t duration;  /* ns, 0: no end (a recording: the story's) */
};

struct published {
	uint64_t updates;
	int64_t nsec; /* that it took, virtual ones of a recording */
};

/*
 * Keep a page in the file until `stop` is set by a handler of SIGINT or
 * SIGTERM, which the caller has blocked, or the duration is over. The page
 * comes under its name whole, in place of nothing but a page, changes under the
 * seqlock and is at rest in the end. Returns 0, or -1 with *error
 * (ERROR_WRITE).
 */
int publish(const struct scenario *scenario, const char *path,
	    const struct publish_options *options,
	    const volatile sig_atomic_t *stop, struct published *published,
	    struct error *error);

/* The longest that a recording's counter and clock can tell of. */
#define RECORD_VIRTUAL_HOURS_MAX INT64_C(2000000)
#define RECORD_VIRTUAL_NSEC_MAX	 (RECORD_VIRTUAL_HOURS_MAX * 3600 * NSEC_PER_SEC)

/*
 * Write the story as a recording, in virtual time: a counter, a clock and a
 * beginning that are the same everywhere, and all of it at once. The duration
 * is RECORD_VIRTUAL_NSEC_MAX at most. Returns 0, or -1 with *error; write
 * errors are left to the stream.
 */
int record_virtual(const struct scenario *scenario, FILE *stream,
		   const struct publish_options *options,
		   struct published *published, struct error *error);

#endif
