/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of metrics, and the samples of one page. */
#include "openmetrics.h"

#include <inttypes.h>

#include "base/printable.h"
#include "describe.h"

/* The metrics of one page, and the one being written. */
struct metrics {
	FILE *stream;
	const char *source;
	const struct reading *reading;
	const struct metric *metric;
	bool begun; /* the metric has its head */
};

void openmetrics_head(FILE *stream, const struct metric *metric)
{
	fprintf(stream, "# HELP %s %s\n# TYPE %s gauge\n", metric->name,
		metric->help, metric->name);
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

/* Begin a sample with its name; before the first, write the metric's head. */
static void begin_sample(struct metrics *m)
{
	const struct metric *metric = m->metric;

	if (!m->begun)
		openmetrics_head(m->stream, metric);
	m->begun = true;
	fprintf(m->stream, "%s{", metric->name);
	openmetrics_label(m->stream, "source", m->source);
}

/* A label whose value is a word of ours and needs no escape. */
static void add_label(struct metrics *m, const char *name, const char *value)
{
	fprintf(m->stream, ",%s=\"%s\"", name, value);
}

static void end_sample(struct metrics *m, uint64_t value)
{
	fprintf(m->stream, "} %" PRIu64 "\n", value);
}

static void tell_seconds(struct metrics *m, bool negative, uint128 nsec)
{
	begin_sample(m);
	fputs("} ", m->stream);
	openmetrics_seconds(m->stream, negative, nsec);
}

/* Down to the nanosecond. */
static void tell_grid(struct metrics *m, grid time)
{
	int128 nsec = grid_nsec_floor(time);

	tell_seconds(m, nsec < 0, nsec < 0 ? -(uint128)nsec : (uint128)nsec);
}

/* The row of the field; -1 if its value has no meaning on this page. */
static int row_of(const struct metrics *m, const char *field)
{
	const struct page *page = &m->reading->page;
	int row = field_find(page->layout, field);

	return row >= 0 && page_meaningful(page, row, NULL) ? row : -1;
}

static void label_enum(struct metrics *m, const char *name)
{
	const struct page *page = &m->reading->page;
	int row = row_of(m, name);
	char text[DESCRIBE_MAX];

	if (row < 0)
		return;
	describe_value(&page->layout->fields[row], page->value[row], text);
	add_label(m, name, text);
}

static void tell_info(struct metrics *m)
{
	begin_sample(m);
	add_label(m, "layout", m->reading->page.layout->name);
	label_enum(m, "counter_id");
	label_enum(m, "time_type");
	end_sample(m, 1);
}

static void tell_available(struct metrics *m)
{
	begin_sample(m);
	end_sample(m, m->reading->usable);
}

/* One sample for each value that has a name, and for the one that has none. */
static void tell_states(struct metrics *m)
{
	const struct page *page = &m->reading->page;
	const char *name = m->metric->field;
	int row = row_of(m, name);
	const struct field *field;
	char text[DESCRIBE_MAX];

	if (row < 0)
		return;
	field = &page->layout->fields[row];
	for (const struct field_name *n = field->names; n->name; n++) {
		begin_sample(m);
		add_label(m, name, n->name);
		end_sample(m, n->value == page->value[row]);
	}
	if (field_value_name(field, page->value[row]))
		return;
	describe_value(field, page->value[row], text);
	begin_sample(m);
	add_label(m, name, text);
	end_sample(m, 1);
}

static void tell_flags(struct metrics *m)
{
	const struct page *page = &m->reading->page;
	int row = row_of(m, m->metric->field);
	const struct field *field;

	if (row < 0)
		return;
	field = &page->layout->fields[row];
	for (const struct field_name *n = field->names; n->name; n++) {
		begin_sample(m);
		add_label(m, "flag", n->name);
		end_sample(m, (page->value[row] & n->value) != 0);
	}
	begin_sample(m);
	add_label(m, "flag", "unknown");
	end_sample(m, (page->value[row] & ~field_known_flags(field)) != 0);
}

static void tell_number(struct metrics *m)
{
	int row = row_of(m, m->metric->field);

	if (row < 0)
		return;
	begin_sample(m);
	end_sample(m, m->reading->page.value[row]);
}

/* A sample is a float64 of 53 bits, so each half of a value is a sample. */
static void tell_halves(struct metrics *m)
{
	int row = row_of(m, m->metric->field);
	uint64_t value;

	if (row < 0)
		return;
	value = m->reading->page.value[row];
	begin_sample(m);
	add_label(m, "half", "high");
	end_sample(m, value >> 32);
	begin_sample(m);
	add_label(m, "half", "low");
	end_sample(m, value & UINT32_MAX);
}

static void tell_hex(struct metrics *m)
{
	const struct page *page = &m->reading->page;
	int row = row_of(m, m->metric->field);
	char text[FIELD_TEXT_MAX];

	if (row < 0)
		return;
	field_format(&page->layout->fields[row], page->value[row], text);
	begin_sample(m);
	add_label(m, m->metric->field, text);
	end_sample(m, 1);
}

static void tell_tai(struct metrics *m)
{
	if (row_of(m, m->metric->field) < 0)
		return;
	begin_sample(m);
	end_sample(m, (uint64_t)clock_tai_minus_utc(&m->reading->clock));
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
	  "clock_status", tell_states },
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
	  "disruption_marker", tell_hex },
	{ "vmclock_vm_generation",
	  "Changes at each snapshot load or clone; each sample holds 32 bits of it.",
	  NULL, "vm_generation_counter", tell_halves },
	{ "vmclock_vm_generation_info",
	  "The whole generation, as a label; always 1.", NULL,
	  "vm_generation_counter", tell_hex },
	{ "vmclock_leap_indicator",
	  "1 for the leap indicator that the page has, 0 for the others.", NULL,
	  "leap_indicator", tell_states },
	{ "vmclock_tai_minus_utc_seconds", "TAI - UTC, whatever its sign.",
	  "seconds", "tai_offset_sec", tell_tai },
	{ "vmclock_flag", "1 for a flag that is set, 0 for one that is not.",
	  NULL, "flags", tell_flags },
	{ "vmclock_sequence",
	  "seq_count, 2 more after each update; odd while one is in progress.",
	  NULL, "seq_count", tell_number },
	{ 0 },
};

void openmetrics_show(FILE *stream, const struct source *source,
		      const struct reading *reading)
{
	struct metrics m = {
		.stream = stream,
		.source = source_name(source),
		.reading = reading,
	};

	for (m.metric = metric_rows; m.metric->name; m.metric++) {
		m.begun = false;
		m.metric->tell(&m);
	}
	fputs("# EOF\n", stream);
}
