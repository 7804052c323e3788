/* SPDX-License-Identifier: BSD-2-Clause */
/* What the doctor finds: a list of lines, each with what to do about it. */
#ifndef VMCLOCKCTL_DOCTOR_DIAGNOSIS_H
#define VMCLOCKCTL_DOCTOR_DIAGNOSIS_H

#include "base/strbuf.h"
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

/* The last line is of another level than was thought. */
void diagnosis_set_level(struct diagnosis_list *diagnoses,
			 enum diagnosis_level level);

/* Whether something of the area could not be looked at; then a line says what.
 */
bool diagnosis_add_access_error(struct diagnosis_list *diagnoses,
				enum area area, const char *topic,
				enum diagnosis_level level);

/* The value of a field of today's layout, 0 where it is not there. */
uint64_t diagnosis_field(const struct host *host, int row);

#endif
