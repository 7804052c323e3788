/* SPDX-License-Identifier: BSD-2-Clause */
/* Minimum, median and maximum of some values. */
#include "statistics.h"

#include <stdlib.h>

static int compare_values(const void *a, const void *b)
{
	int128 left = *(const int128 *)a, right = *(const int128 *)b;

	return (left > right) - (left < right);
}

void statistics_make(int128 *values, size_t count,
		     struct statistics *statistics)
{
	size_t half = count / 2;
	int128 low, high;

	qsort(values, count, sizeof(*values), compare_values);
	low = values[count % 2 ? half : half - 1];
	high = values[half];
	statistics->minimum = values[0];
	/* A shift rounds down; division would round towards 0. */
	statistics->median = (low + high) >> 1;
	statistics->p99 = values[(count * 99 + 99) / 100 - 1];
	statistics->maximum = values[count - 1];
}
