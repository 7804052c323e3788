/* SPDX-License-Identifier: BSD-2-Clause */
/* A VMClock in the firmware's tables, and where its page lies: filled by
 * io/host/firmware.c, judged by rules/live.c and doctor/. */
#ifndef VMCLOCKCTL_PAGE_FIRMWARE_DEVICE_H
#define VMCLOCKCTL_PAGE_FIRMWARE_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

enum region_state {
	REGION_UNKNOWN,
	REGION_HIDDEN, /* addresses are shown only to root */
	REGION_FOUND,
};

/* What the memory map of /proc/iomem says of the region, in its words. The
 * region must lie in no other than the first (UAPI.13, Discovery via ACPI). */
#define REGION_USES(X)                                                         \
	X(FREE, "")                                                            \
	X(SYSTEM_RAM, "System RAM")                                            \
	X(ACPI_TABLES, "ACPI Tables")                                          \
	X(ACPI_NVS, "ACPI Non-volatile Storage")

#define REGION_USE_(name, text) REGION_##name,
enum region_use {
	REGION_USES(REGION_USE_) REGION_USE_COUNT
};

struct firmware_device {
	bool acpi;	     /* else the device tree */
	char name[64];	     /* "AMZNC10C:00" */
	char id[96];	     /* its modalias or compatible */
	bool has_interrupts; /* device tree: it names one */
	bool not_present;    /* ACPI: its _STA says so */
	enum region_state region;
	uint64_t region_start, region_end; /* the last byte */
	enum region_use region_use;
};

/* More are counted, and not looked at. */
#define DEVICES_MAX 8

#define REGION_USE_TEXT_(name, text)                                           \
	case REGION_##name:                                                    \
		return text;

/* The word of /proc/iomem. */
static inline const char *region_use_text(enum region_use use)
{
	switch (use) {
		REGION_USES(REGION_USE_TEXT_)
	case REGION_USE_COUNT:
		break;
	}
	return "";
}

#endif
