/* SPDX-License-Identifier: BSD-2-Clause */
/* What leap_indicator says of a leap second, and where two pages have one
 * between them. */
#ifndef VMCLOCKCTL_RULES_LEAP_PAIR_H
#define VMCLOCKCTL_RULES_LEAP_PAIR_H

#include "rules.h"

/* Where in the story of a leap second an indicator is. */
enum leap_phase {
	PHASE_NONE,
	PHASE_BEFORE,
	PHASE_DURING,
	PHASE_AFTER,
};

struct leap_story {
	enum leap_phase phase;
	int sign; /* 1: 23:59:60, -1: no 23:59:59, 0: PHASE_NONE */
};

/* The story that an indicator tells; of an unknown one NULL. */
const struct leap_story *leap_story_of(uint64_t indicator);

/*
 * The leap second between the references of two pages, by their indicators at a
 * month's end, or the sum of those in the leap-second table: 1 inserted, -1
 * skipped, 0 none. The count of UTC steps by minus that.
 */
int leap_pair_find(const struct subject *before, const struct subject *after);

#endif
