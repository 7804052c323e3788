/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files of this machine, or of a tree that a stranger made. A path begins with
 * a slash, and is looked up below `root`, "" for /: links, absolute ones too,
 * and
 * ".." lead to places within it, and the links of /proc that are descriptors
 * lead nowhere. Nothing waits, and nothing but a regular file is opened to be
 * read: no FIFO, no device.
 *
 * Each function returns what came of it; errno says more unless that is
 * OBSERVED_READ, and is never 0 then.
 */
#ifndef VMCLOCKCTL_IO_TREE_H
#define VMCLOCKCTL_IO_TREE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/error.h"
#include "doctor/observation.h"

/* The longest file that is read, and the longest table of a machine; the most
 * entries of a directory that are looked at. */
#define TREE_READ_MAX	 1048576u
#define TREE_TABLE_MAX	 16777216u
#define TREE_ENTRIES_MAX 65536u

/* What came, in words; `errnum` is that of the look. */
const char *observed_text(enum observed observed, int errnum);

/* What an errno stands for. */
enum observed observed_errno(int errnum);

/* What opens a file of this kind to be read would find; OBSERVED_READ for a
 * regular file, else errno is set. */
enum observed observed_mode(unsigned int mode);

/* ERROR_OPEN for what cannot be opened there; `path` is for the message.
 * Returns -1. */
int tree_error(struct error *error, const char *path, enum observed observed,
	       int errnum);

/* Open a regular file of at most `most` bytes, as far as its size is known, to
 * be read. *fd is -1 if it is not. */
enum observed tree_open(const char *root, const char *path, uint64_t most,
			int *fd);

/* Open the node of a device: of this machine as it is, waiting for nothing;
 * below a root only a regular file that stands for one. */
enum observed tree_open_node(const char *root, const char *path, int *fd);

/* What is there: where links lead to, or with `link` a link itself. */
enum observed tree_status(const char *root, const char *path, bool link,
			  struct stat *status);

/* The target of a link, cut to `size`. EINVAL: it is no link. */
enum observed tree_link(const char *root, const char *path, char *text,
			size_t size);

struct tree_names {
	char **names; /* sorted by their bytes */
	size_t count;
};

/* The names in a directory, without . and .. that `wanted` takes (NULL: all).
 * More than TREE_ENTRIES_MAX entries are OBSERVED_TOO_LONG. Call
 * tree_names_free() in any case. */
enum observed tree_list(const char *root, const char *path,
			bool (*wanted)(const char *name, const void *context),
			const void *context, struct tree_names *names);

void tree_names_free(struct tree_names *names);

#endif
