/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks of open files (OFD), and whose they are. */
#include "filelock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/retry.h"

/* One byte beyond what any file has; the writer's lock ends before it. */
#define TEMPORARY_BYTE ((off_t)1 << 62)

static struct flock make_lock(enum filelock which, short type)
{
	bool writer = which == FILELOCK_WRITER;

	return (struct flock){
		.l_type = type,
		.l_whence = SEEK_SET,
		.l_start = writer ? 0 : TEMPORARY_BYTE,
		.l_len = writer ? TEMPORARY_BYTE : 1,
	};
}

int filelock_take(int fd, enum filelock which)
{
	struct flock lock = make_lock(which, F_WRLCK);

	if (RETRY_EINTR(fcntl(fd, F_OFD_SETLK, &lock)) != 0) {
		if (errno == EACCES)
			errno = EAGAIN;
		return -1;
	}
	if (which == FILELOCK_WRITER)
		RETRY_EINTR(flock(fd, LOCK_EX | LOCK_NB));
	return 0;
}

bool filelock_is_taken(int fd, enum filelock which)
{
	/* What a lock for reading would have to wait for is one for writing. */
	struct flock lock = make_lock(which, F_RDLCK);

	return RETRY_EINTR(fcntl(fd, F_OFD_GETLK, &lock)) == 0 &&
	       lock.l_type == F_WRLCK;
}

/* Whether whoever writes files of this filesystem does so through this kernel.
 */
static bool is_local(int fd)
{
	static const long kinds[] = {
		EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC,	 BTRFS_SUPER_MAGIC,
		TMPFS_MAGIC,	  RAMFS_MAGIC,		 HUGETLBFS_MAGIC,
		F2FS_SUPER_MAGIC, OVERLAYFS_SUPER_MAGIC,
	};
	struct statfs status;

	if (fstatfs(fd, &status) != 0)
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if ((unsigned long)status.f_type == (unsigned long)kinds[i])
			return true;
	}
	return false;
}

bool filelock_has_no_writer(int fd)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	bool granted;

	if (!is_local(fd) || sigaction(SIGIO, &ignore, &before) != 0)
		return false;
	/* A lease for reading is granted only where there is no writer. Whoever
	 * opens the file for writing now waits until it is given back, and this
	 * process is told by SIGIO. */
	granted = fcntl(fd, F_SETLEASE, F_RDLCK) == 0;
	if (granted)
		fcntl(fd, F_SETLEASE, F_UNLCK);
	sigaction(SIGIO, &before, NULL);
	return granted;
}

/* Whether the process's descriptor of this number has the lock. */
static bool has_lock(long process, const char *number)
{
	char path[64], line[256];
	bool found = false;
	FILE *stream;

	snprintf(path, sizeof(path), "/proc/%ld/fdinfo/%.16s", process, number);
	stream = fopen(path, "re");
	if (!stream)
		return false;
	while (!found && fgets(line, sizeof(line), stream))
		found = strncmp(line, "lock:", 5) == 0 &&
			strstr(line, " OFDLCK ") && strstr(line, " WRITE ");
	fclose(stream);
	return found;
}

/* Anybody who may read the file can take the lock of flock(2), so look. */
static bool is_writer(long process, const struct stat *file)
{
	bool found = false;
	char path[32];
	DIR *directory;

	snprintf(path, sizeof(path), "/proc/%ld/fd", process);
	directory = opendir(path);
	if (!directory)
		return false;
	for (struct dirent *entry; !found && (entry = readdir(directory));) {
		struct stat status;

		found = fstatat(dirfd(directory), entry->d_name, &status, 0) ==
				0 &&
			status.st_ino == file->st_ino &&
			status.st_dev == file->st_dev &&
			has_lock(process, entry->d_name);
	}
	closedir(directory);
	return found;
}

/* The process of a line of /proc/locks that is of flock(2), and the file's
 * inode; 0: of another kind. Some filesystems have another device number here.
 */
static long parse_lock(const char *line, uint64_t *inode)
{
	static const char kind[] = "FLOCK  ADVISORY  WRITE ";
	const char *found = strstr(line, kind);
	char *end;
	long process;

	if (!found || strstr(line, "->"))
		return 0;
	process = strtol(found + strlen(kind), &end, 10);
	for (int colons = 0; colons < 2; colons++) {
		end = strchr(end, ':');
		if (!end)
			return 0;
		end++;
	}
	*inode = strtoull(end, NULL, 10);
	return process > 0 ? process : 0;
}

pid_t filelock_writer(int fd)
{
	struct stat file;
	FILE *stream;
	char line[256];
	long found = 0;

	if (fstat(fd, &file) != 0)
		return 0;
	stream = fopen("/proc/locks", "re");
	if (!stream)
		return 0;
	while (!found && fgets(line, sizeof(line), stream)) {
		uint64_t inode = 0;
		long process = parse_lock(line, &inode);

		if (process && inode == file.st_ino &&
		    is_writer(process, &file))
			found = process;
	}
	fclose(stream);
	return (pid_t)found;
}
