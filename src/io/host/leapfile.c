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
static ssize_t read_file(const char *path, int flags, char *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | flags);
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

static int take_table(const char *path, int flags, struct leap_table *table,
		      struct error *error)
{
	char *text = malloc(FILE_MAX);
	const char *fault;
	ssize_t length;

	if (!text)
		return error_set(error, ERROR_MEMORY, ENOMEM, "%s", path);
	length = read_file(path, flags, text);
	if (length < 0) {
		free(text);
		return error_set(error, ERROR_OPEN, errno, "%s: cannot open",
				 path);
	}
	fault = (size_t)length == FILE_MAX
			? "it is too large"
			: leap_parse(text, (size_t)length, table);
	free(text);
	if (fault)
		return error_set(error, ERROR_DAMAGED, 0,
				 "%s: no leap-second table: %s", path, fault);
	return 0;
}

int leapfile_read(const char *path, struct leap_table *table,
		  struct error *error)
{
	return take_table(path, 0, table, error);
}

int leapfile_system(const char *root, struct leap_table *table,
		    struct error *error)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s%s", root, LEAPFILE_DEFAULT);
	return take_table(path, O_NONBLOCK, table, error);
}
