/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A live page: a device, a file that another process updates, or a simulation
 * inside this process. All are read through the same functions.
 */
#ifndef VMCLOCKCTL_IO_LIVE_LIVE_H
#define VMCLOCKCTL_IO_LIVE_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "event/snapshot.h"
#include "io/source/source_name.h"
#include "counter_reader.h"
#include "look.h"

/*
 * Open by the name of a SOURCE: "sim:SCENARIO", "mem:ADDRESS", a character
 * device or, with `file`, a regular file that another process updates; NULL is
 * the one device below `root`. Everything is opened and mapped read-only; a
 * device that cannot be mapped is read with pread. A file that is truncated,
 * replaced or removed gives LOOK_LOST, and so does a device that goes away; the
 * next looks try the path again. Returns NULL with *error (ERROR_USAGE for an
 * unknown scenario, ERROR_NO_DEVICE, ERROR_OPEN, ERROR_NOT_A_PAGE).
 */
struct live *live_open(const char *name, const char *root, bool file,
		       struct error *error);

/* The same for a device's node, found below `root` and named with it. */
struct live *live_open_below(const char *root, const char *name, bool file,
			     struct error *error);

void live_close(struct live *live);

enum source_kind live_kind(const struct live *live);
const char *live_path(const struct live *live);

/*
 * Take a snapshot under the seqlock, with the counter read between the two
 * reads of seq_count. Fills all of *snapshot except n, wake and missed; the
 * bytes are in the live page's own buffer and are overwritten by the next look.
 * It waits for an update in progress, at most 100 ms.
 */
enum look live_look(struct live *live, struct snapshot *snapshot,
		    struct error *error);

/* The same, but anything other than a page is an error. Returns 0, or -1 with
 * *error. */
int live_page(struct live *live, struct snapshot *snapshot,
	      struct error *error);

/* Set *error for LOOK_LOST. Returns -1. */
int live_lost(const struct live *live, struct error *error);

/*
 * Check cheaply whether the page is still that of the last look, byte for byte
 * under the same even seq_count. If so, *counter is a further reading of the
 * counter known to be under that page. If not, call live_look().
 */
bool live_unchanged(struct live *live, uint64_t *counter);

/* The counter that the page describes: this machine's own, or a simulation's,
 * which cannot be read once the page has changed. */
struct counter_reader live_counter_reader(struct live *live);

/* Whether the device notifies, so that live_wait() need not look repeatedly. */
bool live_polls(const struct live *live);

/* What is certain of the program that keeps the page of a file. */
enum keeper {
	KEEPER_UNKNOWN, /* there may be one; a device has none to ask for */
	KEEPER_GONE,	/* it had its lock before, and has it no more */
	/* At the first call nobody had the lock, nor the file open for writing.
	 */
	KEEPER_NONE,
};

/* Each is told once. */
enum keeper live_keeper(struct live *live);

/*
 * Wait until the page may have changed, at most `nsec`, or until a signal
 * comes. There is no gap between the last look and the wait: an update between
 * the two ends the wait at once. Returns WAKE_POLL or WAKE_INTERVAL, or -EINTR.
 * SIGINT and SIGTERM are unblocked during the wait, so that a caller that
 * blocks them otherwise misses none.
 */
int live_wait(struct live *live, int64_t nsec);

#endif
