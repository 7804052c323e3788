/* SPDX-License-Identifier: BSD-2-Clause */
/* simulate: play the device for others. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "io/source/document.h"
#include "io/live/live_sim.h"
#include "io/live/publish.h"
#include "io/live/record_virtual.h"
#include "base/number.h"
#include "base/schema.h"
#include "view/json.h"
#include "view/text.h"
#include "command.h"
#include "duration.h"

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

static int rate_fault(const char *text, struct error *error)
{
	usage_error(error, "--rate %s: not a rate", text);
	return error_hint(error,
			  "updates a second from 0.001 to 1000000000, or max");
}

/* Updates a second, with or without a fraction, or max. */
static int parse_rate(const char *text, struct publish_options *options,
		      struct error *error)
{
	char duration[64];
	int64_t rate;

	if (strcmp(text, "max") == 0) {
		options->flat_out = true;
		options->interval = 1;
		return 0;
	}
	/* 10^9 times the number, by way of a time. */
	if (snprintf(duration, sizeof(duration), "%ss", text) >=
		    (int)sizeof(duration) ||
	    parse_duration(duration, &rate) || rate < 1000000 ||
	    rate > INT64_C(1000000000000000000))
		return rate_fault(text, error);
	options->interval = UINT64_C(1000000000000000000) / (uint64_t)rate;
	return 0;
}

static int parse_options(const struct invocation *invocation,
			 const struct scenario *scenario,
			 struct publish_options *options, struct error *error)
{
	const char *const *value = invocation->value;
	unsigned int given = invocation->given;

	/* The seed of fixtures/recordings. */
	*options = (struct publish_options){ .seed = 1 };
	if (given & TAKES(OPTION_RATE) && !scenario->interval)
		return usage_error(error,
				   "--rate: %s has no clock to calibrate",
				   scenario->name);
	if (given & TAKES(OPTION_RATE) &&
	    parse_rate(value[OPTION_RATE], options, error))
		return -1;
	if (given & TAKES(OPTION_DURATION) &&
	    duration_option("duration", value[OPTION_DURATION],
			    &options->duration, error))
		return -1;
	if (given & TAKES(OPTION_SEED) &&
	    number_parse(value[OPTION_SEED], &options->seed))
		return usage_error(error,
				   "--seed %s: not an unsigned 64-bit number",
				   value[OPTION_SEED]);
	return 0;
}

static json_t *make_document(const struct scenario *scenario, const char *path,
			     const struct published *published)
{
	return json_pack("{s:s, s:i, s:s, s:o, s:I, s:I}", "schema",
			 SCHEMA_PREFIX "simulate", "schema_version",
			 SCHEMA_VERSION, "scenario", scenario->name, "path",
			 document_name(path), "updates",
			 (json_int_t)published->updates, "duration_ns",
			 (json_int_t)published->nsec);
}

/* What was done, to standard output or -o. */
static int tell(const struct invocation *invocation,
		const struct scenario *scenario, const char *path,
		const struct published *published, struct error *error)
{
	struct output output;
	uint64_t rate = 0; /* tenths */

	if (output_open(&output, invocation->value[OPTION_OUTPUT], error))
		return -1;
	if (invocation->json) {
		if (json_write(output.stream,
			       make_document(scenario, path, published),
			       error)) {
			output_discard(&output);
			return -1;
		}
		return command_finish(&output, EXIT_YES, error);
	}
	fprintf(output.stream,
		"%" PRIu64 " update%s in %" PRId64 ".%03" PRId64 " s",
		published->updates, published->updates == 1 ? "" : "s",
		published->nsec / (int64_t)NSEC_PER_SEC,
		published->nsec % (int64_t)NSEC_PER_SEC / 1000000);
	if (invocation->given & TAKES(OPTION_RECORD)) {
		fputs(" of virtual time\n", output.stream);
		return command_finish(&output, EXIT_YES, error);
	}
	if (published->nsec)
		rate = (uint64_t)((uint128)published->updates * NSEC_PER_SEC *
				  10 / (uint64_t)published->nsec);
	fprintf(output.stream, ", %" PRIu64 ".%" PRIu64 " a second\n",
		rate / 10, rate % 10);
	return command_finish(&output, EXIT_YES, error);
}

static int publish_page(const struct invocation *invocation,
			const struct scenario *scenario,
			const struct publish_options *options,
			struct error *error)
{
	const char *path = invocation->value[OPTION_PUBLISH];
	struct published published;

	take_signals();
	if (publish(scenario, path, options, &stop, &published, error))
		return -1;
	return tell(invocation, scenario, path, &published, error);
}

static bool is_stdout(const char *path)
{
	return !path || strcmp(path, "-") == 0;
}

static int record(const struct invocation *invocation,
		  const struct scenario *scenario,
		  const struct publish_options *options, struct error *error)
{
	const char *path = invocation->value[OPTION_RECORD];
	/* The recording is the answer then, and nothing else goes there. */
	bool silent =
		is_stdout(path) && is_stdout(invocation->value[OPTION_OUTPUT]);
	struct published published;
	struct output output;
	int status;

	if (options->flat_out)
		return usage_error(
			error,
			"--rate max: for --publish alone, a recording's time is virtual");
	if (options->duration > RECORD_VIRTUAL_NSEC_MAX)
		return usage_error(
			error,
			"--duration %s: a recording takes at most %" PRId64 "h",
			invocation->value[OPTION_DURATION],
			RECORD_VIRTUAL_HOURS_MAX);
	if (output_open(&output, path, error))
		return -1;
	if (record_virtual(scenario, output.stream, options, &published,
			   error)) {
		output_discard(&output);
		return -1;
	}
	status = command_finish(&output, EXIT_YES, error);
	if (status != EXIT_YES || silent)
		return status;
	return tell(invocation, scenario, path, &published, error);
}

int cmd_simulate(const struct invocation *invocation, struct error *error)
{
	bool publishes = invocation->given & TAKES(OPTION_PUBLISH);
	bool records = invocation->given & TAKES(OPTION_RECORD);
	const struct scenario *scenario;
	struct publish_options options;

	if (!invocation->argument_count) {
		usage_error(error, "simulate: which scenario?");
		return error_hint(error, "see vmclockctl list scenarios");
	}
	if (live_sim_scenario(invocation->arguments[0], publishes, &scenario,
			      error) ||
	    parse_options(invocation, scenario, &options, error))
		return -1;
	if (publishes == records) {
		usage_error(
			error,
			"simulate: needs one of --publish FILE and --record FILE");
		return error_hint(error,
				  SIM_PREFIX "%s as a SOURCE needs neither",
				  scenario->name);
	}
	if (publishes)
		return publish_page(invocation, scenario, &options, error);
	return record(invocation, scenario, &options, error);
}
