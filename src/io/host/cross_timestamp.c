/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a clock again and again until the page did not change meanwhile. */
#include "cross_timestamp.h"

#include <errno.h>

#include "io/live/counter.h"

/* Of a page with a million updates a second one of a few readings succeeds. */
#define ATTEMPTS_MAX 200

const char *const window_by_names[WINDOW_BY_COUNT] = {
	[WINDOW_CALL] = "call",
	[WINDOW_STAMPS] = "stamps",
	[WINDOW_COUNTER] = "counter",
};

void cross_timestamp_start(struct cross_timestamper *t, struct live *live)
{
	*t = (struct cross_timestamper){
		.live = live,
		.counter = live_counter_reader(live),
	};
}

int cross_timestamp_look(struct cross_timestamper *t, struct error *error)
{
	t->current = false;
	if (live_page(t->live, &t->snapshot, error))
		return -1;
	reading_make(t->snapshot.bytes, t->snapshot.length,
		     t->snapshot.has_counter ? &t->snapshot.counter : NULL,
		     &t->page);
	t->current = true;
	return 0;
}

/* One reading, even if the page changes meanwhile. Returns 0 or an errno. */
static int read_clock(const struct cross_timestamper *t, struct ptp *ptp,
		      clockid_t id, struct ptp_reading *reading)
{
	if (ptp)
		return ptp_read(ptp, &t->counter, reading);
	reading->method = METHOD_READ;
	return clock_read(id, &t->counter, &reading->device);
}

/* The kernel's own readings of the counter, if they are of the page's. */
static bool has_counter_stamps(const struct ptp_reading *reading)
{
	const enum quality_counter own = COUNTER_OWN == COUNTER_X86_TSC
						 ? QUALITY_COUNTER_X86_TSC
						 : QUALITY_COUNTER_ARM_VCNT;

	return reading->counter_id == own &&
	       reading->counter_before >= reading->device.before &&
	       reading->counter_after <= reading->device.after;
}

/* The narrowest of the ways, each of which holds by itself. PRECISE is by
 * CLOCK_REALTIME: the device's time is that of the stamp, not of the call. */
static bool make_difference(const struct clock *clock,
			    const struct ptp_reading *reading,
			    struct cross_timestamp *stamp)
{
	const struct bracket kernel = {
		.before = reading->counter_before,
		.after = reading->counter_after,
		.time = reading->device.time,
	};
	struct difference ways[WINDOW_BY_COUNT];
	bool have[WINDOW_BY_COUNT] = { false };
	bool found = false;

	if (reading->method == METHOD_PRECISE)
		have[WINDOW_STAMPS] = difference_bridged(
			clock, &reading->first, &reading->last,
			reading->realtime.before, reading->device.time,
			&ways[WINDOW_STAMPS]);
	else
		have[WINDOW_CALL] = difference_direct(clock, &reading->device,
						      &ways[WINDOW_CALL]);
	if (reading->method == METHOD_EXTENDED ||
	    reading->method == METHOD_OFFSET)
		have[WINDOW_STAMPS] = difference_stamped(
			clock, &reading->first, &reading->last,
			&reading->realtime, reading->device.time,
			&ways[WINDOW_STAMPS]);
	if (has_counter_stamps(reading))
		have[WINDOW_COUNTER] = difference_direct(clock, &kernel,
							 &ways[WINDOW_COUNTER]);
	for (unsigned int i = 0; i < WINDOW_BY_COUNT; i++) {
		if (!have[i] ||
		    (found && ways[i].window >= stamp->difference.window))
			continue;
		found = true;
		stamp->difference = ways[i];
		stamp->window_by = i;
	}
	return found;
}

static enum cross_result read_under_page(struct cross_timestamper *t,
					 struct ptp *ptp, clockid_t id,
					 bool against_page,
					 struct cross_timestamp *stamp,
					 struct error *error)
{
	*stamp = (struct cross_timestamp){ 0 };
	for (int i = 0; i < ATTEMPTS_MAX; i++) {
		uint64_t ignored;

		if (!t->current && cross_timestamp_look(t, error))
			return CROSS_NO_PAGE;
		if (against_page && t->page.reason != READING_TIME)
			return CROSS_NO_TIME;
		stamp->errnum = read_clock(t, ptp, id, &stamp->clock);
		if (stamp->errnum && stamp->errnum != EAGAIN)
			return CROSS_NO_CLOCK;
		t->current = live_unchanged(t->live, &ignored);
		if (stamp->errnum || !t->current)
			continue;
		if (!against_page ||
		    make_difference(&t->page.clock, &stamp->clock, stamp))
			return CROSS_TAKEN;
	}
	stamp->errnum = EAGAIN;
	return CROSS_NO_CLOCK;
}

enum cross_result cross_timestamp_take(struct cross_timestamper *t,
				       struct ptp *ptp, clockid_t id,
				       struct cross_timestamp *stamp,
				       struct error *error)
{
	return read_under_page(t, ptp, id, true, stamp, error);
}

enum cross_result clock_read_under_page(struct cross_timestamper *t,
					clockid_t id, struct bracket *bracket,
					struct error *error)
{
	struct cross_timestamp stamp;
	enum cross_result result =
		read_under_page(t, NULL, id, false, &stamp, error);

	*bracket = stamp.clock.device;
	return result;
}
