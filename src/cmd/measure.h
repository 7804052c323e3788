/* SPDX-License-Identifier: BSD-2-Clause */
/* The offset of a clock from a live page, by readings under one page each. */
#ifndef VMCLOCKCTL_CMD_MEASURE_H
#define VMCLOCKCTL_CMD_MEASURE_H

#include "io/host/cross_timestamp.h"
#include "view/compare.h"

struct measurer {
	uint64_t samples; /* readings, the best of which counts */
	int kernel_tai;	  /* s, 0: never set */
	/* TAI - UTC where the page does not say it; NULL: no table. */
	const struct leap_table *leaps;
	struct cross_timestamper stamper;
	/* Why the page gives no time, "": it does. Then PHCs can be compared
	 * with CLOCK_REALTIME, unless the page forbids the clock that it has.
	 */
	char no_clock[160];
	bool forbidden; /* clock_status UNRELIABLE */
};

/* Begin with a page, whose samples are set. Returns 0 with its reading, which
 * has a time or s->no_clock says why not; else -1 with *error: it cannot be
 * read. */
int measurer_start(struct measurer *s, struct live *live,
		   struct reading *reading, struct error *error);

/* ERROR_NO_CLOCK, with the reason. Returns -1. */
int measurer_no_clock(const struct measurer *s, const char *reason,
		      struct error *error);

/* The error of a page that has no clock, with the reason that
 * measurer_start() left. Returns -1. */
int measurer_refuse(const struct measurer *s, struct error *error);

/* The best of so many readings of an open clock, against the page or, if it had
 * no clock at the start, of a PHC against CLOCK_REALTIME. Returns 0 with *m,
 * which may say that the clock cannot be read, or -1 with *error: of the page.
 */
int measure(struct measurer *s, struct compared *compared,
	    struct measurement *m, struct error *error);

#endif
