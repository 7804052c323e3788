/* SPDX-License-Identifier: BSD-2-Clause */
/* What identifies a machine, beyond its page: names and numbers. */
#ifndef VMCLOCKCTL_IO_HOST_IDENTITY_H
#define VMCLOCKCTL_IO_HOST_IDENTITY_H

#include "base/scrub.h"

/*
 * Add the names of the machine below `root` (for "" also those that this
 * kernel has): its host name and each label of that, the ids of machine and
 * boot, the firmware's serial numbers, the addresses of network cards, and the
 * home of this user. What cannot be read is left out. Returns -1 where memory
 * runs out.
 */
int identity_add(const char *root, struct scrub *scrub);

#endif
