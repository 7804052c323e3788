/* SPDX-License-Identifier: BSD-2-Clause */
/* Ending, the time, and waiting. */
#ifndef VMCLOCKCTL_BENCH_TOOLS_H
#define VMCLOCKCTL_BENCH_TOOLS_H

/* Say what went wrong, and end. */
__attribute__((format(printf, 1, 2))) _Noreturn void die(const char *format,
							 ...);

/* A clock that does not jump, in seconds. */
double seconds(void);
void nap(double duration);

#endif
