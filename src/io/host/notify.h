/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A waiter for a device's notifications while the program looks at its page: it
 * finds out whether updates wake it.
 *
 * It waits with epoll(7), which stays in the driver's wait queue from one call
 * to the next. So an update always finds it waiting, and its readiness
 * afterwards comes from the notification, not from a poll(2) that began too
 * late.
 */
#ifndef VMCLOCKCTL_IO_HOST_NOTIFY_H
#define VMCLOCKCTL_IO_HOST_NOTIFY_H

#include "base/nsec.h"
#include "rules/probe.h"

#define NOTIFY_WITHIN NSEC_PER_SEC /* rule notify.delivery */

struct notify {
	struct probe_notify *found;
	/* Private. */
	int fd, set; /* set -1: not waiting */
	bool added, armed, pending;
	uint32_t known; /* the seq_count last acknowledged to the driver */
	int64_t since;	/* since when an update is pending */
};

/* Begin, on a descriptor of its own. If that fails, *found stays unknown. */
void notify_open(struct notify *notify, const char *path,
		 struct probe_notify *found);

/* The same on a given descriptor, which is taken over. */
void notify_start(struct notify *notify, int fd, struct probe_notify *found);

/*
 * Note the bytes of a page that was just found, at least its header. `now` is a
 * clock that does not jump, in ns.
 */
void notify_step(struct notify *notify, const uint8_t *page, int64_t now);

/* Wait until no update is pending, at most NOTIFY_WITHIN, and end. */
void notify_close(struct notify *notify, int64_t now);

#endif
