/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads lines from a descriptor into one buffer that grows. */
#include "line_reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/ready.h"

#define READ_SIZE 65536u

int line_reader_start(struct line_reader *r, int fd, const char *name,
		      const uint8_t *head, size_t length)
{
	*r = (struct line_reader){
		.fd = fd,
		.name = strdup(name),
		.size = length + 2 * READ_SIZE,
		.end = length,
	};
	r->text = malloc(r->size);
	if (!r->name || !r->text)
		return -1;
	memcpy(r->text, head, length);
	return 0;
}

void line_reader_free(struct line_reader *r)
{
	free(r->text);
	free(r->name);
}

int line_reader_damaged(struct line_reader *r, const char *member,
			const char *reason)
{
	return error_set(&r->fault, ERROR_DAMAGED, 0,
			 "%s: line %" PRIu64 ": %s%s%s", r->name, r->number,
			 member ? member : "", member ? ": " : "", reason);
}

int line_reader_no_memory(struct line_reader *r)
{
	return error_set(&r->fault, ERROR_MEMORY, ENOMEM, "%s", r->name);
}

/* Read more, after making room. Returns 0, or -1 with the fault. */
static int fill_buffer(struct line_reader *r)
{
	ssize_t got;

	if (r->start) {
		memmove(r->text, r->text + r->start, r->end - r->start);
		r->end -= r->start;
		r->start = 0;
	}
	if (r->size - r->end < READ_SIZE) {
		char *grown = realloc(r->text, 2 * r->size);

		if (!grown)
			return line_reader_no_memory(r);
		r->text = grown;
		r->size *= 2;
	}
	do {
		got = read(r->fd, r->text + r->end, READ_SIZE);
	} while (got < 0 && (ready_again(r->fd, POLLIN) ||
			     (errno == EINTR && !r->interrupted)));
	if (got < 0)
		return error_set(&r->fault, ERROR_READ, errno,
				 "%s: cannot read", r->name);
	r->end += (size_t)got;
	r->at_end = got == 0;
	return 0;
}

int line_reader_take(struct line_reader *r, const char **text, size_t *length,
		     bool *whole)
{
	size_t looked = 0; /* bytes searched for a newline */

	for (;;) {
		const char *from = r->text + r->start;
		size_t have = r->end - r->start;
		const char *newline =
			memchr(from + looked, '\n', have - looked);

		*whole = newline;
		*length = newline ? (size_t)(newline - from) + 1 : have;
		if (newline || r->at_end || have > LINE_BYTES_MAX)
			break;
		looked = have;
		if (fill_buffer(r))
			return -1;
	}
	if (*length == 0)
		return 0;
	r->number++;
	if (*length > LINE_BYTES_MAX)
		return line_reader_damaged(r, NULL, "more than 1048576 bytes");
	*text = r->text + r->start;
	r->start += *length;
	return 1;
}
