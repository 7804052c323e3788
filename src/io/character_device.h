/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a character device is, known before it is opened: to open a watchdog
 * starts it, and to read a PTP clock waits for ever.
 */
#ifndef VMCLOCKCTL_IO_CHARACTER_DEVICE_H
#define VMCLOCKCTL_IO_CHARACTER_DEVICE_H

#include <stdbool.h>
#include <sys/types.h>

enum character_kind {
	CHARACTER_VMCLOCK,
	CHARACTER_PTP,
	CHARACTER_STREAM, /* a terminal, null, zero, full or random: can be read
			   * as a file is */
	CHARACTER_OTHER,
	CHARACTER_ABSENT, /* the kernel has no device of this number */
	/* There is no /sys to ask, and the number alone does not tell. */
	CHARACTER_MAYBE_VMCLOCK,
	CHARACTER_MAYBE_PTP,
};

struct character_device {
	enum character_kind kind;
	/* As in "a PTP clock (ptp0)". */
	char what[96];
};

/* Whether the path leads to a character device, which is then found. */
bool character_device_at(const char *path, struct character_device *device);

/* Whether it may be opened and read as a file: a stream, or the page that a
 * VMClock's node gives. */
bool character_device_readable(const struct character_device *device);

/* The same for a descriptor, which is open already: where nothing else tells, a
 * PTP clock is known by its ioctl. */
bool descriptor_readable(int fd, struct character_device *device);

#endif
