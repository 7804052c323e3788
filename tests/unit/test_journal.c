/* SPDX-License-Identifier: BSD-2-Clause */
/* Entries of the journal, received as journald does. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/output/journal.h"

static char root[] = "/tmp/test_journal.XXXXXX";
static struct error error;
static int received;

static int setup(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char command[100];

	(void)state;
	if (!mkdtemp(root))
		return -1;
	snprintf(command, sizeof(command), "mkdir -p %s/run/systemd/journal",
		 root);
	if (system(command) != 0)
		return -1;
	snprintf(address.sun_path, sizeof(address.sun_path),
		 "%s/run/systemd/journal/socket", root);
	received = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return bind(received, (struct sockaddr *)&address, sizeof(address));
}

static int teardown(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", root);
	return system(command);
}

static void assert_entry(const struct journal_field *fields, unsigned int count,
			 const char *entry, size_t length)
{
	int fd = journal_open(root, &error);
	char found[100];

	assert_true(fd >= 0);
	assert_int_equal(journal_send(fd, fields, count, &error), 0);
	close(fd);
	assert_int_equal(recv(received, found, sizeof(found), 0), length);
	assert_memory_equal(found, entry, length);
}

#define ENTRY(fields, entry)                                                   \
	assert_entry(fields, sizeof(fields) / sizeof(*(fields)), entry,        \
		     sizeof(entry) - 1)

static void test_entries(void **state)
{
	const struct journal_field plain[] = { { "MESSAGE", "status" },
					       { "NOTHING", NULL },
					       { "EMPTY", "" } };
	/* Its length stands before what has lines. */
	const struct journal_field lines[] = { { "A", "one\ntwo" },
					       { "B", "x=y" } };

	(void)state;
	ENTRY(plain, "MESSAGE=status\nEMPTY=\n");
	ENTRY(lines, "A\n\7\0\0\0\0\0\0\0one\ntwo\nB=x=y\n");
}

static void test_no_journal(void **state)
{
	const struct journal_field field = { "MESSAGE", "status" };
	char path[200];
	int fd;

	(void)state;
	assert_int_equal(journal_open("/tmp/none", &error), -1);
	assert_int_equal(error.code, ERROR_WRITE);
	assert_string_equal(
		error.message,
		"/tmp/none/run/systemd/journal/socket: cannot reach the "
		"journal: No such file or directory");
	/* Longer than the address of a socket can be. */
	memset(path, '/', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(journal_open(path, &error), -1);
	assert_int_equal(error.errnum, ENAMETOOLONG);
	/* It ends while it is written to. */
	fd = journal_open(root, &error);
	assert_true(fd >= 0);
	close(received);
	assert_int_equal(journal_send(fd, &field, 1, &error), -1);
	assert_int_equal(error.code, ERROR_WRITE);
	assert_int_equal(error.errnum, ECONNREFUSED);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_no_journal),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
