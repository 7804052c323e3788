/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The offset of a clock from the page. Readings of the clock, with the counter
 * read before and after and all under one unchanged page, give the offset with
 * its uncertainty, the clock's timescale, and its place in the page's bounds.
 */
#ifndef VMCLOCKCTL_CLOCK_OFFSET_H
#define VMCLOCKCTL_CLOCK_OFFSET_H

#include "clock.h"
#include "smear.h"

/* A clock read between two readings of the page's counter. */
struct bracket {
	uint64_t before, after;
	struct timestamp time;
};

/* A clock against T, each on its own timescale. */
struct difference {
	uint64_t counter; /* the middle of the window */
	grid time;	  /* T then */
	grid value;	  /* the clock - T */
	grid window;	  /* T between the readings before and after; >= 0 */
};

/* The clock minus T at the middle. False if the counter went back or a time
 * lies outside signed 64-bit seconds. */
bool difference_direct(const struct clock *clock, const struct bracket *bracket,
		       struct difference *difference);

/*
 * The same for a device's time that the kernel took at the same moment as
 * `realtime`, a CLOCK_REALTIME (PTP_SYS_OFFSET_PRECISE): two readings of
 * CLOCK_REALTIME, one before and one after, relate it to the counter. Also
 * false if CLOCK_REALTIME was stepped in between.
 */
bool difference_bridged(const struct clock *clock, const struct bracket *first,
			const struct bracket *last, struct timestamp realtime,
			struct timestamp device, struct difference *difference);

/* The timescale of a clock, found by its whole seconds. */
enum scale {
	SCALE_UTC,
	SCALE_TAI,
	SCALE_AHEAD,   /* TAI + offset, wrong by twice the offset */
	SCALE_BEHIND,  /* TAI - 2 * offset, wrong by as much */
	SCALE_WRAPPED, /* the driver took counter_value - C for 2^64 more */
	SCALE_UNKNOWN,
	SCALE_COUNT,
};

struct scale_text {
	const char *name;  /* in JSON */
	const char *fault; /* NULL, or what is wrong and why */
};

extern const struct scale_text scale_texts[SCALE_COUNT];

/* The place of a clock in the page's bounds. */
enum inside {
	INSIDE_NO_BOUNDS, /* the page gives none */
	INSIDE_YES,
	INSIDE_NO,
	INSIDE_UNCLEAR, /* the window crosses a bound */
	INSIDE_COUNT,
};

extern const char *const inside_names[INSIDE_COUNT];

/* The scale that is known before the clock is read. */
enum expected_scale {
	EXPECT_ANY, /* a PHC */
	EXPECT_UTC, /* CLOCK_REALTIME; CLOCK_TAI while the kernel's TAI offset
		     * is 0 */
	EXPECT_TAI,
};

struct offset {
	enum scale scale;
	/* The page does not publish TAI - UTC: whole seconds that look like it
	 * were assumed to be it, and removed from the offset. */
	bool assumed;
	int64_t assumed_sec;
	/* The clock - T, in nanoseconds, to the nearest; relative to UTC or
	 * TAI, as `scale` is or should be. */
	int128 nsec;
	uint128 uncertainty_nsec; /* half the window, up */
	uint128 window_nsec;	  /* up */
	enum inside inside;
	/* What the offset would be without the fault of the scale. */
	int128 residual_nsec;
	enum smear smear; /* the offset fits such a smear of a leap second */
};

/* Compute *offset. False if a result lies outside signed 64-bit seconds, or if
 * the page's epoch is unknown (time type MONOTONIC). */
bool offset_judge(const struct clock *clock,
		  const struct difference *difference,
		  enum expected_scale expected, struct offset *offset);

#endif
