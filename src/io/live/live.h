/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A live page: a device, a file that another process keeps, a simulation
 * inside this one. All are looked at in the same way.
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
 * Open by the name of a SOURCE: "sim:SCENARIO", a character device, with
 * `file` a regular file that another process updates; NULL is the one device
 * below `root`. Everything is opened and mapped read-only; a device that cannot
 * be mapped is read with pread. A file that is cut short, replaced or removed
 * makes LOOK_LOST, and so does a device that goes; the next looks try the path
 * again. Returns NULL with *error (ERROR_USAGE for an
 * unknown scenario, ERROR_NO_DEVICE, ERROR_OPEN, ERROR_NOT_A_PAGE).
 */
struct live *live_open(const char *name, const char *root, bool file,
		       struct error *error);

void live_close(struct live *live);

enum source_kind live_kind(const struct live *live);
const char *live_path(const struct live *live);

/*
 * Take a snapshot under the seqlock, with the counter read between the two
 * reads of seq_count. Fills everything of *snapshot but n, wake and missed; the
 * bytes are the live page's own buffer, overwritten by the next look. An update
 * in progress is waited for, 100 ms at most.
 */
enum look live_look(struct live *live, struct snapshot *snapshot,
		    struct error *error);

/* The same, and it has to find a page: 0, or -1 with *error. */
int live_page(struct live *live, struct snapshot *snapshot,
	      struct error *error);

/* What LOOK_LOST is as an error. Returns -1. */
int live_lost(const struct live *live, struct error *error);

/*
 * Look cheaply: whether the page is still the very one of the last look, byte
 * for byte under the same even seq_count, and if so a further reading of the
 * counter known to be under it. Anything else wants live_look().
 */
bool live_unchanged(struct live *live, uint64_t *counter);

/* The counter that the page is about: this machine's own, or a simulation's, of
 * which there is no reading once the page has changed. */
struct counter_reader live_counter_reader(struct live *live);

/* The device notifies, so that live_wait() need not look again and again. */
bool live_polls(const struct live *live);

/*
 * Wait until the page may have changed, `nsec` at most, or a signal comes. The
 * look before it and the wait leave no gap: an update between the two ends the
 * wait at once. Returns WAKE_POLL or WAKE_INTERVAL, or -EINTR. SIGINT and
 * SIGTERM are let in during the wait even where the caller blocks them: who
 * does so misses none.
 */
int live_wait(struct live *live, int64_t nsec);

#endif
