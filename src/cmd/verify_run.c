/* SPDX-License-Identifier: BSD-2-Clause */
/* Judges the sources of a run, each by itself or all together, and reports what
 * they come to. */
#include "verify_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/printable.h"
#include "view/text.h"
#include "io/sandbox.h"
#include "command.h"

/* A run under way. */
struct session {
	struct verify_run *run;
	const struct report_format *format;
	struct verifier *verifier;
	const unsigned int *turns; /* see count_turns(); NULL: all are 1 */
	bool elsewhere;		   /* the report goes to a file */
};

static const enum exit_status conclusion_statuses[] = {
	[CONCLUSION_CONFORMANT] = EXIT_YES,
	[CONCLUSION_BROKEN] = EXIT_NO,
	[CONCLUSION_NOT_JUDGED] = EXIT_UNDECIDED,
};

static void begin_verifier(struct session *s)
{
	const struct verify_run *run = s->run;

	verify_reset(s->verifier);
	memcpy(s->verifier->selected, run->selected, sizeof(run->selected));
	s->verifier->leaps = run->has_leaps ? &run->leaps : NULL;
	s->verifier->leaps_reason = run->leaps_error.message;
}

struct named {
	const char *name;
	int at;
};

static int compare_named(const void *a, const void *b)
{
	const struct named *left = a, *right = b;
	int order = strcmp(left->name, right->name);

	return order ? order : left->at - right->at;
}

/* Which of the SOURCEs with its name each one is, from 1 on; NULL with
 * *error. */
static unsigned int *count_turns(const struct verify_run *run,
				 struct error *error)
{
	size_t count = (size_t)run->count;
	cleanup_free struct named *named =
		new_zeros(count * sizeof(*named), "verify", error);
	unsigned int *turns =
		named ? new_zeros(count * sizeof(*turns), "verify", error)
		      : NULL;

	if (!turns)
		return NULL;
	for (int i = 0; i < run->count; i++)
		named[i] = (struct named){ run->names[i], i };
	qsort(named, count, sizeof(*named), compare_named);
	for (size_t i = 0; i < count; i++) {
		bool again = i && strcmp(named[i].name, named[i - 1].name) == 0;

		turns[named[i].at] = again ? turns[named[i - 1].at] + 1 : 1;
	}
	return turns;
}

/* Who sees no report is told what failed. */
static void tell_conclusion(const char *name, const struct report *report)
{
	const char *separator = ": ";
	char reason[REASON_MAX];

	if (report->conclusion == CONCLUSION_CONFORMANT)
		return;
	fputs("vmclockctl: ", stderr);
	printable_put(stderr, name);
	fprintf(stderr, ": %s", conclusion_names[report->conclusion]);
	for (int i = 0; i < RULE_COUNT; i++) {
		if (!report->verifier->selected[i] ||
		    !outcome_is_bad(report_outcome(report, i)))
			continue;
		fprintf(stderr, "%s%s", separator, rules[i].id);
		separator = ", ";
	}
	if (report->conclusion == CONCLUSION_NOT_JUDGED) {
		report_reason(report, reason);
		fprintf(stderr, ": %s", reason);
	}
	fputc('\n', stderr);
}

static void count_conclusion(struct session *s, int at, enum conclusion found)
{
	struct reporter *reporter = &s->run->reporter;

	reporter->counts[found]++;
	if (reporter->conclusions)
		reporter->conclusions[at] = (unsigned char)found;
}

static int report_failure(struct session *s, int at, const char *name,
			  const struct error *failure, struct error *error)
{
	int result;

	count_conclusion(s, at, CONCLUSION_NOT_CHECKED);
	result = s->format->failure(&s->run->reporter, name, failure, error);
	text_error(stderr, failure);
	return result ? -1 : (int)error_status(failure->code);
}

static int report_judged(struct session *s, int at, const struct judged *judged,
			 struct error *error)
{
	struct reporter *reporter = &s->run->reporter;
	struct report report;

	report_make(s->verifier, &s->run->expectations, &report);
	count_conclusion(s, at, report.conclusion);
	if (s->elsewhere && !reporter->quiet)
		tell_conclusion(judged->name, &report);
	if (s->format->source(reporter, judged, &report, error))
		return -1;
	return (int)conclusion_statuses[report.conclusion];
}

/* A page was piped in and the device was judged: that may not have been meant.
 */
static void note_pipe(void)
{
	struct stat status;
	int waiting = 0;

	if (fstat(STDIN_FILENO, &status) == 0 && S_ISFIFO(status.st_mode) &&
	    ioctl(STDIN_FILENO, FIONREAD, &waiting) == 0 && waiting > 0)
		fputs("vmclockctl: note: standard input is a pipe and was not "
		      "read; - reads it\n",
		      stderr);
}

/* Judge one source and report it. Returns its exit status, or -1 with *error
 * where nothing more can be done. */
static int verify_one(struct session *s, int at, struct error *error)
{
	CLEANUP(source_free) struct source source = { 0 };
	struct verify_run *run = s->run;
	const char *name = run->count ? run->names[at] : NULL;
	struct error failure = { 0 };
	struct judged judged;

	begin_verifier(s);
	run->judge.last = at + 1 >= run->count;
	if (verify_source(name, &run->judge, s->verifier, &source, &failure)) {
		command_note_places(&source);
		if (!name && failure.code == ERROR_NO_DEVICE)
			command_name_nodeless(run->judge.root, &failure);
		return report_failure(s, at, name, &failure, error);
	}
	if (!run->reporter.quiet) {
		command_note_source(&source);
		if (!name)
			note_pipe();
	}
	judged = (struct judged){
		.name = source_name(&source),
		.turn = s->turns ? s->turns[at] : 1,
		.sources = &source,
		.count = 1,
	};
	return report_judged(s, at, &judged, error);
}

/* "a.bin, b.bin, c.bin", or of many "a.bin ... z.bin (26 pages)". */
static char *join_names(const struct verify_pages *pages)
{
	char *const *names = pages->names;
	char *text = NULL;
	int length;

	if (pages->count > 4)
		length = asprintf(
			&text, "%s ... %s (%d pages)", report_name(names[0]),
			report_name(names[pages->count - 1]), pages->count);
	else
		length =
			asprintf(&text, "%s%s%s%s%s%s%s", report_name(names[0]),
				 pages->count > 1 ? ", " : "",
				 pages->count > 1 ? report_name(names[1]) : "",
				 pages->count > 2 ? ", " : "",
				 pages->count > 2 ? report_name(names[2]) : "",
				 pages->count > 3 ? ", " : "",
				 pages->count > 3 ? report_name(names[3]) : "");
	return length < 0 ? NULL : text;
}

/* One of them is no page, or it is not known which of its pages is meant. */
static int report_together(struct session *s, const struct error *failure,
			   struct error *error)
{
	const struct verify_pages *pages = s->run->pages;

	command_note_places(&pages->before_source);
	for (int i = 0; i < pages->count; i++)
		command_note_places(&pages->sources[i]);
	return report_failure(s, 0, pages->failed, failure, error);
}

/* Judge all pages together: one verdict. */
static int verify_together(struct session *s, struct error *error)
{
	struct verify_pages *pages = s->run->pages;
	cleanup_free char *name = join_names(pages);
	struct error failure = { 0 };
	struct judged judged;

	if (!name)
		return error_set(error, ERROR_MEMORY, ENOMEM, "verify");
	begin_verifier(s);
	if (verify_pages(pages, &s->run->judge, s->verifier, &failure)) {
		if (failure.code != ERROR_USAGE && failure.code != ERROR_MEMORY)
			return report_together(s, &failure, error);
		*error = failure;
		return -1;
	}
	sandbox_end_reading();
	for (int i = 0; i < pages->count && !s->run->reporter.quiet; i++)
		command_note_source(&pages->sources[i]);
	judged = (struct judged){
		.name = name,
		.turn = 1,
		.sources = pages->sources,
		.count = (size_t)pages->count,
		.together = pages->restores ? "restores" : "series",
		.before = pages->before ? &pages->before_source : NULL,
	};
	return report_judged(s, 0, &judged, error);
}

/* The first 3 or 4 met, else 1, else 0. */
static int worse_status(int status, int next)
{
	if (status >= EXIT_SOURCE || next == EXIT_YES)
		return status;
	return next;
}

static int verify_each(struct session *s, struct error *error)
{
	int status = EXIT_YES, at = 0;

	do {
		int next = verify_one(s, at, error);

		if (next < 0)
			return -1;
		status = worse_status(status, next);
	} while (++at < s->run->count);
	return status;
}

int verify_run_write(struct verify_run *run, const struct report_format *format,
		     struct output *output, struct error *error)
{
	cleanup_free struct verifier *verifier =
		new_zeros(sizeof(*verifier), "verify", error);
	cleanup_free unsigned char *conclusions = NULL;
	cleanup_free unsigned int *turns = NULL;
	struct reporter *reporter = &run->reporter;
	struct session s = {
		.run = run,
		.format = format,
		.verifier = verifier,
		.elsewhere = output->path,
	};
	int status;

	if (!verifier)
		return -1;
	if (reporter->several) {
		conclusions = new_zeros((size_t)run->count, "verify", error);
		turns = count_turns(run, error);
		if (!conclusions || !turns)
			return -1;
		s.turns = turns;
	}
	reporter->names = run->names;
	reporter->conclusions = conclusions;
	reporter->stream = output->stream;
	reporter->color = output->color;
	format->begin(reporter);
	status = run->pages ? verify_together(&s, error)
			    : verify_each(&s, error);
	if (status >= 0)
		format->end(reporter);
	return status;
}
