/* SPDX-License-Identifier: BSD-2-Clause */
/* watch --openmetrics: a file of metrics, written anew as they change. */
#ifndef VMCLOCKCTL_CMD_WATCH_METRICS_H
#define VMCLOCKCTL_CMD_WATCH_METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "cmd/kept_file.h"
#include "view/openmetrics_watch.h"

struct watch_metrics {
	struct kept_file file; /* if its path is NULL nothing below matters */
	/* Private. */
	int64_t at;	/* the last time, CLOCK_MONOTONIC, ns */
	bool available; /* as it was written then */
	uint64_t counts[EVENT_COUNT];
};

/* Whether the file should be written now: its time has come, or something is
 * not as the file has it. */
bool watch_metrics_due(const struct watch_metrics *metrics,
		       const struct watch_figures *figures);

/* Replace the file, as kept_file_replace(). */
int watch_metrics_write(struct watch_metrics *metrics, bool last,
			const struct watch_figures *figures,
			struct error *error);

#endif
