/* SPDX-License-Identifier: BSD-2-Clause */
/* What a row of offsets comes to. */
#ifndef VMCLOCKCTL_CLOCK_STATISTICS_H
#define VMCLOCKCTL_CLOCK_STATISTICS_H

#include <stddef.h>

#include "clock.h"

struct statistics {
	int128 minimum;
	/* The middle one; of an even number the mean of the two, down. */
	int128 median;
	int128 p99; /* the least that 99 % are not above */
	int128 maximum;
};

/* Of `count` values, at least one; they are put in order. */
void statistics_make(int128 *values, size_t count,
		     struct statistics *statistics);

#endif
