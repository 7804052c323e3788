/* SPDX-License-Identifier: BSD-2-Clause */
/* The clock that a page of either layout describes, and its time as text; the
 * arithmetic is in grid.h. */
#ifndef VMCLOCKCTL_CLOCK_CLOCK_H
#define VMCLOCKCTL_CLOCK_CLOCK_H

#include "decode.h"
#include "grid.h"

/* Fill *clock with what the page has, and zeros for what it lacks. Returns
 * page_obstacle() of the page. */
enum obstacle clock_from_page(const struct page *page, struct clock *clock);

#define RFC3339_MAX 32

/*
 * "2026-11-21T00:00:00.000000000Z", rounded down to the nanosecond; without
 * the Z for a scale that is not UTC. False outside the years 0001 to 9999.
 */
bool rfc3339(grid time, bool leap_second, bool zone,
	     char text[static RFC3339_MAX]);

/* For display, not for decisions: floating point, exact to 15 digits. */
double clock_period_nsec(const struct clock *clock);
double clock_frequency(const struct clock *clock); /* Hz; period not 0 */
/* A period error as parts per 10^9 of the period; period not 0. */
double clock_rate_ppb(const struct clock *clock, uint64_t rate);

#endif
