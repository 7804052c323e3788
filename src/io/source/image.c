/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a memory image by offset; of a pipe, what lies before is read away. */
#include "image.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One read(2), which a signal may interrupt. */
static int64_t read_part(struct image *image, uint64_t offset, void *to,
			 size_t length, struct error *error)
{
	ssize_t got;

	do {
		got = image->seeks ? pread(image->fd, to, length, (off_t)offset)
				   : read(image->fd, to, length);
	} while (got < 0 && source_goes_on(image->source));
	if (got < 0)
		return error_set(error, ERROR_READ, errno, "%s: cannot read",
				 source_name(image->source));
	image->position += (uint64_t)got;
	return got;
}

/* Of a pipe: to the offset, or to the end. */
static int go_to(struct image *image, uint64_t offset, struct error *error)
{
	uint8_t away[16384];

	if (offset < image->position) {
		error_set(
			error, ERROR_OPEN, 0,
			"%s: a stream, which cannot go back to offset %" PRIu64,
			source_name(image->source), offset);
		return error_hint(error, "save it in a file, and name that");
	}
	while (image->position < offset) {
		uint64_t left = offset - image->position;
		int64_t got = read_part(image, 0, away,
					left < sizeof(away) ? (size_t)left
							    : sizeof(away),
					error);

		if (got <= 0)
			return (int)got;
	}
	return 0;
}

/* From the position on, as much as there is. */
static int64_t read_whole(struct image *image, uint64_t offset, void *to,
			  size_t length, struct error *error)
{
	size_t used = 0;

	while (used < length) {
		int64_t got =
			read_part(image, offset + used, (uint8_t *)to + used,
				  length - used, error);

		if (got < 0)
			return -1;
		if (got == 0)
			break;
		used += (size_t)got;
	}
	return (int64_t)used;
}

int image_open(int fd, const struct source *source, struct image *image,
	       struct error *error)
{
	struct stat status;
	int64_t got;
	off_t end;

	*image = (struct image){ .source = source,
				 .fd = fd,
				 .size = UINT64_MAX };
	if (fstat(fd, &status) < 0)
		return error_set(error, ERROR_READ, errno, "%s: cannot read",
				 source_name(source));
	if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode)) {
		got = read_whole(image, 0, image->head, IMAGE_HEAD_SIZE, error);
		image->head_length = got < 0 ? 0 : (size_t)got;
		return got < 0 ? -1 : 0;
	}
	end = lseek(fd, 0, SEEK_END);
	if (end < 0)
		return error_set(error, ERROR_READ, errno, "%s: cannot read",
				 source_name(source));
	image->seeks = true;
	image->size = (uint64_t)end;
	return 0;
}

int64_t image_read(struct image *image, uint64_t offset, void *to,
		   size_t length, struct error *error)
{
	size_t again = 0;
	int64_t got;

	if (image->seeks)
		return offset < image->size
			       ? read_whole(image, offset, to, length, error)
			       : 0;
	if (offset < image->head_length) {
		again = image->head_length - (size_t)offset;
		if (again > length)
			again = length;
		memcpy(to, image->head + offset, again);
		if (again == length)
			return (int64_t)again;
	}
	if (go_to(image, offset + again, error))
		return -1;
	if (image->position < offset + again)
		return (int64_t)again;
	got = read_whole(image, 0, (uint8_t *)to + again, length - again,
			 error);
	return got < 0 ? -1 : (int64_t)again + got;
}

uint64_t image_skip_hole(struct image *image, uint64_t offset, uint64_t limit)
{
	off_t data, hole;

	if (!image->seeks || offset < image->data_end)
		return offset;
	data = lseek(image->fd, (off_t)offset, SEEK_DATA);
	/* ENXIO: no more data. Anything else: no holes are known of. */
	if (data < 0)
		return errno == ENXIO ? limit : offset;
	hole = lseek(image->fd, data, SEEK_HOLE);
	image->data_end = hole < 0 ? image->size : (uint64_t)hole;
	return (uint64_t)data < limit ? (uint64_t)data : limit;
}
