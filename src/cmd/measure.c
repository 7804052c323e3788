/* SPDX-License-Identifier: BSD-2-Clause */
/* Measures a clock's offset from the page: the best of several
 * cross-timestamps. */
#include "measure.h"

#include <errno.h>
#include <stdio.h>

#include "io/system_clock.h"

int measurer_no_clock(const struct measurer *s, const char *reason,
		      struct error *error)
{
	return error_set(error, ERROR_NO_CLOCK, 0,
			 "%s: no usable clock to compare with: %s",
			 live_path(s->stamper.live), reason);
}

/* Why the page taken last gives no time on a scale that other clocks are on;
 * NULL: it gives one. */
static const char *find_fault(const struct measurer *s)
{
	const struct reading *page = &s->stamper.page;
	struct utc utc;
	grid time;

	if (page->usable && !page->has_counter)
		return "the page is about another CPU's counter";
	if (page->reason != READING_TIME)
		return reading_obstacle(page);
	if (clock_reference(&page->clock, &time) &&
	    !clock_utc(&page->clock, page->time, &utc) && !utc.tai_known)
		return "its time is monotonic, of unknown epoch";
	return NULL;
}

int measurer_refuse(const struct measurer *s, struct error *error)
{
	measurer_no_clock(s, s->no_clock, error);
	if (reading_signal_only(&s->stamper.page))
		error_hint(
			error,
			"that is healthy: the page carries only the disruption signal");
	return -1;
}

static int check_page(const struct measurer *s, struct error *error)
{
	const char *fault = find_fault(s);

	return fault ? measurer_no_clock(s, fault, error) : 0;
}

int measurer_start(struct measurer *s, struct live *live,
		   struct reading *reading, struct error *error)
{
	const struct page *page = &s->stamper.page.page;
	const char *fault;
	int row;

	s->kernel_tai = kernel_tai_offset();
	cross_timestamp_start(&s->stamper, live);
	if (cross_timestamp_look(&s->stamper, error))
		return -1;
	*reading = s->stamper.page;
	fault = find_fault(s);
	snprintf(s->no_clock, sizeof(s->no_clock), "%s", fault ? fault : "");
	row = page->layout->clock_status;
	s->forbidden = s->stamper.page.reason == READING_STATUS &&
		       page_has(page, row) &&
		       page->value[row] == STATUS_UNRELIABLE;
	return 0;
}

/* Returns 0 with the stamp, 1 where the clock cannot be read (its errnum says
 * why), -1 with *error: of the page. */
static int take_stamp(struct measurer *s, struct compared *compared,
		      struct cross_timestamp *stamp, struct error *error)
{
	struct ptp *ptp =
		compared->kind == COMPARED_PHC ? &compared->ptp : NULL;
	clockid_t id =
		compared->kind == COMPARED_TAI ? CLOCK_TAI : CLOCK_REALTIME;
	enum cross_result result =
		cross_timestamp_take(&s->stamper, ptp, id, stamp, error);

	if (result == CROSS_NO_PAGE || check_page(s, error))
		return -1;
	return result == CROSS_NO_CLOCK;
}

/* Virtio clocks say it by their type, and KVM's is the host's CLOCK_REALTIME;
 * of the others it depends on the driver's version, or on who sets them. */
static enum expected_scale phc_scale(const struct phc_name *kind)
{
	if (kind->kind == PHC_KVM || kind->kind == PHC_HYPERV)
		return EXPECT_UTC;
	if (kind->kind != PHC_VIRTIO_RTC)
		return EXPECT_ANY;
	switch (kind->type) {
	case VIRTIO_TYPE_UTC:
	case VIRTIO_TYPE_UTC_SMEARED:
	case VIRTIO_TYPE_UTC_MAYBE_SMEARED:
		return EXPECT_UTC;
	case VIRTIO_TYPE_TAI:
		return EXPECT_TAI;
	default:
		return EXPECT_ANY;
	}
}

static enum expected_scale expected_of(const struct measurer *s,
				       const struct compared *compared)
{
	if (compared->kind == COMPARED_PHC)
		return phc_scale(&compared->phc.kind);
	return compared->kind == COMPARED_TAI && s->kernel_tai ? EXPECT_TAI
							       : EXPECT_UTC;
}

/* CLOCK_REALTIME as a page would have it. */
static const struct clock realtime_clock = { .time_type = TIME_TYPE_UTC };

/* A clock whose timescale nothing tells is compared as it stands:
 * CLOCK_REALTIME may be off by any number of seconds. */
static bool judge_realtime(const struct measurer *s,
			   const struct difference *difference,
			   enum expected_scale expected, struct offset *offset)
{
	if (!offset_judge_by(&realtime_clock, difference, expected, s->leaps,
			     offset))
		return false;
	if (offset->scale != SCALE_UNKNOWN)
		return true;
	if (!offset_judge_by(&realtime_clock, difference, EXPECT_UTC, s->leaps,
			     offset))
		return false;
	offset->scale = SCALE_UNKNOWN;
	return true;
}

/* The best of the readings of a PHC, by the kernel's own stamps. */
static void measure_realtime(struct measurer *s, struct compared *compared,
			     struct measurement *m)
{
	struct difference best = { 0 }, difference;
	bool have = false;

	for (uint64_t i = 0; i < s->samples; i++) {
		struct ptp_reading reading;
		int errnum =
			ptp_read(&compared->ptp, &ptp_no_counter, &reading);

		if (errnum && !have)
			m->errnum = errnum;
		if (errnum)
			break;
		if (!difference_realtime(&reading.realtime, reading.device.time,
					 &difference) ||
		    (have && reading.method >= m->method &&
		     difference.window >= best.window))
			continue;
		have = true;
		m->method = reading.method;
		m->quality = reading.quality;
		best = difference;
	}
	m->window_by = WINDOW_STAMPS;
	if (!have && !m->errnum)
		m->errnum = EAGAIN;
	if (have &&
	    !judge_realtime(s, &best, expected_of(s, compared), &m->offset))
		m->errnum = EOVERFLOW;
}

int measure(struct measurer *s, struct compared *compared,
	    struct measurement *m, struct error *error)
{
	struct clock clock;
	struct difference best = { 0 };
	bool have = false;

	m->realtime = clock_nsec(CLOCK_REALTIME);
	if (*s->no_clock) {
		measure_realtime(s, compared, m);
		m->failed = m->errnum;
		return 0;
	}
	s->stamper.current = false;
	for (uint64_t i = 0; i < s->samples; i++) {
		struct cross_timestamp stamp;
		int result = take_stamp(s, compared, &stamp, error);

		if (result < 0)
			return -1;
		if (result > 0 && !have)
			m->errnum = stamp.errnum;
		if (result > 0)
			break;
		/* A better method than before, or the same and shorter. */
		if (have && stamp.clock.method >= m->method &&
		    stamp.difference.window >= best.window)
			continue;
		have = true;
		m->method = stamp.clock.method;
		m->window_by = stamp.window_by;
		m->quality = stamp.clock.quality;
		best = stamp.difference;
		clock = s->stamper.page.clock;
	}
	if (have && !offset_judge_by(&clock, &best, expected_of(s, compared),
				     s->leaps, &m->offset))
		m->errnum = EOVERFLOW;
	m->failed = m->errnum;
	return 0;
}
