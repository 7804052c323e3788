/* SPDX-License-Identifier: BSD-2-Clause */
/* Count the findings of one source, against what was expected. */
#include "report.h"

#include <string.h>

#include "base/strbuf.h"

const char *const conclusion_names[CONCLUSION_COUNT] = {
	[CONCLUSION_CONFORMANT] = "conformant",
	[CONCLUSION_BROKEN] = "not conformant",
	[CONCLUSION_NOT_JUDGED] = "not judged",
	[CONCLUSION_NOT_CHECKED] = "not checked",
};

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
	bool judged = false, broken = false;

	*report = (struct report){
		.verifier = verifier,
		.expectations = expectations,
	};
	for (int i = 0; i < RULE_COUNT; i++) {
		enum verdict verdict = verifier->findings[i].verdict;
		enum outcome outcome;

		if (!verifier->selected[i])
			continue;
		report->rules++;
		outcome = report_outcome(report, i);
		judged |= !verdict_is_none(verdict);
		broken |= outcome_is_bad(outcome);
		if (outcome == OUTCOME_EXPECTED)
			report->expected++;
		else if (outcome == OUTCOME_UNEXPECTED)
			report->count[VERDICT_FAIL]++;
		else
			report->count[verdict]++;
	}
	/* An expectation that is not met breaks also where nothing was judged.
	 */
	report->conclusion = broken   ? CONCLUSION_BROKEN
			     : judged ? CONCLUSION_CONFORMANT
				      : CONCLUSION_NOT_JUDGED;
}

bool report_omits(const struct report *report, int rule)
{
	return verdict_is_none(report->verifier->findings[rule].verdict) &&
	       !outcome_is_bad(report_outcome(report, rule));
}

bool report_lacks_table(const struct report *report, int rule)
{
	const struct finding *f = &report->verifier->findings[rule];

	return report->verifier->selected[rule] && f->verdict == VERDICT_SKIP &&
	       f->lacks_table;
}

/* "driver" of "driver.node". */
static size_t get_area(int rule)
{
	return strcspn(rules[rule].id, ".");
}

static bool is_of_area(int rule, int other)
{
	size_t area = get_area(rule);

	return get_area(other) == area &&
	       memcmp(rules[rule].id, rules[other].id, area) == 0;
}

static bool is_same_reason(const struct report *report, int rule, int other)
{
	const struct finding *findings = report->verifier->findings;

	return strcmp(findings[rule].message, findings[other].message) == 0;
}

/* Whether all selected rules of the area give the reason of this one, of which
 * it is the first; *alone: it is the only one. */
static bool stands_for_area(const struct report *report, int rule, bool *alone)
{
	*alone = true;
	for (int i = 0; i < RULE_COUNT; i++) {
		if (i == rule || !report->verifier->selected[i] ||
		    !is_of_area(rule, i))
			continue;
		*alone = false;
		if (i < rule || !is_same_reason(report, rule, i))
			return false;
	}
	return true;
}

/* Whether the area of the rule is named by its first rule. */
static bool is_named_by_area(const struct report *report, int rule)
{
	bool alone;

	for (int i = 0; i < rule; i++) {
		if (report->verifier->selected[i] && is_of_area(rule, i))
			return stands_for_area(report, i, &alone);
	}
	return false;
}

/* "driver.*, notify.delivery": the rules with the reason of this one. */
static void add_rules(const struct report *report, int rule,
		      struct strbuf *buffer)
{
	const char *separator = "";
	char area[24];
	bool alone;
	int named = 0;

	for (int i = rule; i < RULE_COUNT; i++) {
		if (!report->verifier->selected[i] ||
		    !is_same_reason(report, rule, i) ||
		    is_named_by_area(report, i))
			continue;
		if (named++ == 4) {
			strbuf_add(buffer, " and others");
			return;
		}
		strbuf_add(buffer, separator);
		separator = ", ";
		if (!stands_for_area(report, i, &alone) || alone ||
		    get_area(i) >= sizeof(area)) {
			strbuf_add(buffer, rules[i].id);
			continue;
		}
		memcpy(area, rules[i].id, get_area(i));
		area[get_area(i)] = '\0';
		strbuf_add(buffer, area);
		strbuf_add(buffer, ".*");
	}
}

static bool is_first_of_reason(const struct report *report, int rule)
{
	for (int i = 0; i < rule; i++) {
		if (report->verifier->selected[i] &&
		    is_same_reason(report, rule, i))
			return false;
	}
	return true;
}

void report_reason(const struct report *report, char text[static REASON_MAX])
{
	struct strbuf buffer = strbuf_start(text, REASON_MAX);
	int reasons = 0;

	for (int i = 0; i < RULE_COUNT; i++) {
		const char *message = report->verifier->findings[i].message;

		if (!report->verifier->selected[i] ||
		    !is_first_of_reason(report, i))
			continue;
		if (reasons == 2) {
			strbuf_add(&buffer, "; and other reasons");
			return;
		}
		if (reasons++)
			strbuf_add(&buffer, "; ");
		add_rules(report, i, &buffer);
		strbuf_add(&buffer,
			   strncmp(message, "needs ", 6) == 0 ? " " : ": ");
		strbuf_add(&buffer, message);
	}
}
