/* SPDX-License-Identifier: BSD-2-Clause */
/* Measures a clock's offset from the page: the best of several
 * cross-timestamps. */
#include "measure.h"

#include <errno.h>

int measurer_no_clock(const struct measurer *s, const char *reason,
		      struct error *error)
{
	return error_set(error, ERROR_NO_CLOCK, 0,
			 "%s: no usable clock to compare with: %s",
			 live_path(s->stamper.live), reason);
}

/* The page taken last has to have a time, on a scale that other clocks are on.
 */
static int check_page(const struct measurer *s, struct error *error)
{
	const struct reading *page = &s->stamper.page;
	struct utc utc;
	grid time;

	if (page->usable && !page->has_counter)
		return measurer_no_clock(
			s, "the page is about another CPU's counter", error);
	if (page->reason != READING_TIME) {
		measurer_no_clock(s, reading_reasons[page->reason].text, error);
		if (reading_signal_only(page))
			error_hint(
				error,
				"that is healthy: the page carries only the disruption signal");
		return -1;
	}
	if (clock_reference(&page->clock, &time) &&
	    !clock_utc(&page->clock, page->time, &utc) && !utc.tai_known)
		return measurer_no_clock(
			s, "its time is monotonic, of unknown epoch", error);
	return 0;
}

int measurer_start(struct measurer *s, struct live *live,
		   struct reading *reading, struct error *error)
{
	s->kernel_tai = kernel_tai_offset();
	cross_timestamp_start(&s->stamper, live);
	if (cross_timestamp_look(&s->stamper, error))
		return -1;
	*reading = s->stamper.page;
	return check_page(s, error);
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
	return kind->type == VIRTIO_TYPE_TAI ? EXPECT_TAI : EXPECT_UTC;
}

static enum expected_scale expected_of(const struct measurer *s,
				       const struct compared *compared)
{
	if (compared->kind == COMPARED_PHC)
		return phc_scale(&compared->phc.kind);
	return compared->kind == COMPARED_TAI && s->kernel_tai ? EXPECT_TAI
							       : EXPECT_UTC;
}

int measure(struct measurer *s, struct compared *compared,
	    struct measurement *m, struct error *error)
{
	struct clock clock;
	struct difference best = { 0 };
	bool have = false;

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
		best = stamp.difference;
		clock = s->stamper.page.clock;
	}
	if (have && !offset_judge_by(&clock, &best, expected_of(s, compared),
				     s->leaps, &m->offset))
		m->errnum = EOVERFLOW;
	return 0;
}
