/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the answer: to stdout, to a file that is complete or absent, or to one
 * that grows. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "replace_file.h"
#include "io/source/source_name.h"

static const char other_name[] = "choose another name";
static const char other_output[] = "exists and does not begin like this output";
static const char remove_first[] = "remove it first, or choose another name";

static int cannot_write(const char *path, int errnum, struct error *error)
{
	error_set(error, ERROR_WRITE, errnum, "%s: cannot write",
		  path ? path : "standard output");
	error->stdout_failed = !path;
	return -1;
}

static int refuse_path(const char *path, const char *what, const char *hint,
		       struct error *error)
{
	error_set(error, ERROR_WRITE, 0, "%s: %s; left as it is", path, what);
	return error_hint(error, "%s", hint);
}

/* Clear *output; report nothing. */
static void release_output(struct output *output)
{
	if (output->temporary) {
		unlink(output->temporary);
		replace_file_forget(output->temporary);
	}
	free(output->path);
	output->temporary = NULL;
	output->path = NULL;
	output->stream = NULL;
}

/* Take owner, group and mode of the file that is replaced. Without root the
 * owner stays ours; if the group cannot be set, it gets no rights. */
static int inherit_owner(int fd, const struct stat *old)
{
	mode_t mode = old->st_mode & 0777;

	if (fchown(fd, old->st_uid, old->st_gid) != 0 &&
	    fchown(fd, (uid_t)-1, old->st_gid) != 0)
		mode &= ~(mode_t)S_IRWXG;
	return TEMP_FAILURE_RETRY(fchmod(fd, mode));
}

/* `old` is the file that has the name, or NULL. */
static int open_temporary(struct output *output, const struct stat *old)
{
	char *target = replace_file_target(output->path);
	int fd, errnum;

	if (!target)
		return -1;
	fd = replace_file_create(target, &output->temporary);
	free(target);
	if (fd < 0 || !old || inherit_owner(fd, old) == 0)
		return fd;
	errnum = errno;
	close(fd);
	errno = errnum;
	return -1;
}

/* Open a character device or a FIFO, and check that it is still one. */
static int open_in_place(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	struct stat status;

	if (fd < 0)
		return -1;
	if (fstat(fd, &status) == 0 &&
	    (S_ISCHR(status.st_mode) || S_ISFIFO(status.st_mode)))
		return fd;
	close(fd);
	errno = EEXIST;
	return -1;
}

/* Why a file of this kind cannot be written to; NULL if it can. */
static const char *refused_kind(mode_t mode)
{
	if (S_ISDIR(mode))
		return "is a directory";
	if (S_ISBLK(mode))
		return "is a block device";
	if (S_ISSOCK(mode))
		return "is a socket";
	return NULL;
}

/* Whether it leads to a VMClock device, which is never opened for writing. */
static bool is_device(const char *path, mode_t mode)
{
	char *real = S_ISCHR(mode) ? realpath(path, NULL) : NULL;
	bool device = real && source_is_device_name(path_base_name(real));

	free(real);
	return device;
}

/* How many bytes are read to tell an output of ours from a stranger's file. */
#define OURS_SIZE 65536

/*
 * A growing file has its name from the start, so that it remains if we are
 * killed. So what has the name is read first, and emptied only if it is ours.
 * Returns the descriptor; -1 and errno, EEXIST for a stranger.
 */
static int open_growing(const char *path,
			bool (*ours)(const uint8_t *head, size_t length))
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
	struct stat status;
	uint8_t *head;
	ssize_t length;
	bool taken;

	if (fd < 0)
		return -1;
	head = malloc(OURS_SIZE);
	length = head ? replace_file_read_head(fd, head, OURS_SIZE) : -1;
	taken = length > 0 && !ours(head, (size_t)length);
	free(head);
	if (taken)
		errno = EEXIST;
	if (length >= 0 && !taken && fstat(fd, &status) == 0 &&
	    S_ISREG(status.st_mode) &&
	    TEMP_FAILURE_RETRY(ftruncate(fd, 0)) == 0)
		return fd;
	close(fd);
	return -1;
}

static int open_path(struct output *output,
		     bool (*ours)(const uint8_t *head, size_t length),
		     struct error *error)
{
	const char *path = output->path;
	size_t length = strlen(path);
	struct stat status;
	bool found = false, in_place = false;
	int fd;

	if (stat(path, &status) == 0) {
		if (refused_kind(status.st_mode))
			return refuse_path(path, refused_kind(status.st_mode),
					   other_name, error);
		if (is_device(path, status.st_mode))
			return refuse_path(
				path,
				"is a VMClock device, which is only for reading",
				other_name, error);
		found = true;
		in_place = !S_ISREG(status.st_mode);
	} else if (errno != ENOENT || length == 0) {
		return cannot_write(path, errno, error);
	} else if (path[length - 1] == '/') {
		return cannot_write(path, EISDIR, error);
	} else if (lstat(path, &status) == 0) {
		return refuse_path(path, "is a dangling symbolic link",
				   remove_first, error);
	}
	output->grows = ours && !in_place;
	fd = in_place ? open_in_place(path)
	     : ours   ? open_growing(path, ours)
		      : open_temporary(output, found ? &status : NULL);
	if (fd < 0 && output->grows && errno == EEXIST)
		return refuse_path(path, other_output, remove_first, error);
	if (fd < 0)
		return cannot_write(path, errno, error);
	output->stream = fdopen(fd, "w");
	if (output->stream)
		return 0;
	cannot_write(path, errno, error);
	close(fd);
	return -1;
}

static int open_output(struct output *output, const char *path,
		       bool (*ours)(const uint8_t *head, size_t length),
		       struct error *error)
{
	*output = (struct output){ 0 };
	if (!path || strcmp(path, "-") == 0) {
		output->stream = stdout;
		return 0;
	}
	output->path = strdup(path);
	if (!output->path)
		return cannot_write(path, ENOMEM, error);
	if (open_path(output, ours, error) == 0)
		return 0;
	release_output(output);
	return -1;
}

int output_open(struct output *output, const char *path, struct error *error)
{
	return open_output(output, path, NULL, error);
}

int output_open_growing(struct output *output, const char *path,
			bool (*ours)(const uint8_t *head, size_t length),
			struct error *error)
{
	struct stat status;

	if (open_output(output, path, ours, error))
		return -1;
	/* stdout may be a file that another process has begun. */
	if (fstat(fileno(output->stream), &status) == 0 &&
	    S_ISREG(status.st_mode)) {
		output->grows = true;
		output->whole = status.st_size;
	}
	return 0;
}

/*
 * The stream failed earlier, and its errno is lost: write again to learn it. A
 * temporary file may get another byte, for it will be removed; stdout may not.
 */
static int cause_again(const struct output *output)
{
	int fd = fileno(output->stream);
	struct pollfd reader = { .fd = fd, .events = POLLOUT };
	struct stat status;

	if (write(fd, "", output->temporary ? 1 : 0) < 0 ||
	    fstat(fd, &status) != 0)
		return errno;
	if ((S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode)) &&
	    poll(&reader, 1, 0) == 1 && (reader.revents & (POLLERR | POLLHUP)))
		return EPIPE;
	if (S_ISREG(status.st_mode) &&
	    fallocate(fd, FALLOC_FL_KEEP_SIZE, status.st_size, 1) != 0 &&
	    errno != EOPNOTSUPP)
		return errno;
	return EIO;
}

/* Returns 0, or the errno of a write that failed. */
static int flush_stream(const struct output *output)
{
	if (fflush(output->stream) != 0)
		return errno;
	return ferror(output->stream) ? cause_again(output) : 0;
}

/* Cut the file after its last whole line, and drop what is buffered. */
static void cut_back(struct output *output)
{
	int fd = fileno(output->stream);

	__fpurge(output->stream);
	if (output->grows &&
	    TEMP_FAILURE_RETRY(ftruncate(fd, output->whole)) == 0)
		lseek(fd, output->whole, SEEK_SET);
}

int output_line(struct output *output, struct error *error)
{
	int errnum = flush_stream(output);
	struct stat status;

	if (!errnum) {
		if (output->grows &&
		    fstat(fileno(output->stream), &status) == 0)
			output->whole = status.st_size;
		return 0;
	}
	cut_back(output);
	clearerr(output->stream);
	if (errnum == EPIPE && output->stream == stdout) {
		output->closed_pipe = true;
		return 0;
	}
	return cannot_write(output->path, errnum, error);
}

bool output_is_closed(struct output *output)
{
	struct pollfd reader = { .fd = fileno(output->stream) };

	if (poll(&reader, 1, 0) == 1 && output->stream == stdout &&
	    reader.revents & POLLERR)
		output->closed_pipe = true;
	return output->closed_pipe;
}

/* Linux closes the descriptor even if close() fails; EINTR is no failure. */
static int close_stream(FILE *stream)
{
	return fclose(stream) == 0 || errno == EINTR ? 0 : errno;
}

static int close_in_place(struct output *output)
{
	int errnum = flush_stream(output);
	int copy;

	if (output->stream != stdout) {
		int closed = close_stream(output->stream);

		return errnum ? errnum : closed;
	}
	/* close() reports late errors, but stdout must stay open: close a copy.
	 */
	copy = dup(STDOUT_FILENO);
	if (copy >= 0 && close(copy) != 0 && errno != EINTR && !errnum)
		errnum = errno;
	if (errnum == EPIPE) {
		output->closed_pipe = true;
		return 0;
	}
	return errnum;
}

/* Flush and sync the temporary file. Returns 0 or an errno. */
static int close_temporary(struct output *output, struct head *head)
{
	int errnum = flush_stream(output);
	int fd = fileno(output->stream);
	int closed;

	if (!errnum) {
		head->length = replace_file_read_head(fd, head->bytes,
						      sizeof(head->bytes));
		/* Some filesystems cannot sync. */
		if (head->length < 0 || (TEMP_FAILURE_RETRY(fsync(fd)) != 0 &&
					 errno != EINVAL && errno != ENOTSUP))
			errnum = errno;
	}
	closed = close_stream(output->stream);
	return errnum ? errnum : closed;
}

static int put_under_name(struct output *output, const char *target,
			  const struct head *head, struct error *error)
{
	int taken = replace_file_put(output->temporary, target, head,
				     output->begins);

	if (taken > 0)
		return refuse_path(output->path, other_output, remove_first,
				   error);
	if (taken < 0)
		return cannot_write(output->path, errno, error);
	replace_file_forget(output->temporary);
	output->temporary = NULL;
	return 0;
}

static int close_file(struct output *output, struct error *error)
{
	struct head head = { 0 };
	int errnum = close_temporary(output, &head);
	char *target;
	int result;

	if (errnum)
		return cannot_write(output->path, errnum, error);
	target = replace_file_target(output->path);
	if (!target)
		return cannot_write(output->path, errno, error);
	result = put_under_name(output, target, &head, error);
	free(target);
	return result;
}

int output_close(struct output *output, struct error *error)
{
	int result = 0;

	if (output->temporary) {
		result = close_file(output, error);
	} else {
		int errnum = close_in_place(output);

		if (errnum)
			result = cannot_write(output->path, errnum, error);
	}
	release_output(output);
	return result;
}

void output_discard(struct output *output)
{
	if (output->stream && output->stream != stdout) {
		__fpurge(output->stream);
		fclose(output->stream);
	}
	release_output(output);
}
