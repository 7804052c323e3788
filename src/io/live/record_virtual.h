/* SPDX-License-Identifier: BSD-2-Clause */
/* A simulated device's story as a recording. */
#ifndef VMCLOCKCTL_IO_LIVE_RECORD_VIRTUAL_H
#define VMCLOCKCTL_IO_LIVE_RECORD_VIRTUAL_H

#include <stdio.h>

#include "publish.h"

/* The longest that a recording's counter and clock can hold. */
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
