/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens standard descriptors that are closed, so that no file gets their
 * numbers. */
#include "stdfds.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

void stdfds_hold(void)
{
	/* open() takes the lowest free number. A path descriptor of / can be
	 * neither read nor written; /dev/null would swallow output. */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			open("/", O_PATH);
	}
}

/* O_NONBLOCK is of the open file, which others have, too: open another. Without
 * a reader of a FIFO that is not possible, and there is nobody to wait for. */
void stdfds_make_messages_wait(void)
{
	int flags = fcntl(STDERR_FILENO, F_GETFL);
	struct stat status;
	int fd;

	if (flags < 0 || !(flags & O_NONBLOCK) ||
	    fstat(STDERR_FILENO, &status) != 0 ||
	    !(S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode)))
		return;
	fd = open("/proc/self/fd/2",
		  (flags & O_ACCMODE) | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) == 0)
		dup2(fd, STDERR_FILENO);
	close(fd);
}
