/* SPDX-License-Identifier: BSD-2-Clause */
/* A page's time and bounds at one reading of its counter. */
#include "reading.h"

/* In the words of the JSON documents, and in those of people. */
const struct reading_reason_text reading_reasons[READING_REASON_COUNT] = {
	[READING_TIME] = { "", "" },
	[READING_NO_CLOCK] = { "no-clock", "the page describes no clock" },
	[READING_STATUS] = { "status",
			     "clock_status forbids the use of the clock" },
	[READING_UPDATING] = { "update-in-progress",
			       "seq_count is odd, an update is in progress" },
	[READING_NO_COUNTER] = { "no-counter",
				 "a dump has no counter; give --counter N" },
	[READING_OVERFLOW] = { "overflow",
			       "it lies outside signed 64-bit seconds" },
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
		[PAGE_TIME_USABLE] = READING_TIME,
		[PAGE_TIME_NO_CLOCK] = READING_NO_CLOCK,
		[PAGE_TIME_STATUS] = READING_STATUS,
		[PAGE_TIME_UPDATING] = READING_UPDATING,
	};

	*reading = (struct reading){ 0 };
	page_decode(bytes, length, &reading->page);
	reading->usable = clock_from_page(&reading->page, &reading->clock);
	reading->reason = reasons[reading->usable];
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
	uint64_t id;

	if (!page_has(page, page->layout->counter_id))
		return false;
	id = page->value[page->layout->counter_id];
	return id == (page->layout->id == LAYOUT_RFC_3
			      ? (uint64_t)RFC3_COUNTER_INVALID
			      : (uint64_t)COUNTER_INVALID);
}
