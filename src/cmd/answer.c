/* SPDX-License-Identifier: BSD-2-Clause */
/* How an answer gets out: where to, in which format, with colour or without. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "command.h"

/* Decided by --color, NO_COLOR, TERM, and whether it is a terminal. */
static bool wants_color(const struct invocation *invocation, int fd)
{
	const char *no_color = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	if (invocation->options[OPTION_COLOR].word == COLOR_ALWAYS)
		return true;
	if (invocation->options[OPTION_COLOR].word == COLOR_NEVER)
		return false;
	if (no_color && *no_color)
		return false;
	/* One that knows no escape sequences, or is not known at all. */
	if (!terminal || !*terminal || strcmp(terminal, "dumb") == 0)
		return false;
	return isatty(fd) == 1;
}

static int open_answer(const struct invocation *invocation,
		       const struct format *form, struct output *output,
		       struct error *error)
{
	const char *path = option_text(invocation, OPTION_OUTPUT);

	if (form->continues)
		return output_open_growing(output, path, form->continues,
					   error);
	return output_open(output, path, error);
}

int command_answer_as(const struct invocation *invocation,
		      const struct format *form, void *answer,
		      struct error *error)
{
	CLEANUP(output_discard) struct output output = { 0 };
	int status;

	if (open_answer(invocation, form, &output, error))
		return -1;
	output.color = wants_color(invocation, output.fd);
	output.begins = form->begins;
	status = form->write(&output, answer, error);
	return status < 0 ? -1 : command_finish(&output, status, error);
}

int command_answer(const struct invocation *invocation, void *answer,
		   struct error *error)
{
	return command_answer_as(invocation, invocation->format, answer, error);
}

int command_finish(struct output *output, int status, struct error *error)
{
	if (output_close(output, error))
		return -1;
	return output->closed_pipe ? EXIT_YES : status;
}
