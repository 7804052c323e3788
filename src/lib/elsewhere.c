/* SPDX-License-Identifier: BSD-2-Clause */
/* The library on a machine whose counter no page describes: nothing opens. */
#include <errno.h>

#include "here.h"
#include "vmclock.h"

#if !VMCLOCK_HERE

int vmclock_open(struct vmclock **clock, const char *path)
{
	(void)path;
	*clock = NULL;
	return -ENOTSUP;
}

int vmclock_open_fd(struct vmclock **clock, int fd)
{
	(void)fd;
	*clock = NULL;
	return -ENOTSUP;
}

int vmclock_open_memory(struct vmclock **clock, uint64_t address)
{
	(void)address;
	*clock = NULL;
	return -ENOTSUP;
}

int vmclock_attach(struct vmclock **clock, const void *page, size_t length)
{
	(void)page;
	(void)length;
	*clock = NULL;
	return -ENOTSUP;
}

void vmclock_close(struct vmclock *clock)
{
	(void)clock;
}

int vmclock_epoch(const struct vmclock *clock, struct vmclock_epoch *epoch)
{
	(void)clock;
	(void)epoch;
	return -ENOTSUP;
}

int vmclock_now(const struct vmclock *clock, int scale, struct vmclock_now *now,
		size_t size)
{
	(void)clock;
	(void)scale;
	(void)now;
	(void)size;
	return -ENOTSUP;
}

int vmclock_at(const struct vmclock *clock, int scale, uint64_t counter,
	       struct vmclock_now *now, size_t size)
{
	(void)counter;
	return vmclock_now(clock, scale, now, size);
}

uint64_t vmclock_counter(void)
{
	return 0;
}

int vmclock_fd(const struct vmclock *clock)
{
	(void)clock;
	return -ENOTSUP;
}

int vmclock_seen(struct vmclock *clock)
{
	(void)clock;
	return -ENOTSUP;
}

#endif
