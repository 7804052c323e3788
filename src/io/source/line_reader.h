/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a file line by line, in buffers that are reused. */
#ifndef VMCLOCKCTL_IO_SOURCE_LINE_READER_H
#define VMCLOCKCTL_IO_SOURCE_LINE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* The longest line that is read, in bytes, including its newline. */
#define LINE_BYTES_MAX 1048576u

struct line_reader {
	int fd;
	char *name; /* for messages */
	/* text[start] to text[end - 1] has been read and not yet taken. */
	char *text;
	size_t size, start, end;
	bool at_end;	  /* of the file */
	bool interrupted; /* a signal ends a read, as a fault with EINTR */
	uint64_t number;  /* of the line taken last, from 1 */
	struct error fault;
};

/* `head` has already been read from the descriptor. Returns 0, or -1 when
 * memory runs out; call line_reader_free() in either case. */
int line_reader_start(struct line_reader *reader, int fd, const char *name,
		      const uint8_t *head, size_t length);

/*
 * Take the next line. Returns 1, 0 at the end of the file, -1 with the fault
 * (ERROR_READ, ERROR_MEMORY, ERROR_DAMAGED if the line is too long). *whole
 * says whether it ended with a newline. The text is valid until the next call.
 */
int line_reader_take(struct line_reader *reader, const char **text,
		     size_t *length, bool *whole);

/* Set the fault: the line taken last, the member of it (NULL: the whole line)
 * and what is wrong there. Returns -1. */
int line_reader_damaged(struct line_reader *reader, const char *member,
			const char *reason);

/* Set the fault: out of memory. Returns -1. */
int line_reader_no_memory(struct line_reader *reader);

void line_reader_free(struct line_reader *reader);

#endif
