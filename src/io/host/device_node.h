/* SPDX-License-Identifier: BSD-2-Clause */
/* A node of a VMClock device below a root, where none is opened. */
#ifndef VMCLOCKCTL_IO_HOST_DEVICE_NODE_H
#define VMCLOCKCTL_IO_HOST_DEVICE_NODE_H

#include <stddef.h>

#include "base/error.h"
#include "doctor/observation.h"

/* Say of a device's node, which `path` names below the root, whether the tree's
 * sys/class/misc has a device of this number: "a device, which is not opened
 * below --root", or "nothing drives this node ...". */
void device_node_describe(const char *root, const char *path, char *text,
			  size_t size);

/* The error of a node that tree_open_node() did not open, ERROR_OPEN. Returns
 * -1. */
int device_node_error(const char *root, const char *path,
		      enum observed observed, int errnum, struct error *error);

#endif
