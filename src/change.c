/* SPDX-License-Identifier: BSD-2-Clause */
#include "change.h"

const struct event_kind event_kinds[EVENT_COUNT] = {
	[EVENT_DISRUPTION] = { "disruption", "the disruption marker changed: "
					     "the counter jumped" },
	[EVENT_RESTORE] = { "restore", "marker and generation changed: a "
				       "snapshot was loaded" },
	[EVENT_FORK] = { "fork", "the generation alone changed: the guest was "
				 "cloned" },
	[EVENT_STATUS] = { "status", "clock_status changed" },
	[EVENT_LEAP] = { "leap", "leap_indicator changed" },
	[EVENT_MAINTENANCE] = { "maintenance", "a disruption was announced, or "
					       "is no longer" },
	[EVENT_TAI] = { "tai", "the TAI offset changed" },
	[EVENT_CALIBRATION] = { "calibration",
				"reference time, period or bounds changed" },
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
