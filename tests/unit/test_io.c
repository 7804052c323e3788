/* SPDX-License-Identifier: BSD-2-Clause */
/* What the rooms of io share: files that are read, and the counter beside a
 * clock. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "io/live/pairing.h"
#include "io/readonly.h"
#include "io/system_clock.h"

static char directory[] = "/tmp/vmclockctl-io-XXXXXX";

static int setup(void **state)
{
	(void)state;
	return mkdtemp(directory) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	return rmdir(directory);
}

/* A FIFO without a writer holds nobody up. */
static void test_open_readonly(void **state)
{
	char path[64];
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "%s/fifo", directory);
	assert_int_equal(mkfifo(path, 0600), 0);
	fd = open_readonly(path);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	close(fd);
	unlink(path);
	assert_int_equal(open_readonly(path), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(open_readonly_waiting(path), -1);
	assert_int_equal(errno, ENOENT);
}

static void test_read_all(void **state)
{
	char text[8];
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "abcdefghij", 10), 10);
	assert_int_equal(read_all(ends[0], text, 8), 8);
	assert_memory_equal(text, "abcdefgh", 8);
	close(ends[1]);
	assert_int_equal(read_all(ends[0], text, 8), 2);
	assert_int_equal(read_all(ends[0], text, 8), 0);
	close(ends[0]);
	assert_int_equal(read_all(ends[0], text, 8), -1);
	assert_int_equal(errno, EBADF);
}

static int keep_descriptor(bool keep, int *seen)
{
	cleanup_close int fd = open_readonly("/dev/null");
	cleanup_free char *text = strdup("text");

	*seen = fd;
	assert_non_null(text);
	errno = EXDEV;
	return keep ? cleanup_take_fd(&fd) : -1;
}

/* What a scope owns ends with it, and errno is none the wiser. */
static void test_cleanup(void **state)
{
	int fd;

	(void)state;
	assert_int_equal(keep_descriptor(false, &fd), -1);
	assert_int_equal(errno, EXDEV);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_int_equal(keep_descriptor(true, &fd), fd);
	assert_true(fcntl(fd, F_GETFD) >= 0);
	close(fd);
}

struct played {
	uint64_t count;
	unsigned int lost; /* readings that fail before one succeeds */
};

static bool read_played(void *context, uint64_t *counter)
{
	struct played *played = context;

	if (played->lost) {
		played->lost--;
		return false;
	}
	*counter = ++played->count;
	return true;
}

static void test_pairing(void **state)
{
	struct played played = { .lost = 3 };
	const struct counter_reader counter = { read_played, &played };
	int64_t before = clock_nsec(CLOCK_MONOTONIC), after;
	struct pairing pairing;

	(void)state;
	assert_true(pairing_take(&counter, CLOCK_MONOTONIC, &pairing));
	after = clock_nsec(CLOCK_MONOTONIC);
	assert_true(pairing.clock >= before && pairing.clock <= after);
	assert_true(pairing.width <= (uint64_t)(after - before));
	assert_true(pairing.counter >= 1 && pairing.counter <= played.count);
	played.lost = 1000;
	assert_false(pairing_take(&counter, CLOCK_MONOTONIC, &pairing));
}

static void test_sleep(void **state)
{
	int64_t before = clock_nsec(CLOCK_MONOTONIC);
	struct timespec time = timespec_from_nsec(1999999999);

	(void)state;
	assert_int_equal(time.tv_sec, 1);
	assert_int_equal(time.tv_nsec, 999999999);
	sleep_nsec(NSEC_PER_MSEC);
	assert_true(clock_nsec(CLOCK_MONOTONIC) - before >= NSEC_PER_MSEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open_readonly),
		cmocka_unit_test(test_read_all),
		cmocka_unit_test(test_cleanup),
		cmocka_unit_test(test_pairing),
		cmocka_unit_test(test_sleep),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
