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
#include "command.h"
#include "verify_run.h"

#define DURATION_DEFAULT ((uint64_t)(2 * NSEC_PER_SEC))

/* --only and --skip: mark what the glob matches, which must be something. */
static int select_rules(struct verify_run *run, enum option_id option,
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

static int expect_verdict(struct verify_run *run, const char *use,
			  struct error *error)
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
static int check_expected(const struct verify_run *run, struct error *error)
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
static int take_rules(const struct invocation *invocation,
		      struct verify_run *run, struct error *error)
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
	if (command_names_live(invocation))
		return true;
	for (int i = 0; i < invocation->argument_count; i++) {
		const char *name = invocation->arguments[i];

		if (strcmp(name, "-") != 0 && access(name, F_OK) != 0)
			return true;
	}
	return false;
}

static int take_length(const struct invocation *invocation,
		       struct verify_run *run, struct error *error)
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

static int take_leaps(const struct invocation *invocation,
		      struct verify_run *run, struct error *error)
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

static int write_verify_text(struct output *output, void *answer,
			     struct error *error)
{
	return verify_run_write(answer, &report_text, output, error);
}

static int write_verify_tap(struct output *output, void *answer,
			    struct error *error)
{
	return verify_run_write(answer, &report_tap, output, error);
}

static int write_verify_junit(struct output *output, void *answer,
			      struct error *error)
{
	return verify_run_write(answer, &report_junit, output, error);
}

static int write_verify_github(struct output *output, void *answer,
			       struct error *error)
{
	return verify_run_write(answer, &report_github, output, error);
}

static int write_verify_markdown(struct output *output, void *answer,
				 struct error *error)
{
	return verify_run_write(answer, &report_markdown, output, error);
}

static int write_verify_json(struct output *output, void *answer,
			     struct error *error)
{
	return verify_run_write(answer, &report_json, output, error);
}

/* The formats in which what was not judged has a place of its own. */
static bool takes_no_skipped(const struct format *format)
{
	return format->write == write_verify_tap ||
	       format->write == write_verify_junit;
}

static int take_verify_options(const struct invocation *invocation,
			       struct verify_run *run, struct error *error)
{
	*run = (struct verify_run){
		.names = invocation->arguments,
		.count = invocation->argument_count,
		.judge = {
			.root = invocation->root,
			.place = command_place(invocation),
			.live = option_given(invocation, OPTION_LIVE),
			.quiet = option_given(invocation, OPTION_QUIET),
		},
		.expectations.warnings_fail =
			option_given(invocation, OPTION_WERROR),
		.reporter = {
			.quiet = option_given(invocation, OPTION_QUIET),
			.verbose = option_given(invocation, OPTION_VERBOSE),
			.omits = option_given(invocation, OPTION_NO_SKIPPED),
			.several = invocation->argument_count > 1,
		},
	};
	if (run->reporter.quiet && run->reporter.verbose)
		return usage_error(error, "-q: cannot be combined with -v");
	if (run->reporter.omits && !takes_no_skipped(invocation->format))
		return usage_error(
			error, "--no-skipped: only with --format tap or junit");
	if (take_rules(invocation, run, error) ||
	    take_length(invocation, run, error))
		return -1;
	return take_leaps(invocation, run, error);
}

/* Standard input can be read once. */
static int check_standard(const struct invocation *invocation,
			  struct error *error)
{
	const char *before = option_text(invocation, OPTION_BEFORE);
	int standard = before && strcmp(before, "-") == 0;

	for (int i = 0; i < invocation->argument_count; i++)
		standard += strcmp(invocation->arguments[i], "-") == 0;
	if (standard > 1)
		return usage_error(error, "verify: only one SOURCE can be -");
	return 0;
}

/* --series, --restores and --before, and what cannot stand with them. */
static int check_together(const struct invocation *invocation,
			  struct error *error)
{
	bool series = option_given(invocation, OPTION_SERIES);
	bool restores = option_given(invocation, OPTION_RESTORES);
	bool before = option_given(invocation, OPTION_BEFORE);
	const char *option = series ? "--series" : "--restores";

	if (before && !restores)
		return usage_error(error,
				   "--before: can only stand with --restores");
	if (!series && !restores)
		return 0;
	if (series && restores)
		return usage_error(
			error, "--series: cannot be combined with --restores");
	for (int i = 0; i < OPTIONS_END; i++) {
		if ((i == OPTION_LIVE || i == OPTION_DURATION ||
		     i == OPTION_SAMPLES) &&
		    option_given(invocation, (enum option_id)i))
			return usage_error(
				error, "%s: cannot be combined with %s",
				invocation->options[i].spelt, option);
	}
	if (invocation->argument_count + before < 2 ||
	    !invocation->argument_count)
		return usage_error(error, "%s: takes several pages", option);
	return 0;
}

/* The pages that are judged together, where they are. */
static void take_pages(const struct invocation *invocation,
		       struct verify_run *run, struct verify_pages *pages)
{
	bool restores = option_given(invocation, OPTION_RESTORES);

	if (!restores && !option_given(invocation, OPTION_SERIES))
		return;
	*pages = (struct verify_pages){
		.names = invocation->arguments,
		.count = invocation->argument_count,
		.before = option_text(invocation, OPTION_BEFORE),
		.restores = restores,
		.option = restores ? "--restores" : "--series",
	};
	run->pages = pages;
	run->reporter.several = false;
}

static int run_verify(const struct invocation *invocation, struct error *error)
{
	CLEANUP(verify_pages_free) struct verify_pages pages = { 0 };
	struct verify_run run;

	if (check_standard(invocation, error) ||
	    check_together(invocation, error) ||
	    take_verify_options(invocation, &run, error))
		return -1;
	take_pages(invocation, &run, &pages);
	return command_answer(invocation, &run, error);
}

static const struct format verify_formats[] = {
	{ .name = "text",
	  .write = write_verify_text,
	  .begins = report_text_begins },
	{ .name = "tap", .write = write_verify_tap },
	{ .name = "junit", .write = write_verify_junit },
	{ .name = "github",
	  .write = write_verify_github,
	  .begins = report_github_begins },
	{ .name = "markdown", .write = write_verify_markdown },
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
	{ .id = OPTION_NO_SKIPPED },
	{ .id = OPTION_SERIES },
	{ .id = OPTION_RESTORES },
	{ .id = OPTION_BEFORE },
	{ .id = OPTION_LIVE },
	{ .id = OPTION_PHYS },
	{ .id = OPTION_OFFSET },
	{ .id = OPTION_SCAN },
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
		"a live page is watched for 2 s. Exit status 0: conformant, 1: not conformant,\n"
		"4: no selected rule could be judged.\n",
	.synonyms = (const char *const[]){ "check", "test", "lint", "validate",
					   NULL },
	.options = verify_options, .formats = verify_formats,
	.most_arguments = 100000, .own_page = true, .only_reads = true,
	.run = run_verify);
