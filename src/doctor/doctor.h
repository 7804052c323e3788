/* SPDX-License-Identifier: BSD-2-Clause */
/* What stands between a machine's VMClock and its consumers. */
#ifndef VMCLOCKCTL_DOCTOR_DOCTOR_H
#define VMCLOCKCTL_DOCTOR_DOCTOR_H

#include "diagnosis.h"

/* From firmware to consumers, in that order. Returns how many. Every problem
 * has a step. */
unsigned int doctor_diagnose(const struct host *host,
			     struct diagnosis list[static DIAGNOSES_MAX]);

#endif
