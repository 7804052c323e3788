/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the lab runs of libvmclock in a guest, in one program:
 *
 *   library EXAMPLE [ARGUMENT...]
 *     a program of examples/, by its name
 *   library reads PATH SECONDS COUNTER PERIOD SHIFT SEC FRAC
 *     takes times from a page whose reference goes along the line of these
 *     fields, as writer.c moves it: prints how many it had, how often an update
 *     was going on, and how many of the times are not on the line
 *   library memory ADDRESS
 *     the markers of the page at a physical address
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <vmclock.h>

int commit_wait_main(int argc, char **argv);
int event_loop_main(int argc, char **argv);
int reseed_main(int argc, char **argv);
int strict_clock_main(int argc, char **argv);

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} examples[] = {
	{ "commit-wait", commit_wait_main },
	{ "event-loop", event_loop_main },
	{ "reseed", reseed_main },
	{ "strict-clock", strict_clock_main },
};

static int fail(int result)
{
	fprintf(stderr, "library: %s\n", strerror(-result));
	return 1;
}

struct line {
	uint64_t counter, period, shift, sec, frac;
};

static int64_t time_on(const struct line *line, uint64_t counter)
{
	unsigned __int128 passed =
		((unsigned __int128)(counter - line->counter) * line->period >>
		 line->shift) +
		line->frac;
	uint64_t sec = line->sec + (uint64_t)(passed >> 64);

	return (int64_t)(sec * 1000000000 +
			 (uint64_t)((unsigned __int128)(uint64_t)passed *
					    1000000000 >>
				    64));
}

static int64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Two references of one line differ by a rounding. */
static bool is_whole(const struct line *line, const struct vmclock_now *now)
{
	int64_t off = now->time - time_on(line, now->counter);

	return off >= -1 && off <= 1 && now->earliest <= now->time &&
	       now->time <= now->latest;
}

static int reads(char **argv)
{
	const struct line line = {
		.counter = strtoull(argv[2], NULL, 0),
		.period = strtoull(argv[3], NULL, 0),
		.shift = strtoull(argv[4], NULL, 0),
		.sec = strtoull(argv[5], NULL, 0),
		.frac = strtoull(argv[6], NULL, 0),
	};
	int64_t end = monotonic_ns() + atoll(argv[1]) * 1000000000;
	uint64_t taken = 0, again = 0, torn = 0;
	struct vmclock *clock;
	int result = vmclock_open(&clock, argv[0]);

	if (result)
		return fail(result);
	while (monotonic_ns() < end) {
		for (int i = 0; i < 1000; i++) {
			struct vmclock_now now;

			result = vmclock_now(clock, VMCLOCK_SCALE_PAGE, &now,
					     sizeof(now));
			if (result == -EAGAIN) {
				again++;
				continue;
			}
			if (result)
				return fail(result);
			taken++;
			torn += !is_whole(&line, &now);
		}
	}
	vmclock_close(clock);
	printf("%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", taken, again, torn);
	return 0;
}

static int memory(const char *address)
{
	struct vmclock *clock;
	struct vmclock_epoch epoch;
	int result = vmclock_open_memory(&clock, strtoull(address, NULL, 0));

	if (!result)
		result = vmclock_epoch(clock, &epoch);
	vmclock_close(clock);
	if (result)
		return fail(result);
	printf("%" PRIu64 " %" PRIu64 "\n", epoch.disruption, epoch.generation);
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		if (strcmp(what, examples[i].name) == 0)
			return examples[i].run(argc - 1, argv + 1);
	}
	if (strcmp(what, "reads") == 0 && argc == 9)
		return reads(argv + 2);
	if (strcmp(what, "memory") == 0 && argc == 3)
		return memory(argv[2]);
	return 2;
}
