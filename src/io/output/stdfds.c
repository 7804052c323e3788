/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens standard descriptors that are closed, so that no file gets their
 * numbers. */
#include "stdfds.h"

#include <errno.h>
#include <fcntl.h>
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
