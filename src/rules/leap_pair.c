/* SPDX-License-Identifier: BSD-2-Clause */
/* Two pages in a row: a leap second between them, and what may change there. */
#include "leap_pair.h"

static const struct leap_story *get_story(const struct subject *s)
{
	return leap_story_of(value_of(s, FIELD_leap_indicator));
}

/* The second after the leap second that a page announces: the next
 * month's start, or the month's own where the leap second has begun or is over.
 */
static int64_t get_leap_end(const struct subject *s, enum leap_phase phase)
{
	struct utc_month month;

	utc_month(s->utc, &month);
	if (phase == PHASE_AFTER ||
	    (phase == PHASE_DURING && s->utc == month.start))
		return (int64_t)month.start;
	return (int64_t)month.next;
}

/* Whether it lies between the two references: not over at the first one, and
 * begun at the second, where POS may be a month's last second once more. */
static bool is_leap_between(const struct subject *before,
			    const struct subject *after, int64_t end)
{
	bool in_before = value_of(before, FIELD_leap_indicator) == LEAP_POS;
	bool in_after = value_of(after, FIELD_leap_indicator) == LEAP_POS;

	return before->utc < end + in_before && after->utc >= end - in_after;
}

/* By the indicators only. */
static int find_leap_told(const struct subject *before,
			  const struct subject *after)
{
	const struct leap_story *old = get_story(before);
	const struct leap_story *new = get_story(after);
	int64_t end;
	int sign;

	if (!old || !new || old == new)
		return 0;
	/* POST may be skipped, and POS with it. */
	if (new->phase >= PHASE_DURING)
		sign = new->sign;
	else if (new->phase == PHASE_NONE && old->phase <= PHASE_DURING)
		sign = old->sign;
	else
		return 0;
	/* Without a reference there is nothing but the indicators. */
	if (!before->has_utc || !after->has_utc)
		return sign;
	end = old->phase == PHASE_BEFORE || old->phase == PHASE_DURING
		      ? get_leap_end(before, old->phase)
		      : get_leap_end(after, new->phase);
	return is_leap_between(before, after, end) ? sign : 0;
}

/* By the table, where it reaches to the second page. */
static int find_leap_known(const struct subject *before,
			   const struct subject *after)
{
	const struct leap_table *leaps = after->leaps;
	int64_t from = (int64_t)before->clock.time_sec;
	int64_t to = (int64_t)after->clock.time_sec;
	int offset;

	if (!leaps || !before->usable || !after->usable || from < 0 ||
	    to < from || before->clock.time_type > TIME_TYPE_TAI ||
	    before->clock.time_type != after->clock.time_type)
		return 0;
	if (after->clock.time_type == TIME_TYPE_UTC)
		return to < leaps->expires ? leap_between_utc(leaps, from, to)
					   : 0;
	if (!leap_at_tai(leaps, to, &offset))
		return 0;
	return to - offset < leaps->expires ? leap_between_tai(leaps, from, to)
					    : 0;
}

int leap_pair_find(const struct subject *before, const struct subject *after)
{
	int leap = find_leap_told(before, after);

	return leap ? leap : find_leap_known(before, after);
}

/* The month of the reference moved on: it is about another leap second. */
static bool is_in_later_month(const struct subject *s)
{
	struct utc_month then;

	if (!s->has_utc || !s->before->has_utc)
		return false;
	utc_month(s->before->utc, &then);
	return s->utc >= then.next;
}

CHECK(series_leap_order)
{
	const struct leap_story *old = get_story(s->before),
				*new = get_story(s);
	const char *message = NULL;
	struct strbuf buffer;

	if (!old || !new || old->phase == PHASE_NONE ||
	    new->phase == PHASE_NONE)
		return;
	if (new->sign != old->sign)
		message =
			"the leap second changed its sign without NONE between";
	else if (new->phase < old->phase && !is_in_later_month(s))
		message = "the leap second went back to an earlier state";
	if (!message)
		return;
	buffer = strbuf_start(f->expected, sizeof(f->expected));
	strbuf_add(&buffer, "0 (none) or a state after ");
	strbuf_add(&buffer,
		   field_value_name(&s->page.layout->fields[f->row],
				    value_of(s->before, FIELD_leap_indicator)));
	say(f, VERDICT_FAIL, message);
}

/*
 * Whether leap seconds that nothing here tells of may lie between two pages, so
 * that a change of the offset by `change` may be right. Under one marker the
 * host has to say when it takes one; another host, under a new marker, may have
 * come after it. A page that is not usable does not say when it is.
 */
static bool is_unknown_between(const struct subject *from,
			       const struct subject *to, bool same_marker,
			       int change)
{
	int64_t most = change < 0 ? -(int64_t)change : change;
	struct utc_month month;

	if (!from->usable || !to->usable)
		return most == 1;
	if (same_marker || !from->has_utc || !to->has_utc ||
	    (to->leaps && to->utc < to->leaps->expires))
		return false;
	utc_month(from->utc, &month);
	return to->utc >= month.next &&
	       most <= (to->utc - from->utc) / HALF_YEAR + 1;
}

static void check_change(const struct subject *s, struct finding *f)
{
	const struct subject *from = s->before, *to = s;
	bool same_marker = subject_kept(s, FIELD_disruption_marker);
	int change = clock_tai_minus_utc(&to->clock) -
		     clock_tai_minus_utc(&from->clock);

	if (leap_pair_find(from, to) == change)
		return;
	/* Another host's reference may be older. */
	if (!same_marker) {
		if (leap_pair_find(to, from) == -change)
			return;
		if (from->has_utc && to->has_utc && to->utc < from->utc) {
			from = s;
			to = s->before;
		}
	}
	if (is_unknown_between(from, to, same_marker, change))
		say(f, VERDICT_SKIP,
		    !from->usable || !to->usable
			    ? "a page that is not usable does not tell when its offset changed"
			    : "no leap-second table tells of leap seconds up to the new marker");
	else
		say(f, VERDICT_FAIL,
		    "the TAI offset changed, and not by a second at a leap");
}

CHECK(series_tai_step)
{
	int old = s->before->clock.tai_offset, new = s->clock.tai_offset;
	struct strbuf buffer;

	if (old == new)
		return;
	if ((int64_t)old * new < 0)
		say(f, VERDICT_FAIL, "the TAI offset changed its sign");
	else
		check_change(s, f);
	if (f->verdict != VERDICT_FAIL)
		return;
	buffer = strbuf_start(f->expected, sizeof(f->expected));
	strbuf_signed(&buffer, old);
	strbuf_add(&buffer, ", as before");
}
