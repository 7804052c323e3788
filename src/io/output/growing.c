/* SPDX-License-Identifier: BSD-2-Clause */
/* A growing file has its name from the start, so that it remains if its writer
 * is killed. */
#include "growing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/retry.h"
#include "filelock.h"

/* How many bytes are read to tell an output of ours from a stranger's file. */
#define OURS_SIZE 65536
/* How often a file may come or go while it is looked for. */
#define TRIES 10

static bool is_ours(int fd, bool (*ours)(const uint8_t *head, size_t length))
{
	cleanup_free uint8_t *head = malloc(OURS_SIZE);
	ssize_t length =
		head ? replace_file_read_head(fd, head, OURS_SIZE) : -1;

	if (length < 0)
		return false;
	errno = 0;
	return length == 0 || ours(head, (size_t)length);
}

/* A reader's lock keeps ours from this file, but not from one that is put in
 * its place, with the same owner and mode. */
static int replace_locked(const struct destination *destination,
			  const struct stat *old)
{
	struct tempfile file;

	if (tempfile_create(destination, O_APPEND, &file))
		return -1;
	if (tempfile_inherit(destination, &file, old) == 0 &&
	    filelock_take(file.fd, FILELOCK_WRITER) == 0 &&
	    tempfile_replace(destination, &file) == 0)
		return file.fd;
	tempfile_remove(destination, &file);
	cleanup_close_variable(&file.fd);
	return -1;
}

/* Why the open file may not be emptied; LEFT_NOT with an errno if that cannot
 * be told, and 0 if it may. */
static enum left_file why_left(const struct destination *destination, int fd,
			       const struct stat *status,
			       bool (*ours)(const uint8_t *head, size_t length),
			       pid_t *writer)
{
	/* In a shared directory another may have made a link of a file that we
	 * have elsewhere. */
	errno = 0;
	if (!S_ISREG(status->st_mode))
		return LEFT_KIND;
	if (!destination_trusts(destination, status) ||
	    (destination->shared && status->st_nlink > 1))
		return LEFT_OWNER;
	if (filelock_is_taken(fd, FILELOCK_WRITER)) {
		*writer = filelock_writer(fd);
		return LEFT_WRITTEN;
	}
	errno = 0;
	return is_ours(fd, ours) || errno ? LEFT_NOT : LEFT_KIND;
}

/* Where the filesystem has no locks, nothing keeps a second writer out. */
static bool has_no_locks(int errnum)
{
	return errnum != EAGAIN;
}

static int take_old(const struct destination *destination, int fd,
		    bool (*ours)(const uint8_t *head, size_t length),
		    enum left_file *left, pid_t *writer)
{
	struct stat status;

	if (fstat(fd, &status) != 0)
		return -1;
	*left = why_left(destination, fd, &status, ours, writer);
	if (*left || errno)
		return -1;
	if (filelock_take(fd, FILELOCK_WRITER) == 0 || has_no_locks(errno))
		return RETRY_EINTR(ftruncate(fd, 0)) ? -1 : fd;
	/* A writer may have come meanwhile. */
	if (filelock_is_taken(fd, FILELOCK_WRITER)) {
		*writer = filelock_writer(fd);
		*left = LEFT_WRITTEN;
		return -1;
	}
	fd = replace_locked(destination, &status);
	if (fd < 0)
		*left = LEFT_LOCKED;
	return fd;
}

static int open_old(const struct destination *destination,
		    bool (*ours)(const uint8_t *head, size_t length),
		    enum left_file *left, pid_t *writer)
{
	cleanup_close int fd = openat(destination->directory, destination->name,
				      O_RDWR | O_APPEND | O_CLOEXEC | O_NOCTTY |
					      O_NOFOLLOW | O_NONBLOCK);
	int taken;

	if (fd < 0) {
		if (errno == ELOOP)
			*left = LEFT_KIND;
		return -1;
	}
	taken = take_old(destination, fd, ours, left, writer);
	if (taken == fd)
		return cleanup_take_fd(&fd);
	return taken;
}

static int create_new(const struct destination *destination)
{
	struct tempfile file;

	if (tempfile_create(destination, O_APPEND, &file))
		return -1;
	if ((filelock_take(file.fd, FILELOCK_WRITER) == 0 ||
	     has_no_locks(errno)) &&
	    replace_file_name(destination, &file) == 0)
		return file.fd;
	tempfile_remove(destination, &file);
	cleanup_close_variable(&file.fd);
	return -1;
}

int growing_open(const struct destination *destination,
		 bool (*ours)(const uint8_t *head, size_t length),
		 enum left_file *left, pid_t *writer)
{
	bool found = destination->found;
	int fd = -1;

	*left = LEFT_NOT;
	for (int i = 0; i < TRIES; i++) {
		fd = found ? open_old(destination, ours, left, writer)
			   : create_new(destination);
		if (fd >= 0 || *left || errno != (found ? ENOENT : EEXIST))
			break;
		found = !found;
	}
	return fd;
}
