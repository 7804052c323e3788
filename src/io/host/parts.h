/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parts of host_look(), each in the file of its subject. Each fills its
 * members of *host from the files below `root`, as host.h says, and records in
 * host->access_errors what it could not read. A part may use the results of the
 * parts before it in this list.
 */
#ifndef VMCLOCKCTL_IO_HOST_PARTS_H
#define VMCLOCKCTL_IO_HOST_PARTS_H

#include "doctor/host.h"

/* kernel.c: release, architecture, page size, whether this is a container. */
void host_look_kernel(const char *root, struct host *host);

/* hypervisor.c: whether this is a virtual machine, and the hypervisor's
 * name. */
void host_look_hypervisor(const char *root, struct host *host);

/* firmware.c: the device in ACPI or the device tree, and its region. It uses
 * nothing from the others. */
void host_look_firmware(const char *root, struct host *host);

/* driver.c: whether the driver is present, loaded, bound. */
void host_look_driver(const char *root, struct host *host);

/* node.c: what the driver made, in sysfs. */
void host_look_misc(const char *root, struct host *host);

/* node.c: the same, the node, who may read it, and udev's rules about it. */
void host_look_node(const char *root, struct host *host);

/* Open a device's node and close it. What its directory of sysfs, `class`, says
 * of it is compared. A look that shows what is there is no access error.
 * Returns whether it can be read. */
bool host_look_at_node(const char *root, const char *path, const char *class,
		       struct access_error *access_error,
		       struct node_look *look);

/* kernel_config.c: the driver's option in the kernel's configuration. */
void host_look_kernel_config(const char *root, struct host *host);

/* steering.c: the programs that steer the system's clock, and ClockBound. */
void host_look_steering(const char *root, struct host *host);

/* groups.c: the groups that the rules are about, and the names of the nodes'.
 */
void host_look_groups(const char *root, struct host *host);

/* phc.c: the PHCs, and which of them is the device's. */
void host_look_phcs(const char *root, struct host *host);

/* page.c: the page, and the offset of the device's PHC from it. */
void host_look_page(const char *root, struct host *host);

/* clocks.c: the clocksource, the kernel's TAI offset, the leap-second table. */
void host_look_clocks(const char *root, struct host *host);

/* chrony.c: the refclocks in chrony's configuration. */
void host_look_chrony(const char *root, struct host *host);

/* virtio_rtc.c: the other device that gives a guest the time. */
void host_look_virtio_rtc(const char *root, struct host *host);

#endif
