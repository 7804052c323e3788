/* SPDX-License-Identifier: BSD-2-Clause */
/* The decoder over any bytes as a page of every layout, and the clock: its time
 * in order of the counter, UTC and bounds about it. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fuzz.h"
#include "view/text.h"

static void check_field(const struct page *page, int row, const uint8_t *bytes,
			size_t length)
{
	const struct field *field = &page->layout->fields[row];
	char text[FIELD_TEXT_MAX];
	const char *why;
	uint64_t again;

	if (!page_meaningful(page, row, &why)) {
		require(why);
		check_printable(why);
	}
	if (!page_has(page, row)) {
		require(page->value[row] == 0);
		return;
	}
	require((size_t)field->offset + field->width <= length);
	require(page->value[row] ==
		load_le(bytes + field->offset, field->width));
	field_format(field, page->value[row], text);
	require(strlen(text) < FIELD_TEXT_MAX);
	check_printable(text);
	require(field_parse(field, text, &again) == 0);
	require(again == page->value[row]);
}

static void check_layout(const struct layout *layout, const uint8_t *bytes,
			 size_t length)
{
	struct page page;

	page_decode_as(layout, bytes, length, &page);
	require(page.layout == layout);
	require(page.present >> layout->count == 0);
	for (unsigned int i = 0; i < layout->count; i++)
		check_field(&page, (int)i, bytes, length);
}

static bool not_after(struct timestamp a, struct timestamp b)
{
	return a.sec < b.sec || (a.sec == b.sec && a.nsec <= b.nsec);
}

static void check_bounds(grid time, struct clock_error error)
{
	const struct clock_error whole = { .grid = error.grid };
	struct timestamp stamp = grid_to_timestamp(time), bound;
	grid low;

	require(stamp.nsec < NSEC_PER_SEC);
	if (clock_earliest(time, error, &bound))
		require(bound.nsec < NSEC_PER_SEC && not_after(bound, stamp));
	if (clock_latest(time, error, &bound))
		require(bound.nsec < NSEC_PER_SEC && not_after(stamp, bound));
	require(clock_within(time, time, error));
	if (__builtin_sub_overflow(time, error.grid, &low))
		return;
	require(clock_within(time, low, error));
	require(clock_within(low, time, whole));
	if (!__builtin_sub_overflow(low, 1, &low))
		require(!clock_within(low, time, whole));
}

/* Against the C library, which knows the calendar too. */
static void check_rfc3339(grid time, bool leap_second)
{
	char text[RFC3339_MAX], end[2];
	struct tm tm = { 0 };
	unsigned int nsec;

	if (!rfc3339(time, leap_second, true, text))
		return;
	require(strlen(text) == 30);
	require(sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%9u%1s", &tm.tm_year,
		       &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min,
		       &tm.tm_sec, &nsec, end) == 8);
	require(!leap_second || tm.tm_sec == 60);
	require(nsec == grid_to_timestamp(time).nsec && end[0] == 'Z');
	tm.tm_year -= 1900;
	tm.tm_mon--;
	require(timegm(&tm) == grid_to_timestamp(time).sec + leap_second);
}

static void check_utc(const struct utc *utc)
{
	int128 offset = utc->tai_minus_utc + utc->leap_second;

	if (utc->tai_known)
		require(utc->tai - utc->time == offset * GRID_SECOND);
	check_rfc3339(utc->time, utc->leap_second);
}

/* The second of 23:59:60 comes after that of 23:59:59, whose count it has. */
static bool utc_not_after(const struct utc *a, const struct utc *b)
{
	int64_t before = (int64_t)(a->time >> 64), after = b->time >> 64;

	if (before != after)
		return before < after;
	if (a->leap_second != b->leap_second)
		return b->leap_second;
	return a->time <= b->time;
}

static void check_utc_order(const struct clock *clock, grid early, grid late)
{
	struct utc a, b;
	bool has_a = clock_utc(clock, early, &a);
	bool has_b = clock_utc(clock, late, &b);

	if (has_a)
		check_utc(&a);
	if (has_b)
		check_utc(&b);
	if (!has_a || !has_b)
		return;
	require(utc_not_after(&a, &b));
	require(!a.tai_known || !b.tai_known || a.tai <= b.tai);
}

static uint64_t distance(int64_t ticks)
{
	return ticks < 0 ? -(uint64_t)ticks : (uint64_t)ticks;
}

static void check_error_order(const struct clock *clock, int64_t from,
			      int64_t to)
{
	struct clock_error a, b;

	if (distance(from) > distance(to)) {
		check_error_order(clock, to, from);
		return;
	}
	a = clock_maxerror(clock, clock->counter_value + (uint64_t)from);
	b = clock_maxerror(clock, clock->counter_value + (uint64_t)to);
	require(a.grid <= b.grid && a.nsec == b.nsec);
	require(clock_error_nsec(a) <= clock_error_nsec(b));
}

/* `from` and `to` are ticks from the reference, in this order. */
static void check_clock(const struct clock *clock, int64_t from, int64_t to)
{
	uint64_t a = clock->counter_value + (uint64_t)from;
	uint64_t b = clock->counter_value + (uint64_t)to;
	uint128 product =
		(uint128)((uint64_t)to - (uint64_t)from) * clock->period;
	uint128 step = clock->shift < 128 ? product >> clock->shift : 0;
	grid early, late;

	check_error_order(clock, from, to);
	if (!clock_time(clock, a, &early) || !clock_time(clock, b, &late))
		return;
	require(early <= late);
	/* Both are rounded down. */
	require((uint128)late - (uint128)early - step <= 1);
	check_bounds(early, clock_maxerror(clock, a));
	check_bounds(late, clock_esterror(clock, b));
	check_utc_order(clock, early, late);
}

static void check_shown(uint8_t *bytes, size_t length, uint64_t counter)
{
	char path[] = "page";
	struct source source = {
		.kind = SOURCE_FILE,
		.path = path,
		.bytes = bytes,
		.length = length,
	};
	struct reading reading;
	FILE *stream = print_start();
	size_t shown;
	char *text;

	reading_make(bytes, length, &counter, &reading);
	text_show(stream, &source, &reading, false);
	text_hex(stream, &source, &reading.page);
	text = print_end(&shown);
	check_text(text, shown, TEXT_COLUMNS);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	int64_t from = (int64_t)input_number(&input, 8);
	int64_t to = (int64_t)input_number(&input, 8);
	size_t length;
	uint8_t *bytes = input_page(&input, &length);
	struct page page;
	struct clock clock;

	for (int i = 0; i < LAYOUT_COUNT; i++)
		check_layout(&layouts[i], bytes, length);
	page_decode(bytes, length, &page);
	require(page.layout == page_layout(bytes, length));
	require(page_obstacle(&page) == clock_from_page(&page, &clock));
	check_clock(&clock, from < to ? from : to, from < to ? to : from);
	check_shown(bytes, length, clock.counter_value + (uint64_t)from);
	free(bytes);
	return 0;
}
