/* SPDX-License-Identifier: BSD-2-Clause */
/* What a machine offers, from firmware to consumers, as far as it could be
 * read: filled by io/host/, examined by doctor_diagnose(). */
#ifndef VMCLOCKCTL_DOCTOR_HOST_H
#define VMCLOCKCTL_DOCTOR_HOST_H

#include <string.h>

#include "clock/leap.h"
#include "clock/offset.h"
#include "clock/phcname.h"
#include "clock/reading.h"
#include "page/firmware_device.h"
#include "access_error.h"
#include "chrony.h"

enum firmware {
	FIRMWARE_NONE,
	FIRMWARE_ACPI,
	FIRMWARE_DEVICE_TREE,
	FIRMWARE_COUNT,
};

/* Of CONFIG_PTP_1588_CLOCK_VMCLOCK. */
enum kernel_option {
	KERNEL_OPTION_UNKNOWN, /* no configuration could be read */
	KERNEL_OPTION_UNSET,
	KERNEL_OPTION_MODULE,
	KERNEL_OPTION_BUILT_IN,
};

/* What came of opening a node, which none is made in doing. */
struct node_look {
	enum observed observed;
	int errnum;	     /* 0: it can be read */
	bool exists;	     /* something is there */
	bool file;	     /* a regular file, on a machine of its own */
	bool other_number;   /* not that of the kernel's device */
	char number[24];     /* "10:125", "" if unknown */
	char registered[24]; /* what the kernel has, "" for nothing */
	unsigned int mode;   /* permission bits */
	unsigned int uid, gid;
	char group[33]; /* its name, "" if it has none */
};

/* A program that steers the system's clock. */
enum steerer {
	STEERER_CHRONYD,
	STEERER_PHC2SYS,
	STEERER_TS2PHC,
	STEERER_NTPD,
	STEERER_NTPD_RS,
	STEERER_TIMESYNCD,
	STEERER_COUNT,
};

struct steering {
	bool enabled;
	bool openrc;  /* by OpenRC */
	bool running; /* and sets the system's clock, as far as is seen */
	bool unsure;  /* it runs with a file that may say otherwise */
	/* Of phc2sys: -O, -w or -a is among its arguments, and -s. */
	bool has_offset, waits;
	int64_t offset;
	char source[64];
};

enum driver_state {
	DRIVER_UNKNOWN, /* not running; no list of modules, no configuration */
	DRIVER_ABSENT,	/* the kernel's modules have none */
	DRIVER_NOT_LOADED, /* a module, and not loaded */
	DRIVER_NOT_BOUND,  /* running, and not bound to the device */
	DRIVER_BOUND,
	DRIVER_STATE_COUNT,
};

enum leaps_state {
	LEAPS_NONE,
	LEAPS_EXPIRED,
	LEAPS_VALID,
};

/* The parts of a machine that access errors are kept for. */
enum area {
	AREA_HYPERVISOR,
	AREA_CONTAINER,
	AREA_DEVICE,
	AREA_REGION,
	AREA_DRIVER,
	AREA_NODE,
	AREA_PAGE,
	AREA_PHC,
	AREA_CLOCKSOURCE,
	AREA_LEAPS,
	AREA_UDEV,
	AREA_CHRONY,
	AREA_VIRTIO_RTC,
	AREA_STEERING,
	AREA_COUNT,
};

struct host {
	struct access_error access_errors[AREA_COUNT];

	/* The machine. */
	char architecture[32];
	char release[96];     /* of the kernel */
	unsigned int version; /* 1000 * major + minor, 0: unknown */
	bool virtual_machine;
	bool hypervisor_hidden; /* nothing is there that would tell of one */
	char hypervisor[160];	/* what it calls itself, or "" */
	bool container;
	char container_kind[32]; /* "Kubernetes", or "" */
	bool firmware_hidden;	 /* neither ACPI nor a device tree is shown */
	bool classes_hidden;	 /* nor is anything that drivers made */
	bool asked_by_root;
	bool asked_in_namespace; /* by the root of a user namespace alone */
	const char *asked_node;	 /* "/dev/vmclock1"; NULL: the first */
	uint64_t page_size;	 /* of the kernel, 0: unknown */

	/* The devices in the firmware's tables; most is about the first. */
	enum firmware firmware;
	unsigned int devices; /* of which so many are in `found` */
	struct firmware_device found[DEVICES_MAX];
	bool devmem; /* there is /dev/mem */

	/* The driver and what it made. */
	/* What keeps it from being loaded: a file of modprobe's, or the
	 * kernel's command line; "": nothing known. */
	char blocked_by[160];
	bool modules_closed; /* none is loaded until the next boot */
	/* Whether the module's aliases were found, and what they name besides
	 * ACPI's AMZNC10C. */
	bool aliases_seen, takes_tree, takes_cid;
	enum driver_state driver;
	bool modules_listed; /* modules.dep was read */
	enum kernel_option option;
	char option_place[128]; /* the file that says so */
	/* What the driver is bound to; of more, the first. */
	char bound[DEVICES_MAX][64];
	unsigned int bound_count;
	bool misc; /* /sys/class/misc/vmclockN */
	unsigned int nodes;
	char node[4096 + 256]; /* with root before */
	bool has_group_clock, has_group_vmclock;
	bool node_readable;
	struct node_look node_look;
	unsigned int miscs; /* /sys/class/misc/vmclockN */
	unsigned int misc_numbers[DEVICES_MAX];
	bool node_missing[DEVICES_MAX]; /* /dev lacks that one's */
	bool udev_rule;			/* one that names vmclock */
	char rule_group[33];		/* which it gives it to, or "" */
	bool has_rule_group;

	/* The page, if it could be read. */
	bool has_page;
	bool page_in_memory;	/* read through /dev/mem, for want of a node */
	bool page_unsettled;	/* seq_count does not settle */
	char page_error[200];	/* why it could not, or "" */
	char memory_error[200]; /* why not through /dev/mem, or "" */
	struct reading reading;
	bool own_counter;  /* read on the machine that the page is of */
	bool page_is_kept; /* its reference is of this minute */
	/* `ticks` of the counter took `elapsed` ns by CLOCK_MONOTONIC_RAW,
	 * which may be off by `slack`; 0: not measured. */
	uint64_t ticks, elapsed, slack;

	struct phc phcs[PHC_MAX];
	int phc_count, phc_own; /* own: -1 for none */
	bool phc_readable;
	struct node_look phc_look;
	/* The result of reading the device's own PHC. */
	bool phc_judged;
	int phc_errnum;
	struct offset phc_offset;

	char clocksource[32];
	char clocksources[128]; /* available */
	/* CLOCK_REALTIME against the page, where it was compared. */
	bool system_judged;
	struct offset system_offset;
	struct steering steering[STEERER_COUNT];
	bool processes_seen; /* of the machine, not of a container's */
	bool clockbound;     /* its unit or its program is there */

	bool has_kernel_tai;
	int kernel_tai;

	/* The leap-second table. */
	enum leaps_state leaps;
	char leaps_error[80]; /* of NONE, if it was read */
	char leaps_until[LEAP_DAY_MAX];

	struct chrony_config chrony;

	bool virtio_rtc_device, virtio_rtc_driver;
	int virtio_rtc_listed;	 /* among the modules: 1, 0, -1 not known */
	char virtio_rtc_rtc[32]; /* its RTC device, "" for none */
};

static inline bool host_is_x86(const struct host *host)
{
	return strcmp(host->architecture, "x86_64") == 0;
}

/* Whether anything shows a device: the firmware's tables, a driver that is
 * bound, or what it made. */
static inline bool host_has_device(const struct host *host)
{
	return host->devices || host->driver == DRIVER_BOUND || host->misc;
}

/* Whether a name in the driver's directory is the device's: ptp@4e000000 of the
 * device tree is 4e000000.ptp there. */
static inline bool host_binds(const char *bound,
			      const struct firmware_device *device)
{
	const char *at = strchr(device->name, '@');
	size_t unit = at ? strlen(at + 1) : 0;

	if (strcmp(bound, device->name) == 0)
		return true;
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
	return at && strncmp(bound, at + 1, unit) == 0 && bound[unit] == '.' &&
	       strncmp(bound + unit + 1, device->name,
		       (size_t)(at - device->name)) == 0;
}

/* Whether the region is read through /dev/mem unasked: where ordinary memory is
 * what it is for the hypervisor and the guest alike. */
static inline bool host_takes_memory(const struct host *host)
{
	return strcmp(host->architecture, "x86_64") == 0;
}

/* The device whose region is read through /dev/mem unasked, or NULL: the only
 * one, and not in the kernel's memory. */
static inline const struct firmware_device *
host_memory_device(const struct host *host)
{
	const struct firmware_device *device = &host->found[0];

	return host->devices == 1 && host->devmem && host_takes_memory(host) &&
			       device->region == REGION_FOUND &&
			       device->region_use != REGION_SYSTEM_RAM
		       ? device
		       : NULL;
}

#endif
