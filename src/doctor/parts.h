/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of doctor_diagnose() that have a file of their own, and the words
 * that they share. */
#ifndef VMCLOCKCTL_DOCTOR_PARTS_H
#define VMCLOCKCTL_DOCTOR_PARTS_H

#include "diagnosis.h"

/* The rules and lines below are those of contrib/, word for word;
 * tests/bats/contrib.bats checks that. */
#define UDEV_FILE "contrib/udev/60-vmclock.rules"
#define UDEV_NODE                                                              \
	"SUBSYSTEM==\"misc\", KERNEL==\"vmclock*\", "                          \
	"GROUP=\"vmclock\", MODE=\"0440\", TAG+=\"systemd\""

/* clock.c: the page, the PTP clocks, the clocksource, the kernel's TAI offset.
 */
void diagnose_clock(struct diagnosis_list *diagnoses);

/* consumers.c: who may read the page, and the programs that would use it. */
void diagnose_consumers(struct diagnosis_list *diagnoses);

/* chrony.c: what chrony's configuration would do here. */
void diagnose_chrony(struct diagnosis_list *diagnoses);

#endif
