/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests io/sandbox.c: what is asked of each version of landlock. Nothing is
 * given up here; tests/bats/hostile.bats tries what is left. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include <cmocka.h>

#include "io/sandbox.h"

/* The version of the kernel that is played, and what it refuses. */
static long version;
static long refused;

/* What was asked for. */
static uint64_t handled;
static size_t size;
static unsigned int rules, restricted;
static uint64_t allowed[8];

/* The tests are; what counts the executed asks for something else after them.
 */
static bool over;

long __wrap_syscall(long number, ...);
int __wrap_prctl(int option, ...);
int __real_prctl(int option, ...);

static long play_create(const uint64_t *ruleset, size_t length, long flags)
{
	if (flags)
		return version;
	handled = *ruleset;
	size = length;
	rules = 0;
	/* More than the version knows is refused. */
	if (version < 4 && length > 8 && (errno = E2BIG))
		return -1;
	return 1000;
}

long __wrap_syscall(long number, ...)
{
	va_list arguments;
	long a[4];

	va_start(arguments, number);
	for (int i = 0; i < 4; i++)
		a[i] = va_arg(arguments, long);
	va_end(arguments);
	if (number == refused || version < 0) {
		errno = number == refused ? EINVAL : ENOSYS;
		return -1;
	}
	if (number == 444)
		return play_create((const uint64_t *)a[0], (size_t)a[1],
				   (uint32_t)a[2]);
	if (number == 445) {
		memcpy(&allowed[rules], (const void *)a[2], 8);
		assert_int_equal(allowed[rules] & ~handled, 0);
		assert_true(rules++ < 8);
		return 0;
	}
	assert_int_equal(number, 446);
	restricted++;
	return 0;
}

int __wrap_prctl(int option, ...)
{
	unsigned long value;
	va_list arguments;

	if (!over) {
		assert_int_equal(option, PR_SET_NO_NEW_PRIVS);
		return 0;
	}
	va_start(arguments, option);
	value = va_arg(arguments, unsigned long);
	va_end(arguments);
	return __real_prctl(option, value);
}

static void start(long of)
{
	version = of;
	refused = 0;
	restricted = rules = 0;
	handled = size = 0;
}

static void test_each_version_is_asked_for_what_it_knows(void **state)
{
	static const struct {
		uint64_t rights;
		size_t size;
	} wanted[] = { { 0, 0 },       { 0x1fff, 8 },  { 0x3fff, 8 },
		       { 0x7fff, 8 },  { 0x7fff, 16 }, { 0xffff, 16 },
		       { 0xffff, 24 }, { 0xffff, 24 }, { 0xffff, 24 } };

	(void)state;
	for (long of = 1; of < (long)(sizeof(wanted) / sizeof(*wanted)); of++) {
		start(of);
		sandbox_begin(NULL);
		assert_int_equal(handled, wanted[of].rights);
		assert_int_equal(size, wanted[of].size);
		/* Reading, everywhere. */
		assert_int_equal(rules, 1);
		assert_int_equal(allowed[0], 0xc);
		assert_int_equal(restricted, 1);
		sandbox_end_reading();
		assert_int_equal(handled, 0xc);
		assert_int_equal(size, 8);
		assert_int_equal(restricted, 2);
		sandbox_end_reading();
		assert_int_equal(restricted, 2);
	}
}

static void test_the_output_keeps_its_directory(void **state)
{
	(void)state;
	start(6);
	sandbox_begin("/tmp/vmclockctl-not-there");
	assert_int_equal(rules, 2);
	/* Write, remove, make and truncate files, and read. */
	assert_int_equal(allowed[1], 0x412e);
	sandbox_end_reading();
	assert_int_equal(allowed[0], 0xc);
	start(1);
	sandbox_begin("/dev/null");
	/* Its directory and itself; this version cannot truncate. */
	assert_int_equal(rules, 3);
	assert_int_equal(allowed[1], 0x12e);
	assert_int_equal(allowed[2], 0x6);
	sandbox_end_reading();
}

static void test_without_landlock_nothing_is_done(void **state)
{
	static const long calls[] = { 444, 445, 446 };

	(void)state;
	start(-1);
	sandbox_begin("/dev/null");
	sandbox_end_reading();
	assert_int_equal(restricted, 0);
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		start(3);
		refused = calls[i];
		sandbox_begin("/tmp/x");
		refused = 0;
		sandbox_end_reading();
		assert_int_equal(restricted, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_version_is_asked_for_what_it_knows),
		cmocka_unit_test(test_the_output_keeps_its_directory),
		cmocka_unit_test(test_without_landlock_nothing_is_done),
	};

	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	over = true;
	return failed;
}
