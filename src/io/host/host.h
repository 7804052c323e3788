/* SPDX-License-Identifier: BSD-2-Clause */
/* Examines a machine: sysfs, procfs, /dev and the configuration below root. */
#ifndef VMCLOCKCTL_IO_HOST_HOST_H
#define VMCLOCKCTL_IO_HOST_HOST_H

#include "base/error.h"
#include "doctor/host.h"

/*
 * Fill *host. root "" is this machine, whose CPU, clocks and devices are read
 * too; below another root only files are read, and a regular file stands for a
 * device node. Whatever cannot be read is left unknown: this never fails.
 */
void host_look(const char *root, struct host *host);

/* The same, and note each look, in the order of the areas' parts, with what
 * came; call observations_free(). */
void host_look_observed(const char *root, struct host *host,
			struct observations *observations);

/* The same of the device that has this node in /dev, "/dev/vmclock1"; NULL: the
 * first. */
void host_look_device(const char *root, const char *node, struct host *host,
		      struct observations *observations);

/* Check that the text names such a node, or stands for one below the root.
 * Returns 0, or -1 with *error. */
int host_check_node(const char *root, const char *node, struct error *error);

/* The same for the device in the firmware's tables, its region and the machine
 * alone. */
void host_look_region(const char *root, struct host *host);

/* After host_look_region(): what the driver is bound to and made. */
void host_look_made(const char *root, struct host *host);

/* Check that a root given by the user is a directory. Returns 0, or -1 with
 * *error (ERROR_OPEN). */
int host_check_root(const char *root, struct error *error);

#endif
