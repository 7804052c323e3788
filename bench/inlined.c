/* SPDX-License-Identifier: BSD-2-Clause */
/* libvmclock as a project has it that copied its two files, and includes the
 * one in a source of its own. */
#define VMCLOCK_API static __attribute__((unused))
#include "vmclock.c" /* NOLINT(bugprone-suspicious-include) */

#include "now.h"
#include "tools.h"

static struct vmclock *vendored;

void inlined_open(const char *path)
{
	if (vmclock_open(&vendored, path) != 0)
		die("%s: no page for the copied library", path);
}

double inlined_calls(void)
{
	double start = seconds();

	for (int i = 0; i < NOW_CALLS; i++) {
		struct vmclock_now now;

		while (vmclock_now(vendored, VMCLOCK_SCALE_UTC, &now,
				   sizeof(now)))
			;
		KEEP(&now);
	}
	return seconds() - start;
}

void inlined_close(void)
{
	vmclock_close(vendored);
}
