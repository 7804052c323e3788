/* SPDX-License-Identifier: BSD-2-Clause */
/* The metrics of watch. */
#include "openmetrics_watch.h"

#include "openmetrics.h"

/* Restores among them: whatever the new marker came with. */
static void tell_disruptions(struct metrics *m)
{
	uint64_t count = 0;

	for (int e = 0; e < EVENT_COUNT; e++) {
		if (event_kinds[e].rows >> ROW_disruption_marker & 1)
			count += m->watching->counts[e];
	}
	openmetrics_begin(m);
	openmetrics_end(m, count);
}

/* Those that never came, too: only from its zero on can a rise be seen. */
static void tell_events(struct metrics *m)
{
	for (int e = 0; e < EVENT_COUNT; e++) {
		openmetrics_begin(m);
		openmetrics_add_label(m, "event", event_kinds[e].name);
		openmetrics_end(m, m->watching->counts[e]);
	}
}

static void tell_available(struct metrics *m)
{
	openmetrics_begin(m);
	openmetrics_end(m, m->page != NULL);
}

static void tell_look(struct metrics *m)
{
	int64_t look = m->watching->look;

	if (!m->watching->has_look)
		return;
	openmetrics_begin(m);
	fputs("} ", m->stream);
	openmetrics_seconds(m->stream, look < 0,
			    look < 0 ? -(uint128)look : (uint128)look);
}

const struct metric watch_metric_rows[] = {
	{ .name = "vmclock_disruptions_total",
	  .help = "New disruption markers that were seen, those of restores among them.",
	  .tell = tell_disruptions },
	{ .name = "vmclock_events_total",
	  .help = "Events that were seen, of each kind.",
	  .tell = tell_events },
	{ .name = "vmclock_watch_page_available",
	  .help = "1 if the last look found the page, 0 if it is gone or does not settle.",
	  .tell = tell_available },
	{ .name = "vmclock_watch_look_timestamp_seconds",
	  .help = "When the page was seen last, since 1970, by the system's clock.",
	  .unit = "seconds",
	  .tell = tell_look },
	{ .name = "vmclock_watch_clock_status",
	  .help = "1 for the status that watch saw last, 0 for the others.",
	  .field = "clock_status",
	  .tell = openmetrics_states },
	{ .name = "vmclock_watch_disruption_marker_info",
	  .help = "The marker that watch saw last, as a label; always 1.",
	  .field = "disruption_marker",
	  .tell = openmetrics_hex },
	{ 0 },
};

void openmetrics_watch(FILE *stream, const struct watch_figures *figures)
{
	struct metrics m = {
		.stream = stream,
		.source = figures->source,
		.page = figures->page,
		.watching = figures,
	};

	openmetrics_write(&m, watch_metric_rows);
}
