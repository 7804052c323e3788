/* SPDX-License-Identifier: BSD-2-Clause */
/* Several snapshots: what may change from one page to the next, and how. */
#include "rules.h"

#include <string.h>

/* The bytes that never change end where seq_count begins. */
#define CONSTANT_END OFFSET_seq_count

/* The first field that differs in the first `end` bytes, as far as they reach.
 */
static void say_constant(const struct subject *s, struct finding *f, size_t end)
{
	const struct field *fields = s->page.layout->fields, *field = fields;
	struct strbuf buffer;
	unsigned int width;

	while (memcmp(s->bytes, s->before->bytes,
		      field_end(field) < end ? field_end(field) : end) == 0)
		field++;
	width = field->width;
	if (field_end(field) > end)
		width = (unsigned int)end - field->offset;
	f->row = (int)(field - fields);
	buffer = strbuf_start(f->expected, sizeof(f->expected));
	strbuf_hex(&buffer, load_le(s->before->bytes + field->offset, width),
		   2 * width);
	strbuf_add(&buffer, ", as before");
	buffer = strbuf_start(f->actual, sizeof(f->actual));
	strbuf_hex(&buffer, load_le(s->bytes + field->offset, width),
		   2 * width);
	say(f, VERDICT_FAIL, "a field that never changes has changed");
}

CHECK(series_constant)
{
	size_t end = CONSTANT_END;

	if (s->length < end)
		end = s->length;
	if (s->before->length < end)
		end = s->before->length;
	if (end && memcmp(s->bytes, s->before->bytes, end) != 0)
		say_constant(s, f, end);
}

/* Whether a byte after seq_count differs. */
static bool differs_in_content(const struct subject *a, const struct subject *b)
{
	const size_t from = OFFSET_seq_count + WIDTH_seq_count;
	size_t end = a->length < b->length ? a->length : b->length;

	return end > from &&
	       memcmp(a->bytes + from, b->bytes + from, end - from) != 0;
}

CHECK(series_seq_step)
{
	uint32_t now = (uint32_t)value_of(s, FIELD_seq_count);
	uint32_t then = (uint32_t)value_of(s->before, FIELD_seq_count);

	if (now - then >= UINT32_C(1) << 31) {
		expect_number(f, "after ", then);
		say(f, VERDICT_FAIL, "seq_count went back");
	} else if (now == then && differs_in_content(s->before, s)) {
		expect_text(f, "another even number");
		say(f, VERDICT_FAIL,
		    "the page changed and seq_count did not: readers take a torn page for a whole one");
	}
}

CHECK(series_odd_window)
{
	const struct snapshot *snapshot = s->snapshot;
	struct strbuf buffer;

	if (snapshot->unsettled < NSEC_PER_MSEC)
		return;
	buffer = strbuf_start(f->actual, sizeof(f->actual));
	strbuf_decimal(&buffer, snapshot->unsettled);
	strbuf_add(&buffer, " ns");
	if (snapshot->unsettled >= 100 * NSEC_PER_MSEC) {
		expect_text(f, "less than 100 ms");
		say(f, VERDICT_FAIL,
		    "seq_count did not settle for 100 ms, and the driver gives up after that time");
	} else if (snapshot->unsettled_look &&
		   snapshot->unsettled_look < NSEC_PER_MSEC / 10) {
		expect_text(f, "less than 1 ms");
		say(f, VERDICT_WARN, "readers spin for longer than 1 ms");
	} else {
		actual_text(f, "");
	}
}

/* A value that must never come back has. */
static void say_returned(struct finding *f)
{
	expect_text(f, "a value that was not used before");
	say(f, VERDICT_FAIL,
	    "an earlier value has returned: the same snapshot restored twice?");
}

static void note_forgotten(bool forgotten, struct finding *f)
{
	if (forgotten)
		say(f, VERDICT_OK,
		    "there were more than 65536 values, of which only the last 65536 are remembered");
}

CHECK(series_marker_unique)
{
	if (s->history.marker_returned)
		say_returned(f);
	else
		note_forgotten(s->history.markers_forgotten, f);
}

CHECK(series_generation_unique)
{
	if (s->history.generation_returned)
		say_returned(f);
	else
		note_forgotten(s->history.generations_forgotten, f);
}

CHECK(series_generation_marker)
{
	if (!subject_kept(s, FIELD_vm_generation_counter) &&
	    subject_kept(s, FIELD_disruption_marker))
		say(f, VERDICT_OK,
		    "the generation changed and the marker did not: a fork on one host");
}

/* Where in the story of a leap second an indicator is. */
enum phase {
	PHASE_NONE,
	PHASE_BEFORE,
	PHASE_DURING,
	PHASE_AFTER,
};

static const struct {
	enum phase phase;
	int sign;
} indicators[] = {
	[LEAP_NONE] = { PHASE_NONE, 0 },
	[LEAP_PRE_POS] = { PHASE_BEFORE, 1 },
	[LEAP_PRE_NEG] = { PHASE_BEFORE, -1 },
	[LEAP_POS] = { PHASE_DURING, 1 },
	[LEAP_POST_POS] = { PHASE_AFTER, 1 },
	[LEAP_POST_NEG] = { PHASE_AFTER, -1 },
};

static bool has_known_indicator(const struct subject *s)
{
	return value_of(s, FIELD_leap_indicator) <= LEAP_POST_NEG;
}

/* The second after the leap second that a page announces: the next
 * month's start, or the month's own where the leap second has begun or is over.
 */
static int64_t get_leap_end(const struct subject *s, enum phase phase)
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
	uint64_t old = value_of(before, FIELD_leap_indicator);
	uint64_t new = value_of(after, FIELD_leap_indicator);
	enum phase from, to;
	int64_t end;
	int sign;

	if (old == new || !has_known_indicator(before) ||
	    !has_known_indicator(after))
		return 0;
	from = indicators[old].phase;
	to = indicators[new].phase;
	/* POST may be skipped, and POS with it. */
	if (to >= PHASE_DURING)
		sign = indicators[new].sign;
	else if (to == PHASE_NONE && from <= PHASE_DURING)
		sign = indicators[old].sign;
	else
		return 0;
	/* Without a reference there is nothing but the indicators. */
	if (!before->has_utc || !after->has_utc)
		return sign;
	end = from == PHASE_BEFORE || from == PHASE_DURING
		      ? get_leap_end(before, from)
		      : get_leap_end(after, to);
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

int leap_taken(const struct subject *before, const struct subject *after)
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
	uint64_t old = value_of(s->before, FIELD_leap_indicator);
	uint64_t new = value_of(s, FIELD_leap_indicator);
	const char *message = NULL;
	struct strbuf buffer;

	if (!has_known_indicator(s) || !has_known_indicator(s->before) ||
	    old == LEAP_NONE || new == LEAP_NONE)
		return;
	if (indicators[new].sign != indicators[old].sign)
		message =
			"the leap second changed its sign without NONE between";
	else if (indicators[new].phase < indicators[old].phase &&
		 !is_in_later_month(s))
		message = "the leap second went back to an earlier state";
	if (!message)
		return;
	buffer = strbuf_start(f->expected, sizeof(f->expected));
	strbuf_add(&buffer, "0 (none) or a state after ");
	strbuf_add(&buffer,
		   field_value_name(&s->page.layout->fields[f->row], old));
	say(f, VERDICT_FAIL, message);
}

CHECK(series_tai_step)
{
	int old = s->before->clock.tai_offset, new = s->clock.tai_offset;
	int change = clock_tai_minus_utc(&s->clock) -
		     clock_tai_minus_utc(&s->before->clock);
	bool same_sign = (old < 0) == (new < 0);
	struct strbuf buffer;

	if (old == new)
		return;
	if (same_sign && leap_taken(s->before, s) == change)
		return;
	buffer = strbuf_start(f->expected, sizeof(f->expected));
	strbuf_signed(&buffer, old);
	strbuf_add(&buffer, ", as before");
	say(f, VERDICT_FAIL,
	    same_sign ? "the TAI offset changed, and not by a second at a leap"
		      : "the TAI offset changed its sign");
}
