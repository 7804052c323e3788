/* SPDX-License-Identifier: BSD-2-Clause */
/* Small files of a tree that a stranger may have made: what is too long, too
 * many or of another kind is said, and never read in part. */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "io/host/sysfile.h"
#include "io/tree.h"

static char root[] = "/tmp/test_sysfile.XXXXXX";
static struct access_error failed;

static void in_tree(const char *command)
{
	char line[400];

	snprintf(line, sizeof(line), "cd %s && %s", root, command);
	assert_int_equal(system(line), 0);
}

static int setup(void **state)
{
	(void)state;
	return mkdtemp(root) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	in_tree("rm -r ./* && rmdir $PWD");
	return 0;
}

static void start(void)
{
	memset(&failed, 0, sizeof(failed));
}

static void test_lines(void **state)
{
	char line[8];

	(void)state;
	start();
	in_tree("printf 'a\\tb \\r\\n\\nc' >line && printf '   \\n' >blank && "
		": >empty && printf '\\303\\251\\0x' >bytes");
	assert_true(sysfile_line(root, "/line", line, sizeof(line), &failed));
	assert_string_equal(line, "a b ?");
	assert_true(sysfile_line(root, "/blank", line, sizeof(line), &failed));
	assert_string_equal(line, "");
	assert_true(sysfile_line(root, "/empty", line, sizeof(line), &failed));
	assert_string_equal(line, "");
	assert_true(sysfile_line(root, "/line", line, 3, &failed));
	assert_string_equal(line, "a");
	assert_int_equal(sysfile_text(root, "/bytes", line, sizeof(line), NULL),
			 4);
	assert_string_equal(line, "??\nx");
	assert_false(sysfile_line(root, "/none", line, sizeof(line), &failed));
	assert_string_equal(line, "");
	assert_int_equal(failed.errnum, 0);
	in_tree("mkdir directory");
	assert_false(
		sysfile_line(root, "/directory", line, sizeof(line), &failed));
	assert_int_equal(failed.errnum, EISDIR);
	/* The first error stays. */
	in_tree("mkfifo fifo");
	assert_false(sysfile_line(root, "/fifo", line, sizeof(line), &failed));
	assert_int_equal(failed.errnum, EISDIR);
}

static void test_links(void **state)
{
	char name[8] = "kept";

	(void)state;
	start();
	in_tree("ln -s ../../bus/a/driver-x link && ln -s / slash");
	assert_false(sysfile_link(root, "/none", name, sizeof(name), &failed));
	assert_string_equal(name, "kept");
	assert_false(sysfile_link(root, "/line", name, sizeof(name), &failed));
	assert_string_equal(name, "kept");
	start();
	assert_true(sysfile_link(root, "/link", name, sizeof(name), &failed));
	assert_string_equal(name, "driver-");
}

static void test_too_long(void **state)
{
	char *whole;

	(void)state;
	start();
	in_tree("truncate -s 1048575 most && truncate -s 1048577 more");
	whole = sysfile_whole(root, "/most", &failed);
	assert_non_null(whole);
	free(whole);
	assert_null(sysfile_whole(root, "/more", &failed));
	assert_int_equal(failed.errnum, EFBIG);
	assert_null(sysfile_whole(root, "/none", NULL));
	start();
	/* It ends one part of 16 KiB and begins the next. */
	in_tree("truncate -s 16381 parts && printf needle >>parts && "
		"truncate -s 16777217 table");
	assert_int_equal(sysfile_mentions(root, "/parts", "needle", &failed),
			 1);
	assert_int_equal(sysfile_mentions(root, "/parts", "noodle", &failed),
			 0);
	assert_int_equal(sysfile_mentions(root, "/none", "needle", &failed),
			 -1);
	assert_int_equal(failed.errnum, 0);
	assert_int_equal(sysfile_mentions(root, "/table", "needle", &failed),
			 -1);
	assert_int_equal(failed.errnum, EFBIG);
}

static void assert_finds(const char *pattern, const char *paths)
{
	struct sysfile_list list;
	char all[300] = "";

	sysfile_find(root, pattern, &list, &failed);
	for (size_t i = 0; i < list.count; i++) {
		strcat(all, list.paths[i]);
		strcat(all, " ");
	}
	assert_string_equal(all, paths);
	sysfile_list_free(&list);
}

static void test_patterns(void **state)
{
	char pattern[PATH_MAX + 8];

	(void)state;
	start();
	in_tree("mkdir -p d/a1 d/a2 d/b d/.a && touch d/a1/x d/a2/x d/b/x "
		"d/a1/y && ln -s none d/a2/y");
	assert_finds("/d/a*/x", "/d/a1/x /d/a2/x ");
	assert_finds("/d/a?/y", "/d/a1/y /d/a2/y ");
	assert_finds("/d/[ab]*/[xy]",
		     "/d/a1/x /d/a1/y /d/a2/x /d/a2/y /d/b/x ");
	assert_finds("/d/*/none", "");
	assert_finds("/none/*", "");
	assert_finds("/d/b/x", "/d/b/x ");
	assert_finds("/d/b/z", "");
	assert_int_equal(failed.errnum, 0);
	/* A name in the pattern that no file can have, and a path. */
	memset(pattern, '*', sizeof(pattern));
	pattern[0] = '/';
	pattern[NAME_MAX + 2] = '\0';
	assert_finds(pattern, "");
	assert_int_equal(failed.errnum, ENAMETOOLONG);
	start();
	for (size_t i = 0; i + 4 < sizeof(pattern); i += 2)
		memcpy(pattern + i, "/.", 2);
	memcpy(pattern + PATH_MAX, "/d*", 4);
	assert_finds(pattern, "");
	assert_int_equal(failed.errnum, ENAMETOOLONG);
	start();
	assert_finds("/d/b/x/*", "");
	assert_finds("/line/*", "");
}

static void test_kinds(void **state)
{
	static const struct {
		int errnum;
		enum observed observed;
	} rows[] = {
		{ 0, OBSERVED_READ },	      { ENOENT, OBSERVED_ABSENT },
		{ ENOTDIR, OBSERVED_ABSENT }, { ENODEV, OBSERVED_ABSENT },
		{ ENXIO, OBSERVED_ABSENT },   { EACCES, OBSERVED_REFUSED },
		{ EPERM, OBSERVED_REFUSED },  { EISDIR, OBSERVED_DIRECTORY },
		{ EFBIG, OBSERVED_TOO_LONG }, { ELOOP, OBSERVED_LOOP },
		{ EIO, OBSERVED_FAILED },
	};
	static const struct {
		mode_t mode;
		enum observed observed;
	} modes[] = {
		{ S_IFREG, OBSERVED_READ },   { S_IFDIR, OBSERVED_DIRECTORY },
		{ S_IFIFO, OBSERVED_FIFO },   { S_IFSOCK, OBSERVED_SOCKET },
		{ S_IFLNK, OBSERVED_LOOP },   { S_IFCHR, OBSERVED_DEVICE },
		{ S_IFBLK, OBSERVED_DEVICE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(observed_errno(rows[i].errnum),
				 rows[i].observed);
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		assert_int_equal(observed_mode(modes[i].mode | 0644),
				 modes[i].observed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
