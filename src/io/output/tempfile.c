/* SPDX-License-Identifier: BSD-2-Clause */
/* One temporary file, and the signals that remove it. */
#include "tempfile.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

/* From a user, a shutdown, or a resource limit. */
static const int endings[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU, SIGXFSZ,
};
#define ENDINGS (sizeof(endings) / sizeof(*endings))

static const char *volatile left;

/* The signal is raised again and ends the program. */
static void remove_and_end(int number)
{
	if (left)
		unlink(left);
	raise(number);
}

static void catch_endings(const sigset_t *all)
{
	const struct sigaction action = {
		.sa_handler = remove_and_end,
		.sa_mask = *all,
		.sa_flags = (int)SA_RESETHAND,
	};
	struct sigaction before;

	for (size_t i = 0; i < ENDINGS; i++) {
		if (sigaction(endings[i], NULL, &before) == 0 &&
		    before.sa_handler == SIG_DFL)
			sigaction(endings[i], &action, NULL);
	}
}

int tempfile_create(const char *name)
{
	sigset_t all, before;
	int fd;

	sigemptyset(&all);
	for (size_t i = 0; i < ENDINGS; i++)
		sigaddset(&all, endings[i]);
	catch_endings(&all);
	/* Signals are blocked until the name is noted here. */
	sigprocmask(SIG_BLOCK, &all, &before);
	fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd >= 0)
		left = name;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return fd;
}

void tempfile_forget(void)
{
	left = NULL;
}
