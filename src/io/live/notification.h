/* SPDX-License-Identifier: BSD-2-Clause */
/* How the driver tells of updates, by poll(2) on its device. */
#ifndef VMCLOCKCTL_IO_LIVE_NOTIFICATION_H
#define VMCLOCKCTL_IO_LIVE_NOTIFICATION_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#include "page/page.h"

/* Whether it does, for a device with these flags. A driver without poll is
 * always ready, to be written too; one whose device does not notify says
 * POLLHUP. */
static inline bool notification_expected(int fd, uint64_t flags)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN | POLLOUT };

	return flags & FLAG_NOTIFICATION_PRESENT && poll(&poll_fd, 1, 0) >= 0 &&
	       !(poll_fd.revents & (POLLOUT | POLLHUP | POLLERR | POLLNVAL));
}

/* Tell the driver which update is known, before the look: one that comes after
 * this makes the next poll ready. Any read does; what it says is ignored. */
static inline void notification_acknowledge(int fd)
{
	uint64_t word;
	ssize_t ignored = pread(fd, &word, sizeof(word), 0);

	(void)ignored;
}

#endif
