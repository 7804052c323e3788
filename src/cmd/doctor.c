/* SPDX-License-Identifier: BSD-2-Clause */
/* doctor: what the machine offers and what stands in the way. */
#include <errno.h>
#include <stdlib.h>

#include "io/host/host.h"
#include "view/doctor.h"
#include "view/json.h"
#include "command.h"

static int print(const struct invocation *invocation,
		 const struct diagnosis *list, unsigned int count,
		 struct error *error)
{
	bool problem = false, unknown = false;
	int status;
	struct output output;

	for (unsigned int i = 0; i < count; i++) {
		problem |= list[i].level == DIAGNOSIS_PROBLEM;
		unknown |= list[i].level == DIAGNOSIS_UNKNOWN;
	}
	status = problem ? EXIT_NO : unknown ? EXIT_UNDECIDED : EXIT_YES;
	if (output_open(&output, invocation->value[OPTION_OUTPUT], error))
		return -1;
	if (!invocation->json) {
		text_doctor(output.stream, list, count,
			    command_color(invocation, output.stream));
	} else if (json_write(output.stream, json_doctor(list, count), error)) {
		output_discard(&output);
		return -1;
	}
	return command_finish(&output, status, error);
}

int cmd_doctor(const struct invocation *invocation, struct error *error)
{
	struct diagnosis list[DIAGNOSES_MAX];
	struct host *host;
	unsigned int count;

	if (host_check_root(invocation->root, error))
		return -1;
	host = malloc(sizeof(*host));
	if (!host)
		return error_set(error, ERROR_MEMORY, ENOMEM, "doctor");
	host_look(invocation->root, host);
	count = doctor_diagnose(host, list);
	free(host);
	return print(invocation, list, count, error);
}
