/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the answer goes: stdout, or the file of -o, which is either whole under
 * its name or not there.
 */
#ifndef VMCLOCKCTL_IO_OUTPUT_H
#define VMCLOCKCTL_IO_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "../error.h"

struct output {
	FILE *stream;
	char *path;	 /* NULL: stdout */
	char *temporary; /* NULL: written in place (stdout, a device, a FIFO) */
	bool closed_pipe; /* the reader went away: not an error */
};

/*
 * path NULL or "-": stdout. A regular file or a name not there yet: a
 * temporary file in the same directory, mode 0666 less the umask. A character
 * device or a FIFO: written in place. A directory, a block device or a socket:
 * refused. Returns 0, or -1 with *error (ERROR_WRITE).
 */
int output_open(struct output *output, const char *path, struct error *error);

/*
 * Flush, check, and put the file under its name. An existing file is replaced
 * only if it is empty or its first 4 bytes are those of the new content (a page
 * over a page, a report over a report); a stranger is left as it is, and that
 * is an error. EPIPE on stdout sets closed_pipe and is no error. Returns 0, or
 * -1 with *error (ERROR_WRITE) and no trace left behind.
 */
int output_close(struct output *output, struct error *error);

/* Give up: remove the temporary file, leave the name as it was. */
void output_discard(struct output *output);

#endif
