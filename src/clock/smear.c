/* SPDX-License-Identifier: BSD-2-Clause */
/* The two smears of the virtio specification, as functions of time. */
#include "smear.h"

#include "leap_story.h"

#define HALF_DAY 43200

const char *const smear_names[SMEAR_COUNT] = {
	[SMEAR_NONE] = "none",
	[SMEAR_NOON_LINEAR] = "noon-linear",
	[SMEAR_UTC_SLS] = "utc-sls",
};

/* 00:00:00 after the leap second, and its sign; 0: none is announced. */
static int find_leap_midnight(const struct clock *clock, int128 *midnight)
{
	const struct leap_story *story;
	struct utc_month month;
	struct utc utc;
	grid reference;

	if (!clock_reference(clock, &reference) ||
	    !clock_utc(clock, reference, &utc))
		return 0;
	utc_month((int64_t)(utc.time >> 64), &month);
	story = leap_story_of(clock->leap);
	if (!story)
		return 0;
	*midnight = story->phase == PHASE_AFTER ? month.start : month.next;
	return story->sign;
}

bool smear_leap_near(const struct clock *clock, const struct utc *utc,
		     struct smear_leap *leap)
{
	int128 midnight, left;
	grid since;
	bool over;

	leap->sign = find_leap_midnight(clock, &midnight);
	if (!leap->sign)
		return false;
	left = midnight - (int64_t)(utc->time >> 64);
	/* Beyond two days the grid may overflow. */
	if (left > 2 * SECONDS_PER_DAY || left < -2 * SECONDS_PER_DAY)
		return false;
	since = utc->time - (grid)(midnight * GRID_SECOND);
	over = since >= 0 || utc->leap_second;
	if (leap->sign > 0)
		leap->since = since + (over ? GRID_SECOND : 0);
	else
		leap->since = since + (over ? 0 : GRID_SECOND);
	return leap->since > -SECONDS_PER_DAY * GRID_SECOND &&
	       leap->since < SECONDS_PER_DAY * GRID_SECOND;
}

/* How much of the `length` seconds has passed, 0 to 1 as a fraction of a
 * second. Outside of that nothing is smeared. */
static bool find_passed_part(grid since, int64_t before, int64_t length,
			     grid *part)
{
	grid from = since + before * GRID_SECOND;

	if (from < 0 || from >= length * GRID_SECOND)
		return false;
	*part = from / length;
	return true;
}

grid smear_model(enum smear smear, const struct smear_leap *leap)
{
	grid part, step = leap->since >= 0 ? GRID_SECOND : 0;
	bool positive = leap->sign > 0;
	bool smears;

	switch (smear) {
	case SMEAR_NOON_LINEAR:
		/* The second before midnight is twice there, or not at all. */
		smears = find_passed_part(leap->since, HALF_DAY - !positive,
					  SECONDS_PER_DAY + leap->sign, &part);
		break;
	case SMEAR_UTC_SLS:
		smears = find_passed_part(leap->since, positive ? 999 : 1000,
					  1000, &part);
		break;
	default:
		return 0;
	}
	if (!smears)
		return 0;
	return positive ? step - part : part - step;
}

enum smear smear_fit(const struct smear_leap *leap, grid offset, grid tolerance)
{
	enum smear best = SMEAR_NONE;

	/* Larger than any smear, and small enough for the differences below. */
	if (grid_magnitude(offset) > 2 * GRID_SECOND)
		return SMEAR_NONE;
	if (grid_magnitude(offset) <= tolerance)
		return SMEAR_NONE;
	for (int smear = SMEAR_NOON_LINEAR; smear < SMEAR_COUNT; smear++) {
		grid off = grid_magnitude(offset -
					  smear_model((enum smear)smear, leap));

		if (off > tolerance)
			continue;
		best = (enum smear)smear;
		tolerance = off;
	}
	return best;
}
