/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the counter on each CPU in turn; see cpus.h. */
#include "cpus.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

#include "io/live/counter.h"

#define ROUNDS 3

/* Linux has 8192 at most on the architectures that have the counters. */
#define CPUS_MAX 8192

/* A set of CPUs of any kernel: cpu_set_t alone has 1024. */
struct cpus {
	cpu_set_t sets[CPUS_MAX / CPU_SETSIZE];
};

void cpus_note(struct probe_cpus *cpus, unsigned int cpu, uint64_t counter)
{
	if (cpus->readings && !cpus->backward &&
	    (int64_t)(counter - cpus->latest) < 0) {
		cpus->backward = true;
		cpus->ahead_cpu = cpus->latest_cpu;
		cpus->behind_cpu = cpu;
		cpus->behind = cpus->latest - counter;
	}
	cpus->readings++;
	cpus->latest = counter;
	cpus->latest_cpu = cpu;
}

/* A CPU that went offline since is left out. */
static bool read_on(struct probe_cpus *cpus, unsigned int cpu)
{
	struct cpus one;

	memset(&one, 0, sizeof(one));
	CPU_SET_S(cpu, sizeof(one), one.sets);
	if (sched_setaffinity(0, sizeof(one), one.sets) < 0)
		return errno == EINVAL;
	cpus_note(cpus, cpu, counter_read());
	return true;
}

static bool read_round(struct probe_cpus *cpus, const struct cpus *usable)
{
	for (unsigned int cpu = 0; cpu < CPUS_MAX; cpu++) {
		if (CPU_ISSET_S(cpu, sizeof(*usable), usable->sets) &&
		    !read_on(cpus, cpu))
			return false;
	}
	return true;
}

void probe_cpus(struct probe_cpus *cpus)
{
	struct cpus usable;
	bool allowed = true;

	*cpus = (struct probe_cpus){ 0 };
	memset(&usable, 0, sizeof(usable));
	if (sched_getaffinity(0, sizeof(usable), usable.sets) < 0)
		return;
	cpus->count = (unsigned int)CPU_COUNT_S(sizeof(usable), usable.sets);
	if (cpus->count < 2)
		return;
	for (int i = 0; i < ROUNDS && allowed; i++)
		allowed = read_round(cpus, &usable);
	sched_setaffinity(0, sizeof(usable), usable.sets);
	cpus->pinned = allowed && cpus->readings ? TRIAL_DONE : TRIAL_REFUSED;
}
