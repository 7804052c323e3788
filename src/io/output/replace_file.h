/* SPDX-License-Identifier: BSD-2-Clause */
/* Gives a finished file its name, without replacing a file of another kind. */
#ifndef VMCLOCKCTL_IO_OUTPUT_REPLACE_FILE_H
#define VMCLOCKCTL_IO_OUTPUT_REPLACE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "tempfile.h"

/* musl before 1.2.6 has neither the call nor its flag; see renameat2(2). */
#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#define RENAMEAT2_IS_OURS
int renameat2(int from, const char *name, int to, const char *new_name,
	      unsigned int flags);
#endif

/* Longer than the first line of any text that is recognised by it. */
#define HEAD_MAX 256

/* The bytes that distinguish kinds of files: VCLK, or a report's first line. */
struct head {
	ssize_t length; /* 0: empty */
	char bytes[HEAD_MAX];
};

/* Why a file is left as it is. */
enum left_file {
	LEFT_NOT,
	LEFT_KIND,    /* it does not begin like this output */
	LEFT_OWNER,   /* it is another user's, see destination_trusts() */
	LEFT_WRITTEN, /* another process has the writer's lock */
	LEFT_LOCKED,  /* a reader's lock cannot be got round */
};

/* Read the first bytes, as many as there are, even if signals interrupt.
 * Returns how many, or -1 and errno. */
ssize_t replace_file_read_head(int fd, void *bytes, size_t size);

/*
 * Give the file, whose first bytes are `head`, the name of the place, if that
 * is free or the existing file is empty or of the same kind: by `begins` on
 * its first line (without colours), or if that is NULL by the same four bytes.
 * No link is followed. `holder` is a descriptor of a file whose writer's lock
 * is ours, or -1. Returns 0, or -1 and errno, or -1 with *left and *writer, the
 * process of LEFT_WRITTEN or 0.
 */
int replace_file_put(const struct destination *destination,
		     struct tempfile *file, const struct head *head,
		     bool (*begins)(const char *line), int holder,
		     enum left_file *left, pid_t *writer);

/* Give the file the name of the place, which has to be free. Returns 0, or -1
 * and errno, EEXIST if it is not. */
int replace_file_name(const struct destination *destination,
		      struct tempfile *file);

#endif
