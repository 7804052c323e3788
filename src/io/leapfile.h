/* SPDX-License-Identifier: BSD-2-Clause */
/* The leap-second table from its file. */
#ifndef VMCLOCKCTL_IO_LEAPFILE_H
#define VMCLOCKCTL_IO_LEAPFILE_H

#include "../leap.h"

#define LEAPFILE_DEFAULT "/usr/share/zoneinfo/leap-seconds.list"

/*
 * Read the file, NULL: the system's below `root`. Returns true, or false with
 * the reason in `reason`: what cannot be had is no failure, rules say that they
 * could not be judged.
 */
bool leapfile_read(const char *name, const char *root, struct leap_table *table,
		   char *reason, size_t size);

#endif
