/* SPDX-License-Identifier: BSD-2-Clause */
/* Markdown, as of CommonMark with the tables of GitHub and GitLab: a section a
 * source, with a table of what is wrong. */
#include <inttypes.h>
#include <string.h>

#include "base/printable.h"
#include "reporter.h"

/* All punctuation may have a backslash before it; here it is what could make
 * markup, end a cell of a table, or mention somebody. */
static void put_text(FILE *stream, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\`*_{}[]<>()#+!|~&@:$^=\"'", *text))
			fputc('\\', stream);
		fputc(*text, stream);
	}
}

/* A name may have any bytes; and a link is made of one in ASCII only. */
static void put_name(FILE *stream, const char *name)
{
	char text[512];

	printable_ascii(text, sizeof(text), name);
	put_text(stream, text);
}

static void put_heading(struct reporter *r, const char *name,
			enum conclusion conclusion)
{
	fprintf(r->stream, "\n## ");
	put_name(r->stream, name);
	fprintf(r->stream, ": %s\n\n", conclusion_names[conclusion]);
}

static const char *get_word(const struct report *report, int i)
{
	enum verdict verdict = report->verifier->findings[i].verdict;

	if (report_outcome(report, i) == OUTCOME_EXPECTED)
		return verdict == VERDICT_FAIL ? "fail, as expected"
					       : "warn, as expected";
	return outcome_is_bad(report_outcome(report, i)) ? "**fail**" : "warn";
}

static void put_where(FILE *stream, const struct judged *judged,
		      const struct finding *finding)
{
	const struct source *page = report_page(judged, finding);
	const struct field *field = report_field(finding);

	if (page)
		put_name(stream, source_name(page));
	else if (finding->n)
		fprintf(stream, "snapshot %" PRIu64, finding->n);
	if (field)
		fprintf(stream, "%s`%s` at 0x%02x",
			page || finding->n ? ", " : "", field->name,
			field->offset);
}

static void put_row(FILE *stream, const struct judged *judged,
		    const struct report *report, int i)
{
	const struct finding *f = &report->verifier->findings[i];
	char unexpected[UNEXPECTED_MAX];

	fprintf(stream, "| %s | `%s` | ", get_word(report, i), rules[i].id);
	put_where(stream, judged, f);
	fprintf(stream, " | ");
	put_text(stream, f->expected);
	fprintf(stream, " | ");
	put_text(stream, f->actual);
	fprintf(stream, " | ");
	if (report_outcome(report, i) == OUTCOME_UNEXPECTED) {
		report_unexpected(report, i, unexpected);
		put_text(stream, unexpected);
		fputs(f->message[0] ? "; " : "", stream);
	}
	put_text(stream, f->message);
	fprintf(stream, " | ");
	put_text(stream, rules[i].hint);
	fprintf(stream, " |\n");
}

/* The worst first. */
static void put_table(FILE *stream, const struct judged *judged,
		      const struct report *report)
{
	bool begun = false;

	for (int outcome = OUTCOME_UNEXPECTED; outcome > OUTCOME_GOOD;
	     outcome--) {
		for (int i = 0; i < RULE_COUNT; i++) {
			if (!report->verifier->selected[i] ||
			    (int)report_outcome(report, i) != outcome)
				continue;
			if (!begun)
				fprintf(stream,
					"| | rule | where | expected | actual | because | hint |\n"
					"|---|---|---|---|---|---|---|\n");
			begun = true;
			put_row(stream, judged, report, i);
		}
	}
	if (begun)
		fputc('\n', stream);
}

static void put_note(FILE *stream, const char *text)
{
	fprintf(stream, "\nNote: ");
	put_text(stream, text);
	fputc('\n', stream);
}

static void markdown_begin(struct reporter *r)
{
	fprintf(r->stream, "# vmclockctl verify\n");
}

static int markdown_source(struct reporter *r, const struct judged *judged,
			   const struct report *report, struct error *error)
{
	char counts[COUNTS_MAX];

	(void)error;
	put_heading(r, judged->name, report->conclusion);
	put_table(r->stream, judged, report);
	report_counts(report, counts);
	fprintf(r->stream, "%s\n", counts);
	report_notes(r->stream, judged, report, put_note);
	return 0;
}

static int markdown_failure(struct reporter *r, const char *name,
			    const struct error *failure, struct error *error)
{
	(void)error;
	put_heading(r, report_name(name), CONCLUSION_NOT_CHECKED);
	put_name(r->stream, failure->message);
	fputc('\n', r->stream);
	return 0;
}

static void markdown_end(struct reporter *r)
{
	if (!r->several)
		return;
	fprintf(r->stream, "\n---\n\n");
	report_totals(r, put_name);
}

const struct report_format report_markdown = { markdown_begin, markdown_source,
					       markdown_failure, markdown_end };
