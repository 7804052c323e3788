/* SPDX-License-Identifier: BSD-2-Clause */
/* The printers of `doctor`. */
#ifndef VMCLOCKCTL_VIEW_DOCTOR_H
#define VMCLOCKCTL_VIEW_DOCTOR_H

#include <jansson.h>
#include <stdio.h>

#include "doctor/doctor.h"

/* observations: what each line rests on is printed below it; NULL: not. */
void text_doctor(FILE *stream, const struct diagnosis *list, unsigned int count,
		 const struct observations *observations, bool color);

/* Whether a text of text_doctor() may begin with this line. */
bool text_doctor_begins(const char *line);

json_t *json_doctor(const struct diagnosis *list, unsigned int count,
		    const struct observations *observations);

/* Only the lines, as an array; observations NULL: without them. */
json_t *json_diagnoses(const struct diagnosis *list, unsigned int count,
		       const struct observations *observations);

#endif
