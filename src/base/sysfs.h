/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the kernel shows what more than one file asks for or names. */
#ifndef VMCLOCKCTL_BASE_SYSFS_H
#define VMCLOCKCTL_BASE_SYSFS_H

#define SYSFS_ACPI_DEVICES "/sys/bus/acpi/devices"
#define SYSFS_DEVICE_TREE  "/sys/firmware/devicetree/base"
#define SYSFS_DMI	   "/sys/class/dmi/id"
#define SYSFS_MISC	   "/sys/class/misc"

#define SYSFS_CLOCKSOURCE   "/sys/devices/system/clocksource/clocksource0"
#define CURRENT_CLOCKSOURCE SYSFS_CLOCKSOURCE "/current_clocksource"

/* The clocksources that are the counter of a page. */
#define CLOCKSOURCE_X86 "tsc"
#define CLOCKSOURCE_ARM "arch_sys_counter"

#define PROC_IOMEM "/proc/iomem"

#endif
