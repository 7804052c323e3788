/* SPDX-License-Identifier: BSD-2-Clause */
/* verify: the conformance rules, on any number of sources. */
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "io/host/leapfile.h"
#include "base/printable.h"
#include "view/reporter.h"
#include "view/text.h"
#include "command.h"
#include "duration.h"
#include "verify_source.h"
#include "base/suggest.h"

#define DURATION_DEFAULT INT64_C(2000000000)

static const struct report_format *const formats[] = {
	&report_text,
	&report_tap,
	&report_junit,
	&report_json,
};

/* What the options make of a run. */
struct run {
	const struct report_format *format;
	struct verify_source_options judge;
	struct expectations expectations;
	bool selected[RULE_COUNT];
	bool has_leaps;
	struct leap_table leaps;
	struct error leaps_error; /* why there is none */
	struct reporter reporter;
};

#define AREA_MAX 24

/* "tai" of "tai.sign", and of the glob "tai.*". */
static void area_of(const char *id, char area[static AREA_MAX])
{
	snprintf(area, AREA_MAX, "%.*s", (int)strcspn(id, ".*?["), id);
}

/* " tai.valid tai.sign": the rules of the area that is meant, if one is. */
static void rules_near(const char *id, char *list, size_t size)
{
	char areas[RULE_COUNT][AREA_MAX], asked[AREA_MAX];
	struct suggest suggest;
	size_t used = 0;

	area_of(id, asked);
	suggest = suggest_start(asked);
	for (int i = 0; i < RULE_COUNT; i++) {
		area_of(rules[i].id, areas[i]);
		suggest_offer(&suggest, areas[i]);
	}
	list[0] = '\0';
	for (int i = 0; suggest.best && i < RULE_COUNT && used < size; i++) {
		if (strcmp(areas[i], suggest.best) == 0)
			used += (size_t)snprintf(list + used, size - used,
						 " %s", rules[i].id);
	}
}

int unknown_rule(const char *option, const char *id, struct error *error)
{
	struct suggest suggest = suggest_start(id);
	char list[400];

	for (int i = 0; i < RULE_COUNT; i++)
		suggest_offer(&suggest, rules[i].id);
	usage_error(error, "%s%s%s: no such rule", option, *option ? " " : "",
		    id);
	rules_near(id, list, sizeof(list));
	if (!suggest.best && !*list)
		return error_hint(error, "see vmclockctl list rules");
	return error_hint(
		error, "%s%s%s%s%s", suggest.best ? "did you mean " : "",
		suggest.best ? suggest.best : "", suggest.best ? "?" : "",
		!*list	       ? ""
		: suggest.best ? " Near it:"
			       : "near it:",
		list);
}

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
	struct suggest suggest = suggest_start(name);

	for (int v = 0; v < VERDICT_COUNT; v++)
		suggest_offer(&suggest, verdict_names[v]);
	usage_error(error, "--expect %s: %s is no status", use, name);
	if (suggest.best)
		return error_hint(error, "did you mean %s?", suggest.best);
	return error_hint(error,
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
	bool only = invocation->given & TAKES(OPTION_ONLY);

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

static int take_format(const struct invocation *invocation, struct run *run,
		       struct error *error)
{
	const char *name = command_format(invocation, error);
	const size_t count = sizeof(formats) / sizeof(*formats);

	for (size_t i = 0; name && i < count; i++) {
		if (strcmp(formats[i]->name, name) == 0)
			run->format = formats[i];
	}
	return name ? 0 : -1;
}

/* Whether any SOURCE is looked at for a while. One that is not there has an
 * error of its own to come. */
static bool any_lives(const struct invocation *invocation)
{
	if (invocation->given & TAKES(OPTION_LIVE) ||
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
	const char *duration = invocation->value[OPTION_DURATION];
	const char *samples = invocation->value[OPTION_SAMPLES];

	if ((duration || samples) && !any_lives(invocation)) {
		usage_error(error, "--%s: no SOURCE is a page that lives",
			    samples ? "samples" : "duration");
		return error_hint(error, "--live if another process keeps it");
	}
	run->judge.duration = DURATION_DEFAULT;
	if (samples)
		run->judge.duration = INT64_MAX / 2;
	if (duration &&
	    duration_option("duration", duration, &run->judge.duration, error))
		return -1;
	if (run->judge.duration > INT64_MAX / 2)
		run->judge.duration = INT64_MAX / 2;
	return option_number(invocation, OPTION_SAMPLES, &run->judge.samples,
			     error);
}

/* A table that was named and is old is told, for nothing fails by it. */
static void tell_expired(const char *name, const struct leap_table *leaps)
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
	const char *name = invocation->value[OPTION_LEAP_FILE];

	if (!name) {
		run->has_leaps = leapfile_system(invocation->root, &run->leaps,
						 &run->leaps_error) == 0;
		return 0;
	}
	if (leapfile_read(name, &run->leaps, error))
		return -1;
	run->has_leaps = true;
	tell_expired(name, &run->leaps);
	return 0;
}

static int take_options(const struct invocation *invocation, struct run *run,
			struct error *error)
{
	*run = (struct run){
		.judge = {
			.root = invocation->root,
			.live = invocation->given & TAKES(OPTION_LIVE),
		},
		.expectations.warnings_fail =
			invocation->given & TAKES(OPTION_WERROR),
		.reporter = {
			.quiet = invocation->given & TAKES(OPTION_QUIET),
			.verbose = invocation->given & TAKES(OPTION_VERBOSE),
			.several = invocation->argument_count > 1,
		},
	};
	if (run->reporter.quiet && run->reporter.verbose) {
		usage_error(error, "-q: not with -v");
		return -1;
	}
	if (take_format(invocation, run, error) ||
	    take_rules(invocation, run, error) ||
	    take_length(invocation, run, error))
		return -1;
	return take_leaps(invocation, run, error);
}

/* Judge one source and report it. Returns its exit status, or -1 with *error
 * where nothing more can be done. */
static int verify_one(struct run *run, const char *name,
		      struct verifier *verifier, struct error *error)
{
	struct reporter *reporter = &run->reporter;
	struct error failure = { 0 };
	struct source source;
	struct report report;
	int result;

	verify_reset(verifier);
	memcpy(verifier->selected, run->selected, sizeof(run->selected));
	verifier->leaps = run->has_leaps ? &run->leaps : NULL;
	verifier->leaps_reason = run->leaps_error.message;
	if (verify_source(name, &run->judge, verifier, &source, &failure)) {
		reporter->failed++;
		result = run->format->failure(reporter, name, &failure, error);
		text_error(stderr, &failure);
		source_free(&source);
		return result ? -1 : (int)error_status(failure.code);
	}
	report_make(verifier, &run->expectations, &report);
	if (report.conformant)
		reporter->conformant++;
	else
		reporter->broken++;
	result = run->format->source(reporter, &source, &report, error);
	if (!reporter->quiet)
		command_note_source(&source);
	source_free(&source);
	if (result)
		return -1;
	return report.conformant ? EXIT_YES : EXIT_NO;
}

/* The first 3 or 4 met, else 1, else 0. */
static int worse(int status, int next)
{
	if (status >= EXIT_SOURCE || next == EXIT_YES)
		return status;
	return next;
}

static int verify_all(const struct invocation *invocation, struct run *run,
		      struct error *error)
{
	struct verifier *verifier = calloc(1, sizeof(*verifier));
	int status = EXIT_YES, i = 0;

	if (!verifier)
		return error_set(error, ERROR_MEMORY, ENOMEM, "verify");
	run->format->begin(&run->reporter);
	do {
		const char *name = invocation->argument_count
					   ? invocation->arguments[i]
					   : NULL;
		int next = verify_one(run, name, verifier, error);

		if (next < 0) {
			free(verifier);
			return -1;
		}
		status = worse(status, next);
	} while (++i < invocation->argument_count);
	run->format->end(&run->reporter);
	free(verifier);
	return status;
}

int cmd_verify(const struct invocation *invocation, struct error *error)
{
	struct run run;
	struct output output;
	int status, standard = 0;

	for (int i = 0; i < invocation->argument_count; i++)
		standard += strcmp(invocation->arguments[i], "-") == 0;
	if (standard > 1)
		return usage_error(error, "verify: only one SOURCE can be -");
	if (take_options(invocation, &run, error))
		return -1;
	if (output_open(&output, invocation->value[OPTION_OUTPUT], error))
		return -1;
	run.reporter.stream = output.stream;
	run.reporter.color = command_color(invocation, output.stream);
	status = verify_all(invocation, &run, error);
	if (status < 0) {
		output_discard(&output);
		return -1;
	}
	return command_finish(&output, status, error);
}
