/* SPDX-License-Identifier: BSD-2-Clause */
/* simulate: plays a device, for other programs or in a recording. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "io/source/document.h"
#include "io/live/live_sim.h"
#include "io/live/publish.h"
#include "io/live/record_virtual.h"
#include "base/number.h"
#include "base/schema.h"
#include "view/json.h"
#include "view/text.h"
#include "command.h"

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

/*
 * Blocked but where publish() waits, so that none is missed, and none falls
 * into an update. Who had SIGHUP ignored, as nohup does, keeps that.
 */
static void take_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	const struct sigaction action = { .sa_handler = on_signal };
	sigset_t mask;

	sigemptyset(&mask);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		struct sigaction before;

		sigaction(signals[i], NULL, &before);
		if (signals[i] == SIGHUP && before.sa_handler == SIG_IGN)
			continue;
		sigaddset(&mask, signals[i]);
		sigaction(signals[i], &action, NULL);
	}
	sigprocmask(SIG_BLOCK, &mask, NULL);
}

static int take_publish_options(const struct invocation *invocation,
				const struct scenario *scenario,
				struct publish_options *options,
				struct error *error)
{
	const struct rate *rate = &invocation->options[OPTION_RATE].rate;

	*options = (struct publish_options){
		.seed = option_number(invocation, OPTION_SEED),
		.interval = rate->interval,
		.flat_out = rate->max,
		.duration = option_nsec(invocation, OPTION_DURATION),
	};
	if (option_given(invocation, OPTION_RATE) && !scenario->interval)
		return usage_error(error,
				   "--rate: %s has no clock to calibrate",
				   scenario->name);
	return 0;
}

/* What was done. */
struct done {
	const struct scenario *scenario;
	const char *path;
	bool virtual_time;
	struct published published;
};

static int write_simulate_text(struct output *output, void *answer,
			       struct error *error)
{
	const struct done *done = answer;
	const struct published *published = &done->published;
	uint64_t rate = 0; /* tenths */

	(void)error;
	fprintf(output->stream,
		"%" PRIu64 " update%s in %" PRId64 ".%03" PRId64 " s",
		published->updates, published->updates == 1 ? "" : "s",
		published->nsec / NSEC_PER_SEC,
		published->nsec % NSEC_PER_SEC / NSEC_PER_MSEC);
	if (done->virtual_time) {
		fputs(" of virtual time\n", output->stream);
		return EXIT_YES;
	}
	if (published->nsec)
		rate = (uint64_t)((uint128)published->updates * NSEC_PER_SEC *
				  10 / (uint64_t)published->nsec);
	fprintf(output->stream, ", %" PRIu64 ".%" PRIu64 " a second\n",
		rate / 10, rate % 10);
	return EXIT_YES;
}

static int write_simulate_json(struct output *output, void *answer,
			       struct error *error)
{
	const struct done *done = answer;

	return json_write(
		output->stream,
		json_pack("{s:s, s:i, s:s, s:o, s:I, s:I}", "schema",
			  SCHEMA_PREFIX "simulate", "schema_version",
			  SCHEMA_VERSION, "scenario", done->scenario->name,
			  "path", document_name(done->path), "updates",
			  (json_int_t)done->published.updates, "duration_ns",
			  (json_int_t)done->published.nsec),
		error);
}

static int publish_page(const struct invocation *invocation,
			const struct scenario *scenario,
			const struct publish_options *options,
			struct error *error)
{
	struct done done = {
		.scenario = scenario,
		.path = option_text(invocation, OPTION_PUBLISH),
	};

	take_signals();
	if (publish(scenario, done.path, options, &stop, &done.published,
		    error))
		return -1;
	return command_answer(invocation, &done, error);
}

static bool is_stdout(const char *path)
{
	return !path || strcmp(path, "-") == 0;
}

static int check_record_options(const struct invocation *invocation,
				const struct publish_options *options,
				struct error *error)
{
	if (options->flat_out)
		return usage_error(
			error,
			"--rate max: only with --publish, because a recording's time is virtual");
	if (options->duration > RECORD_VIRTUAL_NSEC_MAX)
		return usage_error(
			error,
			"--duration %s: a recording takes at most %" PRId64 "h",
			option_text(invocation, OPTION_DURATION),
			RECORD_VIRTUAL_HOURS_MAX);
	return 0;
}

static int record_story(const struct invocation *invocation,
			const struct scenario *scenario,
			const struct publish_options *options,
			struct error *error)
{
	CLEANUP(output_discard) struct output output = { 0 };
	struct done done = {
		.scenario = scenario,
		.path = option_text(invocation, OPTION_RECORD),
		.virtual_time = true,
	};
	/* Then the recording is the answer, and the only output. */
	bool silent = is_stdout(done.path) &&
		      is_stdout(option_text(invocation, OPTION_OUTPUT));
	int status;

	if (check_record_options(invocation, options, error) ||
	    output_open(&output, done.path, error) ||
	    record_virtual(scenario, output.stream, options, &done.published,
			   error))
		return -1;
	status = command_finish(&output, EXIT_YES, error);
	if (status != EXIT_YES || silent)
		return status;
	return command_answer(invocation, &done, error);
}

static int run_simulate(const struct invocation *invocation,
			struct error *error)
{
	bool publishes = option_given(invocation, OPTION_PUBLISH);
	const struct scenario *scenario;
	struct publish_options options;

	if (!invocation->argument_count) {
		usage_error(error, "simulate: needs a scenario");
		return error_hint(error, "see vmclockctl list scenarios");
	}
	if (live_sim_scenario(invocation->arguments[0], publishes, &scenario,
			      error) ||
	    take_publish_options(invocation, scenario, &options, error))
		return -1;
	if (publishes == option_given(invocation, OPTION_RECORD)) {
		usage_error(
			error,
			"simulate: needs one of --publish FILE and --record FILE");
		return error_hint(error,
				  SIM_PREFIX "%s as a SOURCE needs neither",
				  scenario->name);
	}
	return (publishes ? publish_page : record_story)(invocation, scenario,
							 &options, error);
}

static const struct format simulate_formats[] = {
	{ .name = "text", .write = write_simulate_text },
	{ .name = NULL },
};

static const struct command_option simulate_options[] = {
	{ .id = OPTION_PUBLISH }, { .id = OPTION_RECORD },
	{ .id = OPTION_RATE },	  { .id = OPTION_DURATION },
	{ .id = OPTION_SEED },	  { .id = OPTIONS_END },
};

COMMAND(simulate, write_simulate_json, .arguments = "SCENARIO",
	.summary = "Play a device: a live page in a file, or a recording",
	.details =
		"--publish makes a page that other programs can map. It changes under its seqlock\n"
		"until SIGINT, SIGTERM or the end of --duration; after the scenario's last event\n"
		"only calibrations follow. --record writes the same scenario at once, in virtual\n"
		"time: the same bytes for the same --seed on every machine. One of the two is\n"
		"needed. vmclockctl list scenarios prints the scenarios.\n",
	.synonyms = (const char *const[]){ "play", NULL },
	.options = simulate_options, .formats = simulate_formats,
	.most_arguments = 1, .run = run_simulate);
