/* SPDX-License-Identifier: BSD-2-Clause */
/* The snapshot of a recording that --at names. */
#ifndef VMCLOCKCTL_CMD_SEEK_H
#define VMCLOCKCTL_CMD_SEEK_H

#include "event/summary.h"
#include "io/source/source_name.h"
#include "moment.h"
#include "watch_rules.h"

/* How far a recording was read, for several moments of one kind in it. Zeros
 * before the first, seek_end() after the last; it must not be moved. */
struct seek {
	/* Private. */
	struct moment_place place;
	struct watch_rules rules; /* MOMENT_EVENT: what watch prints */
	struct summary summary;
	uint64_t events;
	struct snapshot page; /* the last page before the moment */
	struct snapshot snapshot;
	bool again; /* `snapshot` is still to be looked at */
	uint64_t last;
};

/*
 * Read on to the snapshot at the moment, the page of which replaces that of an
 * earlier call; MOMENT_NONE: to the last page. At a time it is the last page
 * until then; if the recording ends before, its last, which a note on stderr
 * says. Several moments must come in their order. `root` is for the
 * leap-second table, by which some rules judge. Returns 0, or -1 with *error:
 * ERROR_USAGE if there is no such moment ahead, ERROR_UNSETTLED if the snapshot
 * has no page, ERROR_NOT_A_PAGE if the recording has none at all.
 */
int seek_take(struct seek *seek, struct source *source,
	      const struct moment *moment, const char *root,
	      struct error *error);

void seek_end(struct seek *seek);

#endif
