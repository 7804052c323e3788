/* SPDX-License-Identifier: BSD-2-Clause */
/* The file of the leap-second table, read whole. */
#include "leapfile.h"

#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "io/readonly.h"
#include "io/tree.h"
#include "sysfile.h"

/* The file of IERS has 5 KiB. */
#define FILE_MAX 65536u

/* The descriptor is taken over; -1 with errno. */
static int read_table(int opened, const char *path, struct leap_table *table,
		      struct error *error)
{
	cleanup_close int fd = opened;
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
	return read_table(open_readonly_waiting(path), path, table, error);
}

int leapfile_look(const char *root, struct leap_table *table,
		  struct access_error *access_error, struct error *error)
{
	cleanup_free char *path = NULL;
	enum observed observed;
	int fd;

	if (asprintf(&path, "%s%s", root, LEAP_TABLE_PATH) < 0) {
		path = NULL;
		return error_set(error, ERROR_MEMORY, ENOMEM, LEAP_TABLE_PATH);
	}
	observed = tree_open(root, LEAP_TABLE_PATH, TREE_READ_MAX, &fd);
	sysfile_observed(access_error, root, LEAP_TABLE_PATH, observed, errno);
	if (observed != OBSERVED_READ)
		return tree_error(error, path, observed, errno);
	if (read_table(fd, path, table, error) == 0)
		return 0;
	if (error->code == ERROR_OPEN)
		sysfile_access_error(access_error, root, LEAP_TABLE_PATH,
				     error->errnum);
	return -1;
}

int leapfile_system(const char *root, struct leap_table *table,
		    struct error *error)
{
	return leapfile_look(root, table, NULL, error);
}
