/* SPDX-License-Identifier: BSD-2-Clause */
/* doctor: what the machine offers and what stands in the way. */
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "io/host/host.h"
#include "view/doctor.h"
#include "view/json.h"
#include "command.h"

/* What was found. */
struct examined {
	struct diagnosis list[DIAGNOSES_MAX];
	unsigned int count;
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
		    output->color);
	return doctor_status(examined);
}

static int write_doctor_json(struct output *output, void *answer,
			     struct error *error)
{
	const struct examined *examined = answer;

	if (json_write(output->stream,
		       json_doctor(examined->list, examined->count), error))
		return -1;
	return doctor_status(examined);
}

static int run_doctor(const struct invocation *invocation, struct error *error)
{
	cleanup_free struct host *host = NULL;
	cleanup_free struct examined *examined = NULL;

	if (host_check_root(invocation->root, error))
		return -1;
	host = new_zeros(sizeof(*host), "doctor", error);
	examined = new_zeros(sizeof(*examined), "doctor", error);
	if (!host || !examined)
		return -1;
	host_look(invocation->root, host);
	examined->count = doctor_diagnose(host, examined->list);
	return command_answer(invocation, examined, error);
}

static const struct format doctor_formats[] = {
	{ .name = "text",
	  .write = write_doctor_text,
	  .begins = text_doctor_begins },
	{ .name = NULL },
};

COMMAND(doctor, write_doctor_json, .arguments = "",
	.summary = "Report what the machine offers, and what to fix",
	.details =
		"Checks everything from the firmware's tables to the programs that would use the\n"
		"page. Each line is ok, note or problem, and each problem has its next step. Exit\n"
		"status 1 when there is a problem. Best run as root.\n",
	.synonyms = (const char *const[]){ "diagnose", NULL },
	.formats = doctor_formats, .run = run_doctor);
