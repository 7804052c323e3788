/* SPDX-License-Identifier: BSD-2-Clause */
/* The verdicts of `verify` in each of their formats. */
#ifndef VMCLOCKCTL_VIEW_REPORTER_H
#define VMCLOCKCTL_VIEW_REPORTER_H

#include <stdio.h>

#include "base/error.h"
#include "io/source/source.h"
#include "rules/report.h"

/* What a report is about: a source, or several pages that were judged together.
 */
struct judged {
	const char *name; /* as the user wrote it, for people */
	/* Which of the sources of this name it is, from 1 on. */
	unsigned int turn;
	/* One; of --series and --restores all, in the order given. */
	const struct source *sources;
	size_t count;
	const char *together; /* "series", "restores"; NULL: one source */
	const struct source *before; /* of --before; NULL: none */
};

struct reporter {
	FILE *stream;
	bool color, quiet, verbose;
	bool omits;   /* what was not judged is left out of TAP and JUnit */
	bool several; /* more than one source, each judged by itself */
	/* Filled by the caller, for the end: what each source came to. */
	unsigned int counts[CONCLUSION_COUNT];
	char *const *names;
	unsigned char *conclusions; /* enum conclusion, of each name */
	unsigned int number;	    /* of the last test point, in TAP */
};

struct report_format {
	void (*begin)(struct reporter *reporter);
	/* Returns 0, or -1 with *error (ERROR_MEMORY). */
	int (*source)(struct reporter *reporter, const struct judged *judged,
		      const struct report *report, struct error *error);
	/* A source that could not be checked at all; name NULL: the device. */
	int (*failure)(struct reporter *reporter, const char *name,
		       const struct error *failure, struct error *error);
	void (*end)(struct reporter *reporter);
};

extern const struct report_format report_text, report_tap, report_junit,
	report_json, report_github, report_markdown;

/* Whether one of report_text may begin with this line. */
bool report_text_begins(const char *line);

/* The same of report_github. */
bool report_github_begins(const char *line);

/* Words that the formats share. */

/* As source_name(), of the name that the user wrote. */
static inline const char *report_name(const char *name)
{
	if (!name)
		return "the device";
	return name[0] == '-' && !name[1] ? "standard input" : name;
}

/* The recording of the report that was cut off: see source_is_cut(). */
static inline bool report_is_cut(const struct judged *judged)
{
	return !judged->together && source_is_cut(&judged->sources[0]);
}

#define REPORT_NO_TABLE "no leap-second table for "
#define REPORT_CUT	"the recording was cut off: it has no end line"

/* The page of several that the finding is about, or NULL. */
const struct source *report_page(const struct judged *judged,
				 const struct finding *finding);

/* "expected fail, and it is ok" for OUTCOME_UNEXPECTED. */
#define UNEXPECTED_MAX 64
void report_unexpected(const struct report *report, int rule,
		       char text[static UNEXPECTED_MAX]);

/* The field a finding is about, or NULL. */
const struct field *report_field(const struct finding *finding);

/* "tai.value, leap.pre: the leap-second table has expired": the rules that were
 * skipped for want of a leap-second table, and the first one's reason. False:
 * there are none. */
#define LACKS_TABLE_MAX 640
bool report_lacking_table(const struct report *report,
			  char text[static LACKS_TABLE_MAX]);

/* What the counts do not tell: that nothing was judged, or that a leap-second
 * table was lacking, and why; and that the recording was cut off. `put` writes
 * a line. */
void report_notes(FILE *stream, const struct judged *judged,
		  const struct report *report,
		  void (*put)(FILE *stream, const char *text));

/* "70 rules: 37 ok, 1 fail, ..." */
#define COUNTS_MAX 160
void report_counts(const struct report *report, char text[static COUNTS_MAX]);

/* "3 sources: 1 conformant, 1 not conformant (b.bin), ...", where `put` writes
 * a name. */
void report_totals(const struct reporter *reporter,
		   void (*put)(FILE *stream, const char *name));

#endif
