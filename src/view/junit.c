/* SPDX-License-Identifier: BSD-2-Clause */
/* JUnit XML: one test suite a source, one test case a rule. Its schema is
 * docs/schema/junit.xsd. */
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

static void put_details(FILE *stream, const struct report *report, int i)
{
	const struct finding *f = &report->verifier->findings[i];
	const struct field *field = report_field(f);
	char text[UNEXPECTED_MAX];

	if (report_outcome(report, i) == OUTCOME_UNEXPECTED) {
		report_unexpected(report, i, text);
		put_line(stream, "unexpected", text);
	}
	if (field)
		fprintf(stream, "field: %s at 0x%02x\n", field->name,
			field->offset);
	if (f->n)
		fprintf(stream, "snapshot: %" PRIu64 "\n", f->n);
	put_line(stream, "expected", f->expected);
	put_line(stream, "actual", f->actual);
	put_line(stream, "message", f->message);
	put_line(stream, "clause", rules[i].clause);
	put_line(stream, "hint", rules[i].hint);
}

static void put_case(struct reporter *r, const struct report *report, int i)
{
	const struct finding *f = &report->verifier->findings[i];
	enum outcome outcome = report_outcome(report, i);
	bool skipped = f->verdict == VERDICT_SKIP ||
		       f->verdict == VERDICT_NOT_APPLICABLE;

	fprintf(r->stream,
		"    <testcase name=\"%s\" classname=\"vmclockctl.%s\">\n",
		rules[i].id, level_names[rules[i].level]);
	if (outcome_is_bad(outcome)) {
		fprintf(r->stream, "      <failure message=\"");
		put_xml_text(r->stream,
			     f->message[0] ? f->message : rules[i].title);
		fprintf(r->stream, "\" type=\"%s\">",
			verdict_names[f->verdict]);
		put_details(r->stream, report, i);
		fprintf(r->stream, "</failure>\n");
	} else if (outcome == OUTCOME_EXPECTED) {
		fprintf(r->stream,
			"      <skipped message=\"%s is expected\"/>\n",
			verdict_names[f->verdict]);
	} else if (skipped) {
		fprintf(r->stream, "      <skipped message=\"%s",
			f->verdict == VERDICT_NOT_APPLICABLE
				? "not applicable: "
				: "");
		put_xml_text(r->stream, f->message);
		fprintf(r->stream, "\"/>\n");
	} else if (f->verdict == VERDICT_WARN) {
		fprintf(r->stream, "      <system-out>warning\n");
		put_details(r->stream, report, i);
		fprintf(r->stream, "</system-out>\n");
	}
	fprintf(r->stream, "    </testcase>\n");
}

static void junit_begin(struct reporter *r)
{
	fprintf(r->stream, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			   "<testsuites name=\"vmclockctl verify\">\n");
}

static int junit_source(struct reporter *r, const struct source *source,
			const struct report *report, struct error *error)
{
	unsigned int skipped = report->expected, failures = 0;

	(void)error;
	for (int i = 0; i < RULE_COUNT; i++) {
		enum verdict verdict = report->verifier->findings[i].verdict;
		bool bad = report->verifier->selected[i] &&
			   outcome_is_bad(report_outcome(report, i));

		failures += bad;
		if (report->verifier->selected[i] && !bad)
			skipped += verdict == VERDICT_SKIP ||
				   verdict == VERDICT_NOT_APPLICABLE;
	}
	fprintf(r->stream, "  <testsuite name=\"");
	put_xml_text(r->stream, source_name(source));
	fprintf(r->stream,
		"\" tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"%u\">\n",
		report->rules, failures, skipped);
	if (source->recording)
		fprintf(r->stream,
			"    <properties>\n"
			"      <property name=\"complete\" value=\"%s\"/>\n"
			"    </properties>\n",
			source_is_cut(source) ? "false" : "true");
	for (int i = 0; i < RULE_COUNT; i++) {
		if (report->verifier->selected[i])
			put_case(r, report, i);
	}
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
		"    <testcase name=\"source\" classname=\"vmclockctl\">\n"
		"      <error message=\"");
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
