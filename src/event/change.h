/* SPDX-License-Identifier: BSD-2-Clause */
/* Two pages -> what happened between them. */
#ifndef VMCLOCKCTL_EVENT_CHANGE_H
#define VMCLOCKCTL_EVENT_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "clock/clock.h"

enum event {
	EVENT_DISRUPTION,  /* the marker changed */
	EVENT_RESTORE,	   /* marker and generation changed */
	EVENT_FORK,	   /* the generation alone changed */
	EVENT_STATUS,	   /* clock_status changed */
	EVENT_LEAP,	   /* leap_indicator changed */
	EVENT_MAINTENANCE, /* DISRUPTION_SOON or _IMMINENT changed */
	EVENT_TAI,	   /* the TAI offset or its validity changed */
	EVENT_CALIBRATION, /* reference, period or error bounds changed */
	/* These do not follow from two pages, but from how they were had. */
	EVENT_MISSED, /* updates went by unseen */
	EVENT_LOST,   /* the device went away */
	EVENT_FOUND,  /* and came back */
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

/* Rows that changed and made the event; of its flags see change_flags(). A row
 * whose value came to count, or no longer counts, is one of them. */
uint64_t change_rows(const struct page *before, const struct page *after,
		     enum event event);

/* The rows that the event looks at first, the marker of a disruption; -1: it
 * looks at no single field. */
int change_row(const struct layout *layout, enum event event);

/* The bits of the flags that the event looks at. */
uint64_t change_flags(const struct layout *layout, enum event event);

/* Updates that lie between the two pages, by seq_count, the last one not
 * counted; 0 where seq_count stands or goes back. */
uint64_t change_missed(const struct page *before, const struct page *after);

/* By how much a reader of the new page finds time and frequency moved. */
struct clock_step {
	bool has_time;
	/* Time of the new page less that of the old at the new page's
	 * counter_value, to the nearest nanosecond. */
	int128 nsec;
	bool has_frequency;
	/* (new - old) / old frequency, to the nearest part in 10^12. */
	int64_t ppt;
};

/*
 * What the two pages imply, exactly. Only where both are usable and have the
 * same counter_id and time type; the time where it fits the grid on both, the
 * frequency where it changed by less than 256 times.
 */
void change_step(const struct page *before, const struct page *after,
		 struct clock_step *step);

#endif
