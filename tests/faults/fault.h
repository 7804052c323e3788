/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Preloaded faults. From main() to exit() each call is counted, allocations as
 * the functions they are, the rest as system calls, whoever in the process
 * makes them; an openat() of a file without a name is "tmpfile". In the
 * environment:
 *
 *   FAULT=NAME:N:HOW    the Nth call of NAME fails with the errno HOW; "short":
 *                       a read or write is of one byte. A + behind it: all from
 *                       the Nth on. Up to four, with commas between them
 *   FAULT_REPORT=FILE   gets "hit FD" at the fault, or with FAULT unset a line
 *                       "NAME CALLS" for each name at the end, and before that
 *                       "at NAME N PLACE..." for each call: where in the
 * program it was made, and who called that, innermost first
 *
 * Neither these nor the preload itself are passed on to what the program runs.
 */
#ifndef VMCLOCKCTL_TESTS_FAULT_H
#define VMCLOCKCTL_TESTS_FAULT_H

#include <stdbool.h>
#include <stdint.h>

struct counted {
	const char *name;
	unsigned long calls;
};

/* More than any errno. */
#define FAULT_SHORT 5000

/*
 * Count a call, with the descriptor it is about or -1. Returns 0, or how it is
 * to fail: an errno, or FAULT_SHORT.
 */
int fault_now(struct counted *counted, long fd);

/*
 * Where the function of that name is that this library stands before; a number,
 * for ISO C makes no function of a pointer to an object.
 */
uintptr_t fault_next(const char *name);

/* Allocations are counted from here on, or no longer. */
void memory_arm(bool on);
struct counted *memory_counted(unsigned int i); /* NULL: no more */

/* The same for system calls; false: not on this machine. */
bool system_arm(void);
void system_disarm(void);
struct counted *system_counted(unsigned int i);

struct range {
	uintptr_t start, end;
};

/* The mapping that this code is in; false: none is found. */
bool range_find(uintptr_t code, struct range *found);

/* A system call that is never counted. */
long system_raw(long number, long a, long b, long c, long d, long e, long f);

#endif
