/* SPDX-License-Identifier: BSD-2-Clause */
/* Waits for descriptors that do not wait themselves. */
#ifndef VMCLOCKCTL_IO_READY_H
#define VMCLOCKCTL_IO_READY_H

#include <errno.h>
#include <poll.h>
#include <stdbool.h>

/*
 * After a read or write that failed: whether it is to be tried again, for the
 * descriptor is a non-blocking one (O_NONBLOCK, which it may share with other
 * processes), and has been waited for. Otherwise errno says why not; EINTR: a
 * signal came meanwhile. `events` is POLLIN or POLLOUT.
 */
static inline bool ready_again(int fd, short events)
{
	struct pollfd awaited = { .fd = fd, .events = events };

	return (errno == EAGAIN || errno == EWOULDBLOCK) &&
	       poll(&awaited, 1, -1) == 1;
}

#endif
