/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reseed [PATH]: a random generator of which no clone of the machine repeats a
 * number. It makes one for each line that it reads, and reseeds when the
 * machine was cloned or restored since the last.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include <vmclock.h>

struct generator {
	struct vmclock_epoch epoch; /* that of the seed */
	bool seeded;
	uint64_t state;
};

static bool is_same(const struct vmclock_epoch *a,
		    const struct vmclock_epoch *b)
{
	/* Where there is no generation, the marker tells of restores too. */
	return a->has == b->has && a->disruption == b->disruption &&
	       a->generation == b->generation;
}

/* The epoch is read before the seed and again after the number was made: then
 * no clone of this process has made it too. */
static int next_number(const struct vmclock *clock, struct generator *g,
		       uint64_t *number)
{
	struct vmclock_epoch before, after;

	do {
		int result = vmclock_epoch(clock, &before);

		if (result)
			return result;
		if (!g->seeded || !is_same(&before, &g->epoch)) {
			if (getrandom(&g->state, sizeof(g->state), 0) !=
			    (ssize_t)sizeof(g->state))
				return -errno;
			g->epoch = before;
			g->seeded = true;
			printf("seeded in generation %llu\n",
			       (unsigned long long)before.generation);
		}
		g->state = g->state * UINT64_C(6364136223846793005) + 1;
		*number = g->state >> 16;
		result = vmclock_epoch(clock, &after);
		if (result)
			return result;
	} while (!is_same(&before, &after));
	return 0;
}

int main(int argc, char **argv)
{
	struct generator generator = { .seeded = false };
	struct vmclock *clock;
	uint64_t number;
	char line[80];
	int result = vmclock_open(&clock, argc > 1 ? argv[1] : NULL);

	while (!result && fgets(line, sizeof(line), stdin)) {
		result = next_number(clock, &generator, &number);
		if (result == -EAGAIN)
			result = 0;
		else if (!result)
			printf("number\n");
		fflush(stdout);
	}
	vmclock_close(clock);
	if (result)
		fprintf(stderr, "reseed: %s\n", strerror(-result));
	return result != 0;
}
