/* SPDX-License-Identifier: BSD-2-Clause */
/* What a value of leap_indicator says of a leap second. */
#include "leap_story.h"

#include <stddef.h>

#include "page/page.h"

const struct leap_story *leap_story_of(uint64_t indicator)
{
	static const struct leap_story stories[] = {
		[LEAP_NONE] = { PHASE_NONE, 0 },
		[LEAP_PRE_POS] = { PHASE_BEFORE, 1 },
		[LEAP_PRE_NEG] = { PHASE_BEFORE, -1 },
		[LEAP_POS] = { PHASE_DURING, 1 },
		[LEAP_POST_POS] = { PHASE_AFTER, 1 },
		[LEAP_POST_NEG] = { PHASE_AFTER, -1 },
	};

	return indicator < sizeof(stories) / sizeof(*stories)
		       ? &stories[indicator]
		       : NULL;
}

int leap_story_sign(uint64_t indicator, enum leap_phase phase)
{
	const struct leap_story *story = leap_story_of(indicator);

	return story && story->phase == phase ? story->sign : 0;
}
