/* SPDX-License-Identifier: BSD-2-Clause */
/* Statistics of a series of offsets. */
#ifndef VMCLOCKCTL_CLOCK_STATISTICS_H
#define VMCLOCKCTL_CLOCK_STATISTICS_H

#include <stddef.h>

#include "clock.h"

struct statistics {
	int128 minimum;
	/* The middle value; for an even count the mean of the middle two,
	 * rounded down. */
	int128 median;
	int128 p99; /* the smallest value that 99 % do not exceed */
	int128 maximum;
};

/* Compute the statistics of `count` values, at least one; this sorts them. */
void statistics_make(int128 *values, size_t count,
		     struct statistics *statistics);

#endif
