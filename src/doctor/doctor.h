/* SPDX-License-Identifier: BSD-2-Clause */
/* What stands between a machine's VMClock and its consumers. */
#ifndef VMCLOCKCTL_DOCTOR_DOCTOR_H
#define VMCLOCKCTL_DOCTOR_DOCTOR_H

#include "host.h"

enum diagnosis_level {
	DIAGNOSIS_OK,
	DIAGNOSIS_NOTE,
	DIAGNOSIS_PROBLEM,
	DIAGNOSIS_UNKNOWN, /* could not be looked at */
	DIAGNOSIS_LEVEL_COUNT,
};

extern const char *const diagnosis_level_names[DIAGNOSIS_LEVEL_COUNT];

struct diagnosis {
	enum diagnosis_level level;
	const char *topic; /* in JSON: "driver", "node", ... */
	char text[320];
	char step[320]; /* what to do next, or "" */
};

#define DIAGNOSES_MAX 32

/* From firmware to consumers, in that order. Returns how many. Every problem
 * has a step. */
unsigned int doctor_diagnose(const struct host *host,
			     struct diagnosis list[static DIAGNOSES_MAX]);

#endif
