/* SPDX-License-Identifier: BSD-2-Clause */
/* Other programs, as children. */
#ifndef VMCLOCKCTL_BENCH_CHILD_H
#define VMCLOCKCTL_BENCH_CHILD_H

#include <sys/types.h>

/* Start one: argv[0] is looked for in PATH. stdout and stderr: a descriptor, or
 * -1 for /dev/null. */
pid_t child_start(const char *const *argv, int out, int err);

struct child_cost {
	double seconds;
	long max_rss; /* KiB */
};

/* Run one from its start to its end, which has to be a good one. stdout is
 * lost. */
struct child_cost child_run(const char *const *argv);

/* How many instructions it executes, by callgrind. */
double child_instructions(const char *const *argv);

#endif
