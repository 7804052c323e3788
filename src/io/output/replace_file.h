/* SPDX-License-Identifier: BSD-2-Clause */
/* A finished file's way to its name, which no stranger's file loses by it. */
#ifndef VMCLOCKCTL_IO_OUTPUT_REPLACE_FILE_H
#define VMCLOCKCTL_IO_OUTPUT_REPLACE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Longer than the first line of any text that is known by it. */
#define HEAD_MAX 256

/* What tells one kind of file from another: VCLK, or a report's first line. */
struct head {
	ssize_t length; /* 0: empty */
	char bytes[HEAD_MAX];
};

/* The first bytes, as many as there are, whatever signal comes. Returns how
 * many, or -1 and errno. */
ssize_t replace_file_read_head(int fd, void *bytes, size_t size);

/*
 * The name that is to hold the file: a symbolic link stays and what it leads
 * to is replaced. NULL and errno if it leads nowhere.
 */
char *replace_file_target(const char *path);

/*
 * Create a file beside the target, for its name is given to it in the end. A
 * signal that ends the program removes it. Returns its descriptor with its name
 * in *temporary, which is freed by replace_file_forget(), or -1 and errno.
 */
int replace_file_create(const char *target, char **temporary);

/* The file has the target's name, or is removed. */
void replace_file_forget(char *temporary);

/*
 * Give the file, which begins so, the name of the target: where that is free,
 * empty, or what it replaces is of its kind: by `begins`, which is asked of its
 * first line (without colours), or where that is NULL by the same four bytes.
 * Returns 0, 1 if a stranger has the name, or -1 and errno.
 */
int replace_file_put(const char *temporary, const char *target,
		     const struct head *head, bool (*begins)(const char *line));

#endif
