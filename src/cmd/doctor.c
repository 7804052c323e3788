/* SPDX-License-Identifier: BSD-2-Clause */
/* doctor: what the machine offers and what stands in the way. */
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "io/host/host.h"
#include "io/host/sysfile.h"
#include "view/doctor.h"
#include "view/json.h"
#include "command.h"

/* What was found. */
struct examined {
	struct diagnosis list[DIAGNOSES_MAX];
	unsigned int count;
	struct observations observations;
	bool verbose;
};

static int doctor_status(const struct examined *examined)
{
	int status = EXIT_YES;

	for (unsigned int i = 0; i < examined->count; i++) {
		if (examined->list[i].level == DIAGNOSIS_PROBLEM)
			return EXIT_NO;
		if (examined->list[i].level == DIAGNOSIS_UNKNOWN)
			status = EXIT_UNDECIDED;
	}
	return status;
}

static int write_doctor_text(struct output *output, void *answer,
			     struct error *error)
{
	const struct examined *examined = answer;

	(void)error;
	text_doctor(output->stream, examined->list, examined->count,
		    examined->verbose ? &examined->observations : NULL,
		    output->color);
	return doctor_status(examined);
}

static int write_doctor_json(struct output *output, void *answer,
			     struct error *error)
{
	const struct examined *examined = answer;

	if (json_write(output->stream,
		       json_doctor(examined->list, examined->count,
				   &examined->observations),
		       error))
		return -1;
	return doctor_status(examined);
}

static int examine_machine(const struct invocation *invocation,
			   struct host *host, struct examined *examined,
			   struct error *error)
{
	const char *node =
		invocation->argument_count ? invocation->arguments[0] : NULL;

	if (node && host_check_node(invocation->root, node, error))
		return -1;
	host_look_device(invocation->root, node, host, &examined->observations);
	examined->verbose = option_given(invocation, OPTION_VERBOSE);
	examined->count = doctor_diagnose(host, examined->list);
	return command_answer(invocation, examined, error);
}

static int run_doctor(const struct invocation *invocation, struct error *error)
{
	cleanup_free struct host *host = NULL;
	cleanup_free struct examined *examined = NULL;
	int status;

	if (host_check_root(invocation->root, error))
		return -1;
	host = new_zeros(sizeof(*host), "doctor", error);
	examined = new_zeros(sizeof(*examined), "doctor", error);
	if (!host || !examined)
		return -1;
	status = examine_machine(invocation, host, examined, error);
	observations_free(&examined->observations);
	return status;
}

static const struct command_option doctor_options[] = {
	{ .id = OPTION_VERBOSE,
	  .type.help = "print below each line what it rests on" },
	{ .id = OPTIONS_END },
};

static const struct format doctor_formats[] = {
	{ .name = "text",
	  .write = write_doctor_text,
	  .begins = text_doctor_begins },
	{ .name = NULL },
};

COMMAND(doctor, write_doctor_json, .arguments = "[DEVICE]", .most_arguments = 1,
	.options = doctor_options,
	.summary = "Report what the machine offers, and what to fix",
	.details =
		"Checks everything from the firmware's tables to the programs that would use the\n"
		"page. Each line is ok, note or problem, and each problem has its next step. Exit\n"
		"status 1 when there is a problem. Best run as root. Of several devices DEVICE,\n"
		"such as /dev/vmclock1, is the one whose node, page and PTP clock are examined.\n",
	.synonyms = (const char *const[]){ "diagnose", NULL },
	.formats = doctor_formats, .run = run_doctor);
