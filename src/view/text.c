/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes show, show --hex, diff and errors for people. */
#include "text.h"

#include <inttypes.h>
#include <string.h>

#include "base/printable.h"
#include "color.h"
#include "describe.h"

void text_wrap(FILE *stream, unsigned int column, unsigned int indent,
	       const char *words)
{
	bool fresh = true; /* nothing of ours on this line yet */

	while (*words) {
		size_t length = strcspn(words, " ");
		unsigned int width = printable_columns(words, length);

		if (!fresh && column + 1 + width > TEXT_COLUMNS) {
			fprintf(stream, "\n%*s", (int)indent, "");
			column = indent;
			fresh = true;
		}
		fprintf(stream, "%s%.*s", fresh ? "" : " ", (int)length, words);
		column += width + !fresh;
		fresh = false;
		words += length;
		words += strspn(words, " ");
	}
	fputc('\n', stream);
}

/* A value that the page gives, and the status forbids: shown for whoever looks
 * for the fault, and said to be so. */
static bool is_forbidden(const struct page *page, int row)
{
	return page_flagged(page, row) &&
	       page->layout->fields[row].needs & NEEDS_CLOCK &&
	       page_has_counter(page) && !page_status_usable(page);
}

/* The raw column: a value only where it has a meaning, or would have. */
static void raw_text(const struct page *page, int row,
		     char text[static FIELD_TEXT_MAX])
{
	if (page_meaningful(page, row, NULL) || is_forbidden(page, row))
		field_format(&page->layout->fields[row], page->value[row],
			     text);
	else
		memcpy(text, "-", sizeof("-"));
}

static void print_row(FILE *stream, const struct reading *reading, int row,
		      int name_width, int raw_width)
{
	const struct field *field = &reading->page.layout->fields[row];
	char raw[FIELD_TEXT_MAX], meaning[DESCRIBE_MAX];
	unsigned int column;

	raw_text(&reading->page, row, raw);
	describe_field(reading, row, meaning);
	if (is_forbidden(&reading->page, row))
		snprintf(meaning, sizeof(meaning), "not to be used");
	/* A reason needs more room than a unit, and follows its - at once. */
	if (!*meaning || (!page_meaningful(&reading->page, row, NULL) &&
			  !is_forbidden(&reading->page, row)))
		raw_width = 0;
	column =
		(unsigned int)fprintf(stream, "0x%02x %-*s %-*s", field->offset,
				      name_width, field->name, raw_width, raw);
	if (*meaning)
		column += (unsigned int)fprintf(stream, " ");
	text_wrap(stream, column, column, meaning);
}

static void print_group(FILE *stream, const struct reading *reading,
			enum field_group group)
{
	const struct layout *layout = reading->page.layout;
	int name_width = 0, raw_width = 0;
	char raw[FIELD_TEXT_MAX];

	for (unsigned int i = 0; i < layout->count; i++) {
		int name = (int)strlen(layout->fields[i].name);
		int width;

		if (layout->fields[i].group != group)
			continue;
		raw_text(&reading->page, (int)i, raw);
		width = (int)strlen(raw);
		name_width = name > name_width ? name : name_width;
		raw_width = width > raw_width ? width : raw_width;
	}
	if (!name_width)
		return;
	fprintf(stream, "\n%s\n", group_names[group]);
	for (unsigned int i = 0; i < layout->count; i++) {
		if (layout->fields[i].group == group)
			print_row(stream, reading, (int)i, name_width,
				  raw_width);
	}
}

/* A line of the time block. */
static void print_time_line(FILE *stream, const char *name, const char *text)
{
	unsigned int column = (unsigned int)fprintf(stream, "%-9s  ", name);

	text_wrap(stream, column, column, text);
}

static void print_grid(FILE *stream, const char *name, grid time,
		       bool leap_second, bool zone)
{
	struct timestamp stamp = grid_to_timestamp(time);
	char text[DESCRIBE_MAX], date[RFC3339_MAX];

	if (rfc3339(time, leap_second, zone, date))
		snprintf(text, sizeof(text), "%s", date);
	else
		snprintf(text, sizeof(text), "%" PRId64 ".%09" PRIu32 " s",
			 stamp.sec, stamp.nsec);
	print_time_line(stream, name, text);
}

static void print_bound(FILE *stream, const char *name, bool in_range,
			struct timestamp stamp)
{
	char text[DESCRIBE_MAX];

	if (in_range)
		snprintf(text, sizeof(text), "%" PRId64 ".%09" PRIu32 " s",
			 stamp.sec, stamp.nsec);
	else
		snprintf(text, sizeof(text), "outside signed 64-bit seconds");
	print_time_line(stream, name, text);
}

static void print_rate(FILE *stream, const struct reading *reading)
{
	const struct clock *clock = &reading->clock;
	char text[DESCRIBE_MAX];

	describe_frequency(clock_frequency(clock), text);
	print_time_line(stream, "frequency", text);
}

static void print_reference(FILE *stream, const struct reading *reading)
{
	struct utc utc;
	grid time;

	if (!clock_reference(&reading->clock, &time))
		return;
	if (clock_utc(&reading->clock, time, &utc))
		print_grid(stream, "reference", utc.time, utc.leap_second,
			   true);
	else if (utc.tai_known)
		print_grid(stream, "ref. TAI", time, false, false);
}

static void print_errors(FILE *stream, const struct reading *reading)
{
	char text[DESCRIBE_MAX], line[DESCRIBE_MAX + 32];

	if (reading->clock.has_esterror) {
		describe_duration(reading->esterror_nsec, text);
		snprintf(line, sizeof(line), "+/- %s", text);
		print_time_line(stream, "estimated", line);
	}
	if (!reading->clock.has_maxerror) {
		print_time_line(
			stream, "bounds",
			"none: the two MAXERROR flags are not both set");
		return;
	}
	describe_duration(reading->maxerror_nsec, text);
	snprintf(line, sizeof(line), "+/- %s", text);
	print_time_line(stream, "maximum", line);
	print_bound(stream, "earliest", reading->has_earliest,
		    reading->earliest);
	print_bound(stream, "latest", reading->has_latest, reading->latest);
}

/* The counter that came with the page, and no --counter, is before its
 * reference. */
static bool is_of_another_counter(const struct source *source,
				  const struct reading *reading)
{
	return source->has_counter && source->counter == reading->counter &&
	       reading_counter_behind(reading);
}

static void print_now(FILE *stream, const struct source *source,
		      const struct reading *reading)
{
	char text[DESCRIBE_MAX];

	snprintf(text, sizeof(text), "%" PRIu64 "%s", reading->counter,
		 is_of_another_counter(source, reading)
			 ? ", before the reference: no time to rely on"
			 : "");
	print_time_line(stream, "counter", text);
	if (reading->utc_known)
		print_grid(stream, "UTC", reading->utc.time,
			   reading->utc.leap_second, true);
	else if (reading->clock.time_type != TIME_TYPE_MONOTONIC)
		print_time_line(stream, "UTC",
				"not known: TAI_OFFSET_VALID clear");
	if (reading->utc.tai_known)
		print_grid(stream, "TAI", reading->utc.tai, false, false);
	if (reading->clock.time_type == TIME_TYPE_MONOTONIC)
		print_bound(stream, "monotonic", true,
			    grid_to_timestamp(reading->time));
	print_errors(stream, reading);
}

/* What the page says all the same, for whoever looks for the fault. */
static void print_untrusted(FILE *stream, const struct reading *reading)
{
	const struct clock *clock = &reading->clock;
	struct utc utc;
	grid time;

	if (!clock->period || !clock_time(clock, reading->counter, &time))
		return;
	print_rate(stream, reading);
	print_reference(stream, reading);
	if (clock_utc(clock, time, &utc))
		print_grid(stream, "not UTC", utc.time, utc.leap_second, true);
}

static void print_time(FILE *stream, const struct source *source,
		       const struct reading *reading)
{
	char text[DESCRIBE_MAX];

	fprintf(stream, "\ntime\n");
	if (reading->usable) {
		print_rate(stream, reading);
		print_reference(stream, reading);
	}
	if (reading->reason == READING_TIME) {
		print_now(stream, source, reading);
		return;
	}
	if (reading->reason == READING_STATUS && reading->has_counter)
		print_untrusted(stream, reading);
	if (reading_signal_only(reading))
		snprintf(
			text, sizeof(text),
			"no clock here, which is healthy: the page carries only the disruption signal");
	else
		/* This is show, which has the option. */
		snprintf(text, sizeof(text), "no time: %s%s",
			 reading_obstacle(reading),
			 reading->reason == READING_NO_COUNTER
				 ? "; give --counter N"
				 : "");
	text_wrap(stream, 0, 0, text);
}

/* How long before the counter the reference time was. */
static bool describe_age(const struct reading *reading,
			 char text[static DESCRIBE_MAX])
{
	grid reference, age;

	if (reading->reason != READING_TIME ||
	    !clock_reference(&reading->clock, &reference) ||
	    __builtin_sub_overflow(reading->time, reference, &age))
		return false;
	describe_duration((uint128)grid_nsec_half_away(grid_magnitude(age)),
			  text);
	snprintf(text + strlen(text), DESCRIBE_MAX - strlen(text), " %s",
		 age < 0 ? "ahead" : "old");
	return true;
}

/* What matters most, in one line. Returns whether the clock is of use, or none
 * is meant to be. */
static bool describe_use(const struct source *source,
			 const struct reading *reading,
			 char text[static 3 * DESCRIBE_MAX])
{
	const struct page *page = &reading->page;
	int row = page->layout->clock_status;
	char status[DESCRIBE_MAX] = "", part[DESCRIBE_MAX];
	size_t used;

	if (reading_signal_only(reading)) {
		snprintf(text, 3 * DESCRIBE_MAX,
			 "no clock, the disruption signal alone");
		return true;
	}
	if (page_has(page, row))
		describe_value(&page->layout->fields[row], page->value[row],
			       status);
	if (!reading->usable) {
		snprintf(text, 3 * DESCRIBE_MAX, "not usable: %s%s%s",
			 reading_obstacle(reading), *status ? ", status " : "",
			 status);
		return false;
	}
	if (is_of_another_counter(source, reading) &&
	    describe_age(reading, part)) {
		snprintf(
			text, 3 * DESCRIBE_MAX,
			"not usable: the counter is before the reference, which is %s: the page is of another counter, status %s",
			part, status);
		return false;
	}
	used = (size_t)snprintf(text, 3 * DESCRIBE_MAX, "usable: %s", status);
	if (reading->reason != READING_TIME)
		return true;
	if (reading->clock.has_maxerror) {
		describe_duration(reading->maxerror_nsec, part);
		used += (size_t)snprintf(text + used, 3 * DESCRIBE_MAX - used,
					 ", +/- %s", part);
	} else {
		used += (size_t)snprintf(text + used, 3 * DESCRIBE_MAX - used,
					 ", no bounds");
	}
	if (describe_age(reading, part))
		snprintf(text + used, 3 * DESCRIBE_MAX - used, ", reference %s",
			 part);
	return true;
}

static void print_use(FILE *stream, const struct source *source,
		      const struct reading *reading, bool color)
{
	char text[3 * DESCRIBE_MAX];
	bool of_use = describe_use(source, reading, text);

	if (color)
		fputs(of_use ? COLOR_BOLD_GREEN : COLOR_BOLD_RED, stream);
	text_wrap(stream, 0, 0, text);
	if (color)
		fputs(COLOR_RESET, stream);
}

void text_show(FILE *stream, const struct source *source,
	       const struct reading *reading, bool color)
{
	const struct page *page = &reading->page;
	char head[DESCRIBE_MAX];

	snprintf(head, sizeof(head), "VMClock page, layout %s, %zu bytes (%s)",
		 page->layout->name, source->length,
		 source_format_names[source->format]);
	if (source->in_memory)
		snprintf(head + strlen(head) - 1, 40,
			 " at offset 0x%" PRIx64 ")", source->at.offset);
	if (source->in_memory && source->at.has_address)
		snprintf(head + strlen(head) - 1, 40,
			 ", address 0x%" PRIx64 ")", source->at.address);
	if (source->n)
		snprintf(head + strlen(head) - 1, 40, ", snapshot %" PRIu64 ")",
			 source->n);
	text_wrap(stream, 0, 0, head);
	print_use(stream, source, reading, color);
	if (page->layout->partial)
		text_wrap(
			stream, 0, 0,
			"a pre-release layout of 2024: the drafts cannot be "
			"distinguished, so only their common fields are decoded");
	if (page_has(page, page->layout->seq_count) &&
	    page->value[page->layout->seq_count] & 1)
		text_wrap(
			stream, 0, 0,
			"note: seq_count is odd, the page was taken in mid-update and may be torn");
	print_time(stream, source, reading);
	for (int group = 0; group < GROUP_COUNT; group++)
		print_group(stream, reading, (enum field_group)group);
}

static void print_bytes(FILE *stream, const uint8_t *bytes, size_t offset,
			size_t count)
{
	fprintf(stream, "%04zx ", offset);
	for (size_t i = 0; i < 8; i++) {
		if (i < count)
			fprintf(stream, " %02x", bytes[offset + i]);
		else
			fprintf(stream, "   ");
	}
	fprintf(stream, "  ");
}

/* Bytes that belong to no field, 8 a line; runs of zeros in one line. */
static void print_rest(FILE *stream, const struct source *source, size_t from)
{
	const uint8_t *bytes = source->bytes;
	size_t length = source->length;

	while (from < length) {
		size_t zeros = from, count;

		while (zeros < length && bytes[zeros] == 0)
			zeros++;
		if (zeros - from > 8 || zeros == length) {
			fprintf(stream, "%04zx  00%-24s%zu bytes of zero\n",
				from, zeros - from > 1 ? " ..." : "",
				zeros - from);
			from = zeros;
			continue;
		}
		count = length - from < 8 ? length - from : 8;
		print_bytes(stream, bytes, from, count);
		fprintf(stream, "(no field)\n");
		from += count;
	}
}

void text_hex(FILE *stream, const struct source *source,
	      const struct page *page)
{
	const struct layout *layout = page->layout;
	size_t from = 0;

	for (unsigned int i = 0; i < layout->count; i++) {
		const struct field *field = &layout->fields[i];
		size_t left, count = field->width;

		if (field->offset >= source->length)
			break;
		left = source->length - field->offset;
		if (count > left)
			count = left;
		print_bytes(stream, source->bytes, field->offset, count);
		fprintf(stream, "%s%s\n", field->name,
			page_has(page, (int)i) ? "" : " (absent)");
		from = field->offset + count;
	}
	print_rest(stream, source, from);
}

static void print_side(FILE *stream, const char *sign,
		       const struct reading *reading, int row, bool color)
{
	const struct page *page = &reading->page;
	char raw[FIELD_TEXT_MAX] = "-", meaning[DESCRIBE_MAX];
	unsigned int column;

	if (page_has(page, row))
		field_format(&page->layout->fields[row], page->value[row], raw);
	describe_field(reading, row, meaning);
	column = (unsigned int)fprintf(stream, "  %s ", sign);
	fprintf(stream, "%s%s%s", color ? COLOR_BOLD : "", raw,
		color ? COLOR_RESET : "");
	column += (unsigned int)strlen(raw);
	if (*meaning)
		column += (unsigned int)fprintf(stream, "  ");
	text_wrap(stream, column, column, meaning);
}

/* The head of a field that differs: its offset and its name. */
#define FIELD_LINE "0x%02x %s"

bool text_diff_begins(const char *line)
{
	for (int l = 0; l < LAYOUT_COUNT; l++) {
		for (unsigned int i = 0; i < layouts[l].count; i++) {
			const struct field *field = &layouts[l].fields[i];
			char head[80];

			snprintf(head, sizeof(head), FIELD_LINE, field->offset,
				 field->name);
			if (strcmp(line, head) == 0)
				return true;
		}
	}
	return false;
}

void text_diff(FILE *stream, const struct reading *before,
	       const struct reading *after, uint64_t rows, unsigned int events,
	       bool color)
{
	const struct layout *layout = before->page.layout;

	for (unsigned int i = 0; i < layout->count; i++) {
		if (!(rows >> i & 1))
			continue;
		fprintf(stream, FIELD_LINE "\n", layout->fields[i].offset,
			layout->fields[i].name);
		print_side(stream, "-", before, (int)i, color);
		print_side(stream, "+", after, (int)i, color);
	}
	for (unsigned int e = 0; e < EVENT_COUNT; e++) {
		if (events >> e & 1)
			fprintf(stream, "event: %s (%s)\n", event_kinds[e].name,
				event_kinds[e].help);
	}
}

void text_error(FILE *stream, const struct error *error)
{
	fprintf(stream, "vmclockctl: %s\n", error->message);
	if (!error->hint[0])
		return;
	fputs("hint: ", stream);
	text_wrap(stream, 6, 6, error->hint);
}
