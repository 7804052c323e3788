/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes an answer's bytes, and takes back a line that did not get out whole.
 */
#include "output_stream.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/retry.h"
#include "io/ready.h"

/* So that a line is one write, and another process's does not get into it. */
#define BUFFER_SIZE 65536u

int output_cannot_write(const struct output *output, int errnum,
			struct error *error)
{
	error_set(error, ERROR_WRITE, errnum, "%s: cannot write",
		  output->path ? output->path : "standard output");
	error->stdout_failed = !output->path;
	return -1;
}

/* Whoever cuts a log that is open, as log rotators do, leaves its writers a
 * place beyond the end, from which a hole would come. */
static void return_to_end(int fd)
{
	off_t place = lseek(fd, 0, SEEK_CUR);
	struct stat status;

	if (place > 0 && fstat(fd, &status) == 0 && place > status.st_size)
		lseek(fd, 0, SEEK_END);
}

/* Without room for all of a line there is to be no part of it, for that cannot
 * be taken back. Returns whether there may be room. */
static bool has_room(int fd, size_t size)
{
	struct stat status;

	return fstat(fd, &status) != 0 ||
	       RETRY_EINTR(fallocate(fd, FALLOC_FL_KEEP_SIZE, status.st_size,
				     (off_t)size)) == 0 ||
	       (errno != ENOSPC && errno != EDQUOT);
}

/* What tells stdio that not all could be written: glibc must not get -1, and
 * musl notices nothing else. */
#ifdef __GLIBC__
#define WRITE_FAILED 0
#else
#define WRITE_FAILED (-1)
#endif

static ssize_t write_bytes(void *context, const char *bytes, size_t size)
{
	struct output *output = context;
	size_t done = 0;

	if (output->errnum)
		return WRITE_FAILED;
	if (output->shared) {
		return_to_end(output->fd);
		if (!has_room(output->fd, size)) {
			output->errnum = errno;
			return WRITE_FAILED;
		}
	}
	while (done < size) {
		ssize_t written = write(output->fd, bytes + done, size - done);

		if (written >= 0)
			done += (size_t)written;
		else if (!ready_again(output->fd, POLLOUT))
			break;
	}
	output->line += done;
	if (done == size)
		return (ssize_t)size;
	output->errnum = errno;
	return WRITE_FAILED;
}

int output_stream_open(struct output *output)
{
	const cookie_io_functions_t functions = { .write = write_bytes };

	output->buffer = malloc(BUFFER_SIZE);
	if (!output->buffer)
		return -1;
	output->stream = fopencookie(output, "w", functions);
	if (output->stream) {
		setvbuf(output->stream, output->buffer, _IOFBF, BUFFER_SIZE);
		return 0;
	}
	free(output->buffer);
	output->buffer = NULL;
	return -1;
}

int output_stream_flush(struct output *output)
{
	int failed = fflush(output->stream) ? errno : 0;

	if (output->errnum)
		return output->errnum;
	if (failed)
		return failed;
	return ferror(output->stream) ? EIO : 0;
}

void output_stream_close(struct output *output)
{
	__fpurge(output->stream);
	fclose(output->stream);
	free(output->buffer);
	output->stream = NULL;
	output->buffer = NULL;
}

/* Cut the file after its last whole line, if all that follows is ours. */
static void cut_back(const struct output *output)
{
	off_t end = lseek(output->fd, 0, SEEK_CUR);
	struct stat status;

	if (output->grows && end == output->whole + (off_t)output->line &&
	    fstat(output->fd, &status) == 0 && status.st_size == end)
		RETRY_EINTR(ftruncate(output->fd, output->whole));
}

int output_line(struct output *output, struct error *error)
{
	int errnum = output_stream_flush(output);

	if (!errnum) {
		if (output->grows)
			output->whole = lseek(output->fd, 0, SEEK_CUR);
		output->line = 0;
		return 0;
	}
	__fpurge(output->stream);
	cut_back(output);
	clearerr(output->stream);
	output->line = 0;
	output->errnum = 0;
	if (errnum == EPIPE && !output->path) {
		output->closed_pipe = true;
		return 0;
	}
	return output_cannot_write(output, errnum, error);
}

bool output_is_closed(struct output *output)
{
	struct pollfd reader = { .fd = output->fd };

	if (poll(&reader, 1, 0) == 1 && !output->path &&
	    reader.revents & POLLERR)
		output->closed_pipe = true;
	return output->closed_pipe;
}
