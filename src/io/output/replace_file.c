/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes to a temporary file, and renames it over an older output of ours only.
 */
#include "replace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "tempfile.h"

/* How many names are tried for the temporary file. */
#define TEMPORARY_TRIES 1000

char *replace_file_target(const char *path)
{
	struct stat status;

	if (lstat(path, &status) == 0 && S_ISLNK(status.st_mode))
		return realpath(path, NULL);
	return strdup(path);
}

int replace_file_create(const char *target, char **temporary)
{
	int directory = (int)(path_base_name(target) - target);

	for (int i = 0; i < TEMPORARY_TRIES; i++) {
		int fd;

		if (asprintf(temporary, "%.*s.vmclockctl-%ld-%d.tmp", directory,
			     target, (long)getpid(), i) < 0) {
			*temporary = NULL;
			errno = ENOMEM;
			return -1;
		}
		/* Read too, for its head. */
		fd = tempfile_create(*temporary);
		if (fd >= 0)
			return fd;
		free(*temporary);
		*temporary = NULL;
		if (errno != EEXIST)
			return -1;
	}
	return -1;
}

void replace_file_forget(char *temporary)
{
	tempfile_forget();
	free(temporary);
}

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

/*
 * Examine what has the name now; *found is false if nothing does. Returns 0 if
 * the new file may take the name, 1 if a stranger's file has it, -1 and errno.
 */
static int check_target(const char *target, const struct head *new_head,
			bool (*begins)(const char *line), bool *found)
{
	struct head old = { 0 };
	struct stat status;
	int fd = open(target, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
				      O_NOCTTY);
	bool regular;
	int cause;

	*found = fd >= 0 || errno != ENOENT;
	if (fd < 0)
		return !*found ? 0 : errno == ELOOP ? 1 : -1;
	regular = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
	if (regular)
		old.length = replace_file_read_head(fd, old.bytes,
						    sizeof(old.bytes));
	cause = errno;
	close(fd);
	if (old.length < 0) {
		errno = cause;
		return -1;
	}
	if (!regular || !is_ours(&old, new_head, begins))
		return 1;
	/* A rename would ignore that the file is write-protected. */
	return faccessat(AT_FDCWD, target, W_OK, AT_EACCESS);
}

/*
 * Give the file a name that must be free. Returns 0, or -1 and errno, EEXIST if
 * it has been taken meanwhile.
 */
static int take_free_name(const char *temporary, const char *target)
{
	int fd;

	if (renameat2(AT_FDCWD, temporary, AT_FDCWD, target,
		      RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP)
		return -1;
	if (link(temporary, target) == 0)
		return unlink(temporary);
	if (errno == EEXIST)
		return -1;
	/* The filesystem cannot do that: reserve the name with an empty file of
	 * ours, and replace that. */
	fd = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return -1;
	close(fd);
	if (rename(temporary, target) == 0)
		return 0;
	fd = errno;
	unlink(target);
	errno = fd;
	return -1;
}

int replace_file_put(const char *temporary, const char *target,
		     const struct head *head, bool (*begins)(const char *line))
{
	bool found;
	int taken = check_target(target, head, begins, &found);

	if (taken != 0)
		return taken;
	if ((found ? rename(temporary, target)
		   : take_free_name(temporary, target)) == 0)
		return 0;
	return !found && errno == EEXIST ? 1 : -1;
}
