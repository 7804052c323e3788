/* SPDX-License-Identifier: BSD-2-Clause */
/* vmclockctl: from the command line to an exit status, and where an error
 * becomes words. */
#include <jansson.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "io/output/stdfds.h"
#include "io/sandbox.h"
#include "io/source/jsonmemory.h"
#include "base/cleanup.h"
#include "base/schema.h"
#include "view/json.h"
#include "view/text.h"
#include "version.h"

static int print_help(const struct invocation *invocation, struct error *error)
{
	CLEANUP(output_discard) struct output output = { 0 };

	if (output_open(&output, NULL, error))
		return -1;
	command_help(invocation->commands,
		     invocation->named ? invocation->command : NULL,
		     output.stream);
	return command_finish(&output, EXIT_YES, error);
}

static int print_version(const struct invocation *invocation,
			 struct error *error)
{
	CLEANUP(output_discard) struct output output = { 0 };

	if (output_open(&output, NULL, error))
		return -1;
	if (!invocation->json)
		fprintf(output.stream, "vmclockctl %s\n", VMCLOCKCTL_VERSION);
	else if (json_write(output.stream,
			    json_pack("{s:s, s:i, s:s}", "schema",
				      SCHEMA_PREFIX "version", "schema_version",
				      SCHEMA_VERSION, "version",
				      VMCLOCKCTL_VERSION),
			    error))
		return -1;
	return command_finish(&output, EXIT_YES, error);
}

/* The SOURCE that the error is about; NULL if it is about none, or about one of
 * several. */
static const char *failed_source(const struct invocation *invocation,
				 const struct error *error)
{
	bool one = strcmp(invocation->command->arguments, "[SOURCE]") == 0 &&
		   invocation->argument_count == 1;

	return one && error->code != ERROR_USAGE ? invocation->arguments[0]
						 : NULL;
}

/* What reads a memory image says how the page in it is found, and does not know
 * for which command. */
static void fit_hint(const struct invocation *invocation, struct error *error)
{
	if (invocation->named && strstr(error->hint, "--scan") &&
	    !command_takes(invocation->command, OPTION_SCAN))
		error_hint(error,
			   "vmclockctl dump --scan takes the page out of it");
}

/* The one place where an error becomes words and a status. */
static int report_error(const struct invocation *invocation,
			struct error *error)
{
	const char *command =
		invocation->named ? invocation->command->name : "";
	CLEANUP(output_discard) struct output output = { 0 };
	struct error ignored;

	if (error->code == ERROR_USAGE && !*error->hint)
		error_hint(error, "see vmclockctl %s%s--help", command,
			   *command ? " " : "");
	fit_hint(invocation, error);

	/* A script that asked for JSON gets a document even then. */
	if (invocation->json && !error->stdout_failed &&
	    output_open(&output, NULL, &ignored) == 0) {
		json_write(output.stream,
			   json_failure(invocation->command->name,
					failed_source(invocation, error),
					error),
			   &ignored);
		output_close(&output, &ignored);
	}
	text_error(stderr, error);
	return error_status(error->code);
}

/* Not where a sanitizer has files of its own to open at the end, nor where what
 * is executed is counted. */
#ifdef SANDBOX
/* With fewer rights no way leads through the root directory or the files of
 * another process. */
static bool leads_through_process(const char *path)
{
	char target[PATH_MAX];
	ssize_t length = path ? readlink(path, target, sizeof(target) - 1) : -1;

	if (length > 0) {
		target[length] = '\0';
		if (strstr(target, "/proc/"))
			return true;
	}
	return path && strstr(path, "/proc/");
}

/* Whether the command line names no page of this machine. */
static bool names_files(const struct invocation *invocation)
{
	static const enum option_id paths[] = { OPTION_OUTPUT, OPTION_ROOT,
						OPTION_LEAP_FILE, OPTION_FROM,
						OPTION_BEFORE };

	if (command_names_live(invocation))
		return false;
	for (int i = 0; i < invocation->argument_count; i++) {
		if (leads_through_process(invocation->arguments[i]))
			return false;
	}
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		if (leads_through_process(option_text(invocation, paths[i])))
			return false;
	}
	return true;
}

static void give_up_rights(const struct invocation *invocation)
{
	if (invocation->command->only_reads && names_files(invocation))
		sandbox_begin(option_text(invocation, OPTION_OUTPUT));
}
#else
static void give_up_rights(const struct invocation *invocation)
{
	(void)invocation;
}
#endif

static int run_command(struct invocation *invocation, struct error *error)
{
	int status;

	if (command_settle_place(invocation, error))
		return -1;
	give_up_rights(invocation);
	status = invocation->command->run(invocation, error);
	if (status < 0 && error->code == ERROR_NO_DEVICE &&
	    invocation->command->own_page && !invocation->argument_count)
		command_name_nodeless(invocation->root, error);
	return status;
}

int main(int argc, char **argv)
{
	struct invocation invocation;
	struct error error = { 0 };
	int status;

	jsonmemory_install();
	stdfds_hold();
	stdfds_make_messages_wait();
	/* A closed pipe is seen as EPIPE, and is no failure. */
	signal(SIGPIPE, SIG_IGN);
	/* Beyond RLIMIT_FSIZE a write fails with EFBIG, as on a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	status = command_parse(commands, argc, argv, &invocation, &error);
	if (status == 0 && option_given(&invocation, OPTION_HELP))
		status = print_help(&invocation, &error);
	else if (status == 0 && option_given(&invocation, OPTION_VERSION))
		status = print_version(&invocation, &error);
	else if (status == 0)
		status = run_command(&invocation, &error);
	return status < 0 ? report_error(&invocation, &error) : status;
}
