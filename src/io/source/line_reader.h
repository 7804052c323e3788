/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of a file, one at a time, in buffers that are used again. */
#ifndef VMCLOCKCTL_IO_SOURCE_LINE_READER_H
#define VMCLOCKCTL_IO_SOURCE_LINE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Most bytes of a line that are read, its newline included. */
#define LINE_BYTES_MAX 1048576u

struct line_reader {
	int fd;
	char *name; /* for messages */
	/* What was read and not yet taken is text[start] to text[end - 1]. */
	char *text;
	size_t size, start, end;
	bool at_end;	  /* of the file */
	bool interrupted; /* a signal ends a read, as a fault with EINTR */
	uint64_t number;  /* of the line taken last, from 1 */
	struct error fault;
};

/* `head` has been read from the descriptor already. Returns 0, or -1 where
 * there is no memory; line_reader_free() in either case. */
int line_reader_start(struct line_reader *reader, int fd, const char *name,
		      const uint8_t *head, size_t length);

/*
 * Take the next line. Returns 1, 0 at the end of the file, -1 with the fault
 * (ERROR_READ, ERROR_MEMORY, ERROR_DAMAGED where it is too long). *whole: it
 * ended with a newline. The text is valid until the next call.
 */
int line_reader_take(struct line_reader *reader, const char **text,
		     size_t *length, bool *whole);

/* Make the line taken last the fault, by a member of it (NULL: the line) and
 * what is wrong there. Returns -1. */
int line_reader_damaged(struct line_reader *reader, const char *member,
			const char *reason);

/* Make want of memory the fault. Returns -1. */
int line_reader_no_memory(struct line_reader *reader);

void line_reader_free(struct line_reader *reader);

#endif
