/* SPDX-License-Identifier: BSD-2-Clause */
/* The curves of a timeline: the part of timeline.c that draws values. */
#ifndef VMCLOCKCTL_REPORT_CURVES_H
#define VMCLOCKCTL_REPORT_CURVES_H

#include "timeline.h"

/* The page before ends here, with the next one: `next`. */
void curves_release(struct timeline *timeline, int64_t at,
		    const struct subject *next);

/* A page that begins at `at`. */
void curves_take(struct timeline *timeline, const struct snapshot *snapshot,
		 const struct subject *subject, int64_t at);

/* The last page ends with its last reading. */
void curves_end(struct timeline *timeline);

/* An event, or a breach of a rule, at the page taken last: see close_ups. */
void curves_close_up(struct timeline *timeline, uint64_t event, int rule,
		     int64_t at);

#endif
