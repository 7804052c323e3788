/* SPDX-License-Identifier: BSD-2-Clause */
/* The time of a clock that smears a leap second. */
#ifndef VMCLOCKCTL_CLOCK_SMEAR_H
#define VMCLOCKCTL_CLOCK_SMEAR_H

#include "clock.h"

/* In the order of enum smearing_hint, so that the two can be compared. */
enum smear {
	SMEAR_NONE,
	SMEAR_NOON_LINEAR, /* from noon to noon, evenly */
	SMEAR_UTC_SLS,	   /* over the last 1000 s of the day */
	SMEAR_COUNT,
};

extern const char *const smear_names[SMEAR_COUNT];

/* A leap second that the page announces, and its distance. */
struct smear_leap {
	int sign;   /* 1: 23:59:60, -1: no 23:59:59 */
	grid since; /* SI seconds since the leap second began (a skipped one:
		     * since it would have); negative before */
};

/* The leap second that leap_indicator speaks of, if T(C) = `time`, whose UTC is
 * `utc`, is less than a day from it. */
bool smear_leap_near(const struct clock *clock, const struct utc *utc,
		     struct smear_leap *leap);

/* A smeared clock minus UTC; 0 while it does not smear. In 23:59:60, UTC is
 * counted as a second 23:59:59, as in struct utc. */
grid smear_model(enum smear smear, const struct smear_leap *leap);

/* The smear that `offset` (a clock minus UTC) fits within `tolerance`, if no
 * smear at all does not fit as well. */
enum smear smear_fit(const struct smear_leap *leap, grid offset,
		     grid tolerance);

#endif
