/* SPDX-License-Identifier: BSD-2-Clause */
/* Gives a finished file its name, without replacing a file of another kind. */
#ifndef VMCLOCKCTL_IO_OUTPUT_REPLACE_FILE_H
#define VMCLOCKCTL_IO_OUTPUT_REPLACE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Longer than the first line of any text that is recognised by it. */
#define HEAD_MAX 256

/* The bytes that distinguish kinds of files: VCLK, or a report's first line. */
struct head {
	ssize_t length; /* 0: empty */
	char bytes[HEAD_MAX];
};

/* Read the first bytes, as many as there are, even if signals interrupt.
 * Returns how many, or -1 and errno. */
ssize_t replace_file_read_head(int fd, void *bytes, size_t size);

/*
 * The name that the file will get: a symbolic link stays, and its target is
 * replaced. NULL and errno if the link has no target.
 */
char *replace_file_target(const char *path);

/*
 * Create a file beside the target, whose name it gets in the end. A signal that
 * ends the program removes it. Returns its descriptor with its name in
 * *temporary, which is freed by replace_file_forget(), or -1 and errno.
 */
int replace_file_create(const char *target, char **temporary);

/* Call this when the file has the target's name, or is removed. */
void replace_file_forget(char *temporary);

/*
 * Give the file, whose first bytes are `head`, the name of the target, if that
 * name is free or the existing file is empty or of the same kind: by `begins`
 * on its first line (without colours), or if that is NULL by the same four
 * bytes. Returns 0, 1 if another file has the name, or -1 and errno.
 */
int replace_file_put(const char *temporary, const char *target,
		     const struct head *head, bool (*begins)(const char *line));

#endif
