/* SPDX-License-Identifier: BSD-2-Clause */
#include "leapfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* IERS's own file has 5 KiB. */
#define FILE_MAX 65536u

/* Returns the number of bytes, or -1 with errno. */
static ssize_t read_file(const char *path, char *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	size_t used = 0;
	ssize_t got = 0;
	int cause;

	if (fd < 0)
		return -1;
	while (used < FILE_MAX) {
		got = read(fd, text + used, FILE_MAX - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		used += (size_t)got;
	}
	cause = errno;
	close(fd);
	errno = cause;
	return got < 0 ? -1 : (ssize_t)used;
}

bool leapfile_read(const char *name, const char *root, struct leap_table *table,
		   char *reason, size_t size)
{
	char path[4096];
	char *text = malloc(FILE_MAX);
	const char *fault;
	ssize_t length = -1;

	if (name)
		snprintf(path, sizeof(path), "%s", name);
	else
		snprintf(path, sizeof(path), "%s%s", root, LEAPFILE_DEFAULT);
	if (text)
		length = read_file(path, text);
	if (length < 0) {
		snprintf(reason, size, "no leap-second table: %s: %s", path,
			 strerror(errno));
		free(text);
		return false;
	}
	fault = (size_t)length == FILE_MAX
			? "it is too large"
			: leap_parse(text, (size_t)length, table);
	free(text);
	if (fault)
		snprintf(reason, size, "no leap-second table: %s: %s", path,
			 fault);
	return !fault;
}
