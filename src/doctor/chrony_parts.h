/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the doctor about chrony share. */
#ifndef VMCLOCKCTL_DOCTOR_CHRONY_PARTS_H
#define VMCLOCKCTL_DOCTOR_CHRONY_PARTS_H

#include "parts.h"

/* Add a line about a place of the configuration, which begins with it. */
struct strbuf chrony_add_at(struct diagnosis_list *diagnoses,
			    enum inference conclusion,
			    const struct chrony_place *place);

/* Whether chronyd gets leap seconds, so that tai works. */
bool chrony_has_leaps(const struct chrony_config *config);

/* Add the line of the configuration that would give them here. */
void chrony_add_leap_line(struct strbuf *buffer,
			  const struct chrony_config *config);

/* What ends chronyd, and whether tai has its leap seconds; the latter unless
 * part of the configuration is hidden. */
void chrony_diagnose_start(struct diagnosis_list *diagnoses, bool hidden);

/* How the kernel gets its TAI offset here. */
void chrony_tai_step(struct diagnosis_list *diagnoses);

#endif
