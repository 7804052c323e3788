/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the answer: to stdout, to a file that is complete or absent, or to one
 * that grows. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/retry.h"
#include "filelock.h"
#include "growing.h"
#include "output_stream.h"
#include "replace_file.h"
#include "page/device_names.h"

static const char other_name[] = "choose another name";
static const char other_user[] = "belongs to another user";
static const char other_link[] = "is another user's symbolic link";
static const char other_owner[] =
	"others can write in that directory; choose another";
static const char other_output[] = "exists and does not begin like this output";
static const char remove_first[] = "remove it first, or choose another name";

static int refuse_path(const char *path, const char *what, const char *hint,
		       struct error *error)
{
	error_set(error, ERROR_WRITE, 0, "%s: %s; left as it is", path, what);
	return error_hint(error, "%s", hint);
}

int output_refuse_written(const char *path, const char *what, pid_t writer,
			  struct error *error)
{
	char process[32] = "another process";

	if (writer)
		snprintf(process, sizeof(process), "process %ld", (long)writer);
	error_set(error, ERROR_WRITE, 0, "%s: is %s by %s; left as it is", path,
		  what, process);
	return error_hint(error, "end that one first, or choose another name");
}

static int refuse_left(const char *path, enum left_file left, pid_t writer,
		       struct error *error)
{
	switch (left) {
	case LEFT_OWNER:
		return refuse_path(path, other_user, other_owner, error);
	case LEFT_WRITTEN:
		return output_refuse_written(path, "written", writer, error);
	case LEFT_LOCKED:
		return refuse_path(path, "is locked by a process that reads it",
				   other_name, error);
	case LEFT_KIND:
	case LEFT_NOT:
		break;
	}
	return refuse_path(path, other_output, remove_first, error);
}

/* End what belongs to a path, and clear *output; report nothing. */
static void release_output(struct output *output)
{
	int fd = output->fd;
	bool named = output->path;

	if (output->stream)
		output_stream_close(output);
	if (named) {
		if (output->replaces)
			tempfile_remove(&output->destination, &output->file);
		if (fd >= 0)
			close(fd);
		destination_end(&output->destination);
		free(output->path);
	}
	*output = (struct output){ .fd = -1,
				   .holder = -1,
				   .closed_pipe = output->closed_pipe };
}

/* Open a character device or a FIFO, and check that it is still one. */
static int open_in_place(const struct destination *destination)
{
	int fd = openat(destination->directory, destination->name,
			O_WRONLY | O_CLOEXEC | O_NOCTTY |
				(destination->opened ? 0 : O_NOFOLLOW));
	struct stat status;

	if (fd < 0)
		return -1;
	if (fstat(fd, &status) == 0 &&
	    (S_ISCHR(status.st_mode) || S_ISFIFO(status.st_mode)) &&
	    destination_trusts(destination, &status))
		return fd;
	close(fd);
	errno = EEXIST;
	return -1;
}

/* Whether it leads to a VMClock device, which is never opened for writing. */
static bool is_device(const char *path, const struct destination *destination)
{
	char *real;
	bool device;

	if (!S_ISCHR(destination->status.st_mode))
		return false;
	if (!destination->opened)
		return is_device_name(destination->name);
	real = realpath(path, NULL);
	device = real && is_device_name(path_base_name(real));
	free(real);
	return device;
}

/* Why a file of this kind cannot be written to; NULL if it can. */
static const char *refused_kind(const char *path,
				const struct destination *destination,
				bool wants_file)
{
	mode_t mode = destination->status.st_mode;

	if (S_ISDIR(mode))
		return "is a directory";
	if (S_ISBLK(mode))
		return "is a block device";
	if (S_ISSOCK(mode))
		return "is a socket";
	if (is_device(path, destination))
		return "is a VMClock device, which is only for reading";
	if (!wants_file || S_ISREG(mode))
		return NULL;
	return S_ISCHR(mode) ? "is a device" : "is not a regular file";
}

static int cannot_write(const char *path, int errnum, struct error *error)
{
	return error_set(error, ERROR_WRITE, errnum, "%s: cannot write", path);
}

/* Returns 0, or -1 with *error. */
static int find_destination(const char *path, bool wants_file,
			    struct destination *destination,
			    struct error *error)
{
	const char *refused;
	int found = destination_find(path, destination);

	if (found > 0)
		return refuse_path(path, other_link, other_owner, error);
	if (destination->linked &&
	    (found < 0 ? errno == ENOENT : !destination->found))
		return refuse_path(path, "is a dangling symbolic link",
				   remove_first, error);
	if (found < 0)
		return cannot_write(path, errno, error);
	if (!destination->found)
		return 0;
	refused = refused_kind(path, destination, wants_file);
	if (refused)
		return refuse_path(path, refused, other_name, error);
	if (!destination_trusts(destination, &destination->status))
		return refuse_left(path, LEFT_OWNER, 0, error);
	return 0;
}

/* Returns a descriptor, or -1 and errno. */
static int open_new(struct output *output)
{
	struct destination *destination = &output->destination;

	if (tempfile_create(destination, 0, &output->file))
		return -1;
	output->replaces = true;
	output->fd = output->file.fd;
	if (destination->found &&
	    tempfile_inherit(destination, &output->file, &destination->status))
		return -1;
	return output->fd;
}

static int open_path(struct output *output, bool wants_file,
		     bool (*ours)(const uint8_t *head, size_t length),
		     struct error *error)
{
	const struct destination *destination = &output->destination;
	enum left_file left = LEFT_NOT;
	bool in_place;
	pid_t writer = 0;

	if (find_destination(output->path, wants_file, &output->destination,
			     error))
		return -1;
	in_place = destination->found && !S_ISREG(destination->status.st_mode);
	output->grows = ours && !in_place;
	output->fd = in_place ? open_in_place(destination)
		     : ours   ? growing_open(destination, ours, &left, &writer)
			      : open_new(output);
	if (left)
		return refuse_left(output->path, left, writer, error);
	if (output->fd < 0)
		return output_cannot_write(output, errno, error);
	return 0;
}

static int open_output(struct output *output, const char *path, bool wants_file,
		       bool (*ours)(const uint8_t *head, size_t length),
		       struct error *error)
{
	struct stat status;

	*output = (struct output){ .fd = STDOUT_FILENO, .holder = -1 };
	output->shared =
		fstat(output->fd, &status) == 0 && S_ISREG(status.st_mode);
	if (path && strcmp(path, "-") != 0) {
		output->fd = -1;
		output->shared = false;
		output->path = strdup(path);
		output->destination.directory = -1;
		if (!output->path)
			return error_set(error, ERROR_WRITE, ENOMEM,
					 "%s: cannot write", path);
		if (open_path(output, wants_file, ours, error)) {
			release_output(output);
			return -1;
		}
	}
	if (output_stream_open(output) == 0)
		return 0;
	output_cannot_write(output, errno, error);
	release_output(output);
	return -1;
}

int output_open(struct output *output, const char *path, struct error *error)
{
	return open_output(output, path, false, NULL, error);
}

int output_open_file(struct output *output, const char *path,
		     struct error *error)
{
	return open_output(output, path, true, NULL, error);
}

int output_open_growing(struct output *output, const char *path,
			bool (*ours)(const uint8_t *head, size_t length),
			struct error *error)
{
	return open_output(output, path, false, ours, error);
}

int output_hold(struct output *output, struct error *error)
{
	int fd = fcntl(output->fd, F_DUPFD_CLOEXEC, 0);

	if (fd < 0)
		return output_cannot_write(output, errno, error);
	/* It belongs to both descriptors. */
	if (filelock_take(fd, FILELOCK_WRITER) == 0)
		return fd;
	error_set(error, ERROR_WRITE, errno, "%s: cannot be locked",
		  output->path);
	close(fd);
	return error_hint(error, "choose a name on another filesystem");
}

static bool is_named(const struct destination *destination,
		     const struct stat *file)
{
	struct stat named;

	return fstatat(destination->directory, destination->name, &named,
		       AT_SYMLINK_NOFOLLOW) == 0 &&
	       named.st_ino == file->st_ino && named.st_dev == file->st_dev;
}

/* Returns 1 with *fd, 0 if the name is another file's meanwhile, or -1 with
 * *error. */
static int claim_found(const char *path, const struct destination *destination,
		       int *fd, struct error *error)
{
	cleanup_close int opened =
		openat(destination->directory, destination->name,
		       O_RDWR | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK);
	struct stat status;
	pid_t writer = 0;
	bool taken;

	if (opened < 0)
		return errno == ENOENT ? 0 : cannot_write(path, errno, error);
	if (fstat(opened, &status) != 0)
		return cannot_write(path, errno, error);
	if (!S_ISREG(status.st_mode))
		return 0;
	if (!destination_trusts(destination, &status))
		return refuse_left(path, LEFT_OWNER, 0, error);
	/* Whoever can only read the file has no writer's lock, though his keeps
	 * ours out: the file that replaces this one has ours. */
	taken = filelock_take(opened, FILELOCK_WRITER) != 0 &&
		filelock_is_taken(opened, FILELOCK_WRITER);
	if (taken)
		writer = filelock_writer(opened);
	/* Its writer may have replaced it meanwhile, and ended. */
	if (!is_named(destination, &status))
		return 0;
	if (taken)
		return refuse_left(path, LEFT_WRITTEN, writer, error);
	*fd = cleanup_take_fd(&opened);
	return 1;
}

/* How often the name may be given to another file while this looks. */
#define CLAIM_TRIES 100

static int claim_file(const char *path, struct destination *destination,
		      int *fd, struct error *error)
{
	for (int i = 0; i < CLAIM_TRIES; i++) {
		int result;

		if (find_destination(path, true, destination, error))
			return -1;
		if (!destination->found)
			return 0;
		result = claim_found(path, destination, fd, error);
		if (result)
			return result < 0 ? -1 : 0;
		destination_end(destination);
	}
	return cannot_write(path, EBUSY, error);
}

int output_claim(const char *path, int *fd, struct error *error)
{
	struct destination destination = { .directory = -1 };
	int result;

	*fd = -1;
	result = claim_file(path, &destination, fd, error);
	destination_end(&destination);
	return result;
}

/* Close a copy: that reports late errors, of which the file itself, which has
 * no name yet, or standard output, which stays open, would be too late. Linux
 * closes the descriptor even if close() fails; EINTR is no failure. */
static int close_copy(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	return copy >= 0 && close(copy) != 0 && errno != EINTR ? errno : 0;
}

static int close_in_place(struct output *output, struct error *error)
{
	int errnum = output_stream_flush(output);
	int closed = close_copy(output->fd);

	if (!errnum)
		errnum = closed;
	if (errnum == EPIPE && !output->path) {
		output->closed_pipe = true;
		return 0;
	}
	return errnum ? output_cannot_write(output, errnum, error) : 0;
}

/* Flush and sync the new file. Returns 0 or an errno. */
static int complete_file(struct output *output, struct head *head)
{
	int errnum = output_stream_flush(output);

	if (errnum)
		return errnum;
	head->length = replace_file_read_head(output->fd, head->bytes,
					      sizeof(head->bytes));
	/* Some filesystems cannot sync. */
	if (head->length < 0 || (RETRY_EINTR(fsync(output->fd)) != 0 &&
				 errno != EINVAL && errno != ENOTSUP))
		return errno;
	return close_copy(output->fd);
}

static int close_file(struct output *output, struct error *error)
{
	struct head head = { 0 };
	int errnum = complete_file(output, &head);
	enum left_file left;
	pid_t writer = 0;

	if (errnum)
		return output_cannot_write(output, errnum, error);
	if (replace_file_put(&output->destination, &output->file, &head,
			     output->begins, output->holder, &left,
			     &writer) == 0)
		return 0;
	if (left)
		return refuse_left(output->path, left, writer, error);
	return output_cannot_write(output, errno, error);
}

int output_close(struct output *output, struct error *error)
{
	int result = output->replaces ? close_file(output, error)
				      : close_in_place(output, error);

	release_output(output);
	return result;
}

void output_discard(struct output *output)
{
	if (output->stream)
		release_output(output);
}
