/* SPDX-License-Identifier: BSD-2-Clause */
/* Words that the formats of `verify` share. */
#include <string.h>

#include "reporter.h"

const struct source *report_page(const struct judged *judged,
				 const struct finding *finding)
{
	if (!judged->together || !finding->n || finding->n > judged->count)
		return NULL;
	return &judged->sources[finding->n - 1];
}

void report_unexpected(const struct report *report, int rule,
		       char text[static UNEXPECTED_MAX])
{
	enum verdict verdict = report->verifier->findings[rule].verdict;

	snprintf(text, UNEXPECTED_MAX, "%s was expected, but it is %s",
		 verdict_names[report->expectations->verdict[rule]],
		 verdict_names[verdict]);
}

const struct field *report_field(const struct finding *finding)
{
	if (finding->row < 0)
		return NULL;
	return &layouts[LAYOUT_VMCLOCK_1].fields[finding->row];
}

bool report_lacking_table(const struct report *report,
			  char text[static LACKS_TABLE_MAX])
{
	const char *reason = NULL;
	size_t used = 0;

	for (int i = 0; i < RULE_COUNT && used < LACKS_TABLE_MAX; i++) {
		if (!report_lacks_table(report, i))
			continue;
		used += (size_t)snprintf(text + used, LACKS_TABLE_MAX - used,
					 "%s%s", used ? ", " : "", rules[i].id);
		if (!reason)
			reason = report->verifier->findings[i].message;
	}
	if (reason && used < LACKS_TABLE_MAX)
		snprintf(text + used, LACKS_TABLE_MAX - used, ": %s", reason);
	return reason;
}

void report_notes(FILE *stream, const struct judged *judged,
		  const struct report *report,
		  void (*put)(FILE *stream, const char *text))
{
	char lacking[LACKS_TABLE_MAX + sizeof(REPORT_NO_TABLE)] =
		REPORT_NO_TABLE;
	char reason[REASON_MAX];

	if (report->conclusion == CONCLUSION_NOT_JUDGED) {
		report_reason(report, reason);
		put(stream, reason);
	} else if (report_lacking_table(report, lacking + strlen(lacking))) {
		put(stream, lacking);
	}
	if (report_is_cut(judged))
		put(stream, REPORT_CUT);
}

void report_counts(const struct report *report, char text[static COUNTS_MAX])
{
	int used = snprintf(
		text, COUNTS_MAX,
		"%u rule%s: %u ok, %u fail, %u warn, %u not applicable, %u skipped",
		report->rules, report->rules == 1 ? "" : "s",
		report->count[VERDICT_OK], report->count[VERDICT_FAIL],
		report->count[VERDICT_WARN],
		report->count[VERDICT_NOT_APPLICABLE],
		report->count[VERDICT_SKIP]);

	if (report->expected)
		snprintf(text + used, COUNTS_MAX - (size_t)used,
			 ", %u as expected", report->expected);
}

void report_totals(const struct reporter *r,
		   void (*put)(FILE *stream, const char *name))
{
	unsigned int sources = 0;

	for (int c = 0; c < CONCLUSION_COUNT; c++)
		sources += r->counts[c];
	fprintf(r->stream, "%u sources: ", sources);
	for (int c = 0; c < CONCLUSION_COUNT; c++) {
		const char *separator = " (";

		fprintf(r->stream, "%s%u %s", c ? ", " : "", r->counts[c],
			conclusion_names[c]);
		if (c == CONCLUSION_CONFORMANT || !r->counts[c])
			continue;
		for (unsigned int i = 0; i < sources; i++) {
			if (r->conclusions[i] != c)
				continue;
			fputs(separator, r->stream);
			put(r->stream, report_name(r->names[i]));
			separator = ", ";
		}
		fputc(')', r->stream);
	}
	fputc('\n', r->stream);
}
