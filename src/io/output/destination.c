/* SPDX-License-Identifier: BSD-2-Clause */
/* Follows a path by hand, for in a directory that others can write its links
 * are anybody's. */
#include "destination.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"

/* As many as the kernel follows. */
#define LINKS_MAX 40

struct walk {
	struct destination *destination;
	char rest[PATH_MAX];	 /* what is still to be followed */
	char name[NAME_MAX + 1]; /* what is being looked at */
	unsigned int links;
	/* The file that a link of /proc stands for, at which its text has to
	 * lead. */
	bool expects;
	struct stat expected;
};

enum step {
	STEP_ON,
	STEP_THERE,
	STEP_STRANGER,
	STEP_FAILED,
};

static bool is_shared(const struct stat *directory)
{
	mode_t mode = directory->st_mode;

	return (mode & S_IWOTH) || ((mode & S_ISVTX) && (mode & S_IWGRP));
}

/* What a user namespace shows of the users that it does not have. */
#define USER_OVERFLOW 65534

/* Whether the number stands for one user, and not for all of those. */
static bool is_one_user(uid_t user)
{
	char line[128];
	bool found = false;
	FILE *map;

	if (user != USER_OVERFLOW)
		return true;
	map = fopen("/proc/self/uid_map", "re");
	if (!map)
		return true;
	/* Each line has the first here, the first outside, and their number. */
	while (!found && fgets(line, sizeof(line), map)) {
		char *rest;
		unsigned long first = strtoul(line, &rest, 10);

		strtoul(rest, &rest, 10);
		found = user >= first && user - first < strtoul(rest, NULL, 10);
	}
	fclose(map);
	return found;
}

bool destination_trusts(const struct destination *destination,
			const struct stat *file)
{
	return !destination->shared || file->st_uid == geteuid() ||
	       (file->st_uid == destination->owner &&
		is_one_user(destination->owner));
}

static int enter_directory(struct destination *destination, int from,
			   const char *name, int flags)
{
	int fd = openat(from, name, O_PATH | O_DIRECTORY | O_CLOEXEC | flags);
	struct stat status;

	if (fd < 0)
		return -1;
	if (fstat(fd, &status) != 0) {
		cleanup_close_variable(&fd);
		return -1;
	}
	if (destination->directory >= 0)
		close(destination->directory);
	destination->directory = fd;
	destination->shared = is_shared(&status);
	destination->owner = status.st_uid;
	return 0;
}

/* Put the text of a link before what follows it. */
static int follow_text(struct walk *walk, int link, const char *after)
{
	size_t more = strlen(after) + 1;
	char text[PATH_MAX];
	ssize_t length = readlinkat(link, "", text, sizeof(text));

	if (length < 0)
		return -1;
	if (length == 0 || (size_t)length + more > sizeof(walk->rest)) {
		errno = length ? ENAMETOOLONG : ENOENT;
		return -1;
	}
	memmove(walk->rest + length, after, more);
	memcpy(walk->rest, text, (size_t)length);
	return *text == '/'
		       ? enter_directory(walk->destination, AT_FDCWD, "/", 0)
		       : 0;
}

/* A link of /proc may lead to where no path leads. */
static enum step follow_open(struct walk *walk, const char *name, bool last)
{
	struct destination *destination = walk->destination;

	if (!last)
		return enter_directory(destination, destination->directory,
				       name, 0)
			       ? STEP_FAILED
			       : STEP_ON;
	if (fstatat(destination->directory, name, &destination->status, 0) != 0)
		return STEP_FAILED;
	if (S_ISREG(destination->status.st_mode)) {
		walk->expects = true;
		walk->expected = destination->status;
		return STEP_ON;
	}
	destination->opened = destination->found = true;
	return STEP_THERE;
}

static enum step follow_link(struct walk *walk, int link, const char *name,
			     const char *after)
{
	struct destination *destination = walk->destination;
	bool last = !*after;
	struct statfs filesystem;
	enum step step;

	destination->linked |= last;
	if (!destination_trusts(destination, &destination->status))
		return STEP_STRANGER;
	if (++walk->links > LINKS_MAX) {
		errno = ELOOP;
		return STEP_FAILED;
	}
	if (fstatfs(link, &filesystem) != 0)
		return STEP_FAILED;
	if (filesystem.f_type == PROC_SUPER_MAGIC) {
		step = follow_open(walk, name, last);
		if (step != STEP_ON)
			return step;
		if (!last) {
			memmove(walk->rest, after, strlen(after) + 1);
			return STEP_ON;
		}
	}
	return follow_text(walk, link, after) ? STEP_FAILED : STEP_ON;
}

/* Whether it is what the link of /proc stood for. */
static enum step check_arrival(const struct walk *walk)
{
	struct destination *destination = walk->destination;

	if (!walk->expects ||
	    (destination->found &&
	     destination->status.st_ino == walk->expected.st_ino &&
	     destination->status.st_dev == walk->expected.st_dev))
		return STEP_THERE;
	/* That name is gone, or belongs to another part of the machine. */
	destination->linked = false;
	errno = ENOENT;
	return STEP_FAILED;
}

/* `after` begins with the slash behind the name, or is empty. */
static enum step look_at(struct walk *walk, const char *name, const char *after)
{
	bool last = strspn(after, "/") == strlen(after);
	struct destination *destination = walk->destination;
	cleanup_close int fd = openat(destination->directory, name,
				      O_PATH | O_NOFOLLOW | O_CLOEXEC);

	destination->found = fd >= 0;
	if (fd < 0) {
		if (errno != ENOENT || !last)
			return STEP_FAILED;
		errno = EISDIR;
		return *after ? STEP_FAILED : check_arrival(walk);
	}
	if (fstat(fd, &destination->status) != 0)
		return STEP_FAILED;
	if (S_ISLNK(destination->status.st_mode))
		return follow_link(walk, fd, name, after);
	if (!S_ISDIR(destination->status.st_mode) && *after) {
		errno = ENOTDIR;
		return STEP_FAILED;
	}
	if (last)
		return check_arrival(walk);
	/* By its name: this mounts what is to be mounted there. */
	if (enter_directory(destination, destination->directory, name,
			    O_NOFOLLOW))
		return STEP_FAILED;
	memmove(walk->rest, after, strlen(after) + 1);
	return STEP_ON;
}

static enum step take_step(struct walk *walk)
{
	const char *start = walk->rest + strspn(walk->rest, "/");
	size_t length = strcspn(start, "/");

	if (length > NAME_MAX) {
		errno = ENAMETOOLONG;
		return STEP_FAILED;
	}
	memcpy(walk->name, length ? start : ".", length ? length : 1);
	walk->name[length ? length : 1] = '\0';
	return look_at(walk, walk->name, start + length);
}

static int start_walk(struct walk *walk, const char *path)
{
	size_t length = strlen(path);

	if (length == 0 || length >= sizeof(walk->rest)) {
		errno = length ? ENAMETOOLONG : ENOENT;
		return -1;
	}
	memcpy(walk->rest, path, length + 1);
	return enter_directory(walk->destination, AT_FDCWD,
			       *path == '/' ? "/" : ".", 0);
}

int destination_find(const char *path, struct destination *destination)
{
	struct walk walk = { .destination = destination };
	enum step step = STEP_ON;

	*destination = (struct destination){ .directory = -1 };
	if (start_walk(&walk, path))
		return -1;
	while (step == STEP_ON)
		step = take_step(&walk);
	if (step != STEP_THERE)
		return step == STEP_STRANGER ? 1 : -1;
	destination->name = strdup(walk.name);
	return destination->name ? 0 : -1;
}

void destination_end(struct destination *destination)
{
	if (destination->directory >= 0)
		close(destination->directory);
	free(destination->name);
	*destination = (struct destination){ .directory = -1 };
}
