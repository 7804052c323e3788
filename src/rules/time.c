/* SPDX-License-Identifier: BSD-2-Clause */
/* One page: TAI, leap seconds, the reference time. */
#include "clock/leap_story.h"
#include "rules.h"

/* The first whole-second offset, and the last one that this program knows. */
#define FROM_1972 INT64_C(63072000)
#define FROM_2017 INT64_C(1483228800)
#define TAI_LEAST 10
#define TAI_2017  37

#define FROM_2015  INT64_C(1420070400)
#define UNTIL_2101 INT64_C(4133980800)

static const char *explain_missing_utc(const struct subject *s)
{
	return s->clock.time_sec > INT64_MAX
		       ? "the reference time is out of range"
		       : "TAI_OFFSET_VALID is clear: the reference in UTC is not known";
}

/*
 * During 23:59:60 the count of UTC is, by either habit of devices, the last
 * second of a month once more or the first of the next one for the first time.
 */
static bool is_in_leap_second(int64_t utc)
{
	struct utc_month month;

	utc_month(utc, &month);
	return utc == month.start || utc == month.next - 1;
}

static bool is_last_second(int64_t utc)
{
	struct utc_month month;

	utc_month(utc, &month);
	return utc == month.next - 1;
}

CHECK(tai_valid)
{
	if (flags_of(s) & FLAG_TAI_OFFSET_VALID)
		return;
	expect_text(f, "TAI_OFFSET_VALID");
	say(f, VERDICT_WARN,
	    value_of(s, FIELD_time_type) == TIME_TYPE_TAI
		    ? "without the offset UTC cannot be derived from it"
		    : "without the offset TAI cannot be derived from it");
}

CHECK(tai_sign)
{
	struct strbuf buffer = strbuf_start(f->expected, sizeof(f->expected));

	if (s->clock.tai_offset <= 0)
		return;
	strbuf_signed(&buffer, -s->clock.tai_offset);
	buffer = strbuf_start(f->message, sizeof(f->message));
	strbuf_add(&buffer, "the sign is that of UTC to TAI: consumers are ");
	strbuf_decimal(&buffer, 2 * (uint64_t)s->clock.tai_offset);
	strbuf_add(&buffer, " s wrong");
	f->verdict = VERDICT_FAIL;
}

static void say_skipped(struct finding *f, const char *reason)
{
	say(f, VERDICT_SKIP, reason ? reason : "no leap-second table");
	f->expected[0] = '\0';
	f->actual[0] = '\0';
	f->lacks_table = true;
}

/* The offset by the table at the reference, and the reference in UTC, to hold
 * against the table's expiry. */
static bool find_offset(const struct subject *s, int64_t *at, int *offset)
{
	*at = (int64_t)s->clock.time_sec;
	if (s->clock.time_type != TIME_TYPE_TAI)
		return leap_at_utc(s->leaps, *at, offset);
	/* A wrong offset would lead to a wrong UTC, so TAI is looked up. */
	if (!leap_at_tai(s->leaps, *at, offset))
		return false;
	*at -= *offset;
	return true;
}

/* Whether no schedule of leap seconds, one each half year begun since `from`
 * at most, leads from the offset `last` to the page's; and fails it. */
static bool is_out_of_reach(const struct subject *s, struct finding *f,
			    int64_t at, int64_t from, int last)
{
	int64_t halves = (at - from) / HALF_YEAR + 1;
	int offset = clock_tai_minus_utc(&s->clock);
	int64_t apart = offset > last ? offset - last : last - offset;
	struct strbuf buffer = strbuf_start(f->expected, sizeof(f->expected));

	if (apart <= halves)
		return false;
	strbuf_decimal(&buffer, (uint64_t)last);
	strbuf_add(&buffer, " s, give or take ");
	strbuf_decimal(&buffer, (uint64_t)halves);
	say(f, VERDICT_FAIL,
	    "no schedule of leap seconds can lead to this offset, whatever a leap-second table says");
	return true;
}

/* The same without an unexpired table: it began with 10 s, and was 37 s in
 * 2017. */
static bool is_impossible(const struct subject *s, struct finding *f)
{
	int64_t at = (int64_t)s->clock.time_sec;
	bool tai = s->clock.time_type == TIME_TYPE_TAI;

	if (at >= FROM_1972 + (tai ? TAI_LEAST : 0) &&
	    clock_tai_minus_utc(&s->clock) < TAI_LEAST) {
		expect_text(f, "10 s or more");
		say(f, VERDICT_FAIL,
		    "TAI - UTC has been 10 s or more since 1972");
		return true;
	}
	at -= tai ? TAI_2017 : 0;
	return at >= FROM_2017 &&
	       is_out_of_reach(s, f, at, FROM_2017, TAI_2017);
}

static void fill_actual_offset(const struct subject *s, struct finding *f)
{
	struct strbuf buffer = strbuf_start(f->actual, sizeof(f->actual));

	strbuf_decimal(&buffer, (uint64_t)clock_tai_minus_utc(&s->clock));
	strbuf_add(&buffer, " s");
}

/* In 23:59:60 some count with the new offset already, and others are in the
 * next month by their count, with the old one. */
static bool fits_leap_second(const struct subject *s, int offset)
{
	struct utc_month month;
	int after;

	if (!is_in_leap_second(s->utc))
		return false;
	utc_month(s->utc + 1, &month);
	return leap_before(s->leaps, (int64_t)month.start) == 1 &&
	       leap_at_utc(s->leaps, (int64_t)month.start, &after) &&
	       (offset == after || offset == after - 1);
}

CHECK(tai_value)
{
	int offset = clock_tai_minus_utc(&s->clock);
	int expected;
	int64_t at;

	if (!s->clock.tai_valid) {
		say(f, VERDICT_NOT_APPLICABLE, "TAI_OFFSET_VALID is clear");
		return;
	}
	fill_actual_offset(s, f);
	if (s->clock.time_sec > INT64_MAX) {
		say_skipped(f, "the reference time is out of range");
		return;
	}
	if (!s->leaps || !find_offset(s, &at, &expected)) {
		if (!is_impossible(s, f))
			say_skipped(
				f,
				s->leaps
					? "the leap-second table does not reach the reference time"
					: s->leaps_reason);
		return;
	}
	if (leap_expired(s->leaps, at)) {
		if (!is_impossible(s, f) &&
		    !is_out_of_reach(s, f, at, s->leaps->expires, expected))
			say_skipped(
				f,
				"the leap-second table has expired before the reference time");
		return;
	}
	if (offset == expected)
		return;
	if (s->clock.leap == LEAP_POS && s->has_utc &&
	    fits_leap_second(s, offset))
		return;
	expect_number(f, "", (uint64_t)expected);
	say(f, VERDICT_FAIL, "not TAI - UTC at the reference time");
}

CHECK(leap_type)
{
	if (value_of(s, FIELD_time_type) != TIME_TYPE_MONOTONIC ||
	    value_of(s, FIELD_leap_indicator) == LEAP_NONE)
		return;
	expect_text(f, "0 (none)");
	say(f, VERDICT_WARN, "a time of unknown epoch has no leap seconds");
}

/* What the table says of a leap second just before `month`, for those that
 * check an indicator. Returns false where it cannot say. */
static bool find_leap(const struct subject *s, int64_t month, int *leap)
{
	if (!s->leaps || !leap_knows(s->leaps, month))
		return false;
	*leap = leap_before(s->leaps, month);
	return true;
}

static void say_table_missing(const struct subject *s, struct finding *f)
{
	say_skipped(
		f,
		s->leaps
			? "the leap-second table has expired before that month's end"
			: s->leaps_reason);
}

CHECK(leap_pre)
{
	int announced = leap_story_sign(s->clock.leap, PHASE_BEFORE);
	struct utc_month month;
	int leap;

	if (!announced)
		return;
	if (!s->has_utc) {
		say_skipped(f, explain_missing_utc(s));
		return;
	}
	utc_month(s->utc, &month);
	if (find_leap(s, (int64_t)month.next, &leap)) {
		if (leap == announced)
			return;
		expect_text(f, leap ? "the other sign" : "0 (none)");
		say(f, VERDICT_FAIL,
		    "the leap-second table has no such leap second at the end of the reference time's month");
	} else if (month.month != 6 && month.month != 12) {
		expect_text(f, "0 (none)");
		say(f, VERDICT_WARN,
		    "leap seconds have only come in June and December");
	} else {
		say_table_missing(s, f);
	}
}

/* A whole day before the end of a month is not less than a day. */
static bool is_within_a_day(const struct subject *s, int128 end)
{
	int128 left = end - s->utc;

	return left < SECONDS_PER_DAY ||
	       (left == SECONDS_PER_DAY && s->clock.time_frac);
}

CHECK(leap_missing)
{
	struct utc_month month;
	int leap;

	if (s->clock.leap != LEAP_NONE)
		return;
	if (!s->has_utc) {
		say_skipped(f, explain_missing_utc(s));
		return;
	}
	utc_month(s->utc, &month);
	if (!is_within_a_day(s, month.next))
		return;
	if (!find_leap(s, (int64_t)month.next, &leap)) {
		say_table_missing(s, f);
	} else if (leap) {
		expect_text(f, leap > 0 ? "1 (pre-pos)" : "2 (pre-neg)");
		say(f, VERDICT_WARN,
		    "the leap-second table has a leap second within a day, and none is announced");
	}
}

CHECK(leap_during)
{
	int leap, after;

	if (s->clock.leap != LEAP_POS)
		return;
	if (!s->has_utc) {
		say_skipped(f, explain_missing_utc(s));
		return;
	}
	if (s->clock.time_type == TIME_TYPE_TAI && is_last_second(s->utc)) {
		/* A TAI page has no two habits, but its offset may have changed
		 * early: it is for the table to say which second it is. */
		if (!find_leap(s, s->utc + 1, &leap)) {
			say_table_missing(s, f);
			return;
		}
		if (leap == 1 && leap_at_utc(s->leaps, s->utc + 1, &after) &&
		    clock_tai_minus_utc(&s->clock) == after)
			return;
	} else if (is_in_leap_second(s->utc)) {
		return;
	}
	expect_text(f, "a reference in 23:59:60");
	say(f, VERDICT_FAIL,
	    "the reference time is not in a leap second at a month's end");
}

CHECK(leap_post)
{
	int announced = leap_story_sign(s->clock.leap, PHASE_AFTER);
	struct utc_month month;
	bool known;
	int leap;

	if (!announced)
		return;
	if (!s->has_utc) {
		say_skipped(f, explain_missing_utc(s));
		return;
	}
	utc_month(s->utc, &month);
	known = find_leap(s, (int64_t)month.start, &leap);
	if (known && leap != announced) {
		expect_text(f, leap ? "the other sign" : "0 (none)");
		say(f, VERDICT_FAIL,
		    "the leap-second table has no such leap second at the end of the month before");
	} else if (month.day > 15) {
		expect_text(f, "0 (none)");
		say(f, VERDICT_WARN,
		    "more than half a month after the leap second");
	} else if (!known) {
		say_table_missing(s, f);
	}
}

CHECK(reference_time)
{
	uint64_t sec = s->clock.time_sec;

	if (s->has_utc)
		sec = (uint64_t)s->utc;
	if ((int64_t)sec >= FROM_2015 && (int64_t)sec < UNTIL_2101)
		return;
	expect_text(f, "2015 to 2100");
	say(f, VERDICT_WARN,
	    "no VMClock device is that old, or that far ahead");
}
