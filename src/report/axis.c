/* SPDX-License-Identifier: BSD-2-Clause */
/* The ticks of an axis: round numbers, as people count them. */
#include "axis.h"

#include <stddef.h>

#include "base/nsec.h"
#include "clock/grid.h"

/* Whether steps of this size make no more parts than that. */
static int is_enough(uint128 step, uint64_t span, unsigned int most)
{
	return step * most >= span;
}

int64_t axis_step(uint64_t span, unsigned int most)
{
	static const unsigned int factors[] = { 1, 2, 5 };
	uint128 power = 1;

	for (; power <= INT64_MAX; power *= 10) {
		for (size_t i = 0; i < 3; i++) {
			uint128 step = power * factors[i];

			if (step <= INT64_MAX && is_enough(step, span, most))
				return (int64_t)step;
		}
	}
	return INT64_MAX;
}

int64_t axis_time_step(uint64_t span, unsigned int most)
{
	static const int32_t seconds[] = { 1,	  2,	 5,    10,   15,
					   30,	  60,	 120,  300,  600,
					   900,	  1800,	 3600, 7200, 10800,
					   21600, 43200, 86400 };
	const int64_t day = 86400 * NSEC_PER_SEC;
	int64_t step = axis_step(span, most);

	if (step < NSEC_PER_SEC)
		return step;
	for (size_t i = 0; i < sizeof(seconds) / sizeof(*seconds); i++) {
		step = seconds[i] * NSEC_PER_SEC;
		if (is_enough((uint128)step, span, most))
			return step;
	}
	step = axis_step(span / (uint64_t)day + 1, most);
	return step > INT64_MAX / day ? INT64_MAX : step * day;
}

struct ticks axis_ticks(int64_t low, int64_t high, int64_t step)
{
	int64_t rest = low % step;
	struct ticks ticks = { .step = step };
	int128 first = low;

	if (rest)
		first += rest > 0 ? step - rest : -rest;
	if (first > high)
		return ticks;
	ticks.first = (int64_t)first;
	ticks.count =
		(unsigned int)((uint128)(high - first) / (uint128)step) + 1;
	return ticks;
}

uint32_t axis_place(int64_t value, int64_t low, int64_t high,
		    unsigned int length)
{
	uint128 span = (uint128)((int128)high - low), from;

	if (value <= low)
		return 0;
	if (value >= high)
		return length * 100u;
	from = (uint128)((int128)value - low);
	return (uint32_t)((from * length * 100 + span / 2) / span);
}
