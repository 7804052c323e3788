/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the answer goes: stdout, or the file of -o, which is either whole under
 * its name or not there.
 */
#ifndef VMCLOCKCTL_IO_OUTPUT_OUTPUT_H
#define VMCLOCKCTL_IO_OUTPUT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/error.h"

struct output {
	FILE *stream;
	char *path;	 /* NULL: stdout */
	char *temporary; /* NULL: written in place (stdout, a device, a FIFO) */
	bool closed_pipe; /* the reader went away: not an error */
	/* For who writes, both to be set after it is open. */
	bool color; /* words may be coloured */
	/* Whether a file whose first line this is has an earlier answer of the
	 * kind that is written; NULL: then its first four bytes are the same.
	 */
	bool (*begins)(const char *line);
	/* A regular file that grows: how much of it is whole lines. */
	bool grows;
	off_t whole;
};

/*
 * path NULL or "-": stdout. A regular file or a name not there yet: a
 * temporary file in the same directory, with mode 0666 less the umask, or with
 * the mode and as far as may be the owner of what it is to replace. A character
 * device or a FIFO: written in place. A directory, a block device or a socket:
 * refused. Returns 0, or -1 with *error (ERROR_WRITE).
 */
int output_open(struct output *output, const char *path, struct error *error);

/*
 * The same for what grows over time and has to be there if the program is
 * killed: a regular file is written under its own name from the start. One that
 * is there already is emptied, if it is empty or its first bytes (64 KiB at
 * most) are `ours`; a stranger is left as it is, and that is an error.
 */
int output_open_growing(struct output *output, const char *path,
			bool (*ours)(const uint8_t *head, size_t length),
			struct error *error);

/*
 * After each line of what grows: flush and check. If it did not get out whole,
 * a regular file is cut back to the lines that did. A closed pipe is told in
 * closed_pipe. Returns 0, or -1 with *error (ERROR_WRITE).
 */
int output_line(struct output *output, struct error *error);

/* Whether the reader of a pipe is gone, without writing to it. */
bool output_is_closed(struct output *output);

/*
 * Flush, check, and put the file under its name. An existing file is replaced
 * only if it is empty or of the kind of the new one: by `begins`, or where that
 * is NULL by its first 4 bytes (a page over a page, JSON over JSON); a stranger
 * is left as it is, and that is an error. EPIPE on stdout sets
 * closed_pipe and is no error. Returns 0, or -1 with *error (ERROR_WRITE) and
 * no trace left behind.
 */
int output_close(struct output *output, struct error *error);

/* Give up: remove the temporary file, leave the name as it was. */
void output_discard(struct output *output);

#endif
