/* SPDX-License-Identifier: BSD-2-Clause */
/* Count the findings of one source, against what was expected. */
#include "report.h"

enum outcome report_outcome(const struct report *report, int rule)
{
	enum verdict verdict = report->verifier->findings[rule].verdict;
	int expected = report->expectations->verdict[rule];
	bool bad = verdict == VERDICT_FAIL || verdict == VERDICT_WARN;

	if (expected >= 0 && verdict != (enum verdict)expected)
		return OUTCOME_UNEXPECTED;
	if (!bad)
		return OUTCOME_GOOD;
	if (expected >= 0)
		return OUTCOME_EXPECTED;
	if (verdict == VERDICT_WARN && !report->expectations->warnings_fail)
		return OUTCOME_WARN;
	return OUTCOME_BAD;
}

void report_make(const struct verifier *verifier,
		 const struct expectations *expectations, struct report *report)
{
	*report = (struct report){
		.verifier = verifier,
		.expectations = expectations,
		.conformant = true,
	};
	for (int i = 0; i < RULE_COUNT; i++) {
		enum outcome outcome;

		if (!verifier->selected[i])
			continue;
		report->rules++;
		outcome = report_outcome(report, i);
		if (outcome_is_bad(outcome))
			report->conformant = false;
		if (outcome == OUTCOME_EXPECTED)
			report->expected++;
		else if (outcome == OUTCOME_UNEXPECTED)
			report->count[VERDICT_FAIL]++;
		else
			report->count[verifier->findings[i].verdict]++;
	}
}
