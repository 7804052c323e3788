/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of compare, for people. */
#include "base/printable.h"
#include "compare.h"

#include <inttypes.h>
#include <string.h>

#include "describe.h"
#include "text.h"

/* Each is followed by a blank, however long it is. */
#define COLUMNS "%-*s %-13s %-11s %-11s %-9s %-5s %s\n"

/* The narrowest column of names. */
#define NAME_COLUMNS 15

static int name_columns(const struct comparing *comparing)
{
	size_t columns = NAME_COLUMNS;

	for (unsigned int i = 0; i < comparing->count; i++) {
		size_t length = strlen(comparing->clocks[i].name);

		if (length > columns)
			columns = length;
	}
	return (int)columns;
}

/* The way that bounds the reading, where the method has several. */
static const char *method_word(const struct measurement *m)
{
	static const char *const words[WINDOW_BY_COUNT] = {
		[WINDOW_STAMPS] = "stamps",
		[WINDOW_COUNTER] = "counter",
	};

	if (m->window_by == WINDOW_CALL ||
	    (m->method == METHOD_PRECISE && m->window_by == WINDOW_STAMPS))
		return read_method_names[m->method];
	return words[m->window_by];
}

/* The names of wrong scales are too long for a column. */
static const char *const scale_words[SCALE_COUNT] = {
	[SCALE_UTC] = "UTC",	   [SCALE_TAI] = "TAI",
	[SCALE_AHEAD] = "wrong",   [SCALE_BEHIND] = "wrong",
	[SCALE_WRAPPED] = "wrong", [SCALE_UNKNOWN] = "?",
};

static const char *const inside_words[INSIDE_COUNT] = {
	[INSIDE_NO_BOUNDS] = "none",
	[INSIDE_YES] = "inside",
	[INSIDE_NO] = "outside",
	[INSIDE_UNCLEAR] = "unclear",
};

/* With its sign. */
static void describe_offset(int128 nsec, char text[static DESCRIBE_MAX])
{
	char size[DESCRIBE_MAX];

	describe_duration(nsec < 0 ? -(uint128)nsec : (uint128)nsec, size);
	snprintf(text, DESCRIBE_MAX, "%c%.60s", nsec < 0 ? '-' : '+', size);
}

static const char *type_word(const struct reading *reading)
{
	static const char *const words[] = {
		[TIME_TYPE_UTC] = "UTC",
		[TIME_TYPE_TAI] = "TAI",
		[TIME_TYPE_MONOTONIC] = "MONOTONIC",
	};

	return reading->clock.time_type < sizeof(words) / sizeof(*words)
		       ? words[reading->clock.time_type]
		       : "an unknown time_type";
}

const char *compared_status(const struct page *page)
{
	const char *name = NULL;
	int row = page->layout ? page->layout->clock_status : -1;

	if (row >= 0 && page_has(page, row))
		name = field_value_name(&page->layout->fields[row],
					page->value[row]);
	return name ? name : "";
}

const char *measurement_failure(const struct comparing *comparing,
				const struct measurement *m)
{
	const char *hint;

	if (!m->errnum)
		return m->reason;
	return ptp_errno_text(comparing->clocks[m->clock].phc.kind.kind,
			      m->errnum, &hint);
}

static void describe_page(const struct comparing *comparing,
			  char head[static DESCRIBE_MAX])
{
	const struct reading *reading = &comparing->reading;
	const char *status = compared_status(&reading->page);
	char bounds[DESCRIBE_MAX] = "no bounds";

	if (reading->clock.has_maxerror) {
		char text[DESCRIBE_MAX];

		describe_duration(reading->maxerror_nsec, text);
		snprintf(bounds, sizeof(bounds), "bounds +/- %.60s", text);
	}
	if (comparing->no_clock)
		snprintf(
			head, DESCRIBE_MAX,
			"%.120s. The PHCs are compared with CLOCK_REALTIME, without bounds.",
			comparing->no_clock);
	else
		snprintf(head, DESCRIBE_MAX, "%s, %s, %.80s",
			 type_word(reading),
			 *status ? status : "status not known to this version",
			 bounds);
}

void text_compare_head(FILE *stream, const struct comparing *comparing)
{
	char head[DESCRIBE_MAX], path[161], line[DESCRIBE_MAX + 170];

	printable(path, sizeof(path), comparing->source->path);
	describe_page(comparing, head);
	snprintf(line, sizeof(line), "%s: %s", path, head);
	text_wrap(stream, 0, 0, line);
	if (reading_counter_behind(&comparing->reading))
		text_wrap(
			stream, 0, 0,
			"note: the counter is before the page's reference: the page is of another counter, and offsets from it are wrong");
	fprintf(stream, COLUMNS, name_columns(comparing), "clock", "offset",
		"+/-", "window", "method", "scale", "bounds");
}

void text_compare_line(FILE *stream, const struct comparing *comparing,
		       const struct measurement *m)
{
	const struct compared *compared = &comparing->clocks[m->clock];
	const struct offset *offset = &m->offset;
	int columns = name_columns(comparing);
	char value[DESCRIBE_MAX], error[DESCRIBE_MAX] = "-";
	char window[DESCRIBE_MAX] = "-";

	if (m->failed) {
		fprintf(stream, "%-*s ", columns, compared->name);
		text_wrap(stream, (unsigned int)columns + 1,
			  (unsigned int)columns + 1,
			  measurement_failure(comparing, m));
		return;
	}
	describe_offset(offset->nsec, value);
	if (!m->no_window) {
		describe_duration(offset->uncertainty_nsec, error);
		describe_duration(offset->window_nsec, window);
	}
	fprintf(stream, COLUMNS, columns, compared->name, value, error, window,
		method_word(m), scale_words[offset->scale],
		inside_words[offset->inside]);
}

static const char *status_word(const char *status)
{
	return *status ? status : "none";
}

void text_compare_status(FILE *stream, const struct comparing *comparing,
			 const struct status_change *change)
{
	fprintf(stream, "clock_status: %s -> %s, in %s %" PRIu64 "\n",
		status_word(change->from), status_word(change->to),
		comparing->recording ? "snapshot" : "round", change->n);
}

static void add_note(char text[static COMPARED_NOTE_MAX], const char *words)
{
	size_t used = strlen(text);

	snprintf(text + used, COMPARED_NOTE_MAX - used, "%s%s",
		 used ? "; " : "", words);
}

static void note_phc(const struct compared *compared,
		     char text[static COMPARED_NOTE_MAX])
{
	const struct phc *phc = &compared->phc;
	char path[400], line[COMPARED_NOTE_MAX + 64];

	printable(path, sizeof(path), phc->path);
	snprintf(line, sizeof(line), "%s%s%s%s%s", path, *phc->name ? ", " : "",
		 phc->name, *phc->driver ? ", driver " : "", phc->driver);
	add_note(text, line);
	if (compared->own)
		add_note(text, "the page's own");
	else if (*phc->name)
		add_note(text, phc_kinds[phc->kind.kind].help);
	if (phc->kind.kind != PHC_VIRTIO_RTC)
		return;
	snprintf(line, sizeof(line), "type %s, variant %s",
		 virtio_type_name(phc->kind.type),
		 virtio_variant_name(phc->kind.variant));
	add_note(text, line);
}

static void note_smear(const struct comparing *comparing, enum smear smear,
		       char text[static COMPARED_NOTE_MAX])
{
	const struct page *page = &comparing->reading.page;
	int row = page->layout->smearing_hint;
	const char *hint = NULL;
	char line[160];

	if (page_has(page, row))
		hint = field_value_name(&page->layout->fields[row],
					page->value[row]);
	snprintf(line, sizeof(line),
		 "fits a leap second smeared by %s; the page's hint is %s",
		 smear_names[smear], hint ? hint : "none");
	add_note(text, line);
}

/* What the reader of a page without a clock wants to know. */
static void note_behind(const struct offset *offset,
			char text[static COMPARED_NOTE_MAX])
{
	int128 nsec = offset->nsec;
	char line[160], size[DESCRIBE_MAX];

	describe_duration(nsec < 0 ? -(uint128)nsec : (uint128)nsec, size);
	snprintf(line, sizeof(line), "CLOCK_REALTIME is %.60s %s it", size,
		 nsec < 0 ? "ahead of" : "behind");
	add_note(text, line);
}

/* What the kernel says of the clock. */
static void note_quality(const struct quality *quality,
			 char text[static COMPARED_NOTE_MAX])
{
	char line[160], status[QUALITY_NAME_MAX], bound[DESCRIBE_MAX];

	if (quality->has_status) {
		quality_status_name(quality->status, status);
		snprintf(line, sizeof(line), "the kernel calls it %s", status);
		add_note(text, line);
	}
	if (quality->has_bound && quality->bound_nsec != QUALITY_NO_BOUND) {
		describe_duration(quality->bound_nsec, bound);
		snprintf(line, sizeof(line),
			 "the kernel's error bound is +/- %.60s", bound);
		add_note(text, line);
	}
}

void compared_note(const struct comparing *comparing,
		   const struct compared *compared,
		   char text[static COMPARED_NOTE_MAX])
{
	const struct offset *last = &compared->last;
	char line[160], residual[DESCRIBE_MAX];
	const char *hint;

	text[0] = '\0';
	if (compared->kind == COMPARED_PHC)
		note_phc(compared, text);
	if (compared->monotonic)
		add_note(text, "not compared: its epoch is not known");
	if (!compared->open) {
		hint = compared->error.hint;
		add_note(text, "cannot be used");
		add_note(text, strerror(compared->error.errnum));
		if (*hint)
			add_note(text, hint);
	}
	if (compared->kind == COMPARED_TAI && comparing->kernel_tai == 0)
		add_note(
			text,
			"the kernel's TAI offset is 0 (never set), so this clock counts UTC "
			"and is compared as UTC (chronyd sets it with leapsectz or leapseclist)");
	if (compared->errnum) {
		ptp_errno_text(compared->phc.kind.kind, compared->errnum,
			       &hint);
		/* Its page was read with it, and is not UNRELIABLE. */
		if (compared->own && compared->errnum == EINVAL)
			hint = "a timescale that no longer resolves, or a TSC "
			       "that the kernel marked unstable (see dmesg)";
		if (*hint)
			add_note(text, hint);
	}
	if (!compared->measured)
		return;
	if (comparing->no_clock)
		note_behind(last, text);
	if (scale_texts[last->scale].fault) {
		add_note(text, scale_texts[last->scale].fault);
		describe_offset(last->residual_nsec, residual);
		snprintf(line, sizeof(line), "%.60s without it", residual);
		add_note(text, line);
	} else if (last->scale == SCALE_UNKNOWN) {
		add_note(text,
			 comparing->no_clock
				 ? "neither UTC nor TAI by CLOCK_REALTIME"
				 : "not UTC, not TAI and not a known fault");
	}
	if (last->smear)
		note_smear(comparing, last->smear, text);
	note_quality(&compared->latest.quality, text);
}

void compared_line(const struct comparing *comparing,
		   const struct compared *compared,
		   char text[static COMPARED_LINE_MAX])
{
	const struct measurement *m = &compared->latest;
	const char *fault = scale_texts[m->offset.scale].fault;
	char name[80], value[DESCRIBE_MAX], error[DESCRIBE_MAX];

	snprintf(name, sizeof(name),
		 *compared->phc.name ? "%.31s (%.31s)" : "%s", compared->name,
		 compared->phc.name);
	if (!compared->open || compared->monotonic || m->failed) {
		snprintf(text, COMPARED_LINE_MAX, "%-16s %s", name,
			 !compared->open ? strerror(compared->error.errnum)
			 : m->failed	 ? measurement_failure(comparing, m)
				     : "not compared: its epoch is not known");
		return;
	}
	describe_offset(m->offset.nsec, value);
	describe_duration(m->offset.uncertainty_nsec, error);
	snprintf(text, COMPARED_LINE_MAX, "%-16s %s +/- %s  %s  %s  %s%s%s",
		 name, value, error, method_word(m),
		 scale_words[m->offset.scale],
		 comparing->no_clock ? "of CLOCK_REALTIME"
				     : inside_words[m->offset.inside],
		 fault ? ": " : "", fault ? fault : "");
}

static void print_summary(FILE *stream, const struct comparing *comparing)
{
	int columns = name_columns(comparing);

	fprintf(stream, "\n%-*s %6s  %-12s %-12s %-12s %-10s %s\n", columns,
		"clock", "n", "minimum", "mean", "maximum", "deviation",
		"failed");
	for (unsigned int i = 0; i < comparing->count; i++) {
		const struct compared *compared = &comparing->clocks[i];
		const struct series *series = &compared->series;
		char text[4][DESCRIBE_MAX] = { "-", "-", "-", "-" };
		uint128 deviation;
		int128 mean;

		if (!compared->open || compared->monotonic)
			continue;
		if (series->count) {
			describe_offset(series->minimum, text[0]);
			describe_offset(series->maximum, text[2]);
		}
		if (series_mean(series, &mean))
			describe_offset(mean, text[1]);
		if (series_deviation(series, &deviation))
			describe_duration(deviation, text[3]);
		fprintf(stream,
			"%-*s %6" PRIu64 "  %-12s %-12s %-12s %-10s %" PRIu64
			"\n",
			columns, compared->name, series->count, text[0],
			text[1], text[2], text[3], compared->failed);
	}
}

static void print_tai(FILE *stream, const struct comparing *comparing)
{
	static const char *const words[TAI_ORIGIN_COUNT] = {
		[TAI_TABLE] = "by the leap-second table",
		[TAI_EXPIRED] = "by the leap-second table, which has expired",
		[TAI_ASSUMED] = "as since 2017; there is no leap-second table",
	};
	const struct tai_minus_utc *tai = &comparing->tai_minus_utc;
	char line[160];

	bool used = !comparing->no_clock;

	for (unsigned int i = 0; i < comparing->count; i++)
		used |= comparing->clocks[i].last.scale == SCALE_TAI;
	if (!comparing->measured || !used || tai->from == TAI_PAGE)
		return;
	snprintf(line, sizeof(line),
		 "the page has no valid TAI offset: TAI - UTC is %d s, %s",
		 tai->sec, words[tai->from]);
	text_wrap(stream, 0, 2, line);
}

/* Which clocks are over the limit, and by how far they were off. */
static void print_over(FILE *stream, const struct comparing *comparing)
{
	char line[1024] = "over the limit of --max-offset";
	size_t used = strlen(line);

	for (unsigned int i = 0; i < comparing->count; i++) {
		const struct compared *compared = &comparing->clocks[i];
		char far[DESCRIBE_MAX];

		if (!compared->over || used >= sizeof(line) - 80)
			continue;
		describe_offset(compared->farthest, far);
		used += (size_t)snprintf(
			line + used, sizeof(line) - used, "%s %.31s (%.30s)",
			line[used - 1] == ')' ? "," : ":", compared->name, far);
	}
	text_wrap(stream, 0, 2, line);
}

void text_compare_end(FILE *stream, const struct comparing *comparing)
{
	bool phc = false;

	if (comparing->rounds != 1)
		print_summary(stream, comparing);
	fputc('\n', stream);
	for (unsigned int i = 0; i < comparing->count; i++) {
		const struct compared *compared = &comparing->clocks[i];
		char note[COMPARED_NOTE_MAX];
		unsigned int column;

		phc |= compared->kind == COMPARED_PHC;
		compared_note(comparing, compared, note);
		if (!*note)
			continue;
		column = (unsigned int)fprintf(stream, "%s: ", compared->name);
		text_wrap(stream, column, 2, note);
	}
	print_tai(stream, comparing);
	if (!phc && comparing->source->kind == SOURCE_DEVICE)
		text_wrap(stream, 0, 2, "no PHC belongs to this page's device");
	if (comparing->cut)
		text_wrap(stream, 0, 2,
			  "the recording has no end line: it was cut off");
	if (comparing->max_offset && !comparing->within)
		print_over(stream, comparing);
}
