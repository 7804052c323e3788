/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the counter on each CPU in turn. */
#ifndef VMCLOCKCTL_IO_HOST_CPUS_H
#define VMCLOCKCTL_IO_HOST_CPUS_H

#include "rules/probe.h"

/*
 * Fill *cpus: read the counter on each CPU that this process may use, pinned to
 * it, three rounds. The calling thread may use the same CPUs afterwards as
 * before. A difference that is shorter than the way from one CPU to the next,
 * some microseconds, does not show.
 */
void probe_cpus(struct probe_cpus *cpus);

/* Note a reading of the counter on a CPU, later than all before it. */
void cpus_note(struct probe_cpus *cpus, unsigned int cpu, uint64_t counter);

#endif
