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

/* The driver below /sys/bus/platform/drivers, and its module. */
#define DRIVER_NAME   "vmclock"
#define DRIVER_MODULE "ptp_vmclock"

#endif
