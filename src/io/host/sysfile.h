/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads small files of sysfs and procfs, below a root. */
#ifndef VMCLOCKCTL_IO_HOST_SYSFILE_H
#define VMCLOCKCTL_IO_HOST_SYSFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "doctor/access_error.h"

/*
 * Paths begin with a slash and are looked up below `root`, as io/tree.h says:
 * what is no regular file, or is longer than TREE_READ_MAX, is not read.
 *
 * Each function records in *access_error, unless that is NULL or already set,
 * the file or directory that could not be read: any error except that it does
 * not exist. If that says so, each look is noted, with what came.
 */

/* Record such an access error. */
void sysfile_access_error(struct access_error *access_error, const char *root,
			  const char *path, int errnum);

/* Record what came of a look, by io/tree.h; `errnum` is that of the look. */
void sysfile_observed(struct access_error *access_error, const char *root,
		      const char *path, enum observed observed, int errnum);

/* The same in words of the caller's, "a device, which is not opened". */
void sysfile_observed_as(struct access_error *access_error, const char *root,
			 const char *path, enum observed observed, int errnum,
			 const char *text);

void observations_free(struct observations *observations);

/* Read the first line of root/path without trailing blanks, cut to `size`;
 * anything but printable ASCII becomes '?'. Returns false, with "" in text, if
 * it cannot be read. */
bool sysfile_line(const char *root, const char *path, char *text, size_t size,
		  struct access_error *access_error);

/* The same of the file `name`, which begins with a slash, in the directory
 * `path`. */
bool sysfile_line_in(const char *root, const char *path, const char *name,
		     char *text, size_t size,
		     struct access_error *access_error);

/* Read the last component of a symbolic link's target. Without such a link,
 * `text` is unchanged. */
bool sysfile_link(const char *root, const char *path, char *text, size_t size,
		  struct access_error *access_error);

bool sysfile_link_in(const char *root, const char *path, const char *name,
		     char *text, size_t size,
		     struct access_error *access_error);

/* Read root/path, at most `size` - 1 bytes, as printable ASCII with newlines;
 * NULs become newlines. Returns the length, or -1 if it cannot be read. */
long sysfile_text(const char *root, const char *path, char *text, size_t size,
		  struct access_error *access_error);

/* The same of all of it, in memory to be freed; NULL if it cannot be read, or
 * is longer than TREE_READ_MAX. */
char *sysfile_whole(const char *root, const char *path,
		    struct access_error *access_error);

/* Read the bytes of root/path as they are, at most `size`. Returns their
 * number, or -1 if it cannot be read. */
long sysfile_bytes(const char *root, const char *path, void *bytes, size_t size,
		   struct access_error *access_error);

long sysfile_bytes_in(const char *root, const char *path, const char *name,
		      void *bytes, size_t size,
		      struct access_error *access_error);

/* Whether root/path, of at most TREE_TABLE_MAX, contains the text, of less than
 * 16 KiB. Returns 1, 0, or -1 if it cannot be read. */
int sysfile_mentions(const char *root, const char *path, const char *text,
		     struct access_error *access_error);

bool sysfile_exists(const char *root, const char *path,
		    struct access_error *access_error);

struct sysfile_list {
	char **paths; /* below the root; sorted */
	size_t count;
};

/*
 * Find the files whose paths below the root, which begin with a slash, match a
 * pattern; "*" and the like match no slash and no leading dot. A directory that
 * cannot be read, a path that cannot be stored for lack of memory, and more
 * than TREE_ENTRIES_MAX files are access errors. Returns how many were found.
 * Call sysfile_list_free() on `found`.
 */
size_t sysfile_find(const char *root, const char *pattern,
		    struct sysfile_list *found,
		    struct access_error *access_error);

void sysfile_list_free(struct sysfile_list *list);

#endif
