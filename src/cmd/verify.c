/* SPDX-License-Identifier: BSD-2-Clause */
/* verify: the conformance rules, on any number of sources. */
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/printable.h"
#include "base/suggest.h"
#include "io/host/leapfile.h"
#include "view/reporter.h"
#include "view/text.h"
#include "command.h"
#include "verify_source.h"

#define DURATION_DEFAULT ((uint64_t)(2 * NSEC_PER_SEC))

/* What the options make of a run. */
struct run {
	char *const *names; /* the SOURCEs */
	int count;	    /* 0: the device */
	const struct report_format *format;
	struct verify_source_options judge;
	struct expectations expectations;
	bool selected[RULE_COUNT];
	bool has_leaps;
	struct leap_table leaps;
	struct error leaps_error; /* why there is none */
	struct reporter reporter;
};

/* --only and --skip: mark what the glob matches, which must be something. */
static int select_rules(struct run *run, enum option_id option,
			const char *glob, struct error *error)
{
	bool found = false;

	for (int i = 0; i < RULE_COUNT; i++) {
		if (fnmatch(glob, rules[i].id, 0) != 0)
			continue;
		run->selected[i] = option == OPTION_ONLY;
		found = true;
	}
	if (found)
		return 0;
	return unknown_rule(option == OPTION_ONLY ? "--only" : "--skip", glob,
			    error);
}

static int unknown_verdict(const char *use, const char *name,
			   struct error *error)
{
	usage_error(error, "--expect %s: %s is not a status", use, name);
	return suggest_hint(error, name, WORDS(verdict_names, VERDICT_COUNT),
			    "",
			    "one of ok, fail, warn, not-applicable and skip");
}

static int expect_verdict(struct run *run, const char *use, struct error *error)
{
	const char *equals = strchr(use, '=');
	char id[64] = "";
	int rule, verdict = 0;

	if (!equals)
		return usage_error(error, "--expect %s: not ID=STATUS", use);
	if ((size_t)(equals - use) < sizeof(id))
		memcpy(id, use, (size_t)(equals - use));
	rule = rule_find(id);
	if (rule < 0)
		return unknown_rule("--expect", *id ? id : use, error);
	while (verdict < VERDICT_COUNT &&
	       strcmp(verdict_names[verdict], equals + 1) != 0)
		verdict++;
	if (verdict == VERDICT_COUNT)
		return unknown_verdict(use, equals + 1, error);
	if (run->expectations.verdict[rule] >= 0 &&
	    run->expectations.verdict[rule] != verdict)
		return usage_error(
			error, "--expect %s: %s was expected before", use,
			verdict_names[run->expectations.verdict[rule]]);
	run->expectations.verdict[rule] = (signed char)verdict;
	return 0;
}

/* An answer can be expected of a rule that is asked. */
static int check_expected(const struct run *run, struct error *error)
{
	for (int i = 0; i < RULE_COUNT; i++) {
		int verdict = run->expectations.verdict[i];

		if (verdict >= 0 && !run->selected[i])
			return usage_error(
				error,
				"--expect %s=%s: --only or --skip leaves the rule out",
				rules[i].id, verdict_names[verdict]);
	}
	return 0;
}

/* The options that may be repeated: all of --only first, then the rest. */
static int take_rules(const struct invocation *invocation, struct run *run,
		      struct error *error)
{
	bool only = option_given(invocation, OPTION_ONLY);

	memset(run->expectations.verdict, -1,
	       sizeof(run->expectations.verdict));
	memset(run->selected, !only, sizeof(run->selected));
	for (int i = 0; i < invocation->use_count; i++) {
		const struct option_use *use = &invocation->uses[i];

		if (use->option == OPTION_ONLY &&
		    select_rules(run, OPTION_ONLY, use->value, error))
			return -1;
		if (use->option == OPTION_EXPECT &&
		    expect_verdict(run, use->value, error))
			return -1;
	}
	for (int i = 0; i < invocation->use_count; i++) {
		const struct option_use *use = &invocation->uses[i];

		if (use->option == OPTION_SKIP &&
		    select_rules(run, OPTION_SKIP, use->value, error))
			return -1;
	}
	for (int i = 0; i < RULE_COUNT; i++) {
		if (run->selected[i])
			return check_expected(run, error);
	}
	return usage_error(error, "verify: --skip leaves no rule");
}

/* Whether any SOURCE is looked at for a while. One that is not there has an
 * error of its own to come. */
static bool any_lives(const struct invocation *invocation)
{
	if (option_given(invocation, OPTION_LIVE) ||
	    !invocation->argument_count)
		return true;
	for (int i = 0; i < invocation->argument_count; i++) {
		const char *name = invocation->arguments[i];

		if (source_is_live(name) ||
		    (strcmp(name, "-") != 0 && access(name, F_OK) != 0))
			return true;
	}
	return false;
}

static int take_length(const struct invocation *invocation, struct run *run,
		       struct error *error)
{
	bool duration = option_given(invocation, OPTION_DURATION);
	bool samples = option_given(invocation, OPTION_SAMPLES);

	if ((duration || samples) && !any_lives(invocation)) {
		usage_error(error, "--%s: no SOURCE is a live page",
			    samples ? "samples" : "duration");
		return error_hint(error,
				  "use --live if another process updates it");
	}
	run->judge.samples = option_number(invocation, OPTION_SAMPLES);
	run->judge.duration = option_nsec(invocation, OPTION_DURATION);
	/* So many looks, however long they take. */
	if ((samples && !duration) || run->judge.duration > INT64_MAX / 2)
		run->judge.duration = INT64_MAX / 2;
	return 0;
}

/* A table that was named and is old is told, for nothing fails by it. */
static void warn_expired(const char *name, const struct leap_table *leaps)
{
	char day[LEAP_DAY_MAX];

	if (!leap_expired(leaps, time(NULL)))
		return;
	leap_expiry(leaps, day);
	fputs("vmclockctl: ", stderr);
	printable_put(stderr, name);
	fprintf(stderr, ": the leap-second table expired on %s\n", day);
}

static int take_leaps(const struct invocation *invocation, struct run *run,
		      struct error *error)
{
	const char *name = option_text(invocation, OPTION_LEAP_FILE);

	if (!name) {
		run->has_leaps = leapfile_system(invocation->root, &run->leaps,
						 &run->leaps_error) == 0;
		return 0;
	}
	if (leapfile_read(name, &run->leaps, error))
		return -1;
	run->has_leaps = true;
	warn_expired(name, &run->leaps);
	return 0;
}

static int take_verify_options(const struct invocation *invocation,
			       struct run *run, struct error *error)
{
	*run = (struct run){
		.names = invocation->arguments,
		.count = invocation->argument_count,
		.judge = {
			.root = invocation->root,
			.live = option_given(invocation, OPTION_LIVE),
		},
		.expectations.warnings_fail =
			option_given(invocation, OPTION_WERROR),
		.reporter = {
			.quiet = option_given(invocation, OPTION_QUIET),
			.verbose = option_given(invocation, OPTION_VERBOSE),
			.several = invocation->argument_count > 1,
		},
	};
	if (run->reporter.quiet && run->reporter.verbose)
		return usage_error(error, "-q: cannot be combined with -v");
	if (take_rules(invocation, run, error) ||
	    take_length(invocation, run, error))
		return -1;
	return take_leaps(invocation, run, error);
}

/* Judge one source and report it. Returns its exit status, or -1 with *error
 * where nothing more can be done. */
static int verify_one(struct run *run, const char *name,
		      struct verifier *verifier, struct error *error)
{
	CLEANUP(source_free) struct source source = { 0 };
	struct reporter *reporter = &run->reporter;
	struct error failure = { 0 };
	struct report report;

	verify_reset(verifier);
	memcpy(verifier->selected, run->selected, sizeof(run->selected));
	verifier->leaps = run->has_leaps ? &run->leaps : NULL;
	verifier->leaps_reason = run->leaps_error.message;
	if (verify_source(name, &run->judge, verifier, &source, &failure)) {
		int result;

		reporter->failed++;
		result = run->format->failure(reporter, name, &failure, error);
		text_error(stderr, &failure);
		return result ? -1 : (int)error_status(failure.code);
	}
	report_make(verifier, &run->expectations, &report);
	if (report.conformant)
		reporter->conformant++;
	else
		reporter->broken++;
	if (!reporter->quiet)
		command_note_source(&source);
	if (run->format->source(reporter, &source, &report, error))
		return -1;
	return report.conformant ? EXIT_YES : EXIT_NO;
}

/* The first 3 or 4 met, else 1, else 0. */
static int worse_status(int status, int next)
{
	if (status >= EXIT_SOURCE || next == EXIT_YES)
		return status;
	return next;
}

static int write_reports(struct run *run, const struct report_format *format,
			 struct output *output, struct error *error)
{
	cleanup_free struct verifier *verifier =
		new_zeros(sizeof(*verifier), "verify", error);
	int status = EXIT_YES, i = 0;

	if (!verifier)
		return -1;
	run->format = format;
	run->reporter.stream = output->stream;
	run->reporter.color = output->color;
	format->begin(&run->reporter);
	do {
		int next = verify_one(run, run->count ? run->names[i] : NULL,
				      verifier, error);

		if (next < 0)
			return -1;
		status = worse_status(status, next);
	} while (++i < run->count);
	format->end(&run->reporter);
	return status;
}

static int write_verify_text(struct output *output, void *answer,
			     struct error *error)
{
	return write_reports(answer, &report_text, output, error);
}

static int write_verify_tap(struct output *output, void *answer,
			    struct error *error)
{
	return write_reports(answer, &report_tap, output, error);
}

static int write_verify_junit(struct output *output, void *answer,
			      struct error *error)
{
	return write_reports(answer, &report_junit, output, error);
}

static int write_verify_json(struct output *output, void *answer,
			     struct error *error)
{
	return write_reports(answer, &report_json, output, error);
}

static int run_verify(const struct invocation *invocation, struct error *error)
{
	struct run run;
	int standard = 0;

	for (int i = 0; i < invocation->argument_count; i++)
		standard += strcmp(invocation->arguments[i], "-") == 0;
	if (standard > 1)
		return usage_error(error, "verify: only one SOURCE can be -");
	if (take_verify_options(invocation, &run, error))
		return -1;
	return command_answer(invocation, &run, error);
}

static const struct format verify_formats[] = {
	{ .name = "text",
	  .write = write_verify_text,
	  .begins = report_text_begins },
	{ .name = "tap", .write = write_verify_tap },
	{ .name = "junit", .write = write_verify_junit },
	{ .name = NULL },
};

static const struct command_option verify_options[] = {
	{ .id = OPTION_ONLY },
	{ .id = OPTION_SKIP },
	{ .id = OPTION_EXPECT },
	{ .id = OPTION_WERROR },
	{ .id = OPTION_QUIET },
	{ .id = OPTION_VERBOSE },
	{ .id = OPTION_FORMAT },
	{ .id = OPTION_LIVE },
	{ .id = OPTION_DURATION,
	  .type.help = "watch a live page for T (default: {default})",
	  .type.unless_given = DURATION_DEFAULT },
	{ .id = OPTION_SAMPLES },
	{ .id = OPTION_LEAP_FILE },
	{ .id = OPTIONS_END },
};

COMMAND(verify, write_verify_json, .arguments = "[SOURCE...]",
	.summary = "Check a page or a recording against the conformance rules",
	.details =
		"Prints each broken rule with its clause and how to fix it; then the counts and\n"
		"the verdict. In a recording every page is checked, and the changes between them;\n"
		"a live page is watched for 2 s. Exit status 0: conformant, 1: not conformant.\n",
	.synonyms = (const char *const[]){ "check", "test", "lint", "validate",
					   NULL },
	.options = verify_options, .formats = verify_formats,
	.most_arguments = 100000, .run = run_verify);
