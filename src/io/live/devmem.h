/* SPDX-License-Identifier: BSD-2-Clause */
/* A region of this machine's memory, mapped read-only through /dev/mem. */
#ifndef VMCLOCKCTL_IO_LIVE_DEVMEM_H
#define VMCLOCKCTL_IO_LIVE_DEVMEM_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct devmem {
	int fd;
	const uint8_t *map; /* it may be device memory: aligned loads alone */
	size_t length;
};

/*
 * Map the pages of the region at `address`, which is on a boundary of 4 KiB,
 * and nothing else; `name` is for messages. /proc/iomem has to show that they
 * are not System RAM. Four bytes are read first, and nothing more unless they
 * are a page's magic. Below a root that is not "" a regular file stands for
 * /dev/mem. Returns 0, or -1 with *error, which says why: ERROR_OPEN where the
 * kernel or this program refuses, ERROR_NOT_A_PAGE where there is no page.
 */
int devmem_map(const char *root, uint64_t address, const char *name,
	       struct devmem *devmem, struct error *error);

#endif
