/* SPDX-License-Identifier: BSD-2-Clause */
/* A simulated device for others: a live page in a file. */
#ifndef VMCLOCKCTL_IO_LIVE_PUBLISH_H
#define VMCLOCKCTL_IO_LIVE_PUBLISH_H

#include <signal.h>

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
	int64_t nsec; /* elapsed time; virtual time for a recording */
};

/*
 * Update a page in the file until a handler of SIGINT or SIGTERM, which the
 * caller has blocked, sets `stop`, or the duration is over. The page is
 * complete when it gets its name, replaces only another page, changes under the
 * seqlock, and has an even seq_count at the end. Returns 0, or -1 with *error
 * (ERROR_WRITE).
 */
int publish(const struct scenario *scenario, const char *path,
	    const struct publish_options *options,
	    const volatile sig_atomic_t *stop, struct published *published,
	    struct error *error);

#endif
