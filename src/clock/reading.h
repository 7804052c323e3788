/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A page with everything that follows from it and a reading of the counter,
 * computed once for all formats of `show`.
 */
#ifndef VMCLOCKCTL_CLOCK_READING_H
#define VMCLOCKCTL_CLOCK_READING_H

#include "clock.h"

/* Why there is no time; READING_TIME if there is one. */
enum reading_reason {
	READING_TIME,
	READING_NO_CLOCK,
	READING_STATUS,
	READING_UPDATING,
	READING_NO_COUNTER,
	READING_OVERFLOW, /* T outside signed 64-bit seconds */
	READING_REASON_COUNT,
};

struct reading_reason_text {
	const char *name; /* in JSON */
	const char *text;
};

extern const struct reading_reason_text reading_reasons[READING_REASON_COUNT];

struct reading {
	struct page page;
	struct clock clock;
	bool usable;
	bool has_counter;
	uint64_t counter;
	enum reading_reason reason;
	/* The members below are valid only with READING_TIME. */
	grid time; /* T, on the page's own timescale */
	struct utc utc;
	bool utc_known;
	bool has_earliest, has_latest; /* false: no bounds, or out of range */
	struct timestamp earliest, latest;
	uint128 maxerror_nsec, esterror_nsec; /* if the clock has them */
};

/*
 * Decode the page and compute the rest. counter NULL: no reading of the
 * counter. The reason is the first that holds: the page is not usable (no
 * clock, status, update in progress), there is no counter, overflow.
 */
void reading_make(const uint8_t *bytes, size_t length, const uint64_t *counter,
		  struct reading *reading);

/* Whether the counter is absent by design: the page exists only for its marker
 * (and generation). */
bool reading_signal_only(const struct reading *reading);

/* Why there is no time, for people: "the period is 0", or the reason's text. */
const char *reading_obstacle(const struct reading *reading);

/* By how many ticks the counter is before the page's reference; 0 if it is not,
 * or if the page is not usable or there is no counter. */
uint64_t reading_counter_behind(const struct reading *reading);

#endif
