/* SPDX-License-Identifier: BSD-2-Clause */
/* A file that watch replaces over and over, and that no other may replace
 * meanwhile: of two writers each would undo what the other has told. */
#ifndef VMCLOCKCTL_CMD_KEPT_FILE_H
#define VMCLOCKCTL_CMD_KEPT_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

struct kept_file {
	const char *path; /* NULL: none is kept, and nothing below matters */
	int lock;	  /* the file, with its writer's lock; -1: none yet */
	bool written;	  /* once, by this watch */
	bool behind;	  /* the last time it could not be replaced */
	int64_t tried;	  /* that last time, CLOCK_MONOTONIC, ns */
};

/*
 * Take the lock of the file, which need not be there: then the lock is -1, and
 * is taken with the first kept_file_replace(). Returns 0, or -1 with *error:
 * ERROR_WRITE for a file that another process keeps.
 */
int kept_file_claim(struct kept_file *file, const char *path,
		    struct error *error);

/*
 * Replace the file by what `write` writes, as output_close() does. `write`
 * returns 0, or -1 with *error.
 *
 * Returns 0; or -1 with *error (ERROR_WRITE), and the file is as it was; or 1
 * with *error, where a failure does not end the watch: the file has been
 * written once, and this is not the `last` time. Then it is behind.
 */
int kept_file_replace(struct kept_file *file, bool last,
		      int (*write)(FILE *stream, const void *what,
				   struct error *error),
		      const void *what, struct error *error);

/* Whether to try it now: one that is behind is tried once a second. */
bool kept_file_is_due(const struct kept_file *file);

void kept_file_close(struct kept_file *file);

#endif
