/* SPDX-License-Identifier: BSD-2-Clause */
/* Waits for a change, and for the end of an update in progress. */
#include "live_ops.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>

#include "seqlock.h"

/* How long to spin for the end of an update before sleeping; a normal update is
 * over by then. */
#define SPIN_NSEC  100000
#define SLEEP_NSEC 20000

int live_sleep(int fd, int64_t nsec, short *events)
{
	struct pollfd poll = { .fd = fd, .events = POLLIN };
	struct timespec timeout = timespec_from_nsec(nsec);
	sigset_t mask;
	int result;

	/* A caller that blocks these signals gets them here only, so that none
	 * comes between its look at a flag and the wait. */
	sigprocmask(SIG_BLOCK, NULL, &mask);
	sigdelset(&mask, SIGINT);
	sigdelset(&mask, SIGTERM);
	sigdelset(&mask, SIGHUP);
	sigdelset(&mask, SIGQUIT);
	result = ppoll(&poll, 1, &timeout, &mask);
	*events = poll.revents;
	return result;
}

void unsettled_note(struct unsettled *unsettled, uint32_t seq_count, bool first,
		    int64_t now)
{
	if (first && (unsettled->seq_count != seq_count || !(seq_count & 1)))
		unsettled->seen = false;
	if (!unsettled->seen)
		*unsettled = (struct unsettled){ .seen = true, .since = now };
	else if ((uint64_t)(now - unsettled->last) > unsettled->look)
		unsettled->look = (uint64_t)(now - unsettled->last);
	unsettled->seq_count = seq_count;
	unsettled->last = now;
}

void unsettled_fill(struct unsettled *unsettled, struct snapshot *snapshot)
{
	int64_t now = clock_nsec(CLOCK_MONOTONIC);

	if (!unsettled->seen)
		return;
	if ((uint64_t)(now - unsettled->last) > unsettled->look)
		unsettled->look = (uint64_t)(now - unsettled->last);
	snapshot->unsettled = (uint64_t)(now - unsettled->since);
	snapshot->unsettled_look = unsettled->look;
}

void unsettled_pause(int64_t waited)
{
	static bool asked;

	if (waited < SPIN_NSEC) {
		seqlock_pause();
		return;
	}
	/* With the default slack each sleep would take three times as long. */
	if (!asked)
		asked = prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0) == 0;
	sleep_nsec(SLEEP_NSEC);
}
