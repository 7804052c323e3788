/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * commit-wait [PATH]: the commit wait of a database. A transaction takes the
 * latest time as its timestamp, and is made visible when the earliest time has
 * passed it: then no clock in the world is behind it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <vmclock.h>

static int read_time(const struct vmclock *clock, struct vmclock_now *now)
{
	int result = vmclock_now(clock, VMCLOCK_SCALE_TAI, now, sizeof(*now));

	if (!result && !(now->flags & VMCLOCK_HAS_BOUNDS))
		return -ENODATA;
	return result;
}

/* Wait until `commit` (ns of TAI) is past everywhere. The epoch is that in
 * which it was taken: after a migration it says nothing. */
static int wait_commit(const struct vmclock *clock, int64_t commit,
		       const struct vmclock_epoch *epoch)
{
	struct vmclock_now now;
	int result;

	for (;;) {
		struct timespec pause = { .tv_nsec = 1000 };

		result = read_time(clock, &now);
		if (result && result != -EAGAIN)
			return result;
		if (!result && now.epoch.disruption != epoch->disruption)
			return -ESTALE;
		if (!result && now.earliest > commit)
			return 0;
		nanosleep(&pause, NULL);
	}
}

int main(int argc, char **argv)
{
	struct vmclock *clock;
	struct vmclock_now now;
	int result = vmclock_open(&clock, argc > 1 ? argv[1] : NULL);

	if (!result)
		result = read_time(clock, &now);
	if (!result)
		result = wait_commit(clock, now.latest, &now.epoch);
	vmclock_close(clock);
	if (result) {
		fprintf(stderr, "commit-wait: %s\n", strerror(-result));
		return 1;
	}
	printf("committed at %lld ns of TAI\n", (long long)now.latest);
	return 0;
}
