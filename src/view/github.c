/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Workflow commands of GitHub Actions: an annotation for each failure and
 * warning, at the file that it is about. The runner takes a line that begins
 * with two colons for a command; "##[" anywhere in another line is one too.
 */
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "base/printable.h"
#include "reporter.h"

/* The words with which a line begins. */
#define ERROR_WORD   "error"
#define WARNING_WORD "warning"
#define NOTICE_WORD  "notice"
#define PLAIN_WORD   "verify: "

/* As the runner reads it back: of a property also : and , have a meaning. */
static void put_escaped(FILE *stream, const char *text, const char *special)
{
	for (; *text; text++) {
		if (strchr("%\r\n", *text) || strchr(special, *text))
			fprintf(stream, "%%%02X", (unsigned char)*text);
		else
			fputc(*text, stream);
	}
}

static void put_property(FILE *stream, const char *text)
{
	put_escaped(stream, text, ":,");
}

static void put_message(FILE *stream, const char *text)
{
	put_escaped(stream, text, "");
}

/* A name in a line that is no command. */
static void put_plain_name(FILE *stream, const char *name)
{
	char text[512];

	printable_ascii(text, sizeof(text), name);
	for (const char *letter = text; *letter; letter++) {
		if (letter[0] == '#' && letter[1] == '#')
			fputs("\\x23", stream);
		else
			fputc(*letter, stream);
	}
}

/* Up to the message. A file has a place in the repository, by its name. */
static void begin_command(FILE *stream, const char *word, const char *title,
			  const struct source *source)
{
	bool file = source && (source->kind == SOURCE_FILE ||
			       source->kind == SOURCE_LIVE);

	fprintf(stream, "::%s ", word);
	if (file) {
		char path[PATH_MAX];

		printable(path, sizeof(path), source->path);
		fprintf(stream, "file=");
		put_property(stream, path);
		fputc(',', stream);
	}
	fprintf(stream, "title=");
	put_property(stream, title);
	fprintf(stream, "::");
}

/* "PAGE: ", or where several snapshots are in one, "snapshot 3: ". */
static void put_place(FILE *stream, const struct judged *judged,
		      const struct finding *finding)
{
	const struct source *page = report_page(judged, finding);
	char name[512];

	printable_ascii(name, sizeof(name),
			page ? source_name(page) : judged->name);
	put_message(stream, name);
	if (finding->n && !page)
		fprintf(stream, ", snapshot %" PRIu64, finding->n);
	fprintf(stream, ": ");
}

static void put_part(FILE *stream, const char *word, const char *text)
{
	if (!*text)
		return;
	fprintf(stream, "%%0A%s: ", word);
	put_message(stream, text);
}

static void put_finding(struct reporter *r, const struct judged *judged,
			const struct report *report, int i, const char *word)
{
	const struct finding *f = &report->verifier->findings[i];
	const struct source *page = report_page(judged, f);
	const struct field *field = report_field(f);
	char unexpected[UNEXPECTED_MAX] = "";

	if (report_outcome(report, i) == OUTCOME_UNEXPECTED)
		report_unexpected(report, i, unexpected);
	begin_command(r->stream, word, rules[i].id,
		      page		 ? page
		      : judged->together ? NULL
					 : judged->sources);
	put_place(r->stream, judged, f);
	put_message(r->stream, *unexpected     ? unexpected
			       : f->message[0] ? f->message
					       : rules[i].title);
	if (field)
		fprintf(r->stream, "%%0Afield: %s at 0x%02x", field->name,
			field->offset);
	put_part(r->stream, "expected", f->expected);
	put_part(r->stream, "actual", f->actual);
	put_part(r->stream, "clause", rules[i].clause);
	put_part(r->stream, "hint", rules[i].hint);
	fputc('\n', r->stream);
}

static void put_findings(struct reporter *r, const struct judged *judged,
			 const struct report *report)
{
	static const char *const words[] = {
		[OUTCOME_GOOD] = NULL,
		[OUTCOME_WARN] = WARNING_WORD,
		[OUTCOME_EXPECTED] = NOTICE_WORD,
		[OUTCOME_BAD] = ERROR_WORD,
		[OUTCOME_UNEXPECTED] = ERROR_WORD,
	};

	for (int i = 0; i < RULE_COUNT; i++) {
		const char *word;

		if (!report->verifier->selected[i])
			continue;
		word = words[report_outcome(report, i)];
		if (word)
			put_finding(r, judged, report, i, word);
	}
}

/* A command about the whole source. */
static void put_remark(struct reporter *r, const struct judged *judged,
		       const char *word, const char *title, const char *text)
{
	char name[512];

	begin_command(r->stream, word, title,
		      judged->together ? NULL : judged->sources);
	printable_ascii(name, sizeof(name), judged->name);
	put_message(r->stream, name);
	fprintf(r->stream, ": ");
	put_message(r->stream, text);
	fputc('\n', r->stream);
}

static void github_begin(struct reporter *r)
{
	(void)r;
}

static int github_source(struct reporter *r, const struct judged *judged,
			 const struct report *report, struct error *error)
{
	char counts[COUNTS_MAX], reason[REASON_MAX], lacking[LACKS_TABLE_MAX];

	(void)error;
	put_findings(r, judged, report);
	if (report->conclusion == CONCLUSION_NOT_JUDGED) {
		report_reason(report, reason);
		put_remark(r, judged, ERROR_WORD, "not judged", reason);
	} else if (report_lacking_table(report, lacking)) {
		put_remark(r, judged, NOTICE_WORD, "no leap-second table",
			   lacking);
	}
	if (report_is_cut(judged))
		put_remark(r, judged, NOTICE_WORD, "cut off", REPORT_CUT);
	report_counts(report, counts);
	fprintf(r->stream, PLAIN_WORD);
	put_plain_name(r->stream, judged->name);
	fprintf(r->stream, ": %s; %s\n", conclusion_names[report->conclusion],
		counts);
	return 0;
}

static int github_failure(struct reporter *r, const char *name,
			  const struct error *failure, struct error *error)
{
	(void)error;
	begin_command(r->stream, ERROR_WORD,
		      conclusion_names[CONCLUSION_NOT_CHECKED], NULL);
	put_message(r->stream, failure->message);
	put_part(r->stream, "hint", failure->hint);
	fputc('\n', r->stream);
	fprintf(r->stream, PLAIN_WORD);
	put_plain_name(r->stream, report_name(name));
	fprintf(r->stream, ": %s\n", conclusion_names[CONCLUSION_NOT_CHECKED]);
	return 0;
}

static void github_end(struct reporter *r)
{
	if (!r->several)
		return;
	fprintf(r->stream, PLAIN_WORD);
	report_totals(r, put_plain_name);
}

bool report_github_begins(const char *line)
{
	static const char *const words[] = {
		"::" ERROR_WORD " ",
		"::" WARNING_WORD " ",
		"::" NOTICE_WORD " ",
		PLAIN_WORD,
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strncmp(line, words[i], strlen(words[i])) == 0)
			return true;
	}
	return false;
}

const struct report_format report_github = { github_begin, github_source,
					     github_failure, github_end };
