/* SPDX-License-Identifier: BSD-2-Clause */
/* The one place that opens, lists and asks for files below a root. */
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "readonly.h"
#include "tree_walk.h"

/* How openat2(2) resolves a path, and its arguments, since Linux 5.6: by names
 * of our own, for a system's headers may have these or not. */
#define NO_MAGIC_LINKS 0x02
#define IN_ROOT	       0x10

struct how_to_open {
	uint64_t flags, mode, resolve;
};

/* It says EAGAIN where something was moved while it met "..". */
#define TRIES 16

#define TEXT_(id, word, text) [id] = (text),

static const char *const texts[OBSERVED_COUNT] = { OBSERVATIONS(TEXT_) };

const char *observed_text(enum observed observed, int errnum)
{
	return *texts[observed] ? texts[observed] : strerror(errnum);
}

enum observed observed_errno(int errnum)
{
	switch (errnum) {
	case 0:
		return OBSERVED_READ;
	case ENOENT:
	case ENOTDIR:
	case ENODEV:
	case ENXIO:
		return OBSERVED_ABSENT;
	case EACCES:
	case EPERM:
		return OBSERVED_REFUSED;
	case EISDIR:
		return OBSERVED_DIRECTORY;
	case EFBIG:
		return OBSERVED_TOO_LONG;
	case ELOOP:
		return OBSERVED_LOOP;
	default:
		return OBSERVED_FAILED;
	}
}

int tree_error(struct error *error, const char *path, enum observed observed,
	       int errnum)
{
	if (!*texts[observed])
		return error_set(error, ERROR_OPEN, errnum, "%s: cannot open",
				 path);
	return error_set(error, ERROR_OPEN, 0, "%s: %s", path, texts[observed]);
}

/* What came, by errno. */
static enum observed observe_errno(void)
{
	return observed_errno(errno);
}

static enum observed not_opened(enum observed observed, int errnum)
{
	errno = errnum;
	return observed;
}

enum observed observed_mode(unsigned int mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return OBSERVED_READ;
	case S_IFDIR:
		return not_opened(OBSERVED_DIRECTORY, EISDIR);
	case S_IFIFO:
		return not_opened(OBSERVED_FIFO, ENOTSUP);
	case S_IFSOCK:
		return not_opened(OBSERVED_SOCKET, ENOTSUP);
	case S_IFLNK:
		return not_opened(OBSERVED_LOOP, ELOOP);
	default:
		return not_opened(OBSERVED_DEVICE, ENOTSUP);
	}
}

static int call_openat2(int top, const char *path, int flags)
{
	struct how_to_open how = {
		.flags = (uint64_t)(unsigned int)flags,
		.resolve = IN_ROOT | NO_MAGIC_LINKS,
	};
	long fd = -1;

	errno = ENOSYS;
#ifdef SYS_openat2
	for (int i = 0; i < TRIES; i++) {
		fd = syscall(SYS_openat2, top, path, &how, sizeof(how));
		if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
			break;
	}
#else
	(void)top;
	(void)path;
	(void)how;
#endif
	return (int)fd;
}

static int resolve(const char *root, const char *path, int flags)
{
	cleanup_close int top =
		open(*root ? root : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd;

	if (top < 0)
		return -1;
	flags |= O_CLOEXEC;
	fd = call_openat2(top, path, flags);
	/* EPERM: of a sandbox that does not know the call. */
	if (fd < 0 && (errno == ENOSYS || errno == EPERM || errno == EAGAIN))
		fd = tree_walk(top, path, flags);
	return fd;
}

static bool is_there(const char *root, const char *path)
{
	cleanup_close int fd = resolve(root, path, O_PATH);

	return fd >= 0;
}

/* What came of a resolve() that failed. Of a path that does not exist, whether
 * a link in it leads nowhere: the file is then somewhere else. */
static enum observed explain_missing(const char *root, const char *path)
{
	cleanup_free char *part = NULL;
	int cause = errno;
	struct stat status;

	part = cause == ENOENT ? strdup(path) : NULL;
	for (char *slash = part; slash;) {
		cleanup_close int fd = resolve(root, part, O_PATH | O_NOFOLLOW);

		if (fd >= 0 && fstat(fd, &status) == 0)
			return S_ISLNK(status.st_mode) && !is_there(root, part)
				       ? not_opened(OBSERVED_DANGLING, ENOTSUP)
				       : not_opened(OBSERVED_ABSENT, ENOENT);
		slash = strrchr(part, '/');
		if (slash)
			*slash = '\0';
		if (slash == part)
			break;
	}
	/* The attribute frees it. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
	errno = cause;
	return observe_errno();
}

/* The file of an O_PATH descriptor, to be read. Without /proc it is opened by
 * its name again, and must be the same. */
static int reopen(int fd, const struct stat *status, const char *root,
		  const char *path)
{
	const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	struct stat now;
	char name[32];
	int opened;

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	opened = open(name, flags);
	if (opened >= 0 || errno != ENOENT)
		return opened;
	opened = resolve(root, path, flags);
	if (opened < 0 ||
	    (fstat(opened, &now) == 0 && now.st_dev == status->st_dev &&
	     now.st_ino == status->st_ino))
		return opened;
	close(opened);
	errno = ESTALE;
	return -1;
}

enum observed tree_open(const char *root, const char *path, uint64_t most,
			int *fd)
{
	cleanup_close int found = resolve(root, path, O_PATH);
	struct stat status;
	enum observed observed;

	*fd = -1;
	if (found < 0)
		return explain_missing(root, path);
	if (fstat(found, &status) != 0)
		return observe_errno();
	observed = observed_mode(status.st_mode);
	if (observed != OBSERVED_READ)
		return observed;
	if ((uint64_t)status.st_size > most)
		return not_opened(OBSERVED_TOO_LONG, EFBIG);
	*fd = reopen(found, &status, root, path);
	return *fd < 0 ? observe_errno() : OBSERVED_READ;
}

enum observed tree_open_node(const char *root, const char *path, int *fd)
{
	if (*root)
		return tree_open(root, path, UINT64_MAX, fd);
	*fd = open_readonly(path);
	return *fd < 0 ? observe_errno() : OBSERVED_READ;
}

enum observed tree_status(const char *root, const char *path, bool link,
			  struct stat *status)
{
	cleanup_close int fd =
		resolve(root, path, O_PATH | (link ? O_NOFOLLOW : 0));

	if (fd < 0)
		return explain_missing(root, path);
	return fstat(fd, status) != 0 ? observe_errno() : OBSERVED_READ;
}

enum observed tree_link(const char *root, const char *path, char *text,
			size_t size)
{
	cleanup_close int fd = resolve(root, path, O_PATH | O_NOFOLLOW);
	struct stat status;
	ssize_t length;

	if (fd < 0 || fstat(fd, &status) != 0)
		return observe_errno();
	if (!S_ISLNK(status.st_mode))
		return not_opened(OBSERVED_FAILED, EINVAL);
	length = readlinkat(fd, "", text, size - 1);
	if (length < 0)
		return observe_errno();
	text[length] = '\0';
	return OBSERVED_READ;
}

static int add_name(struct tree_names *names, const char *name)
{
	char **grown = names->names;
	char *copy;

	/* Doubled at 16, 32, ... */
	if (names->count < 16 ? names->count == 0
			      : !(names->count & (names->count - 1)))
		grown = realloc(grown,
				(names->count < 16 ? 16 : 2 * names->count) *
					sizeof(*grown));
	if (!grown)
		return -1;
	names->names = grown;
	copy = strdup(name);
	if (!copy)
		return -1;
	names->names[names->count++] = copy;
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum observed list_entries(DIR *directory,
				  bool (*wanted)(const char *name,
						 const void *context),
				  const void *context, struct tree_names *names)
{
	const struct dirent *entry;

	for (unsigned int seen = 0;; seen++) {
		errno = 0;
		entry = readdir(directory);
		if (!entry)
			return observe_errno();
		if (seen == TREE_ENTRIES_MAX)
			return not_opened(OBSERVED_TOO_LONG, EFBIG);
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0 ||
		    (wanted && !wanted(entry->d_name, context)))
			continue;
		if (add_name(names, entry->d_name))
			return not_opened(OBSERVED_FAILED, ENOMEM);
	}
}

enum observed tree_list(const char *root, const char *path,
			bool (*wanted)(const char *name, const void *context),
			const void *context, struct tree_names *names)
{
	cleanup_close int found = resolve(root, path, O_PATH | O_DIRECTORY);
	cleanup_close int fd = -1;
	enum observed observed;
	DIR *directory;
	int errnum;

	*names = (struct tree_names){ 0 };
	if (found < 0)
		return explain_missing(root, path);
	fd = openat(found, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	directory = fd < 0 ? NULL : fdopendir(fd);
	if (!directory)
		return observe_errno();
	cleanup_take_fd(&fd);
	observed = list_entries(directory, wanted, context, names);
	errnum = errno;
	closedir(directory);
	if (names->count)
		qsort(names->names, names->count, sizeof(*names->names),
		      compare_names);
	errno = errnum;
	return observed;
}

void tree_names_free(struct tree_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->names[i]);
	free(names->names);
	*names = (struct tree_names){ 0 };
}
