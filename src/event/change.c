/* SPDX-License-Identifier: BSD-2-Clause */
#include "change.h"

const struct event_kind event_kinds[EVENT_COUNT] = {
	[EVENT_DISRUPTION] = { "disruption",
			       "the disruption marker changed: the counter jumped" },
	[EVENT_RESTORE] = { "restore",
			    "marker and generation changed: a snapshot was loaded" },
	[EVENT_FORK] = { "fork",
			 "the generation alone changed: the guest was cloned" },
	[EVENT_STATUS] = { "status", "clock_status changed" },
	[EVENT_LEAP] = { "leap", "leap_indicator changed" },
	[EVENT_MAINTENANCE] = { "maintenance",
				"a disruption was announced, or is no longer" },
	[EVENT_TAI] = { "tai", "the TAI offset changed" },
	[EVENT_CALIBRATION] = { "calibration",
				"reference time, period or bounds changed" },
	[EVENT_MISSED] = { "missed", "updates went by unseen, by seq_count" },
	[EVENT_LOST] = { "lost", "the device went away" },
	[EVENT_FOUND] = { "found", "the device came back" },
};

/* The flags that validate the bounds belong to the calibration. */
#define FLAGS_MAINTENANCE (FLAG_DISRUPTION_SOON | FLAG_DISRUPTION_IMMINENT)
#define FLAGS_CALIBRATION                                                      \
	(FLAG_PERIOD_ESTERROR_VALID | FLAG_PERIOD_MAXERROR_VALID |             \
	 FLAG_TIME_ESTERROR_VALID | FLAG_TIME_MAXERROR_VALID)
#define RFC3_FLAGS_MAINTENANCE                                                 \
	(RFC3_FLAG_DISRUPTION_SOON | RFC3_FLAG_DISRUPTION_IMMINENT)
#define RFC3_FLAGS_CALIBRATION                                                 \
	(RFC3_FLAG_UTC_MAXERROR_VALID | RFC3_FLAG_UTC_PERIOD_ERROR_VALID)

/* Which rows and flags of a layout each event looks at; -1: none. */
static const struct watched {
	int marker, generation, status, tai_offset, flags;
	int leap[2];
	uint64_t maintenance, calibration, tai_valid;
} watched[LAYOUT_COUNT] = {
	[LAYOUT_VMCLOCK_1] = {
		.marker = FIELD_disruption_marker,
		.generation = FIELD_vm_generation_counter,
		.status = FIELD_clock_status,
		.tai_offset = FIELD_tai_offset_sec,
		.flags = FIELD_flags,
		.leap = { FIELD_leap_indicator, -1 },
		.maintenance = FLAGS_MAINTENANCE,
		.calibration = FLAGS_CALIBRATION,
		.tai_valid = FLAG_TAI_OFFSET_VALID,
	},
	[LAYOUT_RFC_3] = {
		.marker = RFC3_disruption_marker,
		.generation = -1,
		.status = RFC3_clock_status,
		.tai_offset = RFC3_tai_offset_sec,
		.flags = RFC3_flags,
		.leap = { RFC3_leapsecond_direction, RFC3_leapsecond_tai_sec },
		.maintenance = RFC3_FLAGS_MAINTENANCE,
		.calibration = RFC3_FLAGS_CALIBRATION,
		.tai_valid = RFC3_FLAG_TAI_OFFSET_VALID,
	},
	[LAYOUT_PRERELEASE] = {
		.marker = PRERELEASE_disruption_marker,
		.generation = -1,
		.status = -1,
		.tai_offset = -1,
		.flags = -1,
		.leap = { -1, -1 },
	},
};

uint64_t change_fields(const struct page *before, const struct page *after)
{
	uint64_t changed = before->present ^ after->present;

	for (unsigned int i = 0; i < before->layout->count; i++) {
		if (before->value[i] != after->value[i])
			changed |= UINT64_C(1) << i;
	}
	return changed;
}

/* Changed, and a page on either side says that the value counts. */
static bool counts(const struct page *before, const struct page *after,
		   uint64_t changed, int row)
{
	return row >= 0 && changed >> row & 1 &&
	       (page_meaningful(before, row, NULL) ||
		page_meaningful(after, row, NULL));
}

static bool calibration_changed(const struct page *before,
				const struct page *after, uint64_t changed)
{
	for (unsigned int i = 0; i < before->layout->count; i++) {
		if (before->layout->fields[i].group == GROUP_CALIBRATION &&
		    counts(before, after, changed, (int)i))
			return true;
	}
	return false;
}

unsigned int change_events(const struct page *before, const struct page *after)
{
	const struct watched *w = &watched[before->layout->id];
	bool marker, generation;
	unsigned int events = 0;
	uint64_t changed, flags = 0;

	if (before->layout != after->layout)
		return 0;
	changed = change_fields(before, after);
	if (w->flags >= 0)
		flags = before->value[w->flags] ^ after->value[w->flags];
	marker = counts(before, after, changed, w->marker);
	generation = counts(before, after, changed, w->generation);
	if (marker)
		events |= 1u << (generation ? EVENT_RESTORE : EVENT_DISRUPTION);
	else if (generation)
		events |= 1u << EVENT_FORK;
	if (counts(before, after, changed, w->status))
		events |= 1u << EVENT_STATUS;
	if (counts(before, after, changed, w->leap[0]) ||
	    counts(before, after, changed, w->leap[1]))
		events |= 1u << EVENT_LEAP;
	if (flags & w->maintenance)
		events |= 1u << EVENT_MAINTENANCE;
	if (flags & w->tai_valid ||
	    counts(before, after, changed, w->tai_offset))
		events |= 1u << EVENT_TAI;
	if (flags & w->calibration ||
	    calibration_changed(before, after, changed))
		events |= 1u << EVENT_CALIBRATION;
	return events;
}

int change_row(const struct layout *layout, enum event event)
{
	const struct watched *w = &watched[layout->id];

	switch (event) {
	case EVENT_DISRUPTION:
	case EVENT_RESTORE:
		return w->marker;
	case EVENT_FORK:
		return w->generation;
	case EVENT_STATUS:
		return w->status;
	case EVENT_LEAP:
		return w->leap[0];
	case EVENT_MAINTENANCE:
		return w->flags;
	case EVENT_TAI:
		return w->tai_offset;
	default:
		return -1;
	}
}

uint64_t change_flags(const struct layout *layout, enum event event)
{
	const struct watched *w = &watched[layout->id];

	switch (event) {
	case EVENT_MAINTENANCE:
		return w->maintenance;
	case EVENT_TAI:
		return w->tai_valid;
	case EVENT_CALIBRATION:
		return w->calibration;
	default:
		return 0;
	}
}

static uint64_t bit_of(int row)
{
	return row < 0 ? 0 : UINT64_C(1) << row;
}

static uint64_t calibration_rows(const struct layout *layout)
{
	uint64_t rows = 0;

	for (unsigned int i = 0; i < layout->count; i++) {
		if (layout->fields[i].group == GROUP_CALIBRATION)
			rows |= UINT64_C(1) << i;
	}
	return rows;
}

uint64_t change_rows(const struct page *before, const struct page *after,
		     enum event event)
{
	const struct layout *layout = before->layout;
	const struct watched *w = &watched[layout->id];
	uint64_t rows = bit_of(change_row(layout, event));
	uint64_t changed;

	if (layout != after->layout)
		return 0;
	changed = change_fields(before, after);
	if (event == EVENT_MAINTENANCE)
		return rows & changed;
	if (event == EVENT_RESTORE)
		rows |= bit_of(w->generation);
	if (event == EVENT_LEAP)
		rows |= bit_of(w->leap[1]);
	if (event == EVENT_CALIBRATION)
		rows = calibration_rows(layout);
	for (int row = 0; row < (int)layout->count; row++) {
		if (!counts(before, after, changed, row) &&
		    page_meaningful(before, row, NULL) ==
			    page_meaningful(after, row, NULL))
			rows &= ~bit_of(row);
	}
	return rows;
}

uint64_t change_missed(const struct page *before, const struct page *after)
{
	int row = before->layout->seq_count;
	uint64_t updates, mask;

	if (before->layout != after->layout || !page_has(before, row) ||
	    !page_has(after, row))
		return 0;
	mask = field_mask(&before->layout->fields[row]);
	updates = (after->value[row] - before->value[row]) & mask;
	if (updates > mask / 2 || updates < 2)
		return 0;
	return updates / 2 - 1;
}

#define PPT 1000000000000 /* parts of a whole */

/* With bit 63 of both periods set, their exponents tell the ratio but for a
 * factor of two, and all below fits 128 bits. */
static void frequency_step(const struct clock *before,
			   const struct clock *after, struct clock_step *step)
{
	int zeros_before = __builtin_clzll(before->period);
	int zeros_after = __builtin_clzll(after->period);
	uint128 old_period = before->period << zeros_before;
	uint128 new_period = after->period << zeros_after;
	int up = after->shift + zeros_after - before->shift - zeros_before;
	uint128 distance, ppt;

	if (up > 7 || up < -7)
		return;
	/* new / old frequency is old / new period, times 2^up. */
	if (up > 0)
		old_period <<= up;
	else
		new_period <<= -up;
	distance = old_period > new_period ? old_period - new_period
					   : new_period - old_period;
	ppt = (distance * PPT + new_period / 2) / new_period;
	step->has_frequency = true;
	step->ppt = old_period > new_period ? (int64_t)ppt : -(int64_t)ppt;
}

void change_step(const struct page *before, const struct page *after,
		 struct clock_step *step)
{
	struct clock old_clock, new_clock;
	grid old_time, new_time, difference;
	int counter_id = before->layout->counter_id;

	*step = (struct clock_step){ 0 };
	if (before->layout != after->layout ||
	    clock_from_page(before, &old_clock) != PAGE_TIME_USABLE ||
	    clock_from_page(after, &new_clock) != PAGE_TIME_USABLE ||
	    before->value[counter_id] != after->value[counter_id] ||
	    old_clock.time_type != new_clock.time_type)
		return;
	frequency_step(&old_clock, &new_clock, step);
	if (!clock_time(&old_clock, new_clock.counter_value, &old_time) ||
	    !clock_reference(&new_clock, &new_time) ||
	    __builtin_sub_overflow(new_time, old_time, &difference))
		return;
	step->has_time = true;
	step->nsec = grid_nsec_half_away(difference);
}
