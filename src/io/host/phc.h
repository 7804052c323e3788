/* SPDX-License-Identifier: BSD-2-Clause */
/* The PHCs of this machine, by sysfs. */
#ifndef VMCLOCKCTL_IO_HOST_PHC_H
#define VMCLOCKCTL_IO_HOST_PHC_H

#include "clock/phcname.h"
#include "doctor/access_error.h"

/* Those of /sys/class/ptp below root, by number. Returns how many; there is an
 * access error where that may not be all there is to know. */
int phc_list(const char *root, struct phc list[static PHC_MAX],
	     struct access_error *access_error);

/*
 * The row of the PHC that the driver made of the device at this path: the one
 * whose clock_name is the device's name, if its parent (where it is known) is
 * bound to the VMClock driver. -1: none.
 */
int phc_of_device(const struct phc *list, int count, const char *path);

#endif
