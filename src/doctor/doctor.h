/* SPDX-License-Identifier: BSD-2-Clause */
/* What stands between a machine's VMClock and its consumers. */
#ifndef VMCLOCKCTL_DOCTOR_DOCTOR_H
#define VMCLOCKCTL_DOCTOR_DOCTOR_H

#include "diagnosis.h"

/* Diagnose from firmware to consumers, in that order. Returns the number of
 * lines. Every problem has a step. */
unsigned int doctor_diagnose(const struct host *host,
			     struct diagnosis list[static DIAGNOSES_MAX]);

#endif
