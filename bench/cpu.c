/* SPDX-License-Identifier: BSD-2-Clause */
/* By sched_setaffinity(2). */
#include "cpu.h"

#include <sched.h>

/* Those that the process may use. */
static cpu_set_t all;

void cpu_begin(void)
{
	sched_getaffinity(0, sizeof(all), &all);
}

void cpu_keep(int which)
{
	cpu_set_t one;

	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &all) || which--)
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		sched_setaffinity(0, sizeof(one), &one);
		return;
	}
}

void cpu_end(void)
{
	sched_setaffinity(0, sizeof(all), &all);
}
