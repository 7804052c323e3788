/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The destination of the answer: stdout, or the file of -o, which is either
 * complete under its name or does not exist.
 */
#ifndef VMCLOCKCTL_IO_OUTPUT_OUTPUT_H
#define VMCLOCKCTL_IO_OUTPUT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/error.h"
#include "tempfile.h"

struct output {
	FILE *stream;
	int fd;
	char *path; /* NULL: stdout */
	struct destination destination;
	/* It becomes the file of that name when it is closed; otherwise it is
	 * written in place: stdout, a device, a FIFO, or what grows. */
	bool replaces;
	struct tempfile file; /* until then */
	/* A descriptor of the file that it replaces, if the writer's lock on
	 * that is the caller's, or -1. The caller sets it after opening. */
	int holder;
	bool closed_pipe; /* the reader went away: not an error */
	/* For the writer; the caller sets both after opening. */
	bool color; /* words may be coloured */
	/* Whether a file with this first line holds an earlier answer of the
	 * same kind; NULL: it does if its first four bytes are the same. */
	bool (*begins)(const char *line);
	bool shared; /* stdout, a file that grows: others may write to it, too
		      */
	/* For a file of our own that grows: its length in whole lines, in
	 * bytes. */
	bool grows;
	off_t whole;
	size_t line; /* bytes written after the last whole line */
	int errnum;  /* of the write that failed, 0: none */
	char *buffer;
};

/*
 * Open the output. path NULL or "-": stdout, which is never made shorter. A
 * regular file or a new name: a new file, with mode 0666 less the umask, or
 * with the mode and, if permitted, the owner of the file it is to replace. A
 * character device or a FIFO: written in place. A directory, a block device or
 * a socket: refused; so is another user's file or link in a directory that
 * others can write, where mode and owner are those of a new file. A descriptor
 * that does not wait is waited for. Returns 0, or -1 with *error (ERROR_WRITE).
 */
int output_open(struct output *output, const char *path, struct error *error);

/* The same for what has to be a regular file. */
int output_open_file(struct output *output, const char *path,
		     struct error *error);

/*
 * The same for a file that grows over time and must survive if the program is
 * killed: a regular file is written under its own name from the start, always
 * at its end, and is locked. An existing file is truncated if it is empty or
 * `ours` accepts its first bytes (at most 64 KiB), and no other process has
 * that lock; any other file is left as it is, and that is an error.
 */
int output_open_growing(struct output *output, const char *path,
			bool (*ours)(const uint8_t *head, size_t length),
			struct error *error);

/*
 * Flush and check, after each line of a growing output. If the line was not
 * written completely, the file is cut back to the lines that were, unless
 * others have written to it. A closed pipe sets closed_pipe. Returns 0, or -1
 * with *error (ERROR_WRITE).
 */
int output_line(struct output *output, struct error *error);

/* Whether the reader of a pipe is gone, without writing to it. */
bool output_is_closed(struct output *output);

/*
 * Flush, check, and give the file its name. An existing file is replaced only
 * if it is empty or of the same kind as the new one: by `begins`, or if that is
 * NULL by its first 4 bytes (a page over a page, JSON over JSON); any other
 * file is left as it is, and that is an error. EPIPE on stdout sets closed_pipe
 * and is not an error. Returns 0, or -1 with *error (ERROR_WRITE) and no trace
 * left behind.
 */
int output_close(struct output *output, struct error *error);

/*
 * For a file that changes after it was closed: take the lock of its writer
 * before it has its name. Returns a descriptor of it, for reading and writing,
 * or -1 with *error (ERROR_WRITE).
 */
int output_hold(struct output *output, struct error *error);

/*
 * For a file that is read once, and then replaced over and over by one process:
 * open what has the name, for reading, with the lock of its writer. A regular
 * file only, and no stranger's. Returns 0 with *fd, which is -1 if there is no
 * such file, or -1 with *error (ERROR_WRITE). Where the filesystem has no locks
 * nothing keeps a second writer out.
 */
int output_claim(const char *path, int *fd, struct error *error);

/* What is said of a file that another process writes, 0: one not known. */
int output_refuse_written(const char *path, const char *what, pid_t writer,
			  struct error *error);

/* Give up: remove the temporary file and leave the file of that name as it
 * was. */
void output_discard(struct output *output);

#endif
