/* SPDX-License-Identifier: BSD-2-Clause */
/* The PHCs of this machine, from sysfs. */
#ifndef VMCLOCKCTL_IO_HOST_PHC_H
#define VMCLOCKCTL_IO_HOST_PHC_H

#include <string.h>

#include "clock/phcname.h"
#include "doctor/access_error.h"
#include "ptp.h"

/* List the PHCs of /sys/class/ptp below root, by number. Returns how many;
 * *access_error is set if some may be missing or incomplete. */
int phc_list(const char *root, struct phc list[static PHC_MAX],
	     struct access_error *access_error);

/* Open it, as ptp_open() does; below a root only a regular file that stands for
 * its node. */
int phc_open(const struct phc *phc, struct ptp *ptp, struct error *error);

/* The path of its node below its root. */
static inline const char *phc_below_root(const struct phc *phc)
{
	return phc->path + strlen(phc->root);
}

/*
 * The row of the PHC that the driver registered for the device at this path:
 * the one whose clock_name is the device's name, if its parent (where known) is
 * bound to the VMClock driver. -1: none.
 */
int phc_of_device(const char *root, const struct phc *list, int count,
		  const char *path);

#endif
