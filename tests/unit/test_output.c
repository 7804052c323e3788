/* SPDX-License-Identifier: BSD-2-Clause */
/* Files are whole or not there, strangers are kept, failures are noticed. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/output/filelock.h"
#include "io/output/output.h"
#include "io/output/replace_file.h"

/* A filesystem that lacks files without a name, and one or both ways to name a
 * file without replacing. */
static bool no_tmpfile, no_renameat2, no_link;
/* What another process does in the moment before the file gets its name. */
static void (*meanwhile)(void);

/* Stand before those of libc; the declarations are in <stdio.h>,
 * <unistd.h> and replace_file.h. */
int renameat2(int from, const char *name, int to, const char *new_name,
	      unsigned int flags)
{
	if (meanwhile)
		meanwhile();
	if (no_renameat2) {
		errno = EINVAL;
		return -1;
	}
	return (int)syscall(SYS_renameat2, from, name, to, new_name, flags);
}

int linkat(int from_fd, const char *from, int to_fd, const char *to, int flags)
{
	if (meanwhile)
		meanwhile();
	if (no_link) {
		errno = EPERM;
		return -1;
	}
	return (int)syscall(SYS_linkat, from_fd, from, to_fd, to, flags);
}

int __wrap_openat(int fd, const char *path, int flags, mode_t mode);
int __wrap_openat64(int fd, const char *path, int flags, mode_t mode);

int __wrap_openat(int fd, const char *path, int flags, mode_t mode)
{
	if (no_tmpfile && (flags & O_TMPFILE) == O_TMPFILE) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return (int)syscall(SYS_openat, fd, path, flags, mode);
}

int __wrap_openat64(int fd, const char *path, int flags, mode_t mode)
{
	return __wrap_openat(fd, path, flags, mode);
}

static char directory[] = "/tmp/test_output.XXXXXX";
static struct error error;
static struct output output;

static int setup(void **state)
{
	(void)state;
	strcpy(strrchr(directory, '.'), ".XXXXXX");
	if (!mkdtemp(directory) || chdir(directory) != 0)
		return -1;
	no_tmpfile = no_renameat2 = no_link = false;
	meanwhile = NULL;
	memset(&error, 0, sizeof(error));
	return 0;
}

static int entries(void)
{
	DIR *stream = opendir(".");
	int count = 0;

	assert_non_null(stream);
	for (struct dirent *entry; (entry = readdir(stream));)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			count++;
	closedir(stream);
	return count;
}

static int teardown(void **state)
{
	DIR *stream = opendir(".");

	(void)state;
	if (!stream)
		return -1;
	for (struct dirent *entry; (entry = readdir(stream));)
		remove(entry->d_name);
	closedir(stream);
	return chdir("/") != 0 || rmdir(directory) != 0;
}

static void put(const char *path, const char *text)
{
	FILE *stream = fopen(path, "w");

	assert_non_null(stream);
	fputs(text, stream);
	assert_int_equal(fclose(stream), 0);
}

static void assert_holds(const char *path, const char *text)
{
	char found[64] = "";
	FILE *stream = fopen(path, "r");

	assert_non_null(stream);
	found[fread(found, 1, sizeof(found) - 1, stream)] = '\0';
	fclose(stream);
	assert_string_equal(found, text);
}

static int write_out(const char *path, const char *text)
{
	if (output_open(&output, path, &error) != 0)
		return -1;
	fputs(text, output.stream);
	return output_close(&output, &error);
}

static void assert_stranger(const char *path)
{
	char message[100];

	snprintf(message, sizeof(message),
		 "%s: exists and does not begin like this output; left as "
		 "it is",
		 path);
	assert_int_equal(error.code, ERROR_WRITE);
	assert_string_equal(error.message, message);
	assert_string_equal(error.hint,
			    "remove it first, or choose another name");
}

static void assert_failed(int errnum, const char *message)
{
	assert_int_equal(error.code, ERROR_WRITE);
	assert_int_equal(error.errnum, errnum);
	assert_string_equal(error.message, message);
}

/* An emulator may show another root than the one that absolute paths have. */
static void need_whole_root(void)
{
	int root = open("/", O_PATH | O_DIRECTORY);
	int missing = faccessat(root, "dev/full", F_OK, 0);

	close(root);
	if (missing)
		skip();
}

static void test_new_file(void **state)
{
	struct stat status;
	mode_t mask = umask(027);

	(void)state;
	assert_int_equal(output_open(&output, "page", &error), 0);
	fputs("VCLK", output.stream);
	fflush(output.stream);
	assert_int_equal(access("page", F_OK), -1);
	fputs(" more", output.stream);
	assert_int_equal(output_close(&output, &error), 0);
	umask(mask);
	assert_holds("page", "VCLK more");
	assert_int_equal(stat("page", &status), 0);
	assert_int_equal(status.st_mode & 07777, 0640);
	assert_int_equal(entries(), 1);
	assert_null(output.stream);
	output_discard(&output); /* harmless afterwards */
	assert_int_equal(entries(), 1);
}

static void test_descriptor_is_not_inherited(void **state)
{
	(void)state;
	assert_int_equal(output_open(&output, "page", &error), 0);
	assert_int_not_equal(fcntl(output.fd, F_GETFD) & FD_CLOEXEC, 0);
	output_discard(&output);
}

static void test_other_directory(void **state)
{
	(void)state;
	assert_int_equal(mkdir("sub", 0777), 0);
	assert_int_equal(write_out("sub/page", "VCLK"), 0);
	assert_holds("sub/page", "VCLK");
	assert_int_equal(entries(), 1);
	assert_int_equal(unlink("sub/page"), 0);
}

/* As kill -9 leaves them, and as the next run for the same file finds them. */
static void test_left_behind(void **state)
{
	char temporary[64];
	int fd;

	(void)state;
	no_tmpfile = true;
	assert_int_equal(output_open(&output, "page", &error), 0);
	snprintf(temporary, sizeof(temporary), "%s", output.file.name);
	assert_true(strncmp(temporary, ".vmclockctl-", 12) == 0);
	output_discard(&output);
	assert_int_equal(entries(), 0);
	for (int named = 0; named < 2; named++) {
		no_tmpfile = named;
		put(temporary, "left");
		assert_int_equal(write_out("page", "VCLK"), 0);
		assert_holds("page", "VCLK");
		assert_int_equal(entries(), 1);
		/* One whose maker is still there is his. */
		put(temporary, "used");
		fd = open(temporary, O_RDWR);
		assert_int_equal(filelock_take(fd, FILELOCK_TEMPORARY), 0);
		assert_int_equal(write_out("page", "VCLK 2"), 0);
		assert_holds(temporary, "used");
		assert_int_equal(entries(), 2);
		close(fd);
		assert_int_equal(unlink(temporary), 0);
		assert_int_equal(unlink("page"), 0);
		/* And so is what is no file. */
		assert_int_equal(mkdir(temporary, 0777), 0);
		assert_int_equal(write_out("page", "VCLK"), 0);
		assert_int_equal(write_out("page", "VCLK 2"), 0);
		assert_int_equal(rmdir(temporary), 0);
		assert_int_equal(entries(), 1);
	}
}

static void test_stranger_is_kept(void **state)
{
	static const char *const strangers[] = { "diary", "V", "VCL", "\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(strangers) / sizeof(*strangers); i++) {
		put("file", strangers[i]);
		assert_int_equal(write_out("file", "VCLK 2"), -1);
		assert_stranger("file");
		assert_holds("file", strangers[i]);
		assert_int_equal(entries(), 1);
	}
	/* Nothing is no output of the same kind either. */
	assert_int_equal(write_out("file", ""), -1);
	assert_stranger("file");
}

static void test_same_kind_is_replaced(void **state)
{
	static const char *const old[] = { "", "VCLK", "VCLK a longer page" };

	(void)state;
	for (size_t i = 0; i < sizeof(old) / sizeof(*old); i++) {
		put("page", old[i]);
		assert_int_equal(write_out("page", "VCLK 2"), 0);
		assert_holds("page", "VCLK 2");
		assert_int_equal(entries(), 1);
	}
	put("short", "ab");
	assert_int_equal(write_out("short", "ab"), 0);
	assert_holds("short", "ab");
	put("empty", "");
	assert_int_equal(write_out("empty", ""), 0);
	assert_holds("empty", "");
}

static bool begins_with_a_number(const char *line)
{
	return *line >= '0' && *line <= '9';
}

/* What is known by its first line has no four bytes of its own. */
static void test_known_by_its_first_line(void **state)
{
	static const struct {
		const char *old, *text;
		bool replaced;
	} rows[] = {
		{ "12 a\n", "345 b\n", true },
		{ "12 a\n", "", true },
		{ "", "345 b\n", true },
		{ "\033[1;31m12\033[0m a\nb", "345 b\n", true },
		{ "diary\n", "345 b\n", false },
		{ "diary\n", "", false },
		/* The same bytes are not enough. */
		{ "diary\n", "diary\n", false },
		/* No whole line, or no colour. */
		{ "12 a", "12 a\n", false },
		{ "\033[1;31K12 a\n", "345 b\n", false },
		{ "\033[1;31", "345 b\n", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		put("file", rows[i].old);
		assert_int_equal(output_open(&output, "file", &error), 0);
		output.begins = begins_with_a_number;
		fputs(rows[i].text, output.stream);
		assert_int_equal(output_close(&output, &error),
				 rows[i].replaced ? 0 : -1);
		assert_holds("file",
			     rows[i].replaced ? rows[i].text : rows[i].old);
		assert_int_equal(entries(), 1);
	}
}

/* Longer than all that is read to find its end. */
static void test_long_first_line(void **state)
{
	static char line[300];
	struct stat status;

	(void)state;
	memset(line, '1', sizeof(line) - 2);
	line[sizeof(line) - 2] = '\n';
	put("file", line);
	assert_int_equal(output_open(&output, "file", &error), 0);
	output.begins = begins_with_a_number;
	fputs("1\n", output.stream);
	assert_int_equal(output_close(&output, &error), -1);
	assert_stranger("file");
	assert_int_equal(stat("file", &status), 0);
	assert_int_equal(status.st_size, sizeof(line) - 1);
}

static void test_discard(void **state)
{
	(void)state;
	put("old", "VCLK 1");
	assert_int_equal(output_open(&output, "old", &error), 0);
	fputs("VCLK 2", output.stream);
	output_discard(&output);
	assert_holds("old", "VCLK 1");
	assert_int_equal(output_open(&output, "new", &error), 0);
	output_discard(&output);
	output_discard(&output);
	assert_int_equal(entries(), 1);
}

static void test_symlink_stays(void **state)
{
	struct stat status;

	(void)state;
	assert_int_equal(mkdir("sub", 0777), 0);
	put("sub/page", "VCLK 1");
	assert_int_equal(symlink("sub/page", "name"), 0);
	assert_int_equal(write_out("name", "VCLK 2"), 0);
	assert_int_equal(lstat("name", &status), 0);
	assert_true(S_ISLNK(status.st_mode));
	assert_holds("sub/page", "VCLK 2");
	put("sub/page", "diary");
	assert_int_equal(write_out("name", "VCLK 3"), -1);
	assert_stranger("name");
	assert_holds("sub/page", "diary");
	assert_int_equal(unlink("sub/page"), 0);
	assert_int_equal(write_out("name", "VCLK 4"), -1);
	assert_string_equal(error.message, "name: is a dangling symbolic "
					   "link; left as it is");
	assert_int_equal(access("sub/page", F_OK), -1);
	assert_int_equal(entries(), 2);
}

static void test_refused(void **state)
{
	(void)state;
	assert_int_equal(mkdir("sub", 0777), 0);
	assert_int_equal(write_out("sub", "VCLK"), -1);
	assert_failed(0, "sub: is a directory; left as it is");
	assert_string_equal(error.hint, "choose another name");
	assert_int_equal(write_out("new/", "VCLK"), -1);
	assert_failed(EISDIR, "new/: cannot write: Is a directory");
	assert_int_equal(write_out("", "VCLK"), -1);
	assert_failed(ENOENT, ": cannot write: No such file or directory");
	assert_int_equal(write_out("none/page", "VCLK"), -1);
	assert_failed(ENOENT, "none/page: cannot write: No such file or "
			      "directory");
	assert_null(output.stream);
	assert_int_equal(entries(), 1);
}

static void test_write_protected(void **state)
{
	(void)state;
	if (geteuid() == 0) /* who may write everywhere */
		skip();
	put("page", "VCLK 1");
	assert_int_equal(chmod("page", 0444), 0);
	assert_int_equal(write_out("page", "VCLK 2"), -1);
	assert_failed(EACCES, "page: cannot write: Permission denied");
	assert_holds("page", "VCLK 1");
}

static void stranger_appears(void)
{
	put("page", "diary");
}

static void test_name_taken_meanwhile(void **state)
{
	(void)state;
	meanwhile = stranger_appears;
	for (int way = 0; way < 4; way++) {
		no_tmpfile = way > 0;
		no_renameat2 = way > 1;
		no_link = way > 2;
		unlink("page");
		assert_int_equal(write_out("page", "VCLK"), -1);
		assert_stranger("page");
		assert_holds("page", "diary");
		assert_int_equal(entries(), 1);
	}
}

static void test_poorer_filesystems(void **state)
{
	(void)state;
	no_tmpfile = true;
	assert_int_equal(write_out("zero", "VCLK"), 0);
	assert_holds("zero", "VCLK");
	assert_int_equal(write_out("zero", "VCLK 2"), 0);
	assert_holds("zero", "VCLK 2");
	no_renameat2 = true;
	assert_int_equal(write_out("one", "VCLK"), 0);
	assert_holds("one", "VCLK");
	no_link = true;
	assert_int_equal(write_out("two", "VCLK"), 0);
	assert_holds("two", "VCLK");
	assert_int_equal(entries(), 3);
}

static void test_signal_removes_the_name(void **state)
{
	int status;
	pid_t child;

	(void)state;
	no_tmpfile = true;
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (output_open(&output, "page", &error) != 0)
			_exit(1);
		raise(SIGTERM);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
	assert_int_equal(entries(), 0);
}

static bool is_list(const uint8_t *head, size_t length)
{
	return length > 4 && memcmp(head, "list", 4) == 0;
}

static void test_growing_has_one_writer(void **state)
{
	struct output first, second;
	char message[100];

	(void)state;
	put("list", "list of an earlier run\n");
	for (int old = 0; old < 2; old++) {
		assert_int_equal(output_open_growing(&first,
						     old ? "list" : "new",
						     is_list, &error),
				 0);
		fputs("list\n", first.stream);
		assert_int_equal(output_line(&first, &error), 0);
		assert_int_equal(output_open_growing(&second,
						     old ? "list" : "new",
						     is_list, &error),
				 -1);
		snprintf(message, sizeof(message),
			 "%s: is written by process %ld; left as it is",
			 old ? "list" : "new", (long)getpid());
		assert_string_equal(error.message, message);
		/* Nor is it replaced. */
		assert_int_equal(write_out(old ? "list" : "new", "list 2\n"),
				 -1);
		output_discard(&first);
	}
	assert_holds("list", "list\n");
	assert_holds("new", "list\n");
}

/* A line that does not fit, before the end of the file and behind it. */
static void test_growing_is_cut_back(void **state)
{
	struct rlimit limit, before;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	for (int others = 0; others < 2; others++) {
		FILE *stream;

		assert_int_equal(
			output_open_growing(&output, "list", is_list, &error),
			0);
		fputs("list\n", output.stream);
		assert_int_equal(output_line(&output, &error), 0);
		if (others) {
			stream = fopen("list", "a");
			assert_non_null(stream);
			fputs("list of theirs\n", stream);
			fclose(stream);
		}
		limit.rlim_cur = others ? 22 : 7;
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
		fputs("list 2\n", output.stream);
		assert_int_equal(output_line(&output, &error), -1);
		assert_failed(EFBIG, "list: cannot write: File too large");
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
		assert_holds("list",
			     others ? "list\nlist of theirs\nli" : "list\n");
		output_discard(&output);
	}
}

/* In a directory that everybody can write. Who is not root has no file of
 * another. */
static void test_shared_directory(void **state)
{
	const mode_t mask = umask(077);
	struct stat status;

	(void)state;
	assert_int_equal(chmod(".", 01777), 0);
	put("own", "VCLK");
	assert_int_equal(chmod("own", 0666), 0);
	assert_int_equal(write_out("own", "VCLK 2"), 0);
	assert_int_equal(stat("own", &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	umask(mask);
	if (geteuid() != 0)
		skip();
	put("page", "VCLK");
	assert_int_equal(chown("page", 1, 1), 0);
	assert_int_equal(write_out("page", "VCLK 2"), -1);
	assert_string_equal(error.message,
			    "page: belongs to another user; left as it is");
	assert_holds("page", "VCLK");
	assert_int_equal(symlink("own", "link"), 0);
	assert_int_equal(write_out("link", "VCLK 3"), 0);
	assert_int_equal(lchown("link", 1, 1), 0);
	assert_int_equal(write_out("link", "VCLK 4"), -1);
	assert_string_equal(
		error.message,
		"link: is another user's symbolic link; left as it is");
	assert_holds("own", "VCLK 3");
	/* The directory's owner may. */
	assert_int_equal(chown(".", 1, 1), 0);
	assert_int_equal(write_out("page", "VCLK 4"), 0);
	assert_int_equal(write_out("link", "VCLK 5"), 0);
	assert_holds("own", "VCLK 5");
	assert_int_equal(chmod(".", 0755), 0);
}

/* The device in place: at the close, in the middle, and after each line. */
static void test_device_full(void **state)
{
	static const char message[] =
		"/dev/full: cannot write: No space left on device";

	(void)state;
	need_whole_root();
	assert_int_equal(write_out("/dev/full", "VCLK"), -1);
	assert_failed(ENOSPC, message);
	assert_int_equal(output_open(&output, "/dev/full", &error), 0);
	for (int i = 0; i < 100000; i++)
		fputc('x', output.stream);
	assert_int_equal(output_close(&output, &error), -1);
	assert_failed(ENOSPC, message);
	assert_int_equal(output_open(&output, "/dev/full", &error), 0);
	fputs("line\n", output.stream);
	assert_int_equal(fflush(output.stream), EOF);
	assert_int_equal(output_close(&output, &error), -1);
	assert_failed(ENOSPC, message);
	assert_int_equal(write_out("/dev/null", "VCLK"), 0);
	assert_int_equal(output_open(&output, "/dev/full", &error), 0);
	fputs("line\n", output.stream);
	output_discard(&output);
}

static void test_fifo(void **state)
{
	char text[8] = "";
	int fd;

	(void)state;
	assert_int_equal(mkfifo("fifo", 0666), 0);
	fd = open("fifo", O_RDONLY | O_NONBLOCK);
	assert_true(fd >= 0);
	assert_int_equal(write_out("fifo", "VCLK"), 0);
	assert_int_equal(read(fd, text, sizeof(text)), 4);
	assert_string_equal(text, "VCLK");
	assert_int_equal(entries(), 1);
	close(fd);
}

/* In a child whose stdout is `fd`: what output_close returned, and errno. */
static int on_stdout(int fd, const char *path, bool flushed)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		signal(SIGPIPE, SIG_IGN);
		if (fd < 0)
			close(STDOUT_FILENO);
		else
			dup2(fd, STDOUT_FILENO);
		if (output_open(&output, path, &error) != 0)
			_exit(255);
		fputs("VCLK\n", output.stream);
		if (flushed)
			fflush(output.stream);
		if (output_close(&output, &error) == 0)
			_exit(output.closed_pipe ? 254 : 0);
		if (strncmp(error.message,
			    "standard output: cannot write: ", 31) != 0)
			_exit(253);
		_exit(error.errnum);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_stdout(void **state)
{
	int full = open("/dev/full", O_WRONLY);
	int file = open("file", O_WRONLY | O_CREAT, 0666);
	int pipes[2];

	(void)state;
	assert_true(full >= 0 && file >= 0);
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(on_stdout(file, NULL, false), 0);
	assert_holds("file", "VCLK\n");
	assert_int_equal(on_stdout(pipes[1], "-", false), 0);
	close(pipes[0]);
	for (int flushed = 0; flushed < 2; flushed++) {
		assert_int_equal(on_stdout(pipes[1], "-", flushed), 254);
		assert_int_equal(on_stdout(full, NULL, flushed), ENOSPC);
		assert_int_equal(on_stdout(-1, NULL, flushed), EBADF);
	}
	close(pipes[1]);
	close(full);
	close(file);
}

static void test_dev_stdout(void **state)
{
	int file = open("file", O_WRONLY | O_CREAT, 0666);

	(void)state;
	need_whole_root();
	assert_true(file >= 0);
	assert_int_equal(on_stdout(file, "/dev/stdout", false), 0);
	assert_holds("file", "VCLK\n");
	close(file);
	assert_int_equal(entries(), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_new_file),
		TEST(test_descriptor_is_not_inherited),
		TEST(test_other_directory),
		TEST(test_left_behind),
		TEST(test_stranger_is_kept),
		TEST(test_same_kind_is_replaced),
		TEST(test_known_by_its_first_line),
		TEST(test_long_first_line),
		TEST(test_discard),
		TEST(test_symlink_stays),
		TEST(test_refused),
		TEST(test_write_protected),
		TEST(test_name_taken_meanwhile),
		TEST(test_poorer_filesystems),
		TEST(test_signal_removes_the_name),
		TEST(test_growing_has_one_writer),
		TEST(test_growing_is_cut_back),
		TEST(test_shared_directory),
		TEST(test_device_full),
		TEST(test_fifo),
		TEST(test_stdout),
		TEST(test_dev_stdout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
