/* SPDX-License-Identifier: BSD-2-Clause */
/* Two pages -> what happened between them. */
#ifndef VMCLOCKCTL_CHANGE_H
#define VMCLOCKCTL_CHANGE_H

#include <stdint.h>

#include "decode.h"

enum event {
	EVENT_DISRUPTION,  /* the marker changed */
	EVENT_RESTORE,	   /* marker and generation changed */
	EVENT_FORK,	   /* the generation alone changed */
	EVENT_STATUS,	   /* clock_status changed */
	EVENT_LEAP,	   /* leap_indicator changed */
	EVENT_MAINTENANCE, /* DISRUPTION_SOON or _IMMINENT changed */
	EVENT_TAI,	   /* the TAI offset or its validity changed */
	EVENT_CALIBRATION, /* reference, period or error bounds changed */
	EVENT_COUNT,
};

struct event_kind {
	const char *name;
	const char *help;
};

extern const struct event_kind event_kinds[EVENT_COUNT];

/*
 * The rows whose value or presence differs, bit i for row i of the layout. The
 * two pages must have the same layout.
 */
uint64_t change_fields(const struct page *before, const struct page *after);

/*
 * The events that lead from `before` to `after`, bit e for event e. Fields that
 * are absent or not announced by their flag on both sides make none. Pages of
 * different layouts make none.
 */
unsigned int change_events(const struct page *before, const struct page *after);

#endif
