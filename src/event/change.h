/* SPDX-License-Identifier: BSD-2-Clause */
/* Derives from two pages what happened between them. */
#ifndef VMCLOCKCTL_EVENT_CHANGE_H
#define VMCLOCKCTL_EVENT_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "clock/clock.h"

/* EVENT_DISRUPTION and so on: each event's place in `event_kinds`. */
#define EVENT(name, ...) EVENT_##name,
enum event {
#include "table.h"
	EVENT_COUNT
};

/*
 * How two pages of one layout make an event: by a field that changed and whose
 * value is meaningful on at least one of them, or by a flag. An event without
 * rows, groups and flags is never made by two pages.
 */
struct event_kind {
	const char *name; /* as watch, diff and recordings have it */
	const char *help;
	const char *message_id; /* in systemd's journal */
	bool warns;		/* there: a warning, not a notice */
	/* Bit ROW_x for row x of the layout: one of them changed, or with `all`
	 * every one; but none of `unless` with them. The first of them that a
	 * layout has is what the event looks at first. */
	uint32_t rows, unless;
	bool all;
	/* Those of both that count only where both pages have a value: one that
	 * appears or goes is no other value. */
	uint32_t compared;
	/* Bit g for enum field_group: any field of that group. */
	uint32_t groups;
	/* By layout: any of these flags. */
	uint64_t flags[LAYOUT_COUNT];
	/* Likewise: flags that mean something only together. That all of them
	 * are set comes or goes. */
	uint64_t together[LAYOUT_COUNT];
	/* As well: any flag that one of its fields needs. */
	bool validity;
	/* The time may step with it: see change_step(). */
	bool steps;
	/* Every calibration makes one: watch prints it only with --all. */
	bool routine;
};

extern const struct event_kind event_kinds[EVENT_COUNT];

/*
 * The rows whose value or presence differs, bit i for row i of the layout. The
 * two pages must have the same layout.
 */
uint64_t change_fields(const struct page *before, const struct page *after);

/*
 * The events between `before` and `after`, bit e for event e. A field that is
 * absent on one of the pages, or whose flag is clear on both, makes no event: a
 * dump that ends before it says nothing of it. Pages of different layouts make
 * none.
 */
unsigned int change_events(const struct page *before, const struct page *after);

/* The rows that changed and made the event, including rows whose value became
 * valid or is no longer valid. For its flags see change_flags(). */
uint64_t change_rows(const struct page *before, const struct page *after,
		     enum event event);

/* The row that the event looks at first, the marker of a disruption; `flags` of
 * one that is made by flags; -1: it looks at no single field. */
int change_row(const struct layout *layout, enum event event);

/* The bits of the flags that the event looks at. */
uint64_t change_flags(const struct layout *layout, enum event event);

/* The number of updates between the two pages, by seq_count, without the last
 * one; 0 if seq_count is unchanged or goes back. */
uint64_t change_missed(const struct page *before, const struct page *after);

/* The change of time and frequency that a reader of the new page sees. */
struct clock_step {
	bool has_time;
	/* Time of the new page minus that of the old at the new page's
	 * counter_value, to the nearest nanosecond. */
	int128 nsec;
	bool has_frequency;
	/* (new - old) / old frequency, to the nearest part in 10^12. */
	int64_t ppt;
	/* The same in parts in 10^6, to at least 12 significant digits. */
	double ppm;
};

/*
 * Compute the exact step. It is given only if both pages are usable and have
 * the same counter_id and time type; the time if it fits the grid on both, the
 * frequency if it changed by a factor of less than 256.
 */
void change_step(const struct page *before, const struct page *after,
		 struct clock_step *step);

#endif
