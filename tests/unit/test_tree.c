/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests io/tree.c: what a stranger's tree can lead to, with openat2(2) and
 * where the kernel has none or a sandbox refuses it. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/host/host.h"
#include "io/host/sysfile.h"
#include "io/readonly.h"
#include "io/tree.h"

static char root[64];

/* What openat2() says instead of being called; 0: it is called. */
static int refusal;
static unsigned int refusals;

/* As where /proc is not mounted. */
static bool no_proc;

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);

long __wrap_syscall(long number, ...)
{
	va_list arguments;
	long a[4];

	va_start(arguments, number);
	for (int i = 0; i < 4; i++)
		a[i] = va_arg(arguments, long);
	va_end(arguments);
#ifdef SYS_openat2
	if (number == SYS_openat2 && refusal) {
		refusals++;
		errno = refusal;
		return -1;
	}
#endif
	return __real_syscall(number, a[0], a[1], a[2], a[3]);
}

#define PROC_FD "/proc/self/fd/"

static unsigned int kept_from_proc;

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);

static bool is_kept(const char *path)
{
	if (!no_proc || strncmp(path, PROC_FD, strlen(PROC_FD)) != 0)
		return false;
	kept_from_proc++;
	errno = ENOENT;
	return true;
}

/* None of the calls in question creates a file. */
int __wrap_open(const char *path, int flags, ...)
{
	return is_kept(path) ? -1 : __real_open(path, flags);
}

int __wrap_open64(const char *path, int flags, ...)
{
	return is_kept(path) ? -1 : __real_open64(path, flags);
}

static const char *below(const char *path)
{
	static char whole[512];

	snprintf(whole, sizeof(whole), "%s%s", root, path);
	return whole;
}

static void put(const char *path, const char *text)
{
	FILE *stream = fopen(below(path), "w");

	assert_non_null(stream);
	fputs(text, stream);
	assert_int_equal(fclose(stream), 0);
}

static void make_directory(const char *path)
{
	assert_int_equal(mkdir(below(path), 0755), 0);
}

static void make_link(const char *path, const char *target)
{
	assert_int_equal(symlink(target, below(path)), 0);
}

static void make_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%.100s",
		 below(path));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)),
			 0);
	close(fd);
}

static int make_tree(void **state)
{
	char target[300];

	(void)state;
	snprintf(root, sizeof(root), "/tmp/vmclockctl-tree-XXXXXX");
	assert_non_null(mkdtemp(root));
	make_directory("/etc");
	make_directory("/etc/deep");
	put("/etc/passwd", "of the tree");
	put("/etc/deep/file", "deep");
	make_link("/absolute", "/etc/passwd");
	make_link("/relative", "etc/deep/../passwd");
	make_link("/above", "../../../../../../etc/passwd");
	make_link("/etc/deep/up", "../../../..//etc/./passwd");
	make_link("/way", "/etc/deep");
	make_link("/chain", "way/up");
	make_link("/outside", "/usr/bin/env");
	snprintf(target, sizeof(target), "%s/etc/passwd", root);
	make_link("/by-full-path", target);
	make_link("/loop", "loop");
	make_link("/nowhere", "nothing");
	make_link("/etc/zero", "/dev/zero");
	assert_int_equal(mkfifo(below("/fifo"), 0644), 0);
	make_socket("/socket");
	put("/hole", "");
	assert_int_equal(truncate(below("/hole"), INT64_C(1) << 40), 0);
	make_link("/to-hole", "hole");
	make_directory("/many");
	put("/many/b1", "");
	put("/many/a2", "");
	make_link("/many/a3", "/loop");
	return 0;
}

static int remove_tree(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof(command), "rm -r '%s'", root);
	return system(command);
}

struct expected {
	const char *path;
	enum observed observed;
	const char *text;
};

static const struct expected files[] = {
	{ "/etc/passwd", OBSERVED_READ, "of the tree" },
	{ "//etc//./deep/file", OBSERVED_READ, "deep" },
	{ "/etc/deep/../passwd", OBSERVED_READ, "of the tree" },
	{ "/../../etc/passwd", OBSERVED_READ, "of the tree" },
	{ "/absolute", OBSERVED_READ, "of the tree" },
	{ "/relative", OBSERVED_READ, "of the tree" },
	{ "/above", OBSERVED_READ, "of the tree" },
	{ "/etc/deep/up", OBSERVED_READ, "of the tree" },
	{ "/chain", OBSERVED_READ, "of the tree" },
	{ "/way/file", OBSERVED_READ, "deep" },
	{ "/way/../passwd", OBSERVED_READ, "of the tree" },
	{ "/outside", OBSERVED_DANGLING, NULL },
	{ "/by-full-path", OBSERVED_DANGLING, NULL },
	{ "/nowhere", OBSERVED_DANGLING, NULL },
	{ "/nowhere/below", OBSERVED_DANGLING, NULL },
	{ "/way/below/below", OBSERVED_ABSENT, NULL },
	{ "/nothing", OBSERVED_ABSENT, NULL },
	{ "/etc/zero", OBSERVED_DANGLING, NULL },
	{ "/etc/passwd/below", OBSERVED_ABSENT, NULL },
	{ "/etc/passwd/", OBSERVED_ABSENT, NULL },
	{ "/absolute/", OBSERVED_ABSENT, NULL },
	{ "/loop", OBSERVED_LOOP, NULL },
	{ "/loop/below", OBSERVED_LOOP, NULL },
	{ "/etc", OBSERVED_DIRECTORY, NULL },
	{ "/way/", OBSERVED_DIRECTORY, NULL },
	{ "/", OBSERVED_DIRECTORY, NULL },
	{ "/..", OBSERVED_DIRECTORY, NULL },
	{ "/fifo", OBSERVED_FIFO, NULL },
	{ "/socket", OBSERVED_SOCKET, NULL },
	{ "/hole", OBSERVED_TOO_LONG, NULL },
	{ "/to-hole", OBSERVED_TOO_LONG, NULL },
};

static void check_file(const char *top, const struct expected *e)
{
	char text[32] = "";
	int fd;
	enum observed observed = tree_open(top, e->path, TREE_READ_MAX, &fd);
	int errnum = errno;

	if (observed != e->observed)
		print_error("%s: %s\n", e->path,
			    observed_text(observed, errnum));
	assert_int_equal(observed, e->observed);
	assert_int_equal(fd >= 0, observed == OBSERVED_READ);
	if (fd < 0) {
		assert_int_not_equal(errnum, 0);
		return;
	}
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	read_all(fd, text, sizeof(text) - 1);
	assert_string_equal(text, e->text);
	close(fd);
}

static void check_names(void)
{
	struct tree_names names;

	assert_int_equal(tree_list(root, "/many", NULL, NULL, &names),
			 OBSERVED_READ);
	assert_int_equal(names.count, 3);
	assert_string_equal(names.names[0], "a2");
	assert_string_equal(names.names[2], "b1");
	tree_names_free(&names);
	assert_int_equal(tree_list(root, "/loop", NULL, NULL, &names),
			 OBSERVED_LOOP);
	assert_int_equal(tree_list(root, "/fifo", NULL, NULL, &names),
			 OBSERVED_ABSENT);
	assert_int_equal(tree_list(root, "/outside", NULL, NULL, &names),
			 OBSERVED_DANGLING);
	assert_int_equal(names.count, 0);
}

static void check_links(void)
{
	struct stat status;
	char text[100];

	assert_int_equal(tree_link(root, "/outside", text, sizeof(text)),
			 OBSERVED_READ);
	assert_string_equal(text, "/usr/bin/env");
	assert_int_equal(tree_link(root, "/way/up", text, 5), OBSERVED_READ);
	assert_string_equal(text, "../.");
	assert_int_equal(tree_link(root, "/fifo", text, sizeof(text)),
			 OBSERVED_FAILED);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(tree_status(root, "/loop", true, &status),
			 OBSERVED_READ);
	assert_true(S_ISLNK(status.st_mode));
	assert_int_equal(tree_status(root, "/loop", false, &status),
			 OBSERVED_LOOP);
	assert_int_equal(tree_status(root, "/fifo", false, &status),
			 OBSERVED_READ);
	assert_true(S_ISFIFO(status.st_mode));
}

/* A descriptor of this process is no file of the tree. */
static void check_this_machine(void)
{
	static const struct expected magic[] = {
		{ "/proc/self/exe", OBSERVED_LOOP, NULL },
		{ "/proc/self/root/etc/passwd", OBSERVED_LOOP, NULL },
		{ "/proc/self/cwd/x", OBSERVED_LOOP, NULL },
		{ "/dev/null", OBSERVED_DEVICE, NULL },
	};
	char text[64];

	for (size_t i = 0; i < sizeof(magic) / sizeof(*magic); i++)
		check_file("", &magic[i]);
	assert_true(
		sysfile_line("", "/proc/self/comm", text, sizeof(text), NULL));
	assert_string_equal(text, "test_tree");
	assert_true(sysfile_line("", "/proc/sys/kernel/osrelease", text,
				 sizeof(text), NULL));
	assert_true(sysfile_mentions("", "/proc/mounts", " / ", NULL) >= 0);
	assert_true(sysfile_link("", "/proc/self", text, sizeof(text), NULL));
}

static void check_long_paths(void)
{
	static char path[8200];
	struct access_error access_error = { 0 };
	int fd;

	/* As long as the kernel takes any. */
	for (size_t i = 0; i < 4082; i += 2)
		memcpy(path + i, "/.", 3);
	strcat(path, "/etc/passwd");
	assert_int_equal(tree_open(root, path, 100, &fd), OBSERVED_READ);
	close(fd);
	for (size_t i = 0; i < 8190; i += 2)
		memcpy(path + i, "/.", 3);
	assert_int_equal(tree_open(root, path, 100, &fd), OBSERVED_FAILED);
	assert_int_equal(errno, ENAMETOOLONG);
	assert_null(sysfile_whole(root, path, &access_error));
	/* The libc's words. */
	assert_non_null(strstr(access_error.what, strerror(ENAMETOOLONG)));
}

/* As long as a name can be, and longer; nothing is left open. */
static void check_long_names(void)
{
	static const char *const ends[] = { "", "/", "/x" };
	int before = dup(STDERR_FILENO), after, fd;
	char path[300];

	close(before);
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		memset(path, 'n', sizeof(path));
		path[0] = '/';
		snprintf(path + 256, sizeof(path) - 256, "%s", ends[i]);
		assert_int_equal(tree_open(root, path, 100, &fd),
				 OBSERVED_ABSENT);
		path[256] = 'n';
		snprintf(path + 257, sizeof(path) - 257, "%s", ends[i]);
		assert_int_equal(tree_open(root, path, 100, &fd),
				 OBSERVED_FAILED);
		assert_int_equal(errno, ENAMETOOLONG);
	}
	after = dup(STDERR_FILENO);
	close(after);
	assert_int_equal(after, before);
}

static void check_all(void)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		check_file(root, &files[i]);
	check_names();
	check_links();
	check_this_machine();
	check_long_paths();
	check_long_names();
}

static void test_openat2(void **state)
{
	(void)state;
	refusal = 0;
	check_all();
}

static void test_without_openat2(void **state)
{
	(void)state;
	refusal = ENOSYS;
	refusals = 0;
	check_all();
	assert_true(refusals > 0);
	refusal = 0;
}

static void test_without_proc(void **state)
{
	(void)state;
	no_proc = true;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		check_file(root, &files[i]);
	refusal = ENOSYS;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		check_file(root, &files[i]);
	refusal = 0;
	no_proc = false;
	assert_true(kept_from_proc > 0);
}

static void test_openat2_refused(void **state)
{
	(void)state;
	refusal = EPERM;
	check_all();
	/* As where something moves all the time. */
	refusal = EAGAIN;
	check_all();
	refusal = 0;
}

static void test_device(void **state)
{
	static const struct expected device = { "/device", OBSERVED_DEVICE,
						NULL };

	(void)state;
	if (mknod(below("/device"), S_IFCHR | 0666, makedev(1, 5)))
		skip();
	check_file(root, &device);
	refusal = ENOSYS;
	check_file(root, &device);
	refusal = 0;
}

static void test_refused(void **state)
{
	static const struct expected refused = { "/secret", OBSERVED_REFUSED,
						 NULL };

	(void)state;
	if (geteuid() == 0)
		skip();
	put("/secret", "");
	chmod(below("/secret"), 0);
	check_file(root, &refused);
}

/* Files that say they are short, as those of /proc do, and are not. */
static void test_reads_are_capped(void **state)
{
	struct access_error access_error = { 0 };
	char *text = malloc(TREE_READ_MAX + 2);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', TREE_READ_MAX + 1);
	text[TREE_READ_MAX - 1] = '\0';
	put("/long", text);
	free(text);
	text = sysfile_whole(root, "/long", &access_error);
	assert_non_null(text);
	assert_int_equal(strlen(text), TREE_READ_MAX - 1);
	free(text);
	assert_int_equal(truncate(below("/long"), TREE_READ_MAX + 1), 0);
	assert_null(sysfile_whole(root, "/long", &access_error));
	assert_int_equal(access_error.observed, OBSERVED_TOO_LONG);
	/* A table may be longer. */
	assert_int_equal(sysfile_mentions(root, "/long", "y", NULL), 0);
	assert_int_equal(truncate(below("/long"), TREE_TABLE_MAX + 1), 0);
	assert_int_equal(sysfile_mentions(root, "/long", "y", NULL), -1);
}

static const struct observation *
find_look(const struct observations *observations, const char *path)
{
	for (size_t i = 0; i < observations->count; i++) {
		if (strcmp(observations->rows[i].path, path) == 0)
			return &observations->rows[i];
	}
	return NULL;
}

static void test_each_look_is_noted(void **state)
{
	struct observations observations = { 0 };
	struct host *host = calloc(1, sizeof(*host));
	const struct observation *look;

	(void)state;
	assert_non_null(host);
	make_directory("/dev");
	assert_int_equal(mkfifo(below("/dev/vmclock0"), 0666), 0);
	make_directory("/etc/chrony");
	put("/etc/chrony/chrony.conf", "refclock PHC /dev/ptp0\n");
	host_look_observed(root, host, &observations);
	assert_false(observations.lost);
	look = find_look(&observations, "/dev/vmclock0");
	assert_non_null(look);
	look = find_look(&observations, "/etc/chrony/chrony.conf");
	assert_int_equal(look->observed, OBSERVED_READ);
	assert_int_equal(look->area, AREA_CHRONY);
	look = find_look(&observations, "/proc/cpuinfo");
	assert_int_equal(look->observed, OBSERVED_ABSENT);
	assert_int_equal(look->errnum, ENOENT);
	assert_int_equal(look->area, AREA_HYPERVISOR);
	assert_non_null(strstr(host->access_errors[AREA_NODE].what,
			       "/dev/vmclock0: a FIFO, not a file"));
	assert_false(host->node_readable);
	observations_free(&observations);
	assert_int_equal(observations.count, 0);
	free(host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_openat2),
		cmocka_unit_test(test_without_openat2),
		cmocka_unit_test(test_openat2_refused),
		cmocka_unit_test(test_without_proc),
		cmocka_unit_test(test_device),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_reads_are_capped),
		cmocka_unit_test(test_each_look_is_noted),
	};

	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
