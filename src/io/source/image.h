/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of a memory image, in a file or from a pipe, and its holes. */
#ifndef VMCLOCKCTL_IO_SOURCE_IMAGE_H
#define VMCLOCKCTL_IO_SOURCE_IMAGE_H

#include <stddef.h>

#include "source_name.h"

#define IMAGE_HEAD_SIZE 64u

struct image {
	const struct source *source; /* its name, and when to stop waiting */
	int fd;
	bool seeks;	   /* a file; else a pipe, which only goes on */
	uint64_t size;	   /* UINT64_MAX: a pipe's, not known */
	uint64_t position; /* of a pipe */
	/* Of a pipe: its first bytes, to which a reader may go back. */
	uint8_t head[IMAGE_HEAD_SIZE];
	size_t head_length;
	uint64_t data_end; /* up to here there is no hole, as far as is known */
};

/* Look at what fd is. Returns 0, or -1 with *error. */
int image_open(int fd, const struct source *source, struct image *image,
	       struct error *error);

/*
 * Read `length` bytes at `offset`. Returns how many there are, fewer only at
 * the end, or -1 with *error: ERROR_OPEN where a pipe would have to go back,
 * though not to its head.
 */
int64_t image_read(struct image *image, uint64_t offset, void *to,
		   size_t length, struct error *error);

/* Where the next bytes are, from `offset` on, that are not a hole; `limit` if
 * there are none before. */
uint64_t image_skip_hole(struct image *image, uint64_t offset, uint64_t limit);

#endif
