/* SPDX-License-Identifier: BSD-2-Clause */
/* The one place that opens files for reading only. */
#include "readonly.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#include "base/retry.h"
#include "character_device.h"

int open_readonly_waiting(const char *path)
{
	struct character_device device;

	if (character_device_at(path, &device) &&
	    !character_device_readable(&device)) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
}

int open_readonly(const char *path)
{
	return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

ssize_t read_all(int fd, void *bytes, size_t size)
{
	size_t used = 0;

	while (used < size) {
		ssize_t got = RETRY_EINTR(
			read(fd, (uint8_t *)bytes + used, size - used));

		if (got < 0)
			return -1;
		if (got == 0)
			break;
		used += (size_t)got;
	}
	return (ssize_t)used;
}
