/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `show --format openmetrics`: what an operator watches of a page. The text is
 * both OpenMetrics 1.0 and the older text format of Prometheus, which
 * node_exporter's textfile collector reads. So every metric is a gauge: info
 * and stateset, whose samples some have, are types that the older one lacks.
 */
#ifndef VMCLOCKCTL_VIEW_OPENMETRICS_H
#define VMCLOCKCTL_VIEW_OPENMETRICS_H

#include <stdio.h>

#include "io/source/source.h"
#include "clock/reading.h"

struct metrics;

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

/* The lines before a metric's first sample; one label of a sample; a value in
 * seconds, which ends the line. */
void openmetrics_head(FILE *stream, const struct metric *metric);
void openmetrics_label(FILE *stream, const char *name, const char *value);
void openmetrics_seconds(FILE *stream, bool negative, uint128 nsec);

/* Values that the page does not mark valid are omitted, never written as 0. */
void openmetrics_show(FILE *stream, const struct source *source,
		      const struct reading *reading);

#endif
