/* SPDX-License-Identifier: BSD-2-Clause */
/* Minimum, median, mean, deviation and maximum of some values. */
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

void series_add(struct series *series, int128 value)
{
	int128 from_first, square;

	if (!series->count++)
		series->minimum = series->maximum = series->first = value;
	if (value < series->minimum)
		series->minimum = value;
	if (value > series->maximum)
		series->maximum = value;
	series->overflow |=
		__builtin_sub_overflow(value, series->first, &from_first) ||
		__builtin_mul_overflow(from_first, from_first, &square) ||
		__builtin_add_overflow(series->sum, from_first, &series->sum) ||
		__builtin_add_overflow(series->squares, square,
				       &series->squares);
}

static int128 divide_down(int128 value, uint64_t by)
{
	int128 quotient = value / by;

	return quotient - (value % by < 0);
}

bool series_mean(const struct series *series, int128 *mean)
{
	if (!series->count || series->overflow)
		return false;
	*mean = series->first + divide_down(series->sum, series->count);
	return true;
}

static uint128 root_down(uint128 value)
{
	uint128 root = 0;

	for (uint128 bit = (uint128)1 << 63; bit; bit >>= 1) {
		if ((root + bit) * (root + bit) <= value)
			root += bit;
	}
	return root;
}

bool series_deviation(const struct series *series, uint128 *deviation)
{
	int128 n = series->count, product, square;

	if (n < 2 || series->overflow ||
	    __builtin_mul_overflow(n, series->squares, &product) ||
	    __builtin_mul_overflow(series->sum, series->sum, &square))
		return false;
	*deviation = root_down((uint128)((product - square) / (n * (n - 1))));
	return true;
}
