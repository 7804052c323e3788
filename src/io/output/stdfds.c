/* SPDX-License-Identifier: BSD-2-Clause */
/* Occupies closed standard descriptors with one that cannot be read or
 * written. */
#include "stdfds.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

void stdfds_hold(void)
{
	/* Each open takes the lowest that is free. The root is always there;
	 * /dev/null would swallow what -o /dev/stdout writes. */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			open("/", O_PATH);
	}
}
