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

struct report {
	const struct verifier *verifier;
	const struct expectations *expectations;
	bool conformant;
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

/* Whether the outcome makes the source not conformant. */
static inline bool outcome_is_bad(enum outcome outcome)
{
	return outcome >= OUTCOME_BAD;
}

#endif
