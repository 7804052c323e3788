/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPUs that the benchmark and what it starts run on. */
#ifndef VMCLOCKCTL_BENCH_CPU_H
#define VMCLOCKCTL_BENCH_CPU_H

/*
 * Keep the calling thread, and what it starts, to the first CPU (0) or the
 * second, where there is one; from begin to end.
 */
void cpu_begin(void);
void cpu_keep(int which);
void cpu_end(void);

#endif
