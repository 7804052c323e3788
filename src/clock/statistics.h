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

/*
 * The same as the values come, in no memory: what needs no order. The sums are
 * of differences from the first value, exact in 128 bits.
 */
struct series {
	uint64_t count;
	int128 minimum, maximum, first;
	int128 sum, squares;
	bool overflow; /* of the sums */
};

void series_add(struct series *series, int128 value);

/* Rounded down. False: no values, or sums beyond 128 bits, as they are for
 * differences of centuries. */
bool series_mean(const struct series *series, int128 *mean);

/* The sample standard deviation (n - 1), rounded down. False: fewer than two
 * values, or as above. */
bool series_deviation(const struct series *series, uint128 *deviation);

#endif
