/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a file is to be, by every kind of path, and the new file that gets its
 * name there, on systems that refuse one thing or another. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/output/filelock.h"
#include "io/output/growing.h"
#include "io/output/tempfile.h"

/* What a call fails with, 0: it is made. */
static struct {
	int tmpfile, chown, chgrp, lock, rename, link;
	bool no_proc;
} fails;

static int refuse(int number)
{
	errno = number;
	return -1;
}

int __wrap_openat(int fd, const char *path, int flags, mode_t mode);
int __wrap_openat64(int fd, const char *path, int flags, mode_t mode);
int __wrap_faccessat(int fd, const char *path, int how, int flags);
int __wrap_fchown(int fd, uid_t user, gid_t group);
int __wrap_fcntl(int fd, int command, void *argument);
int __wrap_fcntl64(int fd, int command, void *argument);
int __wrap_renameat(int from, const char *name, int to, const char *other);
int __wrap_linkat(int from, const char *name, int to, const char *other,
		  int flags);

int __wrap_openat(int fd, const char *path, int flags, mode_t mode)
{
	if (fails.tmpfile && (flags & O_TMPFILE) == O_TMPFILE)
		return refuse(fails.tmpfile);
	return (int)syscall(SYS_openat, fd, path, flags, mode);
}

int __wrap_openat64(int fd, const char *path, int flags, mode_t mode)
{
	return __wrap_openat(fd, path, flags, mode);
}

int __wrap_faccessat(int fd, const char *path, int how, int flags)
{
	(void)flags;
	return fails.no_proc ? refuse(ENOENT)
			     : (int)syscall(SYS_faccessat, fd, path, how);
}

int __wrap_fchown(int fd, uid_t user, gid_t group)
{
	int number = user == (uid_t)-1 ? fails.chgrp : fails.chown;

	return number ? refuse(number)
		      : (int)syscall(SYS_fchown, fd, user, group);
}

int __wrap_fcntl(int fd, int command, void *argument)
{
	if (fails.lock && command == F_OFD_SETLK)
		return refuse(fails.lock);
	return (int)syscall(SYS_fcntl, fd, command, argument);
}

int __wrap_fcntl64(int fd, int command, void *argument)
{
	return __wrap_fcntl(fd, command, argument);
}

int __wrap_renameat(int from, const char *name, int to, const char *other)
{
	return fails.rename
		       ? refuse(fails.rename)
		       : (int)syscall(SYS_renameat2, from, name, to, other, 0);
}

int __wrap_linkat(int from, const char *name, int to, const char *other,
		  int flags)
{
	return fails.link
		       ? refuse(fails.link)
		       : (int)syscall(SYS_linkat, from, name, to, other, flags);
}

static char directory[] = "/tmp/test_destination.XXXXXX";
static struct destination destination;

static void run(const char *command)
{
	assert_int_equal(system(command), 0);
}

static int setup(void **state)
{
	(void)state;
	memset(&fails, 0, sizeof(fails));
	strcpy(strrchr(directory, '.'), ".XXXXXX");
	return mkdtemp(directory) && chdir(directory) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
	char command[64];

	(void)state;
	memset(&fails, 0, sizeof(fails));
	destination_end(&destination);
	snprintf(command, sizeof(command), "rm -r %s", directory);
	return chdir("/") != 0 || system(command) != 0;
}

static void assert_no_place(const char *path, int errnum)
{
	errno = 0;
	assert_int_equal(destination_find(path, &destination), -1);
	assert_int_equal(errno, errnum);
	destination_end(&destination);
}

/* The directory and the name that the path comes to. */
static void assert_place(const char *path, const char *in, const char *name,
			 bool found)
{
	struct stat wanted, status;

	assert_int_equal(destination_find(path, &destination), 0);
	assert_string_equal(destination.name, name);
	assert_int_equal(destination.found, found);
	assert_int_equal(stat(in, &wanted), 0);
	assert_int_equal(fstat(destination.directory, &status), 0);
	assert_int_equal(status.st_ino, wanted.st_ino);
	destination_end(&destination);
}

static void test_paths(void **state)
{
	char path[PATH_MAX + 2];

	(void)state;
	run("mkdir a a/b && touch a/file");
	assert_place("new", ".", "new", false);
	assert_place("a/file", "a", "file", true);
	assert_place("a//b///new", "a/b", "new", false);
	assert_place("a/b/../file", "a", "file", true);
	assert_place("a/", ".", "a", true);
	assert_place("/", "/", ".", true);
	snprintf(path, sizeof(path), "%s/a/new", directory);
	assert_place(path, "a", "new", false);
	assert_no_place("", ENOENT);
	assert_no_place("none/new", ENOENT);
	assert_no_place("new/", EISDIR);
	assert_no_place("a/file/", ENOTDIR);
	assert_no_place("a/file/new", ENOTDIR);
	memset(path, 'n', sizeof(path));
	path[NAME_MAX] = '\0';
	assert_place(path, ".", path, false);
	path[NAME_MAX] = 'n';
	path[NAME_MAX + 1] = '\0';
	assert_no_place(path, ENAMETOOLONG);
	memset(path, '/', sizeof(path));
	path[PATH_MAX - 1] = '\0';
	assert_place(path, "/", ".", true);
	path[PATH_MAX - 1] = '/';
	path[PATH_MAX] = '\0';
	assert_no_place(path, ENAMETOOLONG);
}

static void test_links(void **state)
{
	char path[PATH_MAX];

	(void)state;
	run("mkdir a && touch a/file && ln -s a dir && ln -s a/file link && "
	    "ln -s $PWD/a/file absolute && ln -s a/new later && "
	    "ln -s loop loop && ln -s none/x nowhere && ln -s a/file/ not");
	assert_place("dir/new", "a", "new", false);
	assert_place("link", "a", "file", true);
	assert_place("absolute", "a", "file", true);
	assert_place("later", "a", "new", false);
	assert_int_equal(destination_find("later", &destination), 0);
	assert_true(destination.linked);
	destination_end(&destination);
	assert_int_equal(destination_find("dir/new", &destination), 0);
	assert_false(destination.linked);
	destination_end(&destination);
	assert_no_place("loop", ELOOP);
	assert_no_place("nowhere", ENOENT);
	assert_no_place("not", ENOTDIR);
	/* As many as the kernel follows, and one more. */
	run("ln -s a/file l0; for i in $(seq 40); do ln -s l$((i - 1)) l$i; "
	    "done");
	assert_place("l39", "a", "file", true);
	assert_no_place("l40", ELOOP);
	/* The text of a link and what follows it. */
	run("ln -s \"$(printf '%4000s' '' | sed 's/ /.\\//g' | "
	    "cut -c -4000)a\" long");
	assert_place("long/new", "a", "new", false);
	snprintf(path, sizeof(path), "long/%0200d", 1);
	assert_no_place(path, ENAMETOOLONG);
}

/* Links of /proc lead to what is open, which may have no name. */
static void test_links_of_proc(void **state)
{
	char path[64];
	int fds[2], fd = open("file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	(void)state;
	assert_true(fd >= 0);
	if (access("/proc/self/fd", X_OK) != 0)
		skip();
	assert_place("/proc/self/cwd/new", ".", "new", false);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_place(path, ".", "file", true);
	assert_int_equal(destination_find(path, &destination), 0);
	assert_true(destination.linked && !destination.opened);
	destination_end(&destination);
	run("mv file moved && touch file");
	assert_place(path, ".", "moved", true);
	run("rm moved");
	assert_no_place(path, ENOENT);
	close(fd);
	assert_int_equal(pipe(fds), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[1]);
	assert_int_equal(destination_find(path, &destination), 0);
	assert_true(destination.opened && destination.found &&
		    destination.linked);
	destination_end(&destination);
	close(fds[0]);
	close(fds[1]);
}

static bool is_shared(mode_t mode)
{
	bool shared;

	assert_int_equal(chmod(".", mode), 0);
	assert_int_equal(destination_find("new", &destination), 0);
	shared = destination.shared;
	destination_end(&destination);
	return shared;
}

static void test_who_shares(void **state)
{
	(void)state;
	assert_false(is_shared(0700));
	assert_false(is_shared(0770));
	assert_false(is_shared(01755));
	assert_true(is_shared(0777));
	assert_true(is_shared(01770));
	assert_true(is_shared(01777));
}

static bool trusts(bool shared, uid_t owner, uid_t user)
{
	const struct destination there = { .shared = shared, .owner = owner };
	const struct stat file = { .st_uid = user };

	return destination_trusts(&there, &file);
}

/* In a shared directory one's own files, and those of the directory's owner. */
static void test_whom_to_trust(void **state)
{
	uid_t own = geteuid();

	(void)state;
	assert_true(trusts(false, own, own + 1));
	assert_true(trusts(true, own + 1, own));
	assert_true(trusts(true, own + 1, own + 1));
	assert_false(trusts(true, own, own + 1));
	assert_false(trusts(true, own + 2, own + 1));
}

/* --- The new file --------------------------------------------------------- */

static void find(const char *path)
{
	assert_int_equal(destination_find(path, &destination), 0);
}

static void put(const char *name, const char *text)
{
	FILE *stream = fopen(name, "w");

	assert_non_null(stream);
	fputs(text, stream);
	assert_int_equal(fclose(stream), 0);
}

static void assert_holds(const char *name, const char *text)
{
	char found[64] = "";
	FILE *stream = fopen(name, "r");

	assert_non_null(stream);
	found[fread(found, 1, sizeof(found) - 1, stream)] = '\0';
	fclose(stream);
	assert_string_equal(found, text);
}

static void assert_files(const char *names)
{
	char line[200];

	snprintf(line, sizeof(line),
		 "test \"$(ls -A | tr '\\n' ' ')\" = \"%s\"", names);
	run(line);
}

/* A replacement of `file` by "new". */
static int replace_file(bool *named)
{
	struct tempfile file;
	int result;

	find("file");
	assert_int_equal(tempfile_create(&destination, 0, &file), 0);
	*named = file.name[0];
	assert_int_equal(write(file.fd, "new", 3), 3);
	result = tempfile_replace(&destination, &file);
	if (result)
		tempfile_remove(&destination, &file);
	close(file.fd);
	return result;
}

static void test_replacing(void **state)
{
	static const int cannot[] = { EOPNOTSUPP, EISDIR, EINVAL, ENOENT };
	bool named;

	(void)state;
	for (size_t i = 0; i < sizeof(cannot) / sizeof(*cannot); i++) {
		put("file", "old");
		fails.tmpfile = cannot[i];
		assert_int_equal(replace_file(&named), 0);
		assert_true(named);
		assert_holds("file", "new");
		assert_files("file ");
		destination_end(&destination);
	}
	fails.tmpfile = 0;
	/* What has no name in /proc could never get one. */
	fails.no_proc = true;
	put("file", "old");
	assert_int_equal(replace_file(&named), 0);
	assert_true(named);
	assert_holds("file", "new");
	destination_end(&destination);
	fails.no_proc = false;
	put("file", "old");
	assert_int_equal(replace_file(&named), 0);
	assert_holds("file", "new");
	assert_files("file ");
}

/* The old file stays, and nothing beside it. */
static void test_replacing_fails(void **state)
{
	bool named;

	(void)state;
	put("file", "old");
	fails.rename = EACCES;
	assert_int_equal(replace_file(&named), -1);
	assert_int_equal(errno, EACCES);
	destination_end(&destination);
	fails.tmpfile = EOPNOTSUPP;
	assert_int_equal(replace_file(&named), -1);
	destination_end(&destination);
	fails.tmpfile = fails.rename = 0;
	fails.link = EPERM;
	replace_file(&named);
	if (!named)
		assert_holds("file", "old");
	assert_files("file ");
}

static void test_no_new_file(void **state)
{
	struct tempfile file;
	char command[200], name[TEMPFILE_NAME_MAX];

	(void)state;
	find("file");
	fails.tmpfile = ENOSPC;
	assert_int_equal(tempfile_create(&destination, 0, &file), -1);
	assert_int_equal(errno, ENOSPC);
	/* Others have all names. */
	fails.tmpfile = EOPNOTSUPP;
	assert_int_equal(tempfile_create(&destination, 0, &file), 0);
	strcpy(name, file.name);
	tempfile_remove(&destination, &file);
	close(file.fd);
	assert_files("");
	*strrchr(name, '-') = '\0';
	snprintf(command, sizeof(command),
		 "seq -f '%s-%%g.tmp' 0 999 | xargs mkdir", name);
	run(command);
	assert_int_equal(tempfile_create(&destination, 0, &file), -1);
	assert_int_equal(errno, EEXIST);
	assert_string_equal(file.name, "");
	/* One of them is free. */
	snprintf(command, sizeof(command), "rmdir %s-7.tmp", name);
	run(command);
	assert_int_equal(tempfile_create(&destination, 0, &file), 0);
	assert_non_null(strstr(file.name, "-7.tmp"));
	tempfile_remove(&destination, &file);
	close(file.fd);
	/* Nor is there one for the moment of a replacement. */
	snprintf(command, sizeof(command), "mkdir %s-7.tmp", name);
	run(command);
	fails.tmpfile = 0;
	if (tempfile_create(&destination, 0, &file) != 0)
		skip();
	if (!file.name[0]) {
		assert_int_equal(tempfile_replace(&destination, &file), -1);
		assert_int_equal(errno, EEXIST);
	}
	tempfile_remove(&destination, &file);
	close(file.fd);
}

static mode_t inherited(bool shared)
{
	const struct stat old = { .st_mode = S_IFREG | 0664,
				  .st_uid = geteuid(),
				  .st_gid = getegid() };
	struct tempfile file;
	struct stat status;

	find("file");
	destination.shared = shared;
	assert_int_equal(tempfile_create(&destination, 0, &file), 0);
	assert_int_equal(fchmod(file.fd, 0600), 0);
	assert_int_equal(tempfile_inherit(&destination, &file, &old), 0);
	assert_int_equal(fstat(file.fd, &status), 0);
	tempfile_remove(&destination, &file);
	close(file.fd);
	destination_end(&destination);
	return status.st_mode & 0777;
}

/* The rights of a group are for that group. */
static void test_inherited_rights(void **state)
{
	(void)state;
	assert_int_equal(inherited(false), 0664);
	assert_int_equal(inherited(true), 0600);
	fails.chown = EPERM;
	assert_int_equal(inherited(false), 0664);
	fails.chgrp = EPERM;
	assert_int_equal(inherited(false), 0604);
}

/* --- Files that grow ------------------------------------------------------ */

static bool is_ours(const uint8_t *head, size_t length)
{
	return length >= 4 && memcmp(head, "ours", 4) == 0;
}

static enum left_file left;
static pid_t writer;

static int grow(const char *path)
{
	int fd;

	find(path);
	writer = 0;
	fd = growing_open(&destination, is_ours, &left, &writer);
	destination_end(&destination);
	return fd;
}

static void assert_grows(const char *path)
{
	int fd = grow(path);

	assert_true(fd >= 0);
	assert_int_equal(left, LEFT_NOT);
	assert_holds(path, "");
	assert_int_equal(write(fd, "x", 1), 1);
	assert_holds(path, "x");
	close(fd);
}

static void assert_left(const char *path, enum left_file why)
{
	assert_int_equal(grow(path), -1);
	assert_int_equal(left, why);
}

static void test_growing(void **state)
{
	(void)state;
	assert_grows("file");
	put("file", "");
	assert_grows("file");
	put("file", "ours, and more");
	assert_grows("file");
	assert_left("file", LEFT_KIND);
	assert_holds("file", "x");
	run("mkdir dir && mkfifo fifo");
	assert_left("fifo", LEFT_KIND);
	assert_int_equal(grow("dir"), -1);
	assert_int_equal(errno, EISDIR);
	/* It was a file when it was looked for. */
	put("other", "ours");
	find("other");
	run("mv other kept && ln -s kept other");
	assert_int_equal(growing_open(&destination, is_ours, &left, &writer),
			 -1);
	assert_int_equal(left, LEFT_KIND);
	destination_end(&destination);
	assert_holds("kept", "ours");
	find("other");
	run("rm kept other");
	assert_true(growing_open(&destination, is_ours, &left, &writer) >= 0);
	destination_end(&destination);
}

static void test_locks(void **state)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
	int holder, fd;

	(void)state;
	/* A writer, who is named. */
	holder = grow("file");
	assert_true(holder >= 0);
	assert_left("file", LEFT_WRITTEN);
	close(holder);
	/* A reader's lock does not keep the file that is put there. */
	put("file", "ours");
	holder = open("file", O_RDONLY | O_CLOEXEC);
	assert_int_equal(fcntl(holder, F_OFD_SETLK, &lock), 0);
	assert_grows("file");
	put("file", "ours");
	fd = open("file", O_RDONLY | O_CLOEXEC);
	assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
	fails.tmpfile = ENOSPC;
	assert_left("file", LEFT_LOCKED);
	fails.tmpfile = 0;
	fails.rename = EPERM;
	assert_left("file", LEFT_LOCKED);
	assert_holds("file", "ours");
	assert_files("file ");
	close(fd);
	close(holder);
}

/* A filesystem without locks lets a file grow, and so does one that says
 * EACCES for EAGAIN keep it. */
static void test_without_locks(void **state)
{
	struct tempfile file;

	(void)state;
	fails.lock = ENOLCK;
	assert_grows("file");
	put("file", "ours");
	assert_grows("file");
	fails.lock = EACCES;
	find("file");
	assert_int_equal(tempfile_create(&destination, 0, &file), 0);
	assert_int_equal(filelock_take(file.fd, FILELOCK_WRITER), -1);
	assert_int_equal(errno, EAGAIN);
	tempfile_remove(&destination, &file);
	close(file.fd);
	destination_end(&destination);
	put("file", "ours");
	assert_left("file", LEFT_LOCKED);
	assert_holds("file", "ours");
	assert_int_equal(filelock_writer(-1), 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_paths),
		CASE(test_links),
		CASE(test_links_of_proc),
		CASE(test_who_shares),
		CASE(test_whom_to_trust),
		CASE(test_replacing),
		CASE(test_replacing_fails),
		CASE(test_no_new_file),
		CASE(test_inherited_rights),
		CASE(test_growing),
		CASE(test_locks),
		CASE(test_without_locks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
