/* SPDX-License-Identifier: BSD-2-Clause */
/* Small files of sysfs and procfs, below a root. */
#ifndef VMCLOCKCTL_IO_HOST_SYSFILE_H
#define VMCLOCKCTL_IO_HOST_SYSFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "doctor/access_error.h"

/*
 * Each keeps in *access_error, unless that is NULL or has one already, the file
 * or directory that could not be looked at: any error but that it is not there.
 */

/* Keep such a one. */
void sysfile_access_error(struct access_error *access_error, const char *root,
			  const char *path, int errnum);

/* The first line of root/path without blanks at its end, cut to `size`; what is
 * not printable ASCII becomes '?'. Returns false, and "" in text, where it
 * cannot be read. */
bool sysfile_line(const char *root, const char *path, char *text, size_t size,
		  struct access_error *access_error);

/* The last part of what a symbolic link leads to. `text` is left as it was
 * where there is no such link. */
bool sysfile_link(const char *root, const char *path, char *text, size_t size,
		  struct access_error *access_error);

/* All of root/path, `size` - 1 bytes at most, as printable ASCII with newlines
 * and NULs as newlines. Returns the length, -1 where it cannot be read. */
long sysfile_text(const char *root, const char *path, char *text, size_t size,
		  struct access_error *access_error);

/* The bytes of root/path as they are, `size` at most. Returns their number, -1
 * where it cannot be read. */
long sysfile_bytes(const char *root, const char *path, void *bytes, size_t size,
		   struct access_error *access_error);

/* Whether root/path, of any size, has the text, of less than 16 KiB, in it. 1,
 * 0, or -1 where it cannot be read. */
int sysfile_mentions(const char *root, const char *path, const char *text,
		     struct access_error *access_error);

bool sysfile_exists(const char *root, const char *path,
		    struct access_error *access_error);

/* Whether this user can open the file. That it may not is no access error, any
 * other reason is. */
bool sysfile_readable(const char *path, struct access_error *access_error);

struct sysfile_list {
	char **paths; /* the root at their beginning, in order */
	size_t count;
};

/*
 * The files whose paths below the root, which begin with a slash, fit a
 * pattern; "*" and the like stand for no slash and no dot at the beginning.
 * What cannot be looked into, or for want of memory not be kept, is an access
 * error.
 * Returns how many. `found` is then to be freed.
 */
size_t sysfile_find(const char *root, const char *pattern,
		    struct sysfile_list *found,
		    struct access_error *access_error);

void sysfile_list_free(struct sysfile_list *list);

#endif
