/* SPDX-License-Identifier: BSD-2-Clause */
/* What a value of leap_indicator says of a leap second. */
#ifndef VMCLOCKCTL_CLOCK_LEAP_STORY_H
#define VMCLOCKCTL_CLOCK_LEAP_STORY_H

#include <stdint.h>

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

/* The sign of the leap second if the indicator is in this phase, else 0. */
int leap_story_sign(uint64_t indicator, enum leap_phase phase);

#endif
