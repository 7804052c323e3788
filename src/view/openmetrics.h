/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `show --format openmetrics`: what an operator watches of a page. The text is
 * both OpenMetrics 1.0 and the older text format of Prometheus, which
 * node_exporter's textfile collector reads. So every metric is a gauge: info
 * and stateset, whose samples some have, are types that the older one lacks.
 * Only counters have no type: the two formats differ in whether the name that
 * has it ends in _total.
 */
#ifndef VMCLOCKCTL_VIEW_OPENMETRICS_H
#define VMCLOCKCTL_VIEW_OPENMETRICS_H

#include <stdio.h>

#include "io/source/source.h"
#include "clock/reading.h"

/* The metrics that are being written. */
struct metrics {
	FILE *stream;
	const char *source;
	const struct page *page;       /* NULL: none, in those of watch */
	const struct reading *reading; /* of show */
	const struct watch_figures *watching; /* of watch */
	const struct metric *metric;	      /* the one of the moment */
	bool begun;			      /* it has its head */
};

struct metric {
	const char *name;
	const char *help;
	const char *unit;  /* NULL: none */
	const char *field; /* whose value it gives; NULL: it uses several */
	void (*tell)(struct metrics *metrics);
};

/* Ended by a NULL name; those of compare have no .tell. */
extern const struct metric metric_rows[];
extern const struct metric compare_metric_rows[];
extern const struct metric watch_metric_rows[];

/* The lines before a metric's first sample; one label of a sample; a value in
 * seconds, which ends the line. */
void openmetrics_head(FILE *stream, const struct metric *metric);
void openmetrics_label(FILE *stream, const char *name, const char *value);
void openmetrics_seconds(FILE *stream, bool negative, uint128 nsec);

/* A sample of m->metric in three parts: its name and source, a further label,
 * whose value is a word of ours and needs no escape, and its value. */
void openmetrics_begin(struct metrics *m);
void openmetrics_add_label(struct metrics *m, const char *name,
			   const char *value);
void openmetrics_end(struct metrics *m, uint64_t value);

/* Samples of m->metric->field: one for each value that has a name and for the
 * one that has none; the whole value as a label. */
void openmetrics_states(struct metrics *m);
void openmetrics_hex(struct metrics *m);

/* The samples of each row, and the end. */
void openmetrics_write(struct metrics *m, const struct metric *rows);

/* Values that the page does not mark valid are omitted, never written as 0. */
void openmetrics_show(FILE *stream, const struct source *source,
		      const struct reading *reading);

#endif
