/* SPDX-License-Identifier: BSD-2-Clause */
#include "measure.h"

#include <errno.h>
#include <time.h>

#include "io/live/counter.h"

/* Readings under a page that changed meanwhile, before that is given up. */
#define ATTEMPTS_MAX 200

static bool read_own_counter(void *context, uint64_t *counter)
{
	(void)context;
	*counter = counter_read();
	return true;
}

/* The counter of a simulation may be another one. */
static bool read_live_counter(void *context, uint64_t *counter)
{
	return live_unchanged(context, counter);
}

int measurer_no_clock(const struct measurer *s, const char *reason,
		      struct error *error)
{
	return error_set(error, ERROR_NO_CLOCK, 0,
			 "%s: no usable clock to compare with: %s",
			 live_path(s->live), reason);
}

/* The page has to tell a time, on a scale that other clocks are on. */
static int check_reading(const struct measurer *s,
			 const struct reading *reading, struct error *error)
{
	struct utc utc;
	grid time;

	if (reading->usable == PAGE_TIME_USABLE && !s->snapshot.has_counter)
		return measurer_no_clock(
			s, "the page is about another CPU's counter", error);
	if (reading->reason != READING_TIME) {
		measurer_no_clock(s, reading_reasons[reading->reason].text,
				  error);
		if (reading_signal_only(reading))
			error_hint(
				error,
				"that is healthy: the page carries the disruption signal alone");
		return -1;
	}
	if (clock_reference(&reading->clock, &time) &&
	    !clock_utc(&reading->clock, reading->time, &utc) && !utc.tai_known)
		return measurer_no_clock(
			s, "its time is monotonic, of unknown epoch", error);
	return 0;
}

static int look(struct measurer *s, struct reading *reading,
		struct error *error)
{
	const uint64_t *counter = NULL;

	if (live_page(s->live, &s->snapshot, error))
		return -1;
	if (s->snapshot.has_counter)
		counter = &s->snapshot.counter;
	reading_make(s->snapshot.bytes, s->snapshot.length, counter, reading);
	s->looked = true;
	return check_reading(s, reading, error);
}

int measurer_start(struct measurer *s, struct live *live,
		   struct reading *reading, struct error *error)
{
	s->live = live;
	s->kernel_tai = kernel_tai_offset();
	s->reader = (struct counter_reader){ read_own_counter, NULL };
	if (live_kind(live) == SOURCE_SIM)
		s->reader = (struct counter_reader){ read_live_counter, live };
	return look(s, reading, error);
}

/* One reading of a clock, whatever the page does meanwhile. */
static int read_clock(struct measurer *s, struct compared *compared,
		      struct ptp_reading *reading)
{
	switch (compared->kind) {
	case COMPARED_PHC:
		return ptp_read(&compared->ptp, &s->reader, reading);
	case COMPARED_REALTIME:
		reading->method = METHOD_READ;
		return clock_read(CLOCK_REALTIME, &s->reader, &reading->device);
	case COMPARED_TAI:
		break;
	}
	reading->method = METHOD_READ;
	return clock_read(CLOCK_TAI, &s->reader, &reading->device);
}

static bool make_difference(const struct clock *clock,
			    const struct ptp_reading *reading,
			    struct difference *difference)
{
	if (reading->method == METHOD_PRECISE)
		return difference_bridged(clock, &reading->first,
					  &reading->last, reading->realtime,
					  reading->device.time, difference);
	return difference_direct(clock, &reading->device, difference);
}

/*
 * One reading, under a page that was the same before and after. Returns 0 with
 * the difference, 1 where the clock cannot be read (*errnum says why), -1 with
 * *error.
 */
static int sample(struct measurer *s, struct compared *compared,
		  struct reading *page, struct difference *difference,
		  enum read_method *method, int *errnum, struct error *error)
{
	for (int i = 0; i < ATTEMPTS_MAX; i++) {
		struct ptp_reading reading;
		uint64_t ignored;

		if (!s->looked && look(s, page, error))
			return -1;
		*errnum = read_clock(s, compared, &reading);
		if (*errnum && *errnum != EAGAIN)
			return 1;
		s->looked = live_unchanged(s->live, &ignored);
		if (*errnum || !s->looked)
			continue;
		*method = reading.method;
		if (make_difference(&page->clock, &reading, difference))
			return 0;
	}
	*errnum = EAGAIN;
	return 1;
}

static enum expected_scale expected_of(const struct measurer *s,
				       const struct compared *compared)
{
	if (compared->kind == COMPARED_PHC)
		return EXPECT_ANY;
	return compared->kind == COMPARED_TAI && s->kernel_tai ? EXPECT_TAI
							       : EXPECT_UTC;
}

int measure(struct measurer *s, struct compared *compared,
	    struct measurement *m, struct error *error)
{
	struct reading page;
	struct clock clock;
	struct difference best = { 0 };
	bool have = false;

	s->looked = false;
	for (uint64_t i = 0; i < s->samples; i++) {
		struct difference difference;
		enum read_method method;
		int errnum;
		int result = sample(s, compared, &page, &difference, &method,
				    &errnum, error);

		if (result < 0)
			return -1;
		if (result > 0 && !have)
			m->errnum = errnum;
		if (result > 0)
			break;
		/* A better method than before, or the same and shorter. */
		if (have && method >= m->method &&
		    difference.window >= best.window)
			continue;
		have = true;
		m->method = method;
		best = difference;
		clock = page.clock;
	}
	if (have &&
	    !offset_judge(&clock, &best, expected_of(s, compared), &m->offset))
		m->errnum = EOVERFLOW;
	return 0;
}
