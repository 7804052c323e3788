/* SPDX-License-Identifier: BSD-2-Clause */
/* The doctor's findings: a list of lines, each with its remedy. */
#ifndef VMCLOCKCTL_DOCTOR_DIAGNOSIS_H
#define VMCLOCKCTL_DOCTOR_DIAGNOSIS_H

#include "base/strbuf.h"
#include "conclusions.h"
#include "host.h"

enum diagnosis_level {
	DIAGNOSIS_OK,
	DIAGNOSIS_NOTE,
	DIAGNOSIS_PROBLEM,
	DIAGNOSIS_UNKNOWN, /* could not be checked */
	DIAGNOSIS_LEVEL_COUNT,
};

extern const char *const diagnosis_level_names[DIAGNOSIS_LEVEL_COUNT];

/* Of enum observed, in JSON. */
extern const char *const observed_words[OBSERVED_COUNT];

struct diagnosis {
	enum diagnosis_level level;
	const char *id;	   /* in JSON: that of conclusions.h */
	const char *topic; /* in JSON: "driver", "node", ... */
	unsigned int seen; /* bits of enum area: what it rests on */
	char text[320];
	char step[320]; /* what to do next, or "" */
};

#define DIAGNOSES_MAX 48

/* The list under construction. */
struct diagnosis_list {
	const struct host *host;
	struct diagnosis *list;
	unsigned int count;
};

/* Add the line of this row of the table; its text begins with `text`. */
struct strbuf diagnosis_conclude(struct diagnosis_list *diagnoses,
				 enum inference conclusion, const char *text);

/* The most of a path that a line has; of a longer one the middle is left out.
 */
#define DIAGNOSIS_PATH_MAX 200

/* The same; it begins with a path. */
struct strbuf diagnosis_conclude_path(struct diagnosis_list *diagnoses,
				      enum inference conclusion,
				      const char *path);

/* Set the next step of the last line. */
struct strbuf diagnosis_step(struct diagnosis_list *diagnoses,
			     const char *text);

/* Whether something in the area could not be read; if so, add a line that names
 * it. */
bool diagnosis_add_access_error(struct diagnosis_list *diagnoses,
				enum area area, const char *topic,
				enum diagnosis_level level);

/* The value of a field of today's layout, 0 if it is absent. */
uint64_t diagnosis_field(const struct host *host, int row);

#endif
