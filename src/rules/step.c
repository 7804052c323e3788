/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From one page's time to the next one's. They are compared at one reading of
 * the counter, on the grid of 2^-64 s, so that their shifts and references need
 * not agree.
 */
#include "step.h"

bool step_within(struct step step, struct clock_error error)
{
	/* Any size is the distance of two points in time. */
	const grid least = (grid)((uint128)1 << 127);

	return clock_within((grid)((uint128)least + step.size), least, error);
}

void step_say_actual(struct finding *f, struct step step)
{
	struct strbuf buffer = strbuf_start(f->actual, sizeof(f->actual));

	strbuf_add(&buffer, step.back ? "back by " : "forward by ");
	strbuf_nsec(&buffer, step.size);
}

grid step_take_leap(const struct subject *s, struct step *step)
{
	int leap = s->history.leap;
	grid second = leap * GRID_SECOND;
	uint128 size = grid_size(second), rest;

	/* An inserted second sets the count back. */
	if (!leap || step->back != (leap > 0))
		return 0;
	rest = step->size > size ? step->size - size : size - step->size;
	if (rest >= step->size)
		return 0;
	if (step->size < size)
		step->back = !step->back;
	step->size = rest;
	return second;
}

bool step_at(const struct subject *s, uint64_t counter, grid *old,
	     struct step *step)
{
	grid new;

	if (!clock_time(&s->before->clock, counter, old) ||
	    !clock_time(&s->clock, counter, &new))
		return false;
	*step = step_make(*old, new);
	step_take_leap(s, step);
	return true;
}

uint64_t step_counter(const struct subject *s)
{
	return s->snapshot->has_counter ? s->snapshot->counter
					: s->clock.counter_value;
}
