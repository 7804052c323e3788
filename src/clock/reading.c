/* SPDX-License-Identifier: BSD-2-Clause */
/* A page, its clock, and the time at a counter, computed once for all uses. */
#include "reading.h"

/* The words for JSON documents, and those for people. */
const struct reading_reason_text reading_reasons[READING_REASON_COUNT] = {
	[READING_TIME] = { "", "" },
	[READING_NO_CLOCK] = { "no-clock", "the page describes no clock" },
	[READING_STATUS] = { "status",
			     "clock_status forbids the use of the clock" },
	[READING_UPDATING] = { "update-in-progress",
			       "seq_count is odd, an update is in progress" },
	[READING_NO_COUNTER] = { "no-counter",
				 "no reading of the page's counter" },
	[READING_OVERFLOW] = { "overflow",
			       "it is outside signed 64-bit seconds" },
};

static void compute_bounds(struct reading *reading)
{
	const struct clock *clock = &reading->clock;
	struct clock_error error;

	if (clock->has_esterror)
		reading->esterror_nsec = clock_error_nsec(
			clock_esterror(clock, reading->counter));
	if (!clock->has_maxerror)
		return;
	error = clock_maxerror(clock, reading->counter);
	reading->maxerror_nsec = clock_error_nsec(error);
	reading->has_earliest =
		clock_earliest(reading->time, error, &reading->earliest);
	reading->has_latest =
		clock_latest(reading->time, error, &reading->latest);
}

void reading_make(const uint8_t *bytes, size_t length, const uint64_t *counter,
		  struct reading *reading)
{
	static const enum reading_reason reasons[] = {
		[OBSTACLE_NONE] = READING_TIME,
		[OBSTACLE_NO_CLOCK] = READING_NO_CLOCK,
		[OBSTACLE_STATUS] = READING_STATUS,
		[OBSTACLE_UPDATING] = READING_UPDATING,
	};
	enum obstacle obstacle;

	*reading = (struct reading){ 0 };
	page_decode(bytes, length, &reading->page);
	obstacle = clock_from_page(&reading->page, &reading->clock);
	reading->usable = obstacle == OBSTACLE_NONE;
	reading->reason = reasons[obstacle];
	if (counter) {
		reading->has_counter = true;
		reading->counter = *counter;
	}
	if (reading->reason != READING_TIME)
		return;
	if (!counter) {
		reading->reason = READING_NO_COUNTER;
		return;
	}
	if (!clock_time(&reading->clock, *counter, &reading->time)) {
		reading->reason = READING_OVERFLOW;
		return;
	}
	reading->utc_known =
		clock_utc(&reading->clock, reading->time, &reading->utc);
	compute_bounds(reading);
}

bool reading_signal_only(const struct reading *reading)
{
	const struct page *page = &reading->page;
	const struct layout *layout = page->layout;

	return page_has(page, layout->counter_id) &&
	       page->value[layout->counter_id] == layout->no_counter;
}

uint64_t reading_counter_behind(const struct reading *reading)
{
	uint64_t behind = reading->clock.counter_value - reading->counter;

	return reading->usable && reading->has_counter && !(behind >> 63)
		       ? behind
		       : 0;
}

/* Why the page has no clock. */
static const char *no_clock(const struct page *page)
{
	const struct layout *layout = page->layout;

	if (layout->partial)
		return "the clock of such a draft is not decoded";
	if (!page_has(page, layout->period) ||
	    !page_has(page, layout->time_frac))
		return "the page ends before the fields of a clock do";
	if (page_has(page, layout->time_type) &&
	    !value_usable(layout->fields[layout->time_type].usable,
			  page->value[layout->time_type]))
		return "time_type is not one that can be computed";
	if (!page->value[layout->period])
		return "the period is 0";
	return "counter_id is not a known counter";
}

const char *reading_obstacle(const struct reading *reading)
{
	return reading->reason == READING_NO_CLOCK &&
			       !reading_signal_only(reading)
		       ? no_clock(&reading->page)
		       : reading_reasons[reading->reason].text;
}
