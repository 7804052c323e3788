/* SPDX-License-Identifier: BSD-2-Clause */
/* What the program is held against: the least that can be done. */
#ifndef VMCLOCKCTL_BENCH_BARE_H
#define VMCLOCKCTL_BENCH_BARE_H

/* As a process of its own, `bench --bare NAME ...`: see bare.c. Returns the
 * exit status. */
int bare_run(int argc, char **argv);

#endif
