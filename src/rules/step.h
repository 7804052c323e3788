/* SPDX-License-Identifier: BSD-2-Clause */
/* From one time to another, and from one page's time to the next one's. */
#ifndef VMCLOCKCTL_RULES_STEP_H
#define VMCLOCKCTL_RULES_STEP_H

#include "rules.h"

/* Its size can be more than any point in time has. */
struct step {
	bool back;
	uint128 size;
};

static inline struct step step_make(grid from, grid to)
{
	bool back = to < from;

	return (struct step){
		.back = back,
		.size = back ? (uint128)from - (uint128)to
			     : (uint128)to - (uint128)from,
	};
}

/* Whether its size is within the bounds, exactly. */
bool step_within(struct step step, struct clock_error error);

/* "forward by 5 ns", rounded up. */
void step_say_actual(struct finding *finding, struct step step);

/*
 * Take the leap second out of a step, where the pages count UTC. The count
 * steps at the start of 23:59:60 or at its end, so it is for the size of the
 * step to say whether it did between these two pages. Returns what was added to
 * the new time, in whole seconds.
 */
grid step_take_leap(const struct subject *s, struct step *step);

/* T_old(C), and from it to T_new(C) with a leap second taken out. False where
 * one of the two is out of range. */
bool step_at(const struct subject *s, uint64_t counter, grid *old,
	     struct step *step);

/* Where a page and the one before it can both be asked: the first reading
 * under it, or where there was none, its reference. */
uint64_t step_counter(const struct subject *s);

#endif
