/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of compare, for people. */
#include "base/printable.h"
#include "compare.h"

#include <inttypes.h>
#include <string.h>

#include "describe.h"
#include "text.h"

#define COLUMNS "%-15s %-13s %-11s %-11s %-9s %-5s %s\n"

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
	};

	return reading->clock.time_type <= TIME_TYPE_TAI
		       ? words[reading->clock.time_type]
		       : "?";
}

void text_compare_head(FILE *stream, const struct comparing *comparing)
{
	const struct reading *reading = &comparing->reading;
	const struct page *page = &reading->page;
	int row = page->layout->clock_status;
	char head[DESCRIBE_MAX], bounds[DESCRIBE_MAX] = "no bounds";
	char path[161];
	const char *status = NULL;

	printable(path, sizeof(path), comparing->source->path);
	if (page_has(page, row))
		status = field_value_name(&page->layout->fields[row],
					  page->value[row]);
	if (reading->clock.has_maxerror) {
		char text[DESCRIBE_MAX];

		describe_duration(reading->maxerror_nsec, text);
		snprintf(bounds, sizeof(bounds), "bounds +/- %.60s", text);
	}
	snprintf(head, sizeof(head), "%s: %s, %s, %.60s", path,
		 type_word(reading), status ? status : "?", bounds);
	text_wrap(stream, 0, 0, head);
	fprintf(stream, COLUMNS, "clock", "offset", "+/-", "window", "method",
		"scale", "bounds");
}

void text_compare_line(FILE *stream, const struct comparing *comparing,
		       const struct measurement *m)
{
	const struct compared *compared = &comparing->clocks[m->clock];
	const struct offset *offset = &m->offset;
	char value[DESCRIBE_MAX], error[DESCRIBE_MAX], window[DESCRIBE_MAX];
	const char *hint;

	if (!m->errnum) {
		describe_offset(offset->nsec, value);
		describe_duration(offset->uncertainty_nsec, error);
		describe_duration(offset->window_nsec, window);
		fprintf(stream, COLUMNS, compared->name, value, error, window,
			read_method_names[m->method],
			scale_words[offset->scale],
			inside_words[offset->inside]);
		return;
	}
	fprintf(stream, "%-15s", compared->name);
	text_wrap(stream, 15, 16,
		  ptp_errno_text(compared->phc.kind.kind, m->errnum, &hint));
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
	char path[400], line[COMPARED_NOTE_MAX];

	printable(path, sizeof(path), phc->path);
	snprintf(line, sizeof(line), "%s%s%s", path, *phc->name ? ", " : "",
		 phc->name);
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
		if (*hint)
			add_note(text, hint);
	}
	if (!compared->measured)
		return;
	if (scale_texts[last->scale].fault) {
		add_note(text, scale_texts[last->scale].fault);
		describe_offset(last->residual_nsec, residual);
		snprintf(line, sizeof(line), "%.60s without it", residual);
		add_note(text, line);
	} else if (last->scale == SCALE_UNKNOWN) {
		add_note(text, "not UTC, not TAI and not a known fault");
	}
	if (last->smear)
		note_smear(comparing, last->smear, text);
}

static void print_statistics(FILE *stream, const struct comparing *comparing)
{
	fprintf(stream, "\n%-15s %6s  %-13s %-13s %-13s %s\n", "clock", "count",
		"minimum", "median", "p99", "maximum");
	for (unsigned int i = 0; i < comparing->count; i++) {
		const struct compared *compared = &comparing->clocks[i];
		char text[4][DESCRIBE_MAX];
		struct statistics s;

		if (!compared->count)
			continue;
		statistics_make(compared->values, compared->count, &s);
		describe_offset(s.minimum, text[0]);
		describe_offset(s.median, text[1]);
		describe_offset(s.p99, text[2]);
		describe_offset(s.maximum, text[3]);
		fprintf(stream, "%-15s %6zu  %-13s %-13s %-13s %s\n",
			compared->name, compared->count, text[0], text[1],
			text[2], text[3]);
	}
}

void text_compare_end(FILE *stream, const struct comparing *comparing)
{
	bool phc = false;

	if (comparing->rounds > 1)
		print_statistics(stream, comparing);
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
	if (!phc && comparing->source->kind == SOURCE_DEVICE)
		text_wrap(stream, 0, 2, "no PHC belongs to this page's device");
	if (comparing->max_offset && !comparing->within)
		text_wrap(stream, 0, 2, "over the limit of --max-offset");
}
