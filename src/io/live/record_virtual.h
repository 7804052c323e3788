/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes a simulated device's story as a recording. */
#ifndef VMCLOCKCTL_IO_LIVE_RECORD_VIRTUAL_H
#define VMCLOCKCTL_IO_LIVE_RECORD_VIRTUAL_H

#include <stdio.h>

#include "publish.h"

/* The longest duration that a recording's counter and clock can hold. */
#define RECORD_VIRTUAL_HOURS_MAX INT64_C(2000000)
#define RECORD_VIRTUAL_NSEC_MAX	 (RECORD_VIRTUAL_HOURS_MAX * 3600 * NSEC_PER_SEC)

/*
 * Write the story as a recording, in virtual time: its counter, clock and start
 * are the same on every machine, and nothing waits. The duration is at most
 * RECORD_VIRTUAL_NSEC_MAX. Returns 0, or -1 with *error; write errors are left
 * to the stream.
 */
int record_virtual(const struct scenario *scenario, FILE *stream,
		   const struct publish_options *options,
		   struct published *published, struct error *error);

#endif
