/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs started by posix_spawnp(3), and waited for. */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools.h"

#define ARGUMENTS_MAX 16

static void direct_output(posix_spawn_file_actions_t *actions, int from, int to)
{
	if (from < 0)
		posix_spawn_file_actions_addopen(actions, to, "/dev/null",
						 O_WRONLY, 0);
	else
		posix_spawn_file_actions_adddup2(actions, from, to);
}

pid_t child_start(const char *const *argv, int out, int err)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int errnum;

	posix_spawn_file_actions_init(&actions);
	direct_output(&actions, out, 1);
	direct_output(&actions, err, 2);
	/* It starts as a vfork() does, so that its memory is only its own. */
	errnum = posix_spawnp(&pid, argv[0], &actions, NULL,
			      (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (errnum)
		die("%s: %s", argv[0], strerror(errnum));
	return pid;
}

static struct child_cost run(const char *const *argv, int err)
{
	double start = seconds();
	pid_t pid = child_start(argv, -1, err);
	struct rusage usage;
	struct child_cost result;
	int status;

	while (wait4(pid, &status, 0, &usage) < 0) {
		if (errno != EINTR)
			die("wait4: %s", strerror(errno));
	}
	result.seconds = seconds() - start;
	result.max_rss = usage.ru_maxrss;
	if (status != 0)
		die("%s %s: wait status 0x%x", argv[0], argv[1] ? argv[1] : "",
		    (unsigned int)status);
	return result;
}

struct child_cost child_run(const char *const *argv)
{
	return run(argv, 2);
}

double child_instructions(const char *const *argv)
{
	static const char before[] = "Collected : ";
	const char *under[ARGUMENTS_MAX] = { "valgrind", "--tool=callgrind",
					     "--callgrind-out-file=/dev/null" };
	FILE *said = tmpfile();
	char line[256], *found = NULL;
	size_t count = 3;

	if (!said)
		die("a temporary file: %s", strerror(errno));
	while (*argv && count < ARGUMENTS_MAX - 1)
		under[count++] = *argv++;
	run(under, fileno(said));
	rewind(said);
	while (!found && fgets(line, sizeof(line), said))
		found = strstr(line, before);
	fclose(said);
	if (found)
		return strtod(found + strlen(before), NULL);
	die("callgrind did not say what it collected");
}
