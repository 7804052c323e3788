/* SPDX-License-Identifier: BSD-2-Clause */
/* Resolves a path below a directory, one component at a time. */
#include "tree_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"

/* As the kernel has it. */
#define LINKS_MAX 40

/* Of /proc, by statfs(2). */
#define PROC_MAGIC     0x9fa0
#define PROC_TOP_INODE 1

struct walk {
	int top;
	/* Directories from the top on, without links, each with a slash before
	 * it; and what is still to come. */
	char done[PATH_MAX], rest[PATH_MAX];
	unsigned int links;
};

/* The next component of the path, and the rest after it: whether there is
 * one. */
static bool take_component(const char **path, char name[static NAME_MAX + 1])
{
	size_t length;

	*path += strspn(*path, "/");
	length = strcspn(*path, "/");
	if (!length || length > NAME_MAX)
		return false;
	memcpy(name, *path, length);
	name[length] = '\0';
	*path += length;
	return true;
}

/* The directory of what was walked, from the top again: no ".." is ever asked
 * for, which another process could move out of the tree meanwhile. */
static int open_done(const struct walk *walk)
{
	cleanup_close int fd =
		openat(walk->top, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	const char *path = walk->done;
	char name[NAME_MAX + 1];

	while (fd >= 0 && take_component(&path, name)) {
		int next =
			openat(fd, name,
			       O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		if (next < 0)
			return -1;
		close(fd);
		fd = next;
	}
	return cleanup_take_fd(&fd);
}

/* A link of /proc that is a descriptor. Those in its top directory, such as
 * /proc/self, are text. */
static bool is_magic(int link, int directory)
{
	struct statfs file_system;
	struct stat status;

	return fstatfs(link, &file_system) == 0 &&
	       file_system.f_type == PROC_MAGIC &&
	       (fstat(directory, &status) != 0 ||
		status.st_ino != PROC_TOP_INODE);
}

/* Put the link's target before the rest. */
static int follow_link(struct walk *walk, int link, int directory)
{
	char target[PATH_MAX];
	ssize_t length;
	size_t rest = strlen(walk->rest);

	if (++walk->links > LINKS_MAX || is_magic(link, directory)) {
		errno = ELOOP;
		return -1;
	}
	length = readlinkat(link, "", target, sizeof(target));
	if (length < 0)
		return -1;
	if (!length || (size_t)length + rest + 2 > sizeof(walk->rest)) {
		errno = length ? ENAMETOOLONG : ENOENT;
		return -1;
	}
	memmove(walk->rest + length + 1, walk->rest, rest + 1);
	memcpy(walk->rest, target, (size_t)length);
	walk->rest[length] = '/';
	if (!rest)
		walk->rest[length] = '\0';
	if (*target == '/')
		walk->done[0] = '\0';
	return 0;
}

static int keep_component(struct walk *walk, const char *name)
{
	size_t used = strlen(walk->done), length = strlen(name);

	if (used + length + 2 > sizeof(walk->done)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	walk->done[used] = '/';
	memcpy(walk->done + used + 1, name, length + 1);
	return 0;
}

/* Take the first component off: this is what comes after it. */
static void drop_first(struct walk *walk, const char *rest)
{
	memmove(walk->rest, rest, strlen(rest) + 1);
}

/* The next directory to look in, which is not kept open otherwise. */
static int enter_directory(int *directory, int next)
{
	close(*directory);
	*directory = next;
	return next < 0 ? -1 : 0;
}

static int enter_parent(struct walk *walk, int *directory)
{
	char *slash = strrchr(walk->done, '/');

	if (slash)
		*slash = '\0';
	return enter_directory(directory, open_done(walk));
}

static int enter_link(struct walk *walk, int *directory, int link)
{
	if (follow_link(walk, link, *directory))
		return -1;
	return *walk->done ? 0 : enter_directory(directory, open_done(walk));
}

/* One component. Returns 1 with the descriptor at the end, 0 to go on, or
 * -1. */
static int walk_component(struct walk *walk, int *directory, int flags,
			  int *end)
{
	const char *rest = walk->rest;
	char name[NAME_MAX + 1];
	cleanup_close int fd = -1;
	struct stat status;
	bool last;

	if (!take_component(&rest, name)) {
		if (*rest) {
			errno = ENAMETOOLONG;
			return -1;
		}
		*end = cleanup_take_fd(directory);
		return 1;
	}
	/* A slash at the end asks for a directory. */
	last = !*rest;
	drop_first(walk, rest);
	if (strcmp(name, ".") == 0)
		return 0;
	if (strcmp(name, "..") == 0)
		return enter_parent(walk, directory);
	fd = openat(*directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) != 0)
		return -1;
	if (S_ISLNK(status.st_mode) && !(last && flags & O_NOFOLLOW))
		return enter_link(walk, directory, fd);
	if (!S_ISDIR(status.st_mode) && (!last || flags & O_DIRECTORY)) {
		errno = ENOTDIR;
		return -1;
	}
	if (last && !(flags & O_PATH)) {
		*end = openat(*directory, name, flags | O_NOFOLLOW);
		return *end < 0 ? -1 : 1;
	}
	if (last) {
		*end = cleanup_take_fd(&fd);
		return 1;
	}
	if (keep_component(walk, name))
		return -1;
	return enter_directory(directory, cleanup_take_fd(&fd));
}

int tree_walk(int top, const char *path, int flags)
{
	cleanup_free struct walk *walk = calloc(1, sizeof(*walk));
	cleanup_close int directory = -1;
	int result, end = -1;

	if (!walk)
		return -1;
	walk->top = top;
	if (strlen(path) >= sizeof(walk->rest)) {
		/* The attribute frees it.
		 * NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(walk->rest, path, strlen(path) + 1);
	directory = open_done(walk);
	if (directory < 0)
		return -1;
	do
		result = walk_component(walk, &directory, flags, &end);
	while (result == 0);
	return result < 0 ? -1 : end;
}
