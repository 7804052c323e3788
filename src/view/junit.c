/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JUnit XML: one test suite a source, one test case a rule. Its schema is
 * docs/schema/junit.xsd. Readers keep one case of those that are alike in
 * classname and name, whatever their suite: so the classname is the source's.
 */
#include <inttypes.h>
#include <string.h>

#include "base/printable.h"
#include "reporter.h"

/* What XML 1.0 cannot hold, and bytes that may not be UTF-8, as \xHH. */
static void put_xml_text(FILE *stream, const char *text)
{
	for (; *text; text++) {
		char spelt[5];

		switch (*text) {
		case '&':
			fputs("&amp;", stream);
			break;
		case '<':
			fputs("&lt;", stream);
			break;
		case '>':
			fputs("&gt;", stream);
			break;
		case '"':
			fputs("&quot;", stream);
			break;
		default:
			printable_ascii(spelt, sizeof(spelt),
					(const char[]){ *text, '\0' });
			fputs(spelt, stream);
		}
	}
}

static void put_line(FILE *stream, const char *name, const char *text)
{
	if (!*text)
		return;
	fprintf(stream, "%s: ", name);
	put_xml_text(stream, text);
	fputc('\n', stream);
}

/* Of two sources with one name the second is told from the first. */
static void put_source_name(FILE *stream, const struct judged *judged)
{
	put_xml_text(stream, judged->name);
	if (judged->turn > 1)
		fprintf(stream, " (%u)", judged->turn);
}

static void put_details(FILE *stream, const struct judged *judged,
			const struct report *report, int i)
{
	const struct source *page =
		report_page(judged, &report->verifier->findings[i]);
	const struct finding *f = &report->verifier->findings[i];
	const struct field *field = report_field(f);
	char text[UNEXPECTED_MAX];

	if (report_outcome(report, i) == OUTCOME_UNEXPECTED) {
		report_unexpected(report, i, text);
		put_line(stream, "unexpected", text);
	}
	if (page)
		put_line(stream, "page", source_name(page));
	if (field)
		fprintf(stream, "field: %s at 0x%02x\n", field->name,
			field->offset);
	if (f->n && !page)
		fprintf(stream, "snapshot: %" PRIu64 "\n", f->n);
	put_line(stream, "expected", f->expected);
	put_line(stream, "actual", f->actual);
	put_line(stream, "message", f->message);
	put_line(stream, "clause", rules[i].clause);
	put_line(stream, "level", level_names[rules[i].level]);
	put_line(stream, "hint", rules[i].hint);
}

static void put_case(struct reporter *r, const struct judged *judged,
		     const struct report *report, int i)
{
	const struct finding *f = &report->verifier->findings[i];
	enum outcome outcome = report_outcome(report, i);
	char text[UNEXPECTED_MAX];

	fprintf(r->stream, "    <testcase name=\"%s\" classname=\"",
		rules[i].id);
	put_source_name(r->stream, judged);
	fprintf(r->stream, "\">\n");
	if (outcome_is_bad(outcome)) {
		fprintf(r->stream, "      <failure message=\"");
		if (outcome == OUTCOME_UNEXPECTED)
			report_unexpected(report, i, text);
		put_xml_text(r->stream, outcome == OUTCOME_UNEXPECTED ? text
					: f->message[0] ? f->message
							: rules[i].title);
		fprintf(r->stream, "\" type=\"%s\">",
			verdict_names[f->verdict]);
		put_details(r->stream, judged, report, i);
		fprintf(r->stream, "</failure>\n");
	} else if (outcome == OUTCOME_EXPECTED) {
		fprintf(r->stream,
			"      <skipped message=\"%s is expected\"/>\n",
			verdict_names[f->verdict]);
	} else if (verdict_is_none(f->verdict)) {
		fprintf(r->stream, "      <skipped message=\"%s",
			f->verdict == VERDICT_NOT_APPLICABLE
				? "not applicable: "
				: "");
		put_xml_text(r->stream, f->message);
		fprintf(r->stream, "\"/>\n");
	} else if (f->verdict == VERDICT_WARN) {
		fprintf(r->stream, "      <system-out>warning\n");
		put_details(r->stream, judged, report, i);
		fprintf(r->stream, "</system-out>\n");
	}
	fprintf(r->stream, "    </testcase>\n");
}

static void junit_begin(struct reporter *r)
{
	fprintf(r->stream, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			   "<testsuites name=\"vmclockctl verify\">\n");
}

struct case_counts {
	unsigned int tests, failures, skipped;
};

static struct case_counts count_cases(const struct reporter *r,
				      const struct report *report)
{
	struct case_counts counts = { .tests = report->rules,
				      .skipped = report->expected };

	for (int i = 0; i < RULE_COUNT; i++) {
		if (!report->verifier->selected[i])
			continue;
		counts.failures += outcome_is_bad(report_outcome(report, i));
		if (!report_omits(report, i))
			continue;
		counts.skipped += !r->omits;
		counts.tests -= r->omits;
	}
	return counts;
}

static void put_suite(struct reporter *r, const struct judged *judged,
		      struct case_counts counts)
{
	fprintf(r->stream, "  <testsuite name=\"");
	put_source_name(r->stream, judged);
	fprintf(r->stream,
		"\" tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"%u\">\n",
		counts.tests, counts.failures, counts.skipped);
	if (!judged->together && judged->sources[0].recording)
		fprintf(r->stream,
			"    <properties>\n"
			"      <property name=\"complete\" value=\"%s\"/>\n"
			"    </properties>\n",
			report_is_cut(judged) ? "false" : "true");
}

/* One case for all that is left out, for a suite has one. */
static void put_not_judged(struct reporter *r, const struct judged *judged,
			   const struct report *report)
{
	char reason[REASON_MAX];

	report_reason(report, reason);
	fprintf(r->stream, "    <testcase name=\"source\" classname=\"");
	put_source_name(r->stream, judged);
	fprintf(r->stream, "\">\n      <skipped message=\"not judged: ");
	put_xml_text(r->stream, reason);
	fprintf(r->stream, "\"/>\n    </testcase>\n");
}

static int junit_source(struct reporter *r, const struct judged *judged,
			const struct report *report, struct error *error)
{
	struct case_counts counts = count_cases(r, report);
	bool empty = !counts.tests;

	(void)error;
	counts.tests += empty;
	counts.skipped += empty;
	put_suite(r, judged, counts);
	for (int i = 0; i < RULE_COUNT; i++) {
		if (report->verifier->selected[i] &&
		    !(r->omits && report_omits(report, i)))
			put_case(r, judged, report, i);
	}
	if (empty)
		put_not_judged(r, judged, report);
	fprintf(r->stream, "  </testsuite>\n");
	return 0;
}

static int junit_failure(struct reporter *r, const char *name,
			 const struct error *failure, struct error *error)
{
	(void)error;
	fprintf(r->stream, "  <testsuite name=\"");
	put_xml_text(r->stream, report_name(name));
	fprintf(r->stream,
		"\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">\n"
		"    <testcase name=\"source\" classname=\"");
	put_xml_text(r->stream, report_name(name));
	fprintf(r->stream, "\">\n      <error message=\"");
	put_xml_text(r->stream, failure->message);
	fprintf(r->stream,
		"\" type=\"%s\"/>\n    </testcase>\n  </testsuite>\n",
		error_name(failure->code));
	return 0;
}

static void junit_end(struct reporter *r)
{
	fprintf(r->stream, "</testsuites>\n");
}

const struct report_format report_junit = { junit_begin, junit_source,
					    junit_failure, junit_end };
