/* SPDX-License-Identifier: BSD-2-Clause */
/* The report for people: what matters first. */
#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "base/printable.h"
#include "color.h"
#include "reporter.h"
#include "text.h"

/* Where the values of a finding begin. */
#define VALUE_COLUMN 12

/* The words with which a line on a rule begins. */
#define FAIL_WORD	    "FAIL"
#define WARN_WORD	    "WARN"
#define NOT_APPLICABLE_WORD "n/a"

/* After the number of rules, in the line of counts. */
#define ONE_RULE " rule: "
#define RULES	 " rules: "

static void print_word(const struct reporter *r, const char *color,
		       const char *word)
{
	fprintf(r->stream, "%s%s%s", r->color ? color : "", word,
		r->color ? COLOR_RESET : "");
}

static void print_detail(FILE *stream, const char *name, const char *text)
{
	if (!*text)
		return;
	fprintf(stream, "  %-*s", VALUE_COLUMN - 2, name);
	text_wrap(stream, VALUE_COLUMN, VALUE_COLUMN, text);
}

/* The page, the field, and the bytes that are there. */
static void print_place(FILE *stream, const struct judged *judged,
			const struct finding *finding)
{
	const struct source *page = report_page(judged, finding);
	const struct field *field = report_field(finding);

	if (page) {
		fprintf(stream, "  page      ");
		printable_put(stream, source_name(page));
		fputc('\n', stream);
	} else if (finding->n) {
		fprintf(stream, "  snapshot  %" PRIu64 "\n", finding->n);
	}
	if (!field)
		return;
	fprintf(stream, "  0x%02x     ", field->offset);
	for (unsigned int i = 0; i < finding->width; i++)
		fprintf(stream, " %02x", finding->bytes[i]);
	fprintf(stream, "%s%s\n", finding->width ? "  " : " ", field->name);
}

static void print_finding(const struct reporter *r, const struct judged *judged,
			  const struct report *report, int i, const char *color,
			  const char *word)
{
	const struct finding *finding = &report->verifier->findings[i];
	const struct rule *rule = &rules[i];
	char clause[120];
	unsigned int column;

	print_word(r, color, word);
	column = (unsigned int)(strlen(word) +
				(size_t)fprintf(r->stream, " %s: ", rule->id));
	text_wrap(r->stream, column, VALUE_COLUMN, rule->title);
	print_place(r->stream, judged, finding);
	print_detail(r->stream, "expected", finding->expected);
	print_detail(r->stream, "actual", finding->actual);
	print_detail(r->stream, "because", finding->message);
	snprintf(clause, sizeof(clause), "%s (%s)", rule->clause,
		 level_names[rule->level]);
	print_detail(r->stream, "clause", clause);
	print_detail(r->stream, "hint", rule->hint);
	fputc('\n', r->stream);
}

/* Bytes that are no page break many rules, which tells nobody anything. */
static bool follows_from_magic(const struct reporter *r,
			       const struct report *report, int rule)
{
	const struct verifier *verifier = report->verifier;

	return !r->verbose && verifier->selected[RULE_header_magic] &&
	       verifier->findings[RULE_header_magic].verdict == VERDICT_FAIL &&
	       strncmp(rules[rule].id, "header.", 7) != 0;
}

static void print_findings(const struct reporter *r,
			   const struct judged *judged,
			   const struct report *report, enum outcome wanted)
{
	unsigned int hidden = 0;

	for (int i = 0; i < RULE_COUNT; i++) {
		enum verdict verdict = report->verifier->findings[i].verdict;

		if (!report->verifier->selected[i] ||
		    report_outcome(report, i) != wanted)
			continue;
		if (wanted != OUTCOME_UNEXPECTED &&
		    follows_from_magic(r, report, i)) {
			hidden++;
			continue;
		}
		if (verdict == VERDICT_WARN)
			print_finding(r, judged, report, i, COLOR_BOLD_YELLOW,
				      WARN_WORD);
		else
			print_finding(r, judged, report, i, COLOR_BOLD_RED,
				      FAIL_WORD);
	}
	if (hidden)
		fprintf(r->stream,
			"%u more %s where the bytes are read as a page all the same; see -v.\n"
			"\n",
			hidden,
			wanted == OUTCOME_WARN ? "rules warn" : "rules fail");
}

static void print_unexpected(const struct reporter *r,
			     const struct judged *judged,
			     const struct report *report)
{
	for (int i = 0; i < RULE_COUNT; i++) {
		enum verdict verdict = report->verifier->findings[i].verdict;
		char text[UNEXPECTED_MAX];

		if (!report->verifier->selected[i] ||
		    report_outcome(report, i) != OUTCOME_UNEXPECTED)
			continue;
		report_unexpected(report, i, text);
		if (verdict == VERDICT_FAIL || verdict == VERDICT_WARN) {
			print_finding(r, judged, report, i, COLOR_BOLD_RED,
				      FAIL_WORD);
			print_detail(r->stream, "expected", text);
		} else {
			print_word(r, COLOR_BOLD_RED, FAIL_WORD);
			fprintf(r->stream, " %s: ", rules[i].id);
			text_wrap(r->stream,
				  (unsigned int)strlen(rules[i].id) + 7,
				  VALUE_COLUMN, text);
		}
		fputc('\n', r->stream);
	}
}

static void print_all(const struct reporter *r, const struct report *report)
{
	static const char *const colors[VERDICT_COUNT] = {
		[VERDICT_OK] = COLOR_BOLD_GREEN,
		[VERDICT_FAIL] = COLOR_BOLD_RED,
		[VERDICT_WARN] = COLOR_BOLD_YELLOW,
		[VERDICT_NOT_APPLICABLE] = "",
		[VERDICT_SKIP] = "",
	};

	for (int i = 0; i < RULE_COUNT; i++) {
		const struct finding *f = &report->verifier->findings[i];
		const char *name = f->verdict == VERDICT_NOT_APPLICABLE
					   ? NOT_APPLICABLE_WORD
					   : verdict_names[f->verdict];
		unsigned int column;

		if (!report->verifier->selected[i])
			continue;
		print_word(r, colors[f->verdict], name);
		column = (unsigned int)(strlen(name) +
					(size_t)fprintf(r->stream, "%*s %s",
							(int)(4 - strlen(name)),
							"", rules[i].id));
		if (!f->message[0]) {
			fputc('\n', r->stream);
			continue;
		}
		column += (unsigned int)fprintf(r->stream, ": ");
		text_wrap(r->stream, column, 5, f->message);
	}
	fputc('\n', r->stream);
}

static void print_note(FILE *stream, const char *text)
{
	fprintf(stream, "note: ");
	text_wrap(stream, 6, 6, text);
}

/* The counts, and what they do not tell. */
static void print_counts(const struct reporter *r, const struct judged *judged,
			 const struct report *report)
{
	char counts[COUNTS_MAX];

	report_counts(report, counts);
	fprintf(r->stream, "%s\n", counts);
	report_notes(r->stream, judged, report, print_note);
}

static void print_verdict(const struct reporter *r, const char *name,
			  enum conclusion conclusion)
{
	static const char *const colors[CONCLUSION_COUNT] = {
		[CONCLUSION_CONFORMANT] = COLOR_BOLD_GREEN,
		[CONCLUSION_BROKEN] = COLOR_BOLD_RED,
		[CONCLUSION_NOT_JUDGED] = COLOR_BOLD_YELLOW,
		[CONCLUSION_NOT_CHECKED] = "",
	};

	printable_put(r->stream, name);
	fprintf(r->stream, ": ");
	print_word(r, colors[conclusion], conclusion_names[conclusion]);
	fputc('\n', r->stream);
}

/* Of several sources the verdict heads what belongs to it; of one it is the
 * last word. */
static int text_source(struct reporter *r, const struct judged *judged,
		       const struct report *report, struct error *error)
{
	(void)error;
	if (r->quiet)
		return 0;
	if (r->several)
		print_verdict(r, judged->name, report->conclusion);
	print_findings(r, judged, report, OUTCOME_BAD);
	print_unexpected(r, judged, report);
	print_findings(r, judged, report, OUTCOME_WARN);
	if (r->verbose)
		print_all(r, report);
	print_counts(r, judged, report);
	if (r->several)
		fputc('\n', r->stream);
	else
		print_verdict(r, judged->name, report->conclusion);
	return 0;
}

/* The words go to stderr. */
static int text_failure(struct reporter *r, const char *name,
			const struct error *failure, struct error *error)
{
	(void)error;
	(void)failure;
	if (r->quiet)
		return 0;
	print_verdict(r, report_name(name), CONCLUSION_NOT_CHECKED);
	if (r->several)
		fputc('\n', r->stream);
	return 0;
}

static void text_begin(struct reporter *r)
{
	(void)r;
}

static void text_end(struct reporter *r)
{
	if (!r->quiet && r->several)
		report_totals(r, printable_put);
}

/* A rule's id, and nothing or what is said of it. */
static bool names_rule(const char *text)
{
	char id[64];

	snprintf(id, sizeof(id), "%.*s", (int)strcspn(text, ":"), text);
	return rule_find(id) >= 0;
}

/* A word, blanks and a rule. */
static bool is_rule_line(const char *line, const char *word)
{
	size_t length = strlen(word);

	return strncmp(line, word, length) == 0 && line[length] == ' ' &&
	       names_rule(line + length + strspn(line + length, " "));
}

static bool begins_with(const char *line, const char *words)
{
	return strncmp(line, words, strlen(words)) == 0;
}

static bool ends_with(const char *line, const char *end)
{
	size_t length = strlen(line), wanted = strlen(end);

	return length >= wanted && strcmp(line + length - wanted, end) == 0;
}

/* A name and what its source came to. */
static bool is_verdict_line(const char *line)
{
	char end[32];

	for (int c = 0; c < CONCLUSION_COUNT; c++) {
		snprintf(end, sizeof(end), ": %s", conclusion_names[c]);
		if (ends_with(line, end))
			return true;
	}
	return false;
}

bool report_text_begins(const char *line)
{
	size_t digits = strspn(line, DECIMAL_DIGITS);

	for (int v = 0; v < VERDICT_COUNT; v++) {
		if (is_rule_line(line, verdict_names[v]))
			return true;
	}
	if (digits && digits <= 3 &&
	    (begins_with(line + digits, ONE_RULE) ||
	     begins_with(line + digits, RULES)))
		return true;
	return is_rule_line(line, FAIL_WORD) || is_rule_line(line, WARN_WORD) ||
	       is_rule_line(line, NOT_APPLICABLE_WORD) || is_verdict_line(line);
}

const struct report_format report_text = { text_begin, text_source,
					   text_failure, text_end };
