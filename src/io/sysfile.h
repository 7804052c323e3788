/* SPDX-License-Identifier: BSD-2-Clause */
/* Small files of sysfs and procfs, below a root. */
#ifndef VMCLOCKCTL_IO_SYSFILE_H
#define VMCLOCKCTL_IO_SYSFILE_H

#include <glob.h>
#include <stdbool.h>
#include <stddef.h>

/* The first line of root/path without blanks at its end, cut to `size`; what is
 * not printable ASCII becomes '?'. Returns false, and "" in text, where it
 * cannot be read. */
bool sysfile_line(const char *root, const char *path, char *text, size_t size);

/* The last part of what a symbolic link leads to. `text` is left as it was
 * where there is no such link. */
bool sysfile_link(const char *root, const char *path, char *text, size_t size);

/* All of root/path, `size` - 1 bytes at most, as printable ASCII with newlines
 * and NULs as newlines. Returns the length, -1 where it cannot be read. */
long sysfile_text(const char *root, const char *path, char *text, size_t size);

/* The bytes of root/path as they are, `size` at most. Returns their number, -1
 * where it cannot be read. */
long sysfile_bytes(const char *root, const char *path, void *bytes,
		   size_t size);

bool sysfile_exists(const char *root, const char *path);

/* What is found below root; patterns in it begin with a slash. Returns how
 * many paths. `found` is then freed by globfree(). */
size_t sysfile_glob(const char *root, const char *pattern, glob_t *found);

/* What stands behind the last slash. */
const char *sysfile_base_name(const char *path);

#endif
