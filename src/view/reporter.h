/* SPDX-License-Identifier: BSD-2-Clause */
/* The verdicts of `verify` in each of their formats. */
#ifndef VMCLOCKCTL_VIEW_REPORTER_H
#define VMCLOCKCTL_VIEW_REPORTER_H

#include <stdio.h>

#include "base/error.h"
#include "io/source/source.h"
#include "rules/report.h"

struct reporter {
	FILE *stream;
	bool color, quiet, verbose;
	bool several; /* more than one source */
	/* Counted by the caller, for the end. */
	unsigned int conformant, broken, failed;
	unsigned int number; /* of the last test point, in TAP */
};

struct report_format {
	void (*begin)(struct reporter *reporter);
	/* Returns 0, or -1 with *error (ERROR_MEMORY). */
	int (*source)(struct reporter *reporter, const struct source *source,
		      const struct report *report, struct error *error);
	/* A source that could not be checked at all; name NULL: the device. */
	int (*failure)(struct reporter *reporter, const char *name,
		       const struct error *failure, struct error *error);
	void (*end)(struct reporter *reporter);
};

extern const struct report_format report_text, report_tap, report_junit,
	report_json;

/* Whether one of report_text may begin with this line. */
bool report_text_begins(const char *line);

/* Words that the formats share. */

static inline const char *report_name(const char *name)
{
	return name ? name : "the device";
}

/* For a source with source_is_cut(). */
#define REPORT_CUT "the recording was cut off: it has no end line"

/* "expected fail, and it is ok" for OUTCOME_UNEXPECTED. */
#define UNEXPECTED_MAX 64
void report_unexpected(const struct report *report, int rule,
		       char text[static UNEXPECTED_MAX]);

/* The field a finding is about, or NULL. */
const struct field *report_field(const struct finding *finding);

#endif
