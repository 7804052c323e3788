/* SPDX-License-Identifier: BSD-2-Clause */
/* Describes a value in words, with its unit. */
#include "describe.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct scale {
	double factor;
	const char *unit;
};

/* value in the largest unit of which it is one or more. */
static void describe_scaled(double value, const struct scale *scales,
			    int digits, char text[static DESCRIBE_MAX])
{
	const struct scale *scale = scales;

	while (scale[1].unit && fabs(value) < scale->factor)
		scale++;
	snprintf(text, DESCRIBE_MAX, "%.*g %s", digits, value / scale->factor,
		 scale->unit);
}

void describe_frequency(double hertz, char text[static DESCRIBE_MAX])
{
	static const struct scale scales[] = { { 1e9, "GHz" },
					       { 1e6, "MHz" },
					       { 1e3, "kHz" },
					       { 1, "Hz" },
					       { 0, NULL } };

	describe_scaled(hertz, scales, 9, text);
}

void describe_duration(uint128 nsec, char text[static DESCRIBE_MAX])
{
	static const struct scale scales[] = { { 1e9, "s" },
					       { 1e6, "ms" },
					       { 1e3, "us" },
					       { 1, "ns" },
					       { 0, NULL } };

	describe_scaled((double)nsec, scales, 6, text);
}

/* A ratio: "50 ppm", "1.2 ppb". */
static void describe_ppb(double ppb, char text[static DESCRIBE_MAX])
{
	static const struct scale scales[] = {
		{ 1e7, "%" }, { 1e3, "ppm" }, { 1, "ppb" }, { 0, NULL }
	};

	describe_scaled(ppb, scales, 4, text);
}

void describe_value(const struct field *field, uint64_t value,
		    char text[static DESCRIBE_MAX])
{
	const char *name = field_value_name(field, value);

	if (name)
		snprintf(text, DESCRIBE_MAX, "%s", name);
	else
		snprintf(text, DESCRIBE_MAX, "unknown(%" PRIu64 ")", value);
}

static void describe_enum(const struct field *field, uint64_t value,
			  char text[static DESCRIBE_MAX])
{
	for (const struct field_name *n = field->names; n->name; n++) {
		if (n->value != value)
			continue;
		snprintf(text, DESCRIBE_MAX, "%s%s%s", n->name,
			 *n->help ? ": " : "", n->help);
		return;
	}
	describe_value(field, value, text);
}

static void describe_flags(const struct field *field, uint64_t value,
			   char text[static DESCRIBE_MAX])
{
	uint64_t unknown = value & ~field_known_flags(field);
	size_t used = 0;

	text[0] = '\0';
	for (const struct field_name *n = field->names; n->name; n++) {
		if (value & n->value)
			used += (size_t)snprintf(text + used,
						 DESCRIBE_MAX - used, "%s%s",
						 used ? ", " : "", n->name);
	}
	if (unknown)
		snprintf(text + used, DESCRIBE_MAX - used,
			 "%sunknown 0x%" PRIx64, used ? ", " : "", unknown);
	else if (!used)
		snprintf(text, DESCRIBE_MAX, "none");
}

/* The drafts gave it no sign. */
static void describe_tai_offset(const struct reading *reading,
				char text[static DESCRIBE_MAX])
{
	const struct clock *clock = &reading->clock;
	int offset = clock_tai_minus_utc(clock);

	if (clock->tai_offset > 0 && !reading->page.layout->draft)
		snprintf(text, DESCRIBE_MAX,
			 "TAI - UTC = %d s, in the wrong sign (should be %d)",
			 offset, -offset);
	else
		snprintf(text, DESCRIBE_MAX, "TAI - UTC = %d s", offset);
}

static void describe_error(const struct clock *clock, uint64_t rate,
			   char text[static DESCRIBE_MAX])
{
	if (clock->period)
		describe_ppb(clock_rate_ppb(clock, rate), text);
	else
		snprintf(text, DESCRIBE_MAX, "of no period");
}

static const char *epoch_unit(const struct clock *clock)
{
	static const char *const epochs[] = {
		[TIME_TYPE_UTC] = "s since 1970 UTC",
		[TIME_TYPE_TAI] = "s since 1970 TAI",
		[TIME_TYPE_MONOTONIC] = "s, epoch unknown",
	};

	return clock->time_type <= TIME_TYPE_MONOTONIC
		       ? epochs[clock->time_type]
		       : "s";
}

/* Why the field is absent. */
static void describe_absence(const struct reading *reading, int row,
			     char text[static DESCRIBE_MAX])
{
	const struct page *page = &reading->page;
	const struct field *field = &page->layout->fields[row];
	uint64_t size = page->value[page->layout->size];

	if (size < field_end(field))
		snprintf(text, DESCRIBE_MAX, "absent: size is %" PRIu64, size);
	else
		snprintf(text, DESCRIBE_MAX, "absent: cut short");
}

void describe_field(const struct reading *reading, int row,
		    char text[static DESCRIBE_MAX])
{
	const struct page *page = &reading->page;
	const struct field *field = &page->layout->fields[row];
	const struct clock *clock = &reading->clock;
	uint64_t value = page->value[row];
	const char *why;

	text[0] = '\0';
	if (!page_has(page, row)) {
		describe_absence(reading, row, text);
		return;
	}
	if (!page_meaningful(page, row, &why)) {
		snprintf(text, DESCRIBE_MAX, "%s", why);
		return;
	}
	switch (field->role) {
	case ROLE_MAGIC:
		snprintf(text, DESCRIBE_MAX, "0x%08" PRIx64 "%s", value,
			 value == PAGE_MAGIC ? " \"VCLK\"" : ", not the magic");
		return;
	case ROLE_SEQ:
		snprintf(text, DESCRIBE_MAX, "%s",
			 value & 1 ? "odd: update in progress"
				   : "even: at rest");
		return;
	case ROLE_TAI_OFFSET:
		describe_tai_offset(reading, text);
		return;
	case ROLE_PERIOD:
		snprintf(text, DESCRIBE_MAX, "%.9g ns a tick",
			 clock_period_nsec(clock));
		return;
	case ROLE_PERIOD_ERROR:
		describe_error(clock, value, text);
		return;
	case ROLE_TIME_SEC:
		snprintf(text, DESCRIBE_MAX, "%s", epoch_unit(clock));
		return;
	case ROLE_TIME_FRAC:
		snprintf(text, DESCRIBE_MAX, "0.%09" PRIu32 " s",
			 grid_to_timestamp((grid)value).nsec);
		return;
	case ROLE_PAD:
	case ROLE_PLAIN:
		break;
	}
	if (field->kind == KIND_FLAGS)
		describe_flags(field, value, text);
	else if (field->names)
		describe_enum(field, value, text);
	else if (field->unit)
		snprintf(text, DESCRIBE_MAX, "%s", field->unit);
}
