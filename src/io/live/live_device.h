/* SPDX-License-Identifier: BSD-2-Clause */
/* A page in a device, in memory, or in a file that another process updates. */
#ifndef VMCLOCKCTL_IO_LIVE_LIVE_DEVICE_H
#define VMCLOCKCTL_IO_LIVE_LIVE_DEVICE_H

#include "live_ops.h"

/* Open a device, or a file that another process updates; takes over the
 * path. */
struct live *live_device_open(char *path, const char *below, bool file,
			      struct error *error);

/* Open the page at a physical address below a root, which has to outlive it;
 * takes over the path, its name. */
struct live *live_memory_open(char *path, const char *root, uint64_t address,
			      struct error *error);

#endif
