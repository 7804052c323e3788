/* SPDX-License-Identifier: BSD-2-Clause */
/* What a VMClock is called by the firmware, the kernel's driver and /dev. */
#ifndef VMCLOCKCTL_PAGE_DEVICE_NAMES_H
#define VMCLOCKCTL_PAGE_DEVICE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* ACPI's hardware id, in use since the beginning, and the compatible id that
 * any device has; the device tree's compatible. */
#define DEVICE_ACPI_HID	  "AMZNC10C"
#define DEVICE_ACPI_CID	  "VMCLOCK"
#define DEVICE_COMPATIBLE "amazon,vmclock"

/* Followed by a number: the node in /dev, the device of class misc, and the
 * clock_name of its PHC. */
#define DEVICE_NODE "vmclock"

/* Documentation/admin-guide/devices.txt of Linux: the node's class is misc. The
 * minors of this range are given to other devices, the watchdog 130; VMClock's
 * is a dynamic one. */
#define MAJOR_MISC	  10
#define MISC_STATIC_FIRST 128
#define MISC_STATIC_LAST  255

/* Whether this is the name of such a node, as in "vmclock0". */
static inline bool is_device_name(const char *name)
{
	size_t length = strlen(DEVICE_NODE);

	return strncmp(name, DEVICE_NODE, length) == 0 && name[length] &&
	       !name[length + strspn(name + length, "0123456789")];
}

/* Whether a character device of this number may be one, where there is no /sys
 * to tell. */
static inline bool may_be_device_number(unsigned int major, unsigned int minor)
{
	return major == MAJOR_MISC &&
	       (minor < MISC_STATIC_FIRST || minor > MISC_STATIC_LAST);
}

/* Followed by MAJOR:MINOR: the device of a number. */
#define SYSFS_CHARACTER "/sys/dev/char"

/* The driver below /sys/bus/platform/drivers, and its module. */
#define DRIVER_NAME   "vmclock"
#define DRIVER_MODULE "ptp_vmclock"

#endif
