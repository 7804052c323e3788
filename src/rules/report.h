/* SPDX-License-Identifier: BSD-2-Clause */
/* The findings of one source, counted: the reports print them, and the exit
 * status follows from them. */
#ifndef VMCLOCKCTL_RULES_REPORT_H
#define VMCLOCKCTL_RULES_REPORT_H

#include "verify.h"

/* What the user asked for besides the rules. */
struct expectations {
	bool warnings_fail;
	/* The verdict that a rule is expected to give, -1: none. */
	signed char verdict[RULE_COUNT];
};

enum outcome {
	OUTCOME_GOOD,
	OUTCOME_WARN,	    /* a warning that does not count */
	OUTCOME_EXPECTED,   /* a failure or warning that was expected */
	OUTCOME_BAD,	    /* a failure, or a warning that counts as one */
	OUTCOME_UNEXPECTED, /* another verdict than expected */
};

/* What the findings of a source come to. */
enum conclusion {
	CONCLUSION_CONFORMANT,
	CONCLUSION_BROKEN,
	/* No selected rule was judged: all of them skip or do not apply. */
	CONCLUSION_NOT_JUDGED,
	/* The source could not be read; no report has this. */
	CONCLUSION_NOT_CHECKED,
	CONCLUSION_COUNT,
};

extern const char *const conclusion_names[CONCLUSION_COUNT];

struct report {
	const struct verifier *verifier;
	const struct expectations *expectations;
	enum conclusion conclusion;
	unsigned int rules; /* selected */
	/* The counts below add up to `rules`: an expected verdict is counted
	 * only as such, and an unexpected one as a failure. */
	unsigned int count[VERDICT_COUNT];
	unsigned int expected;
};

/* Both must outlive the report. */
void report_make(const struct verifier *verifier,
		 const struct expectations *expectations,
		 struct report *report);

enum outcome report_outcome(const struct report *report, int rule);

/* Whether nothing was found out by a rule: it skipped or does not apply. */
static inline bool verdict_is_none(enum verdict verdict)
{
	return verdict == VERDICT_SKIP || verdict == VERDICT_NOT_APPLICABLE;
}

/* Whether the report has this rule among those that were not judged. */
bool report_omits(const struct report *report, int rule);

/* Why nothing was judged: "driver.* needs a live device and the kernel's
 * driver". */
#define REASON_MAX 700
void report_reason(const struct report *report, char text[static REASON_MAX]);

/* Whether the rule was skipped for want of a leap-second table that reaches
 * far enough. */
bool report_lacks_table(const struct report *report, int rule);

/* Whether the outcome makes the source not conformant. */
static inline bool outcome_is_bad(enum outcome outcome)
{
	return outcome >= OUTCOME_BAD;
}

#endif
