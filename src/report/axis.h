/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the ticks of an axis stand. */
#ifndef VMCLOCKCTL_REPORT_AXIS_H
#define VMCLOCKCTL_REPORT_AXIS_H

#include <stdint.h>

/* Ticks at first, first + step, ..., `count` of them. */
struct ticks {
	int64_t first, step;
	unsigned int count;
};

/*
 * The smallest step of 1, 2 or 5 times a power of ten that divides `span` (0 or
 * more) into at most `most` parts (1 or more). At least 1; INT64_MAX where no
 * such number fits.
 */
int64_t axis_step(uint64_t span, unsigned int most);

/* The same for nanoseconds, with the steps that people count time in from a
 * second on: 1, 2, 5, 10, 15, 30 s, likewise min, 1, 2, 3, 6, 12 h, 1 d, and 1,
 * 2 or 5 times a power of ten of days. */
int64_t axis_time_step(uint64_t span, unsigned int most);

/* The multiples of the step from `low` to `high`, both included. */
struct ticks axis_ticks(int64_t low, int64_t high, int64_t step);

/*
 * Where on an axis of `length` units that shows low to high a value stands:
 * units times 100, to the nearest. A value outside is moved to the nearer end.
 * low < high.
 */
uint32_t axis_place(int64_t value, int64_t low, int64_t high,
		    unsigned int length);

#endif
