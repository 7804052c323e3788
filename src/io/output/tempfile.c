/* SPDX-License-Identifier: BSD-2-Clause */
/* One new file, and the signals that remove it. */
#include "tempfile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/retry.h"
#include "filelock.h"

/* How many names are tried: others may have taken some on purpose. */
#define NAMES 1000
/* How often another run may just have taken a file for one left behind. */
#define CREATIONS 10

/* From a user, a shutdown, or a resource limit. */
static const int endings[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU, SIGXFSZ,
};
#define ENDINGS (sizeof(endings) / sizeof(*endings))

static const char *volatile left;
static volatile int left_in;

/* The signal is raised again and ends the program. */
static void remove_and_end(int number)
{
	if (left)
		unlinkat(left_in, left, 0);
	raise(number);
}

static void fill_endings(sigset_t *all)
{
	sigemptyset(all);
	for (size_t i = 0; i < ENDINGS; i++)
		sigaddset(all, endings[i]);
}

static void catch_endings(const sigset_t *all)
{
	const struct sigaction action = {
		.sa_handler = remove_and_end,
		.sa_mask = *all,
		.sa_flags = (int)SA_RESETHAND,
	};
	struct sigaction before;

	for (size_t i = 0; i < ENDINGS; i++) {
		if (sigaction(endings[i], NULL, &before) == 0 &&
		    before.sa_handler == SIG_DFL)
			sigaction(endings[i], &action, NULL);
	}
}

/* The same for each run with this target, so that one finds what another left.
 * FNV-1a: the target's name may be as long as a name can be. */
static void make_name(char name[static TEMPFILE_NAME_MAX], const char *target,
		      int number)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (; *target; target++)
		hash = (hash ^ (uint8_t)*target) * 0x100000001b3;
	snprintf(name, TEMPFILE_NAME_MAX, ".vmclockctl-%016" PRIx64 "-%d.tmp",
		 hash, number);
}

static bool is_same(int directory, const char *name, const struct stat *file)
{
	struct stat status;

	return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       status.st_ino == file->st_ino && status.st_dev == file->st_dev;
}

/*
 * Remove what has this name if it was left behind: it is ours, and nobody has
 * the lock of its maker. Who has that lock, and sees the file under the name
 * still, knows that it stays so. Returns whether the name is free.
 */
static bool sweep_leftovers(int directory, const char *name)
{
	cleanup_close int fd =
		openat(directory, name,
		       O_RDWR | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK);
	struct stat status;

	if (fd < 0)
		return errno == ENOENT;
	return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	       status.st_uid == geteuid() &&
	       filelock_take(fd, FILELOCK_TEMPORARY) == 0 &&
	       is_same(directory, name, &status) &&
	       unlinkat(directory, name, 0) == 0;
}

/* Whether it can get a name later: by its descriptor's name in /proc, as those
 * can do it who have no special right. */
static bool can_be_linked(int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return faccessat(AT_FDCWD, path, F_OK, 0) == 0;
}

static int create_nameless(const struct destination *destination, int flags)
{
	int fd = openat(destination->directory, ".",
			O_TMPFILE | O_RDWR | O_CLOEXEC | flags, 0666);

	if (fd >= 0 && !can_be_linked(fd)) {
		close(fd);
		fd = -1;
		errno = EOPNOTSUPP;
	}
	return fd;
}

/* Returns whether nobody has removed it as left behind before it was locked. */
static bool is_kept(int fd)
{
	struct stat status;

	filelock_take(fd, FILELOCK_TEMPORARY);
	return fstat(fd, &status) != 0 || status.st_nlink;
}

static int create_named(const struct destination *destination, int flags,
			struct tempfile *file)
{
	sigset_t all, before;
	int fd;

	fill_endings(&all);
	catch_endings(&all);
	/* Signals are blocked until the name is noted here. */
	sigprocmask(SIG_BLOCK, &all, &before);
	fd = openat(destination->directory, file->name,
		    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | flags, 0666);
	if (fd >= 0) {
		left_in = destination->directory;
		left = file->name;
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return fd;
}

static int try_names(const struct destination *destination, int flags,
		     struct tempfile *file)
{
	int removed = 0;

	for (int i = 0; i < NAMES; i++) {
		make_name(file->name, destination->name, i);
		sweep_leftovers(destination->directory, file->name);
		file->fd = create_named(destination, flags, file);
		if (file->fd >= 0 && is_kept(file->fd))
			return 0;
		if (file->fd < 0 && errno != EEXIST)
			break;
		if (file->fd < 0)
			continue;
		close(file->fd);
		tempfile_forget(file);
		errno = EEXIST;
		if (++removed == CREATIONS)
			break;
	}
	file->fd = -1;
	file->name[0] = '\0';
	return -1;
}

int tempfile_create(const struct destination *destination, int flags,
		    struct tempfile *file)
{
	char name[TEMPFILE_NAME_MAX];

	*file = (struct tempfile){ .fd = create_nameless(destination, flags) };
	if (file->fd >= 0) {
		filelock_take(file->fd, FILELOCK_TEMPORARY);
		make_name(name, destination->name, 0);
		sweep_leftovers(destination->directory, name);
		return 0;
	}
	/* What filesystems and old kernels say that cannot do it. */
	if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL &&
	    errno != ENOENT)
		return -1;
	return try_names(destination, flags, file);
}

int tempfile_inherit(const struct destination *destination,
		     const struct tempfile *file, const struct stat *old)
{
	mode_t mode = old->st_mode & 0777;

	if (destination->shared)
		return 0;
	if (fchown(file->fd, old->st_uid, old->st_gid) != 0 &&
	    fchown(file->fd, (uid_t)-1, old->st_gid) != 0)
		mode &= ~(mode_t)S_IRWXG;
	return RETRY_EINTR(fchmod(file->fd, mode));
}

static int link_as(const struct destination *destination, int fd,
		   const char *name)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, path, destination->directory, name,
		      AT_SYMLINK_FOLLOW);
}

int tempfile_link(const struct destination *destination,
		  const struct tempfile *file)
{
	return link_as(destination, file->fd, destination->name);
}

/* link_as() under a name that is free. */
static int link_aside(const struct destination *destination, int fd,
		      char name[static TEMPFILE_NAME_MAX])
{
	for (int i = 0; i < NAMES; i++) {
		make_name(name, destination->name, i);
		if (link_as(destination, fd, name) == 0)
			return 0;
		if (errno != EEXIST)
			return -1;
		if (sweep_leftovers(destination->directory, name) &&
		    link_as(destination, fd, name) == 0)
			return 0;
	}
	errno = EEXIST;
	return -1;
}

static int rename_from(const struct destination *destination, const char *name)
{
	return renameat(destination->directory, name, destination->directory,
			destination->name);
}

/* No link replaces what is there, and a rename needs a name: one of our own,
 * for a moment. */
static int link_and_rename(const struct destination *destination, int fd)
{
	char name[TEMPFILE_NAME_MAX];
	int cause;

	if (link_aside(destination, fd, name))
		return -1;
	if (rename_from(destination, name) == 0)
		return 0;
	cause = errno;
	unlinkat(destination->directory, name, 0);
	errno = cause;
	return -1;
}

int tempfile_replace(const struct destination *destination,
		     struct tempfile *file)
{
	sigset_t all, before;
	int result, cause;

	fill_endings(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	result = file->name[0] ? rename_from(destination, file->name)
			       : link_and_rename(destination, file->fd);
	cause = errno;
	if (result == 0)
		tempfile_forget(file);
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = cause;
	return result;
}

void tempfile_remove(const struct destination *destination,
		     struct tempfile *file)
{
	int cause = errno;

	if (file->name[0])
		unlinkat(destination->directory, file->name, 0);
	tempfile_forget(file);
	errno = cause;
}

void tempfile_forget(struct tempfile *file)
{
	left = NULL;
	file->name[0] = '\0';
}
