/* SPDX-License-Identifier: BSD-2-Clause */
/* A page as the rules look at it, and when a rule has something to look at. */
#include "run.h"

static void fill_utc(struct subject *s)
{
	const struct clock *clock = &s->clock;
	int64_t sec = (int64_t)clock->time_sec;

	if (!s->usable || clock->time_type > TIME_TYPE_TAI || sec < 0)
		return;
	if (clock->time_type == TIME_TYPE_TAI) {
		if (!clock->tai_valid)
			return;
		sec -= clock_tai_minus_utc(clock);
	}
	s->has_utc = true;
	s->utc = sec;
}

void subject_take(const uint8_t *bytes, size_t length, struct subject *subject)
{
	uint64_t magic = length >= 4 ? load_le(bytes, 4) : 0;

	*subject = (struct subject){
		.bytes = bytes,
		.length = length,
		.magic = magic == PAGE_MAGIC,
		.swapped = magic == PAGE_MAGIC_SWAPPED,
	};
	/* What has no magic is no draft's page either. */
	if (subject->magic)
		page_decode(bytes, length, &subject->page);
	else
		page_decode_as(&layouts[LAYOUT_VMCLOCK_1], bytes, length,
			       &subject->page);
	subject->usable = clock_from_page(&subject->page, &subject->clock) ==
			  OBSTACLE_NONE;
	fill_utc(subject);
}

static bool has_magic(const struct subject *s)
{
	return s->magic;
}

static bool is_civil(const struct subject *s)
{
	return s->usable && s->clock.time_type <= TIME_TYPE_TAI;
}

static bool may_use_clock(const struct subject *s)
{
	return page_status_usable(&s->page) && page_has_counter(&s->page);
}

static bool has_period(const struct subject *s)
{
	return may_use_clock(s) && s->clock.period;
}

/* Of a monotonic time no reader looks at the offset. */
static bool has_tai(const struct subject *s)
{
	return s->page.value[FIELD_flags] & FLAG_TAI_OFFSET_VALID &&
	       s->page.value[FIELD_time_type] != TIME_TYPE_MONOTONIC;
}

static bool has_before(const struct subject *s)
{
	return s->before && s->before->page.layout == s->page.layout;
}

bool subject_same(const struct subject *s)
{
	return has_before(s) && s->usable && s->before->usable &&
	       subject_kept(s, FIELD_disruption_marker) &&
	       subject_kept(s, FIELD_counter_id) &&
	       subject_kept(s, FIELD_time_type);
}

static bool is_advancing(const struct subject *s)
{
	return subject_same(s) || s->history.still >= STALE_AFTER;
}

static bool has_bounds(const struct subject *s)
{
	return subject_same(s) &&
	       (s->before->clock.has_maxerror ||
		(s->clock.has_maxerror && s->run && s->run->kept.count));
}

static bool is_silent(const struct subject *s)
{
	return subject_same(s) && !s->before->clock.has_maxerror;
}

static bool has_flag_pair(const struct subject *s, uint64_t flag)
{
	return has_before(s) && s->page.value[FIELD_flags] &
					s->before->page.value[FIELD_flags] &
					flag;
}

static bool has_tai_pair(const struct subject *s)
{
	return has_flag_pair(s, FLAG_TAI_OFFSET_VALID);
}

static bool has_generation_pair(const struct subject *s)
{
	return has_flag_pair(s, FLAG_VM_GEN_COUNTER_PRESENT);
}

static bool has_leap_pair(const struct subject *s)
{
	return has_before(s) && subject_kept(s, FIELD_disruption_marker);
}

static bool has_leap(const struct subject *s)
{
	return s->run && s->run->leaps.told;
}

static bool has_smear(const struct subject *s)
{
	return has_leap(s) && s->run->leaps.utc;
}

static bool has_look(const struct subject *s)
{
	return s->snapshot;
}

/* NULL: always. */
static const struct {
	bool (*holds)(const struct subject *subject);
	const char *reason;
} applicability[APPLIES_COUNT] = {
	[APPLIES_MAGIC] = { has_magic, "without the magic there is no layout" },
	[APPLIES_CIVIL] = { is_civil,
			    "the page is not usable, or not UTC or TAI" },
	[APPLIES_CLOCK] = { may_use_clock,
			    "no counter, or clock_status forbids its use" },
	[APPLIES_PERIOD] = { has_period,
			     "no counter, no period, or clock_status forbids its use" },
	[APPLIES_TAI] = { has_tai,
			  "TAI_OFFSET_VALID is clear, or the time is monotonic" },
	[APPLIES_PAIR] = { has_before, "no page before it of this layout" },
	[APPLIES_SAME] = { subject_same,
			   "no two pages in a row were usable with the same marker, counter_id and time_type" },
	[APPLIES_ADVANCING] = { is_advancing,
				"no two pages in a row were usable with the same marker, counter_id and time_type" },
	[APPLIES_BOUNDS] = { has_bounds,
			     "no two usable pages of the same marker had bounds" },
	[APPLIES_SILENT] = { is_silent,
			     "no two usable pages in a row of the same marker, the first without bounds" },
	[APPLIES_TAI_PAIR] = { has_tai_pair,
			       "no two pages in a row had TAI_OFFSET_VALID" },
	[APPLIES_GENERATION_PAIR] = { has_generation_pair,
				      "no two pages in a row had VM_GEN_COUNTER_PRESENT" },
	[APPLIES_LEAP_PAIR] = { has_leap_pair,
				"no two pages in a row had the same marker" },
	[APPLIES_LEAP] = { has_leap,
			   "no leap second between two pages that are clear of it and tell UTC, under one marker" },
	[APPLIES_SMEAR] = { has_smear,
			    "no leap second between two UTC pages that are clear of it, under one marker" },
	[APPLIES_SETTLING] = { has_look, "no look at a page" },
};

const char *subject_lacks(const struct subject *s, enum applies applies)
{
	if (!applicability[applies].holds || applicability[applies].holds(s))
		return NULL;
	return applicability[applies].reason;
}
