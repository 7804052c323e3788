/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds out by number and sysfs what a character device is. */
#include "character_device.h"

#include <linux/ptp_clock.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/path.h"
#include "page/device_names.h"

/* Documentation/admin-guide/devices.txt of Linux. */
#define MAJOR_MEMORY	1
#define MAJOR_TTY	4
#define MAJOR_TTY_AUX	5
#define MAJOR_PTS_FIRST 136
#define MAJOR_PTS_LAST	143
#define MEMORY_NULL	3
#define MEMORY_ZERO	5
#define MEMORY_FULL	7
#define MEMORY_RANDOM	8
#define MEMORY_URANDOM	9

static bool is_stream(dev_t number)
{
	switch (major(number)) {
	case MAJOR_MEMORY:
		switch (minor(number)) {
		case MEMORY_NULL:
		case MEMORY_ZERO:
		case MEMORY_FULL:
		case MEMORY_RANDOM:
		case MEMORY_URANDOM:
			return true;
		default:
			return false;
		}
	case MAJOR_TTY:
	case MAJOR_TTY_AUX:
		return true;
	default:
		return major(number) >= MAJOR_PTS_FIRST &&
		       major(number) <= MAJOR_PTS_LAST;
	}
}

/* Where there is no /sys. */
static void find_by_number(dev_t number, struct character_device *device)
{
	/* VMClock has a dynamic number of class misc, a PTP clock a dynamic
	 * major. */
	device->kind = CHARACTER_MAYBE_PTP;
	if (may_be_device_number(major(number), minor(number)))
		device->kind = CHARACTER_MAYBE_VMCLOCK;
	else if (major(number) == MAJOR_MISC || major(number) == MAJOR_MEMORY)
		device->kind = CHARACTER_OTHER;
	snprintf(device->what, sizeof(device->what), "device number %u:%u",
		 major(number), minor(number));
}

/* The last part of what the link leads to; false: there is none. */
static bool read_link(const char *path, char *name, size_t size)
{
	char target[256];
	ssize_t length = readlink(path, target, sizeof(target) - 1);

	if (length <= 0)
		return false;
	target[length] = '\0';
	snprintf(name, size, "%.*s", (int)size - 1, path_base_name(target));
	return true;
}

/* By the number, as /sys/dev/char of this machine has it. */
static void find_device_kind(dev_t number, struct character_device *device)
{
	char link[64], subsystem[96], name[32], class[32] = "";

	*device = (struct character_device){ .kind = CHARACTER_OTHER };
	snprintf(link, sizeof(link), SYSFS_CHARACTER "/%u:%u", major(number),
		 minor(number));
	if (is_stream(number)) {
		device->kind = CHARACTER_STREAM;
		snprintf(device->what, sizeof(device->what),
			 "a terminal or a stream of bytes (%u:%u)",
			 major(number), minor(number));
		return;
	}
	if (access(SYSFS_CHARACTER, X_OK) != 0) {
		find_by_number(number, device);
		return;
	}
	if (!read_link(link, name, sizeof(name))) {
		device->kind = CHARACTER_ABSENT;
		snprintf(device->what, sizeof(device->what),
			 "the number %u:%u of a device that is gone",
			 major(number), minor(number));
		return;
	}
	snprintf(subsystem, sizeof(subsystem), "%s/subsystem", link);
	read_link(subsystem, class, sizeof(class));
	if (strcmp(class, "misc") == 0 && is_device_name(name))
		device->kind = CHARACTER_VMCLOCK;
	else if (strcmp(class, "ptp") == 0)
		device->kind = CHARACTER_PTP;
	if (device->kind == CHARACTER_PTP)
		snprintf(device->what, sizeof(device->what), "a PTP clock (%s)",
			 name);
	else
		snprintf(device->what, sizeof(device->what),
			 "another device (%s%s%s)", name, *class ? ", " : "",
			 class);
}

bool character_device_at(const char *path, struct character_device *device)
{
	struct stat status;

	if (stat(path, &status) != 0 || !S_ISCHR(status.st_mode))
		return false;
	find_device_kind(status.st_rdev, device);
	return true;
}

bool character_device_readable(const struct character_device *device)
{
	return device->kind == CHARACTER_STREAM ||
	       device->kind == CHARACTER_VMCLOCK;
}

bool descriptor_readable(int fd, struct character_device *device)
{
	/* musl's ioctl() takes an int, which this constant is too large for. */
	unsigned long request = PTP_CLOCK_GETCAPS;
	struct ptp_clock_caps caps;
	struct stat status;

	if (fstat(fd, &status) != 0 || !S_ISCHR(status.st_mode))
		return true;
	find_device_kind(status.st_rdev, device);
	if (device->kind == CHARACTER_MAYBE_PTP &&
	    ioctl(fd, request, &caps) == 0) {
		device->kind = CHARACTER_PTP;
		snprintf(device->what, sizeof(device->what), "a PTP clock");
	}
	return character_device_readable(device) ||
	       device->kind == CHARACTER_MAYBE_VMCLOCK;
}
