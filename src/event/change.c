/* SPDX-License-Identifier: BSD-2-Clause */
/* What happened between two pages. The events, and how to add one: table.h. */
#include "change.h"

#define ROW_BIT(name)	(UINT32_C(1) << ROW_##name)
#define GROUP_BIT(name) (UINT32_C(1) << GROUP_##name)
_Static_assert(ROW_COUNT <= 32,
	       "too many rows of a layout for event_kind.rows");
_Static_assert(EVENT_COUNT <= 32, "too many events for a set of them");

#define EVENT(event, name_, ...)                                               \
	[EVENT_##event] = { .name = name_, .help = __VA_ARGS__ },
const struct event_kind event_kinds[EVENT_COUNT] = {
#include "table.h"
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

/* Those of the rows whose value means something on one of the pages. */
static uint64_t keep_meaningful(const struct page *before,
				const struct page *after, uint64_t rows)
{
	uint64_t kept = 0;

	for (; rows; rows &= rows - 1) {
		int row = __builtin_ctzll(rows);

		if (page_meaningful(before, row, NULL) ||
		    page_meaningful(after, row, NULL))
			kept |= UINT64_C(1) << row;
	}
	return kept;
}

/* Bits ROW_x as the rows of a layout, less those that it has not. */
static uint64_t get_rows(const struct layout *layout, uint32_t wanted)
{
	uint64_t rows = 0;

	for (; wanted; wanted &= wanted - 1) {
		int row = layout->row[__builtin_ctz(wanted)];

		if (row >= 0)
			rows |= UINT64_C(1) << row;
	}
	return rows;
}

static uint64_t get_group_rows(const struct layout *layout, uint32_t groups)
{
	uint64_t rows = 0;

	for (unsigned int i = 0; groups && i < layout->count; i++) {
		if (groups >> layout->fields[i].group & 1)
			rows |= UINT64_C(1) << i;
	}
	return rows;
}

/* All rows that the event looks at. */
static uint64_t get_event_rows(const struct layout *layout,
			       const struct event_kind *kind)
{
	return get_rows(layout, kind->rows) |
	       get_group_rows(layout, kind->groups);
}

uint64_t change_flags(const struct layout *layout, enum event event)
{
	const struct event_kind *kind = &event_kinds[event];
	uint64_t flags = kind->flags[layout->id] | kind->together[layout->id];
	uint64_t rows = kind->validity ? get_event_rows(layout, kind) : 0;

	for (; rows; rows &= rows - 1)
		flags |= field_flags(&layout->fields[__builtin_ctzll(rows)]);
	return flags;
}

/* Of the rows those with a value on both pages. */
static uint64_t keep_compared(const struct page *before,
			      const struct page *after, uint64_t rows)
{
	uint64_t kept = 0;

	for (; rows; rows &= rows - 1) {
		int row = __builtin_ctzll(rows);

		if (page_meaningful(before, row, NULL) &&
		    page_meaningful(after, row, NULL))
			kept |= UINT64_C(1) << row;
	}
	return kept;
}

/* Whether changes of these rows make the event. */
static bool is_made_by_rows(const struct page *before, const struct page *after,
			    const struct event_kind *kind, uint64_t changed)
{
	const struct layout *layout = before->layout;
	uint64_t rows = get_rows(layout, kind->rows);
	uint64_t compared = get_rows(layout, kind->compared);

	changed &= ~compared | keep_compared(before, after, compared);

	if (get_rows(layout, kind->unless) & changed)
		return false;
	if (!kind->all)
		return (rows & changed) != 0;
	/* A layout that lacks one of them never has them all. */
	return (rows & changed) == rows &&
	       __builtin_popcountll(rows) == __builtin_popcount(kind->rows);
}

static uint32_t get_groups(const struct layout *layout, uint64_t rows)
{
	uint32_t groups = 0;

	for (; rows; rows &= rows - 1)
		groups |= UINT32_C(1)
			  << layout->fields[__builtin_ctzll(rows)].group;
	return groups;
}

/* Whether its flags make the event. */
static bool is_made_by_flags(const struct page *before,
			     const struct page *after, enum event event)
{
	const struct layout *layout = before->layout;
	uint64_t together = event_kinds[event].together[layout->id];
	uint64_t old = page_value(before, layout->flags);
	uint64_t new = page_value(after, layout->flags);

	/* A dump that ends before them has none. */
	if (!page_has(before, layout->flags) || !page_has(after, layout->flags))
		return false;
	if ((old ^ new) & change_flags(layout, event) & ~together)
		return true;
	return together &&
	       ((old & together) == together) != ((new &together) == together);
}

unsigned int change_events(const struct page *before, const struct page *after)
{
	const struct layout *layout = before->layout;
	unsigned int events = 0;
	uint64_t changed;
	uint32_t groups;

	if (layout != after->layout)
		return 0;
	changed =
		change_fields(before, after) & before->present & after->present;
	changed = keep_meaningful(before, after, changed);
	groups = get_groups(layout, changed);
	for (int e = 0; changed && e < EVENT_COUNT; e++) {
		const struct event_kind *kind = &event_kinds[e];

		if ((kind->rows &&
		     is_made_by_rows(before, after, kind, changed)) ||
		    kind->groups & groups ||
		    is_made_by_flags(before, after, (enum event)e))
			events |= 1u << e;
	}
	return events;
}

int change_row(const struct layout *layout, enum event event)
{
	const struct event_kind *kind = &event_kinds[event];

	for (uint32_t rows = kind->rows; rows; rows &= rows - 1) {
		int row = layout->row[__builtin_ctz(rows)];

		if (row >= 0)
			return row;
	}
	return kind->flags[layout->id] || kind->together[layout->id]
		       ? layout->flags
		       : -1;
}

uint64_t change_rows(const struct page *before, const struct page *after,
		     enum event event)
{
	const struct layout *layout = before->layout;
	const struct event_kind *kind = &event_kinds[event];
	uint64_t rows, changed, kept = 0;

	if (layout != after->layout)
		return 0;
	rows = get_event_rows(layout, kind);
	if (kind->flags[layout->id] | kind->together[layout->id])
		rows |= UINT64_C(1) << layout->flags;
	changed = keep_meaningful(before, after, change_fields(before, after));
	for (; rows; rows &= rows - 1) {
		int row = __builtin_ctzll(rows);

		if (changed >> row & 1 ||
		    page_meaningful(before, row, NULL) !=
			    page_meaningful(after, row, NULL))
			kept |= UINT64_C(1) << row;
	}
	return kept;
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
static void compute_frequency_step(const struct clock *before,
				   const struct clock *after,
				   struct clock_step *step)
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
	step->ppm = (double)distance / (double)new_period * 1e6;
	if (old_period < new_period)
		step->ppm = -step->ppm;
}

void change_step(const struct page *before, const struct page *after,
		 struct clock_step *step)
{
	struct clock old_clock, new_clock;
	grid old_time, new_time, difference;
	int counter_id = before->layout->counter_id;

	*step = (struct clock_step){ 0 };
	if (before->layout != after->layout ||
	    clock_from_page(before, &old_clock) != OBSTACLE_NONE ||
	    clock_from_page(after, &new_clock) != OBSTACLE_NONE ||
	    before->value[counter_id] != after->value[counter_id] ||
	    old_clock.time_type != new_clock.time_type)
		return;
	compute_frequency_step(&old_clock, &new_clock, step);
	if (!clock_time(&old_clock, new_clock.counter_value, &old_time) ||
	    !clock_reference(&new_clock, &new_time) ||
	    __builtin_sub_overflow(new_time, old_time, &difference))
		return;
	step->has_time = true;
	step->nsec = grid_nsec_half_away(difference);
}
