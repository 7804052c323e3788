/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What ClockBound's client library does at each call, in its order and with its
 * types: version 2.0.2, with its support of disruptions, which is what a
 * machine with a VMClock device has.
 *
 *  - Its daemon's segment: the version and the generation are loaded; the copy
 *    that the reader keeps is taken again if the generation moved.
 *  - CLOCK_REALTIME, then CLOCK_MONOTONIC_COARSE.
 *  - The age of the segment: which status is left of it, and by how much the
 *    bound grew, in floating point; sums of seconds and nanoseconds.
 *  - The page's version and seq_count; its marker, which the reader keeps too,
 *    against that of the segment.
 */
#ifndef VMCLOCKCTL_BENCH_SEGMENT_H
#define VMCLOCKCTL_BENCH_SEGMENT_H

#include <time.h>

struct segment_reader;

struct segment_now {
	struct timespec earliest, latest;
	int status;
};

/* A segment in memory, as a daemon has just left it, with the marker of this
 * page; NULL after an error. */
struct segment_reader *segment_open(const char *page);
int segment_now(struct segment_reader *reader, struct segment_now *now);
void segment_close(struct segment_reader *reader);

#endif
