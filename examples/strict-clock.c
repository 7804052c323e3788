/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strict-clock PATH NSEC: a clock that refuses when it does not know the time
 * within NSEC nanoseconds on either side.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vmclock.h>

static int read_time(const struct vmclock *clock, int64_t margin,
		     struct vmclock_now *now)
{
	int result;

	/* An update is over in a moment, or the host is in trouble. */
	for (int i = 0; i < 1000; i++) {
		result = vmclock_now(clock, VMCLOCK_SCALE_UTC, now,
				     sizeof(*now));
		if (result != -EAGAIN)
			break;
	}
	if (result)
		return result;
	/* Without bounds they are the ends of all time. */
	if (!(now->flags & VMCLOCK_HAS_BOUNDS) ||
	    now->latest - now->time > margin ||
	    now->time - now->earliest > margin)
		return -EOVERFLOW;
	return 0;
}

int main(int argc, char **argv)
{
	struct vmclock *clock;
	struct vmclock_now now;
	int result = vmclock_open(&clock, argc > 1 ? argv[1] : NULL);

	if (!result)
		result = read_time(clock, argc > 2 ? atoll(argv[2]) : 1000000,
				   &now);
	vmclock_close(clock);
	if (result == -EOVERFLOW)
		fprintf(stderr, "strict-clock: the bounds are too wide\n");
	else if (result)
		fprintf(stderr, "strict-clock: %s\n", strerror(-result));
	if (result)
		return 1;
	printf("%lld %lld %lld\n", (long long)now.earliest, (long long)now.time,
	       (long long)now.latest);
	return 0;
}
