/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the file of watch --openmetrics. */
#include "watch_metrics.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/nsec.h"
#include "io/system_clock.h"

/* As often as contrib/prometheus has show write its own, so that its age tells
 * whether watch lives. */
#define EVERY (15 * NSEC_PER_SEC)

/* A collector comes by less often than this; a page may change a thousand times
 * meanwhile. */
#define AT_MOST_EVERY NSEC_PER_SEC

/* Calibrations can wait. */
static bool has_news(const struct watch_metrics *metrics,
		     const struct watch_figures *figures)
{
	if (metrics->available != (figures->page != NULL))
		return true;
	for (int e = 0; e < EVENT_COUNT; e++) {
		if (!event_kinds[e].routine &&
		    metrics->counts[e] != figures->counts[e])
			return true;
	}
	return false;
}

bool watch_metrics_due(const struct watch_metrics *metrics,
		       const struct watch_figures *figures)
{
	int64_t since = clock_nsec(CLOCK_MONOTONIC) - metrics->at;

	if (!metrics->file.written || since >= EVERY)
		return true;
	return since >= AT_MOST_EVERY && has_news(metrics, figures);
}

static int write_figures(FILE *stream, const void *figures, struct error *error)
{
	(void)error;
	openmetrics_watch(stream, figures);
	return 0;
}

int watch_metrics_write(struct watch_metrics *metrics, bool last,
			const struct watch_figures *figures,
			struct error *error)
{
	/* After a failure, too: else each look would be another try. */
	metrics->at = clock_nsec(CLOCK_MONOTONIC);
	metrics->available = figures->page != NULL;
	memcpy(metrics->counts, figures->counts, sizeof(metrics->counts));
	return kept_file_replace(&metrics->file, last, write_figures, figures,
				 error);
}
