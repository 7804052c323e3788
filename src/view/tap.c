/* SPDX-License-Identifier: BSD-2-Clause */
/* TAP 13: one test point a rule, over all sources; the plan comes last. */
#include <inttypes.h>
#include <string.h>

#include "base/printable.h"
#include "reporter.h"

/* ASCII, with a backslash before special characters, on one line. */
static void put_letter(FILE *stream, char letter, const char *meaning)
{
	if (strchr(meaning, letter) && letter)
		fputc('\\', stream);
	if ((unsigned char)letter < 0x80)
		fputc((unsigned char)letter < ' ' ? ' ' : letter, stream);
	else
		fprintf(stream, "\\\\x%02x", (unsigned char)letter);
}

/* Characters that are special in a description or a reason. */
static void put_tap_text(FILE *stream, const char *text)
{
	for (; *text; text++)
		put_letter(stream, *text, "#\\");
}

static void put_name(FILE *stream, const char *name)
{
	char text[512];

	printable_ascii(text, sizeof(text), name);
	put_tap_text(stream, text);
}

/* A YAML block of diagnostics; strings in double quotes, as JSON writes them.
 */
static void put_member(FILE *stream, const char *name, const char *text)
{
	if (!*text)
		return;
	fprintf(stream, "  %s: \"", name);
	for (; *text; text++)
		put_letter(stream, *text, "\"\\");
	fprintf(stream, "\"\n");
}

static void put_diagnostics(FILE *stream, const struct judged *judged,
			    const struct report *report, int i)
{
	const struct source *page =
		report_page(judged, &report->verifier->findings[i]);
	const struct finding *f = &report->verifier->findings[i];
	const struct field *field = report_field(f);
	char text[UNEXPECTED_MAX];

	fprintf(stream, "  ---\n");
	put_member(stream, "status", verdict_names[f->verdict]);
	if (report_outcome(report, i) == OUTCOME_UNEXPECTED) {
		report_unexpected(report, i, text);
		put_member(stream, "unexpected", text);
	}
	put_member(stream, "level", level_names[rules[i].level]);
	put_member(stream, "clause", rules[i].clause);
	if (field) {
		put_member(stream, "field", field->name);
		fprintf(stream, "  offset: %u\n", field->offset);
	}
	if (page) {
		char name[512];

		printable_ascii(name, sizeof(name), source_name(page));
		put_member(stream, "page", name);
	} else if (f->n)
		fprintf(stream, "  snapshot: %" PRIu64 "\n", f->n);
	put_member(stream, "expected", f->expected);
	put_member(stream, "actual", f->actual);
	put_member(stream, "message", f->message);
	put_member(stream, "hint", rules[i].hint);
	fprintf(stream, "  ...\n");
}

static void put_point(struct reporter *r, const struct judged *judged,
		      const struct report *report, int i)
{
	const struct finding *f = &report->verifier->findings[i];
	enum outcome outcome = report_outcome(report, i);
	bool bad = outcome_is_bad(outcome) || outcome == OUTCOME_EXPECTED;

	fprintf(r->stream, "%sok %u - ", bad ? "not " : "", ++r->number);
	if (r->several) {
		put_name(r->stream, judged->name);
		fprintf(r->stream, ": ");
	}
	fprintf(r->stream, "%s", rules[i].id);
	if (outcome == OUTCOME_EXPECTED) {
		fprintf(r->stream, " # TODO %s is expected",
			verdict_names[f->verdict]);
	} else if (!bad && verdict_is_none(f->verdict)) {
		fprintf(r->stream, " # SKIP ");
		if (f->verdict == VERDICT_NOT_APPLICABLE)
			fprintf(r->stream, "not applicable: ");
		put_tap_text(r->stream, f->message);
	}
	fputc('\n', r->stream);
	if (outcome != OUTCOME_GOOD)
		put_diagnostics(r->stream, judged, report, i);
}

static void tap_begin(struct reporter *r)
{
	fprintf(r->stream, "TAP version 13\n");
}

static void put_comment(FILE *stream, const char *name, const char *text)
{
	fprintf(stream, "# ");
	put_name(stream, name);
	fprintf(stream, ": ");
	put_name(stream, text);
	fputc('\n', stream);
}

/* Nothing of it was judged: a point that stands for all of its rules where they
 * are left out, else a remark after them. */
static void put_not_judged(struct reporter *r, const struct judged *judged,
			   const struct report *report)
{
	char reason[REASON_MAX + 16] = "not judged: ";

	report_reason(report, reason + strlen(reason));
	if (!r->omits) {
		put_comment(r->stream, judged->name, reason);
		return;
	}
	fprintf(r->stream, "ok %u - ", ++r->number);
	put_name(r->stream, judged->name);
	fprintf(r->stream, " # SKIP ");
	put_tap_text(r->stream, reason);
	fputc('\n', r->stream);
}

static int tap_source(struct reporter *r, const struct judged *judged,
		      const struct report *report, struct error *error)
{
	char lacking[LACKS_TABLE_MAX + sizeof(REPORT_NO_TABLE)] =
		REPORT_NO_TABLE;

	(void)error;
	for (int i = 0; i < RULE_COUNT; i++) {
		if (report->verifier->selected[i] &&
		    !(r->omits && report_omits(report, i)))
			put_point(r, judged, report, i);
	}
	if (report->conclusion == CONCLUSION_NOT_JUDGED)
		put_not_judged(r, judged, report);
	else if (report_lacking_table(report, lacking + strlen(lacking)))
		put_comment(r->stream, judged->name, lacking);
	if (report_is_cut(judged))
		put_comment(r->stream, judged->name, REPORT_CUT);
	return 0;
}

static int tap_failure(struct reporter *r, const char *name,
		       const struct error *failure, struct error *error)
{
	(void)error;
	fprintf(r->stream, "not ok %u - ", ++r->number);
	put_name(r->stream, report_name(name));
	fprintf(r->stream, ": not checked\n"
			   "  ---\n");
	put_member(r->stream, "code", error_name(failure->code));
	put_member(r->stream, "message", failure->message);
	put_member(r->stream, "hint", failure->hint);
	fprintf(r->stream, "  ...\n");
	return 0;
}

static void tap_end(struct reporter *r)
{
	fprintf(r->stream, "1..%u\n", r->number);
}

const struct report_format report_tap = { tap_begin, tap_source, tap_failure,
					  tap_end };
