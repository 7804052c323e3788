/* SPDX-License-Identifier: BSD-2-Clause */
#include "verdicts.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "fuzz.h"
#include "rules/report.h"
#include "view/reporter.h"
#include "view/text.h"

const struct leap_table usual_leaps = {
	.count = 2,
	.entries = { { 1435708800, 36 }, { 1483228800, 37 } },
	.expires = 1900000000,
};

struct verifier *verdicts_start(bool recording, const struct leap_table *leaps)
{
	static struct verifier *verifier;

	if (!verifier) {
		verifier = mmap(NULL, sizeof(*verifier), PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		require(verifier != MAP_FAILED);
	}
	/* Zeros again, and cheaper than 2 MiB of them. */
	require(madvise(verifier, sizeof(*verifier), MADV_DONTNEED) == 0);
	verdicts_select(verifier, recording, leaps);
	return verifier;
}

void verdicts_select(struct verifier *verifier, bool recording,
		     const struct leap_table *leaps)
{
	memset(verifier->selected, true, sizeof(verifier->selected));
	verifier->recording = recording;
	verifier->leaps = leaps;
	verifier->leaps_reason = leaps ? NULL : "no leap-second table";
}

static void check_finding(const struct verifier *verifier, int i,
			  uint64_t last_n)
{
	const struct finding *f = &verifier->findings[i];
	bool bad = f->verdict == VERDICT_FAIL || f->verdict == VERDICT_WARN;

	require((unsigned int)f->verdict < VERDICT_COUNT);
	require(f->row >= -1 && f->row < FIELD_COUNT);
	require(f->n <= last_n);
	require(f->width <= sizeof(f->bytes));
	require(memchr(f->expected, '\0', sizeof(f->expected)));
	require(memchr(f->actual, '\0', sizeof(f->actual)));
	require(memchr(f->message, '\0', sizeof(f->message)));
	check_printable(f->expected);
	check_printable(f->actual);
	check_printable(f->message);
	require(f->verdict == VERDICT_OK || f->message[0]);
	require(!bad || f->expected[0]);
}

void verdicts_check(struct verifier *verifier, uint64_t last_n)
{
	static const struct subject none;
	const struct subject *last = &none;

	if (verifier->pages)
		last = &verifier->subjects[(verifier->pages - 1) % 2];
	verify_end(verifier);
	for (int i = 0; i < RULE_COUNT; i++) {
		if (verifier->selected[i])
			check_finding(verifier, i, last_n);
	}
	/* What has no magic is never called conformant. */
	if (verifier->pages && last->length >= PAGE_HEADER_SIZE && !last->magic)
		require(verifier->findings[rule_find("header.magic")].verdict ==
			VERDICT_FAIL);
}

static void check_json(const char *text)
{
	json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	require(document);
	require(json_array_size(json_object_get(document, "results")) ==
		RULE_COUNT);
	json_decref(document);
}

static void check_tap(const char *text)
{
	unsigned int points = 0;

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		points += strncmp(line, "ok ", 3) == 0 ||
			  strncmp(line, "not ok ", 7) == 0;
	}
	require(points == RULE_COUNT);
}

/* Nothing that would end a text or an attribute. */
static void check_junit(const char *text)
{
	static const char *const entities[] = { "lt;",	 "gt;",	  "amp;",
						"quot;", "apos;", NULL };

	while ((text = strchr(text, '&'))) {
		const char *const *entity = entities;

		text++;
		while (*entity && strncmp(text, *entity, strlen(*entity)) != 0)
			entity++;
		require(*entity);
	}
}

/* In one format, as text to be freed. */
static char *print(const struct report_format *format,
		   const struct report *report, unsigned int columns)
{
	struct reporter reporter = { .stream = print_start(), .verbose = true };
	char path[] = "<&>\"'#";
	struct source source = { .kind = SOURCE_FILE, .path = path };
	const struct judged judged = {
		.name = path, .turn = 1, .sources = &source, .count = 1
	};
	struct error error;
	size_t length;
	char *text;

	format->begin(&reporter);
	require(format->source(&reporter, &judged, report, &error) == 0);
	format->end(&reporter);
	text = print_end(&length);
	check_text(text, length, columns);
	return text;
}

static void print_text(const struct report *report)
{
	free(print(&report_text, report, TEXT_COLUMNS));
}

static void print_tap(const struct report *report)
{
	char *text = print(&report_tap, report, 0);

	check_tap(text);
	free(text);
}

static void print_junit(const struct report *report)
{
	char *text = print(&report_junit, report, 0);

	check_junit(text);
	free(text);
}

static void print_json(const struct report *report)
{
	char *text = print(&report_json, report, 0);

	check_json(text);
	free(text);
}

static void print_github(const struct report *report)
{
	char *text = print(&report_github, report, 0);

	for (const char *line = text; line && *line;
	     line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		require(report_github_begins(line));
	free(text);
}

static void print_markdown(const struct report *report)
{
	free(print(&report_markdown, report, 0));
}

#define FORMATS 6

static void (*const print_formats[FORMATS])(const struct report *report) = {
	print_text, print_tap,	  print_junit,
	print_json, print_github, print_markdown,
};

void verdicts_print(const struct verifier *verifier, unsigned int which)
{
	struct expectations expectations = { .warnings_fail = false };
	struct report report;
	unsigned int sum;

	memset(expectations.verdict, -1, sizeof(expectations.verdict));
	report_make(verifier, &expectations, &report);
	sum = report.expected;
	for (int v = 0; v < VERDICT_COUNT; v++)
		sum += report.count[v];
	require(report.rules == RULE_COUNT && sum == RULE_COUNT);
	require((report.conclusion == CONCLUSION_BROKEN) ==
		(report.count[VERDICT_FAIL] > 0));
	print_formats[which % FORMATS](&report);
}
