/* SPDX-License-Identifier: BSD-2-Clause */
/* The file of the leap-second table, read whole. */
#include "leapfile.h"

#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "io/readonly.h"

/* The file of IERS has 5 KiB. */
#define FILE_MAX 65536u

static int read_table(const char *path, int (*open_path)(const char *path),
		      struct leap_table *table, struct error *error)
{
	cleanup_close int fd = open_path(path);
	cleanup_free char *text = new_zeros(FILE_MAX, path, error);
	const char *fault;
	ssize_t length;

	if (!text)
		return -1;
	length = fd < 0 ? -1 : read_all(fd, text, FILE_MAX);
	if (length < 0)
		return error_set(error, ERROR_OPEN, errno, "%s: cannot open",
				 path);
	fault = (size_t)length == FILE_MAX
			? "it is too large"
			: leap_parse(text, (size_t)length, table);
	if (fault)
		return error_set(error, ERROR_DAMAGED, 0,
				 "%s: no leap-second table: %s", path, fault);
	return 0;
}

int leapfile_read(const char *path, struct leap_table *table,
		  struct error *error)
{
	return read_table(path, open_readonly_waiting, table, error);
}

int leapfile_system(const char *root, struct leap_table *table,
		    struct error *error)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s%s", root, LEAP_TABLE_PATH);
	return read_table(path, open_readonly, table, error);
}
