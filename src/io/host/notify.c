/* SPDX-License-Identifier: BSD-2-Clause */
/* Waits for updates of the page with epoll, and counts the wake-ups. */
#include "notify.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "io/readonly.h"

/* Updates that may come before the wait begins. */
#define TRIES 16

void notify_start(struct notify *n, int fd, struct probe_notify *found)
{
	*found = (struct probe_notify){ .waits = TRIAL_UNKNOWN };
	*n = (struct notify){ .found = found, .fd = fd, .set = -1 };
	if (fd >= 0)
		n->set = epoll_create1(EPOLL_CLOEXEC);
}

void notify_open(struct notify *n, const char *path, struct probe_notify *found)
{
	notify_start(n, open_readonly(path), found);
}

static void end_waiting(struct notify *n)
{
	if (n->set >= 0)
		close(n->set);
	if (n->fd >= 0)
		close(n->fd);
	n->set = n->fd = -1;
}

/* Tell the driver that its page is known; returns whether that could be done.
 */
static bool acknowledge_page(struct notify *n)
{
	uint8_t head[16];

	if (pread(n->fd, head, sizeof(head), 0) != sizeof(head))
		return false;
	n->known = (uint32_t)load_le(head + OFFSET_seq_count, 4);
	return true;
}

/* Without notifications the driver reports POLLHUP at once. */
static void stop_waiting(struct notify *n)
{
	epoll_ctl(n->set, EPOLL_CTL_DEL, n->fd, NULL);
	n->added = n->armed = n->pending = false;
}

/* Returns whether it is ready, with POLLIN; false, too, when it hung up. */
static bool is_ready(struct notify *n, int milliseconds)
{
	struct epoll_event event;

	if (epoll_wait(n->set, &event, 1, milliseconds) != 1)
		return false;
	if (event.events & EPOLLIN)
		return true;
	stop_waiting(n);
	return false;
}

static bool start_waiting(struct notify *n)
{
	struct epoll_event event = { .events = EPOLLIN };

	if (n->added)
		return true;
	if (epoll_ctl(n->set, EPOLL_CTL_ADD, n->fd, &event) == 0) {
		n->added = true;
		n->found->waits = TRIAL_DONE;
		return true;
	}
	if (errno == EPERM)
		n->found->waits = TRIAL_REFUSED;
	end_waiting(n);
	return false;
}

/* Wait for the next update of the current page. */
static void arm_wait(struct notify *n)
{
	n->armed = n->pending = false;
	if (!acknowledge_page(n) || !start_waiting(n))
		return;
	/* It was ready before, or changed since. */
	for (int i = 0; i < TRIES && n->added; i++) {
		if (!is_ready(n, 0)) {
			n->armed = n->added;
			n->found->waited |= n->armed;
			return;
		}
		if (!acknowledge_page(n))
			return;
	}
}

static void note_outcome(struct notify *n, bool woken)
{
	if (woken)
		n->found->woke++;
	else
		n->found->lost++;
	n->pending = false;
}

void notify_step(struct notify *n, const uint8_t *page, int64_t now)
{
	uint32_t seq_count =
		(uint32_t)load_le(page + OFFSET_seq_count, WIDTH_seq_count);
	bool promised = load_le(page + OFFSET_flags, WIDTH_flags) &
			FLAG_NOTIFICATION_PRESENT;

	n->found->promised |= promised;
	if (n->set < 0)
		return;
	if (!promised) {
		if (n->added)
			stop_waiting(n);
	} else if (!n->armed) {
		arm_wait(n);
	} else if (is_ready(n, 0)) {
		note_outcome(n, true);
		arm_wait(n);
	} else if (n->pending && now - n->since >= NOTIFY_WITHIN) {
		note_outcome(n, false);
		arm_wait(n);
	} else if (n->armed && !n->pending && seq_count != n->known) {
		n->pending = true;
		n->since = now;
	}
}

void notify_close(struct notify *n, int64_t now)
{
	if (n->pending) {
		int64_t left = n->since + NOTIFY_WITHIN - now;
		bool woken = is_ready(
			n, left > 0 ? (int)(left / NSEC_PER_MSEC) + 1 : 0);

		/* It may have hung up instead. */
		if (n->pending)
			note_outcome(n, woken);
	}
	end_waiting(n);
}
