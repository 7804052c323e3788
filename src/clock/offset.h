/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The offset of a clock from the page. Readings of the clock, with the counter
 * read before and after and all under one unchanged page, give the offset with
 * its uncertainty, the clock's timescale, and its place in the page's bounds.
 */
#ifndef VMCLOCKCTL_CLOCK_OFFSET_H
#define VMCLOCKCTL_CLOCK_OFFSET_H

#include "clock.h"
#include "leap.h"
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

/* The same for a clock that was read when the counter was at `counter`, or up
 * to `nsec` nanoseconds later. */
bool difference_until(const struct clock *clock, uint64_t counter,
		      uint64_t nsec, struct timestamp time,
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

/* CLOCK_REALTIME before and after the kernel read a device. */
struct stamps {
	struct timestamp before, after;
};

/*
 * The same for a device that the kernel read between two stamps of
 * CLOCK_REALTIME (PTP_SYS_OFFSET_EXTENDED): the window is the time between
 * them, that of the readings of CLOCK_REALTIME, and 1 ns for the stamps'
 * resolution. The difference is that at the middle of the two stamps. False
 * also if the stamps lie outside the two readings, or go back.
 */
bool difference_stamped(const struct clock *clock, const struct bracket *first,
			const struct bracket *last,
			const struct stamps *realtime, struct timestamp device,
			struct difference *difference);

/* The device minus CLOCK_REALTIME, for want of a page with a clock; `counter`
 * is 0. */
bool difference_realtime(const struct stamps *realtime, struct timestamp device,
			 struct difference *difference);

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

/* Where TAI - UTC is from, the best first. */
enum tai_origin {
	TAI_PAGE,
	TAI_TABLE,   /* the leap-second table, which reaches that far */
	TAI_EXPIRED, /* the last entry of one that does not */
	TAI_ASSUMED, /* TAI_MINUS_UTC_ASSUMED */
	TAI_ORIGIN_COUNT,
};

extern const char *const tai_origin_names[TAI_ORIGIN_COUNT];

/* TAI - UTC since 2017, in seconds. */
#define TAI_MINUS_UTC_ASSUMED 37

/* TAI - UTC, one number for every clock that is compared at that time. It never
 * follows from what is measured. */
struct tai_minus_utc {
	int sec;
	enum tai_origin from;
};

struct offset {
	enum scale scale;
	struct tai_minus_utc tai_minus_utc;
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

/*
 * Compute *offset. `leaps` gives TAI - UTC where the page does not, NULL: there
 * is no table. False if a result lies outside signed 64-bit seconds, or if the
 * page's epoch is unknown (time type MONOTONIC).
 */
bool offset_judge_by(const struct clock *clock,
		     const struct difference *difference,
		     enum expected_scale expected,
		     const struct leap_table *leaps, struct offset *offset);

/* The same without a table. */
static inline bool offset_judge(const struct clock *clock,
				const struct difference *difference,
				enum expected_scale expected,
				struct offset *offset)
{
	return offset_judge_by(clock, difference, expected, NULL, offset);
}

#endif
