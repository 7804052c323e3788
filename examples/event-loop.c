/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * event-loop PATH EVENTS: a loop that is told what happens to the machine: by
 * poll(2) where the driver notifies, else by looking at intervals. It ends
 * after so many events.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vmclock.h>

static const struct {
	int bit;
	const char *name;
} events[] = {
	{ VMCLOCK_EVENT_DISRUPTION, "disruption" },
	{ VMCLOCK_EVENT_RESTORE, "restore" },
	{ VMCLOCK_EVENT_FORK, "fork" },
	{ VMCLOCK_EVENT_STATUS, "status" },
	{ VMCLOCK_EVENT_LEAP, "leap" },
	{ VMCLOCK_EVENT_MAINTENANCE, "maintenance" },
	{ VMCLOCK_EVENT_TAI, "tai" },
};

static int print_events(int seen)
{
	int count = 0;

	for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++) {
		if (seen & events[i].bit) {
			puts(events[i].name);
			count++;
		}
	}
	fflush(stdout);
	return count;
}

int main(int argc, char **argv)
{
	struct vmclock *clock;
	int result = vmclock_open(&clock, argc > 1 ? argv[1] : NULL);
	int left = argc > 2 ? atoi(argv[2]) : 1;
	struct pollfd wait = { .fd = -1, .events = POLLIN };

	if (result) {
		fprintf(stderr, "event-loop: %s\n", strerror(-result));
		return 1;
	}
	wait.fd = vmclock_fd(clock);
	puts(wait.fd < 0 ? "looking at intervals" : "waiting");
	fflush(stdout);
	while (left > 0) {
		int seen;

		/* Without a descriptor (-1 is none) this is a pause. */
		poll(&wait, 1, wait.fd < 0 ? VMCLOCK_INTERVAL_MS : -1);
		if (wait.fd >= 0 && wait.revents & POLLHUP)
			wait.fd = -1;
		seen = vmclock_seen(clock);
		if (seen > 0)
			left -= print_events(seen);
		else if (seen < 0 && seen != -EAGAIN)
			break;
	}
	vmclock_close(clock);
	return 0;
}
