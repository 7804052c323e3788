/* SPDX-License-Identifier: BSD-2-Clause */
/* What a VMClock is called by the firmware, the kernel's driver and /dev. */
#ifndef VMCLOCKCTL_PAGE_DEVICE_NAMES_H
#define VMCLOCKCTL_PAGE_DEVICE_NAMES_H

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

/* Followed by MAJOR:MINOR: the device of a number. */
#define SYSFS_CHARACTER "/sys/dev/char"

/* The driver below /sys/bus/platform/drivers, and its module. */
#define DRIVER_NAME   "vmclock"
#define DRIVER_MODULE "ptp_vmclock"

#endif
