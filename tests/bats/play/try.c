/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * To preload: at the end of the program, where all that it does is done, tries
 * what it must not be able to do any more, and prints the errno of each on
 * standard error. TRY names a directory with the file "there".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void say(const char *what, int result)
{
	dprintf(STDERR_FILENO, "%s: %s\n", what,
		result >= 0 ? "yes" : strerrorname_np(errno));
}

static int try_connect(void)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	return connect(socket(AF_INET, SOCK_STREAM, 0),
		       (const struct sockaddr *)&address, sizeof(address));
}

__attribute__((destructor)) static void try_all(void)
{
	const char *directory = getenv("TRY");
	struct stat status;

	if (!directory || chdir(directory) != 0)
		return;
	say("stat", stat("there", &status));
	say("read", open("there", O_RDONLY));
	say("list", open(".", O_RDONLY | O_DIRECTORY));
	say("write", open("there", O_WRONLY));
	say("truncate", truncate("there", 0));
	say("create", open("new", O_CREAT | O_WRONLY, 0600));
	say("mkdir", mkdir("new.d", 0700));
	say("symlink", symlink("there", "new.l"));
	say("rename", rename("there", "moved"));
	say("unlink", unlink("there"));
	/* What is executed tries nothing. */
	unsetenv("TRY");
	say("execute", access("/bin/true", X_OK) == 0
			       ? execl("/bin/true", "true", NULL)
			       : -1);
	say("connect", try_connect());
}
