/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the doctor share. */
#ifndef VMCLOCKCTL_DOCTOR_DIAGNOSIS_H
#define VMCLOCKCTL_DOCTOR_DIAGNOSIS_H

#include "doctor.h"
#include "base/strbuf.h"

/* The rules and lines that are spelt out are those of contrib/, word for word;
 * tests/bats/contrib.bats holds them so. */
#define UDEV_FILE "contrib/udev/60-vmclock.rules"
#define UDEV_NODE                                                              \
	"SUBSYSTEM==\"misc\", KERNEL==\"vmclock*\", "                          \
	"GROUP=\"vmclock\", MODE=\"0440\", TAG+=\"systemd\""

/* The list under construction. */
struct diagnosis_list {
	const struct host *host;
	struct diagnosis *list;
	unsigned int count;
};

/* A new line; its text is begun with `text`. */
struct strbuf diagnosis_add(struct diagnosis_list *diagnoses,
			    enum diagnosis_level level, const char *topic,
			    const char *text);

/* What to do about the last line. */
struct strbuf diagnosis_step(struct diagnosis_list *diagnoses,
			     const char *text);

/* Whether something of the area was not seen; what, is said then. */
bool diagnosis_access_error(struct diagnosis_list *diagnoses, enum area area,
			    const char *topic, enum diagnosis_level level);

/* The value of a field of today's layout, 0 where it is not there. */
uint64_t diagnosis_field(const struct host *host, int row);

/* The page, the PTP clocks, the clocksource, the kernel's TAI offset. */
void diagnose_clock(struct diagnosis_list *diagnoses);

/* Who may read the page, and the programs that would. */
void diagnose_consumers(struct diagnosis_list *diagnoses);

#endif
