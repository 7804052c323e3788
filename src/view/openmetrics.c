/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of metrics, and the samples of one page. */
#include "openmetrics.h"

#include <inttypes.h>
#include <string.h>

#include "base/printable.h"
#include "describe.h"

static bool is_counter(const struct metric *metric)
{
	static const char end[] = "_total";
	size_t length = strlen(metric->name);

	return length >= sizeof(end) &&
	       strcmp(metric->name + length - strlen(end), end) == 0;
}

void openmetrics_head(FILE *stream, const struct metric *metric)
{
	fprintf(stream, "# HELP %s %s\n", metric->name, metric->help);
	if (!is_counter(metric))
		fprintf(stream, "# TYPE %s gauge\n", metric->name);
	if (metric->unit)
		fprintf(stream, "# UNIT %s %s\n", metric->name, metric->unit);
}

void openmetrics_label(FILE *stream, const char *name, const char *value)
{
	fprintf(stream, "%s=\"", name);
	for (const char *c = value; *c; c++) {
		char spelt[5];

		printable_ascii(spelt, sizeof(spelt),
				(const char[]){ *c, '\0' });
		if (*spelt == '\\' || *spelt == '"')
			fputc('\\', stream);
		fputs(spelt, stream);
	}
	fputc('"', stream);
}

void openmetrics_seconds(FILE *stream, bool negative, uint128 nsec)
{
	fprintf(stream, "%s%" PRIu64 ".%09" PRIu64 "\n", negative ? "-" : "",
		(uint64_t)(nsec / NSEC_PER_SEC),
		(uint64_t)(nsec % NSEC_PER_SEC));
}

void openmetrics_begin(struct metrics *m)
{
	const struct metric *metric = m->metric;

	if (!m->begun)
		openmetrics_head(m->stream, metric);
	m->begun = true;
	fprintf(m->stream, "%s{", metric->name);
	openmetrics_label(m->stream, "source", m->source);
}

void openmetrics_add_label(struct metrics *m, const char *name,
			   const char *value)
{
	fprintf(m->stream, ",%s=\"%s\"", name, value);
}

void openmetrics_end(struct metrics *m, uint64_t value)
{
	fprintf(m->stream, "} %" PRIu64 "\n", value);
}

static void tell_seconds(struct metrics *m, bool negative, uint128 nsec)
{
	openmetrics_begin(m);
	fputs("} ", m->stream);
	openmetrics_seconds(m->stream, negative, nsec);
}

/* Down to the nanosecond. */
static void tell_grid(struct metrics *m, grid time)
{
	int128 nsec = grid_nsec_floor(time);

	tell_seconds(m, nsec < 0, nsec < 0 ? -(uint128)nsec : (uint128)nsec);
}

/* The row of the field; -1 if its value has no meaning on this page, or there
 * is none. */
static int row_of(const struct metrics *m, const char *field)
{
	const struct page *page = m->page;
	int row = page ? field_find(page->layout, field) : -1;

	return row >= 0 && page_meaningful(page, row, NULL) ? row : -1;
}

static void label_enum(struct metrics *m, const char *name)
{
	const struct page *page = m->page;
	int row = row_of(m, name);
	char text[DESCRIBE_MAX];

	if (row < 0)
		return;
	describe_value(&page->layout->fields[row], page->value[row], text);
	openmetrics_add_label(m, name, text);
}

static void tell_info(struct metrics *m)
{
	openmetrics_begin(m);
	openmetrics_add_label(m, "layout", m->page->layout->name);
	label_enum(m, "counter_id");
	label_enum(m, "time_type");
	openmetrics_end(m, 1);
}

static void tell_available(struct metrics *m)
{
	openmetrics_begin(m);
	openmetrics_end(m, m->reading->usable);
}

void openmetrics_states(struct metrics *m)
{
	const struct page *page = m->page;
	const char *name = m->metric->field;
	int row = row_of(m, name);
	const struct field *field;
	char text[DESCRIBE_MAX];

	if (row < 0)
		return;
	field = &page->layout->fields[row];
	for (const struct field_name *n = field->names; n->name; n++) {
		openmetrics_begin(m);
		openmetrics_add_label(m, name, n->name);
		openmetrics_end(m, n->value == page->value[row]);
	}
	if (field_value_name(field, page->value[row]))
		return;
	describe_value(field, page->value[row], text);
	openmetrics_begin(m);
	openmetrics_add_label(m, name, text);
	openmetrics_end(m, 1);
}

static void tell_flags(struct metrics *m)
{
	const struct page *page = m->page;
	int row = row_of(m, m->metric->field);
	const struct field *field;

	if (row < 0)
		return;
	field = &page->layout->fields[row];
	for (const struct field_name *n = field->names; n->name; n++) {
		openmetrics_begin(m);
		openmetrics_add_label(m, "flag", n->name);
		openmetrics_end(m, (page->value[row] & n->value) != 0);
	}
	openmetrics_begin(m);
	openmetrics_add_label(m, "flag", "unknown");
	openmetrics_end(m, (page->value[row] & ~field_known_flags(field)) != 0);
}

static void tell_number(struct metrics *m)
{
	int row = row_of(m, m->metric->field);

	if (row < 0)
		return;
	openmetrics_begin(m);
	openmetrics_end(m, m->page->value[row]);
}

/* A sample is a float64 of 53 bits, so each half of a value is a sample. */
static void tell_halves(struct metrics *m)
{
	int row = row_of(m, m->metric->field);
	uint64_t value;

	if (row < 0)
		return;
	value = m->page->value[row];
	openmetrics_begin(m);
	openmetrics_add_label(m, "half", "high");
	openmetrics_end(m, value >> 32);
	openmetrics_begin(m);
	openmetrics_add_label(m, "half", "low");
	openmetrics_end(m, value & UINT32_MAX);
}

void openmetrics_hex(struct metrics *m)
{
	const struct page *page = m->page;
	int row = row_of(m, m->metric->field);
	char text[FIELD_TEXT_MAX];

	if (row < 0)
		return;
	field_format(&page->layout->fields[row], page->value[row], text);
	openmetrics_begin(m);
	openmetrics_add_label(m, m->metric->field, text);
	openmetrics_end(m, 1);
}

static void tell_tai(struct metrics *m)
{
	if (row_of(m, m->metric->field) < 0)
		return;
	openmetrics_begin(m);
	openmetrics_end(m, (uint64_t)clock_tai_minus_utc(&m->reading->clock));
}

static void tell_reference(struct metrics *m)
{
	const struct reading *r = m->reading;
	struct utc utc;
	grid time;

	if (r->usable && clock_reference(&r->clock, &time) &&
	    clock_utc(&r->clock, time, &utc))
		tell_grid(m, utc.time);
}

static void tell_age(struct metrics *m)
{
	const struct reading *r = m->reading;
	grid reference, age;

	if (r->reason == READING_TIME &&
	    clock_reference(&r->clock, &reference) &&
	    !__builtin_sub_overflow(r->time, reference, &age))
		tell_grid(m, age);
}

static void tell_esterror(struct metrics *m)
{
	const struct reading *r = m->reading;

	if (r->reason == READING_TIME && r->clock.has_esterror)
		tell_seconds(m, false, r->esterror_nsec);
}

static void tell_maxerror(struct metrics *m)
{
	const struct reading *r = m->reading;

	if (r->reason == READING_TIME && r->clock.has_maxerror)
		tell_seconds(m, false, r->maxerror_nsec);
}

const struct metric metric_rows[] = {
	{ "vmclock_info", "What the page is; always 1.", NULL, NULL,
	  tell_info },
	{ "vmclock_time_available",
	  "1 if the page gives a time, by its counter, status and period.",
	  NULL, NULL, tell_available },
	{ "vmclock_clock_status",
	  "1 for the status that the clock has, 0 for the others.", NULL,
	  "clock_status", openmetrics_states },
	{ "vmclock_maxerror_seconds",
	  "Maximum error of the time now, in either direction.", "seconds",
	  NULL, tell_maxerror },
	{ "vmclock_esterror_seconds",
	  "Estimated error of the time now, in either direction.", "seconds",
	  NULL, tell_esterror },
	{ "vmclock_reference_age_seconds",
	  "How long ago the host calibrated the clock.", "seconds", NULL,
	  tell_age },
	{ "vmclock_reference_timestamp_seconds",
	  "UTC of the last calibration, since 1970.", "seconds", NULL,
	  tell_reference },
	{ "vmclock_disruption_marker",
	  "Changes at each disruption; each sample holds 32 bits of it.", NULL,
	  "disruption_marker", tell_halves },
	{ "vmclock_disruption_marker_info",
	  "The whole disruption marker, as a label; always 1.", NULL,
	  "disruption_marker", openmetrics_hex },
	{ "vmclock_vm_generation",
	  "Changes at each snapshot load or clone; each sample holds 32 bits of it.",
	  NULL, "vm_generation_counter", tell_halves },
	{ "vmclock_vm_generation_info",
	  "The whole generation, as a label; always 1.", NULL,
	  "vm_generation_counter", openmetrics_hex },
	{ "vmclock_leap_indicator",
	  "1 for the leap indicator that the page has, 0 for the others.", NULL,
	  "leap_indicator", openmetrics_states },
	{ "vmclock_tai_minus_utc_seconds", "TAI - UTC, whatever its sign.",
	  "seconds", "tai_offset_sec", tell_tai },
	{ "vmclock_flag", "1 for a flag that is set, 0 for one that is not.",
	  NULL, "flags", tell_flags },
	{ "vmclock_sequence",
	  "seq_count, 2 more after each update; odd while one is in progress.",
	  NULL, "seq_count", tell_number },
	{ 0 },
};

void openmetrics_write(struct metrics *m, const struct metric *rows)
{
	for (m->metric = rows; m->metric->name; m->metric++) {
		m->begun = false;
		m->metric->tell(m);
	}
	fputs("# EOF\n", m->stream);
}

void openmetrics_show(FILE *stream, const struct source *source,
		      const struct reading *reading)
{
	struct metrics m = {
		.stream = stream,
		.source = source_name(source),
		.page = &reading->page,
		.reading = reading,
	};

	openmetrics_write(&m, metric_rows);
}
