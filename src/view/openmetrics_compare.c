/* SPDX-License-Identifier: BSD-2-Clause */
/* The metrics of compare: the clocks' offsets in the last round. */
#include "compare.h"
#include "openmetrics.h"

enum compare_metric {
	METRIC_AVAILABLE,
	METRIC_OFFSET,
	METRIC_WINDOW,
	METRIC_BOUNDS,
};

const struct metric compare_metric_rows[] = {
	[METRIC_AVAILABLE] = { "vmclock_offset_available",
			       "1 if the clock could be compared, else 0.",
			       NULL, NULL, NULL },
	[METRIC_OFFSET] = { "vmclock_offset_seconds",
			    "The clock minus the page's time, or where the page has none, minus CLOCK_REALTIME.",
			    "seconds", NULL, NULL },
	[METRIC_WINDOW] = { "vmclock_offset_window_seconds",
			    "The window of the reading; the offset is known to half of it.",
			    "seconds", NULL, NULL },
	[METRIC_BOUNDS] = { "vmclock_offset_bounds",
			    "1 for where the clock lies in the page's bounds, 0 for the others.",
			    NULL, NULL, NULL },
	{ 0 },
};

static void begin_sample(FILE *stream, const struct comparing *comparing,
			 const struct compared *compared,
			 enum compare_metric metric)
{
	fprintf(stream, "%s{", compare_metric_rows[metric].name);
	openmetrics_label(stream, "source", source_name(comparing->source));
	fputc(',', stream);
	openmetrics_label(stream, "clock", compared->name);
}

static void write_sample(FILE *stream, const struct comparing *comparing,
			 const struct compared *compared,
			 enum compare_metric metric)
{
	const struct measurement *m = &compared->latest;
	const struct offset *offset = &m->offset;
	bool available = compared->open && m->n && !m->failed;

	if ((metric != METRIC_AVAILABLE && !available) || compared->monotonic)
		return;
	if (metric == METRIC_BOUNDS) {
		for (unsigned int i = 0; i < INSIDE_COUNT; i++) {
			begin_sample(stream, comparing, compared, metric);
			fprintf(stream, ",bounds=\"%s\"} %d\n", inside_names[i],
				i == offset->inside);
		}
		return;
	}
	if (metric == METRIC_WINDOW && m->no_window)
		return;
	begin_sample(stream, comparing, compared, metric);
	fputs("} ", stream);
	if (metric == METRIC_AVAILABLE)
		fprintf(stream, "%d\n", available);
	else if (metric == METRIC_OFFSET)
		openmetrics_seconds(stream, offset->nsec < 0,
				    offset->nsec < 0 ? -(uint128)offset->nsec
						     : (uint128)offset->nsec);
	else
		openmetrics_seconds(stream, false, offset->window_nsec);
}

void openmetrics_compare(FILE *stream, const struct comparing *comparing)
{
	for (unsigned int metric = 0; compare_metric_rows[metric].name;
	     metric++) {
		openmetrics_head(stream, &compare_metric_rows[metric]);
		for (unsigned int i = 0; i < comparing->count; i++)
			write_sample(stream, comparing, &comparing->clocks[i],
				     metric);
	}
	fputs("# EOF\n", stream);
}
