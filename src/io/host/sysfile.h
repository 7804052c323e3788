/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads small files of sysfs and procfs, below a root. */
#ifndef VMCLOCKCTL_IO_HOST_SYSFILE_H
#define VMCLOCKCTL_IO_HOST_SYSFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "doctor/access_error.h"

/*
 * Each function records in *access_error, unless that is NULL or already set,
 * the file or directory that could not be read: any error except that it does
 * not exist.
 */

/* Record such an access error. */
void sysfile_access_error(struct access_error *access_error, const char *root,
			  const char *path, int errnum);

/* Read the first line of root/path without trailing blanks, cut to `size`;
 * anything but printable ASCII becomes '?'. Returns false, with "" in text, if
 * it cannot be read. */
bool sysfile_line(const char *root, const char *path, char *text, size_t size,
		  struct access_error *access_error);

/* Read the last component of a symbolic link's target. Without such a link,
 * `text` is unchanged. */
bool sysfile_link(const char *root, const char *path, char *text, size_t size,
		  struct access_error *access_error);

/* Read root/path, at most `size` - 1 bytes, as printable ASCII with newlines;
 * NULs become newlines. Returns the length, or -1 if it cannot be read. */
long sysfile_text(const char *root, const char *path, char *text, size_t size,
		  struct access_error *access_error);

/* The same, of at most 64 KiB, in memory to be freed; NULL if it cannot be
 * read. */
char *sysfile_whole(const char *root, const char *path,
		    struct access_error *access_error);

/* Read the bytes of root/path as they are, at most `size`. Returns their
 * number, or -1 if it cannot be read. */
long sysfile_bytes(const char *root, const char *path, void *bytes, size_t size,
		   struct access_error *access_error);

/* Whether root/path, of any size, contains the text, of less than 16 KiB.
 * Returns 1, 0, or -1 if it cannot be read. */
int sysfile_mentions(const char *root, const char *path, const char *text,
		     struct access_error *access_error);

bool sysfile_exists(const char *root, const char *path,
		    struct access_error *access_error);

/* Whether this user can open the file. Missing permission is not an access
 * error, any other reason is. */
bool sysfile_readable(const char *path, struct access_error *access_error);

struct sysfile_list {
	char **paths; /* each begins with the root; sorted */
	size_t count;
};

/*
 * Find the files whose paths below the root, which begin with a slash, match a
 * pattern; "*" and the like match no slash and no leading dot. A directory that
 * cannot be read, or a path that cannot be stored for lack of memory, is an
 * access error. Returns how many were found. Call sysfile_list_free() on
 * `found`.
 */
size_t sysfile_find(const char *root, const char *pattern,
		    struct sysfile_list *found,
		    struct access_error *access_error);

void sysfile_list_free(struct sysfile_list *list);

#endif
