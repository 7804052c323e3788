/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One who waits for a device's notifications all the while that others look at
 * its page: whether updates wake it.
 *
 * It waits by epoll(7), whose place in the driver's queue is kept from one call
 * to the next: so an update finds it waiting, and its readiness afterwards is
 * the notification's work, not that of a poll(2) that was begun too late.
 */
#ifndef VMCLOCKCTL_IO_HOST_NOTIFY_H
#define VMCLOCKCTL_IO_HOST_NOTIFY_H

#include "base/nsec.h"
#include "rules/probe.h"

#define NOTIFY_WITHIN NSEC_PER_SEC /* rule notify.delivery */

struct notify {
	struct probe_notify *found;
	/* All below is its own. */
	int fd, set; /* set -1: nobody waits */
	bool added, armed, pending;
	uint32_t known; /* the seq_count last acknowledged to the driver */
	int64_t since;	/* an update is pending since */
};

/* Begin, on a descriptor of its own. What cannot be had stays unknown. */
void notify_open(struct notify *notify, const char *path,
		 struct probe_notify *found);

/* The same on a descriptor that is given, and taken over. */
void notify_start(struct notify *notify, int fd, struct probe_notify *found);

/*
 * Take notice of a page that was found just now, by its bytes: the header at
 * least. `now` is a clock that does not jump, in ns.
 */
void notify_step(struct notify *notify, const uint8_t *page, int64_t now);

/* Wait until no update is pending, NOTIFY_WITHIN at most, and end. */
void notify_close(struct notify *notify, int64_t now);

#endif
