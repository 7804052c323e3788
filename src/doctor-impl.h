/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the doctor share. */
#ifndef VMCLOCKCTL_DOCTOR_IMPL_H
#define VMCLOCKCTL_DOCTOR_IMPL_H

#include "doctor.h"
#include "words.h"

/* The rules and lines that are spelt out are those of contrib/, word for word;
 * tests/bats/contrib.bats holds them so. */
#define UDEV_FILE "contrib/udev/60-vmclock.rules"
#define UDEV_NODE                                                              \
	"SUBSYSTEM==\"misc\", KERNEL==\"vmclock*\", "                          \
	"GROUP=\"vmclock\", MODE=\"0440\", TAG+=\"systemd\""

/* The list under construction. */
struct exam {
	const struct host *host;
	struct diagnosis *list;
	unsigned int count;
};

/* A new line; its text is begun with `text`. */
struct words exam_say(struct exam *exam, enum diagnosis_level level,
		      const char *topic, const char *text);

/* What to do about the last line. */
struct words exam_step(struct exam *exam, const char *text);

/* Whether something of the area was not seen; what, is said then. */
bool exam_unseen(struct exam *exam, enum area area, const char *topic,
		 enum diagnosis_level level);

/* The value of a field of today's layout, 0 where it is not there. */
uint64_t exam_field(const struct host *host, int row);

/* The page, the PTP clocks, the clocksource, the kernel's TAI offset. */
void examine_clock(struct exam *exam);

/* Who may read the page, and the programs that would. */
void examine_consumers(struct exam *exam);

#endif
