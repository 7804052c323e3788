/* SPDX-License-Identifier: BSD-2-Clause */
/* Puts a new file in the place of an older output of ours only. */
#include "replace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "filelock.h"

ssize_t replace_file_read_head(int fd, void *bytes, size_t size)
{
	size_t used = 0;
	ssize_t got;

	do {
		got = pread(fd, (char *)bytes + used, size - used, (off_t)used);
		if (got > 0)
			used += (size_t)got;
	} while ((got > 0 && used < size) || (got < 0 && errno == EINTR));
	return got < 0 ? -1 : (ssize_t)used;
}

/* VCLK, or the first letters of a report. */
#define SAME_BYTES 4

static ssize_t at_most(ssize_t length)
{
	return length < SAME_BYTES ? length : SAME_BYTES;
}

/* The length of a colour's escape sequence; 0 if text does not begin with one.
 */
static size_t color_length(const char *text, size_t length)
{
	size_t i = 2;

	if (length < 3 || text[0] != '\033' || text[1] != '[')
		return 0;
	while (i < length &&
	       ((text[i] >= '0' && text[i] <= '9') || text[i] == ';'))
		i++;
	return i < length && text[i] == 'm' ? i + 1 : 0;
}

/* The first line without colours; false if it is longer than the head. */
static bool take_first_line(const struct head *head, char line[static HEAD_MAX])
{
	const char *end = memchr(head->bytes, '\n', (size_t)head->length);
	size_t used = 0;

	for (const char *c = head->bytes; end && c < end;) {
		size_t color = color_length(c, (size_t)(end - c));

		if (color)
			c += color;
		else
			line[used++] = *c++;
	}
	line[used] = '\0';
	return end;
}

/* Whether the old file was written by an earlier run of the program. */
static bool is_ours(const struct head *old, const struct head *new_head,
		    bool (*begins)(const char *line))
{
	char line[HEAD_MAX];

	if (old->length == 0)
		return true;
	if (begins)
		return take_first_line(old, line) && begins(line);
	return at_most(old->length) == at_most(new_head->length) &&
	       memcmp(old->bytes, new_head->bytes,
		      (size_t)at_most(old->length)) == 0;
}

static bool is_same_file(int fd, const struct stat *file)
{
	struct stat status;

	return fd >= 0 && fstat(fd, &status) == 0 &&
	       status.st_ino == file->st_ino && status.st_dev == file->st_dev;
}

/* What the open file may not be replaced for; errno if it cannot be told. */
static enum left_file why_left(int fd, const struct destination *destination,
			       const struct head *new_head,
			       bool (*begins)(const char *line), int holder,
			       pid_t *writer)
{
	struct head old = { 0 };
	struct stat status;

	if (fstat(fd, &status) != 0)
		return LEFT_NOT;
	errno = 0;
	if (!S_ISREG(status.st_mode))
		return LEFT_KIND;
	if (!destination_trusts(destination, &status))
		return LEFT_OWNER;
	old.length = replace_file_read_head(fd, old.bytes, sizeof(old.bytes));
	if (old.length < 0)
		return LEFT_NOT;
	errno = 0;
	if (!is_ours(&old, new_head, begins))
		return LEFT_KIND;
	if (is_same_file(holder, &status) ||
	    !filelock_is_taken(fd, FILELOCK_WRITER)) {
		errno = 0;
		return LEFT_NOT;
	}
	*writer = filelock_writer(fd);
	return LEFT_WRITTEN;
}

/*
 * Examine what has the name now; *found is false if nothing does. Returns 0 if
 * the new file may take the name, else -1 as replace_file_put() does.
 */
static int check_target(const struct destination *destination,
			const struct head *new_head,
			bool (*begins)(const char *line), int holder,
			bool *found, enum left_file *left, pid_t *writer)
{
	cleanup_close int fd = openat(destination->directory, destination->name,
				      O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
					      O_NONBLOCK | O_NOCTTY);

	*found = fd >= 0 || errno != ENOENT;
	if (fd < 0) {
		if (errno == ELOOP)
			*left = LEFT_KIND;
		return *found ? -1 : 0;
	}
	*left = why_left(fd, destination, new_head, begins, holder, writer);
	if (*left || errno)
		return -1;
	/* A rename would ignore that the file is write-protected. */
	return faccessat(destination->directory, destination->name, W_OK,
			 AT_EACCESS);
}

#ifdef RENAMEAT2_IS_OURS
/* Weak, so that a test's stands before it as before libc's. */
__attribute__((weak)) int renameat2(int from, const char *name, int to,
				    const char *new_name, unsigned int flags)
{
	return (int)syscall(SYS_renameat2, from, name, to, new_name, flags);
}
#endif

/*
 * Give a file that has a name one that must be free. Returns 0, or -1 and
 * errno, EEXIST if it has been taken meanwhile.
 */
static int take_free_name(const struct destination *destination,
			  const char *name)
{
	int directory = destination->directory;
	int fd, cause;

	if (renameat2(directory, name, directory, destination->name,
		      RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP)
		return -1;
	if (linkat(directory, name, directory, destination->name, 0) == 0)
		return unlinkat(directory, name, 0);
	if (errno == EEXIST)
		return -1;
	/* The filesystem cannot do that: reserve the name with an empty file of
	 * ours, and replace that. */
	fd = openat(directory, destination->name,
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return -1;
	close(fd);
	if (renameat(directory, name, directory, destination->name) == 0)
		return 0;
	cause = errno;
	unlinkat(directory, destination->name, 0);
	errno = cause;
	return -1;
}

int replace_file_name(const struct destination *destination,
		      struct tempfile *file)
{
	int result = file->name[0] ? take_free_name(destination, file->name)
				   : tempfile_link(destination, file);

	if (result == 0)
		tempfile_forget(file);
	return result;
}

/* How often the name may be taken, or become free, while this looks. */
#define TRIES 10

int replace_file_put(const struct destination *destination,
		     struct tempfile *file, const struct head *head,
		     bool (*begins)(const char *line), int holder,
		     enum left_file *left, pid_t *writer)
{
	int result = -1;
	bool found;

	*left = LEFT_NOT;
	for (int i = 0; i < TRIES; i++) {
		if (check_target(destination, head, begins, holder, &found,
				 left, writer))
			return -1;
		result = found ? tempfile_replace(destination, file)
			       : replace_file_name(destination, file);
		if (result == 0 || found || errno != EEXIST)
			return result;
	}
	*left = LEFT_KIND;
	return result;
}
