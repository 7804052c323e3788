/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes what follow_next() returns as a recording, for record and for the key
 * w of watch --view. */
#ifndef VMCLOCKCTL_CMD_CAPTURE_H
#define VMCLOCKCTL_CMD_CAPTURE_H

#include "event/summary.h"
#include "io/output/output.h"
#include "io/output/recorder.h"
#include "follow.h"
#include "redact.h"

/* A recording in progress. */
struct capture {
	/* The caller's: updates of seq_count alone are written too. */
	bool all;
	struct redaction redaction;
	uint64_t written; /* pages */
	struct summary summary;
	/* Private. */
	struct output *output;
	struct recorder recorder;
	struct snapshot before;
	/* Updates not seen before pages that were not written. */
	uint64_t missed;
};

/* Functions return 0, or -1 with *error; what was written is whole lines in
 * both cases. */

/* Write the start line. */
int capture_start(struct capture *capture, struct output *output,
		  const struct recorder_origin *origin, struct error *error);

/* Write what was found, if it is a page or a look that did not settle, and take
 * the last reading under the page before. */
int capture_take(struct capture *capture, const struct follow *follow,
		 enum followed found, struct snapshot *snapshot,
		 struct error *error);

/* Write the end line. `lost`: the page went away, so that its last status did
 * not stand until now. */
int capture_end(struct capture *capture, bool lost, struct error *error);

#endif
