/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waiting for notifications: the driver's queue is an eventfd, readable as long
 * as a notification has not been answered by a read of the page.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "io/host/notify.h"
#include "pages.h"

static struct made_page page;
static struct probe_notify found;
static struct notify notify;
static int events;	/* the test's own descriptor of the eventfd */
static bool read_fails; /* seq_count is stuck */
static int moves;	/* that many reads are followed by an update */
static int64_t now = NSEC_PER_SEC;

ssize_t __wrap_pread(int fd, void *to, size_t length, off_t offset);
ssize_t __wrap_pread64(int fd, void *to, size_t length, off_t offset);

static void notification(void)
{
	assert_int_equal(eventfd_write(events, 1), 0);
}

static void update(void)
{
	set(&page, FIELD_seq_count, get(&page, FIELD_seq_count) + 2);
}

/* The driver: what is read is known, and no reason to be ready any more. */
ssize_t __wrap_pread64(int fd, void *to, size_t length, off_t offset)
{
	eventfd_t ignored;

	(void)fd;
	if (read_fails) {
		errno = ETIMEDOUT;
		return -1;
	}
	memcpy(to, page.bytes + offset, length);
	eventfd_read(events, &ignored);
	if (moves) {
		moves--;
		update();
		notification();
	}
	return (ssize_t)length;
}

ssize_t __wrap_pread(int fd, void *to, size_t length, off_t offset)
{
	return __wrap_pread64(fd, to, length, offset);
}

static void step(int64_t passed)
{
	now += passed;
	notify_step(&notify, page.bytes, now);
}

static int setup(void **state)
{
	(void)state;
	page = make_page();
	set(&page, FIELD_flags, FLAGS_ALL | FLAG_NOTIFICATION_PRESENT);
	read_fails = false;
	moves = 0;
	events = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	assert_true(events >= 0);
	notify_start(&notify, dup(events), &found);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	notify_close(&notify, now + 2 * NSEC_PER_SEC);
	close(events);
	return 0;
}

static void test_woken(void **state)
{
	(void)state;
	step(0);
	assert_true(found.promised && found.waited);
	assert_int_equal(found.waits, TRIAL_DONE);
	for (int i = 0; i < 3; i++) {
		update();
		step(NSEC_PER_SEC / 10);
		notification();
		step(NSEC_PER_SEC / 10);
	}
	/* A notification that is seen before the update is one of it. */
	update();
	notification();
	step(1);
	/* At rest there is nothing to wait for. */
	step(5 * NSEC_PER_SEC);
	step(5 * NSEC_PER_SEC);
	assert_int_equal(found.woke, 4);
	assert_int_equal(found.lost, 0);
}

static void test_lost(void **state)
{
	(void)state;
	step(0);
	update();
	step(1);
	step(NSEC_PER_SEC - 1);
	assert_int_equal(found.lost, 0);
	step(1);
	assert_int_equal(found.lost, 1);
	/* And each further one. */
	update();
	step(1);
	step(NSEC_PER_SEC);
	assert_int_equal(found.lost, 2);
	update();
	notification();
	step(1);
	assert_int_equal(found.woke, 1);
	assert_int_equal(found.lost, 2);
}

/* What was on the page, or notified, before it waited is no matter. */
static void test_before(void **state)
{
	(void)state;
	update();
	notification();
	step(0);
	step(2 * NSEC_PER_SEC);
	step(2 * NSEC_PER_SEC);
	assert_true(found.waited);
	assert_int_equal(found.woke, 0);
	assert_int_equal(found.lost, 0);
}

static void test_moving(void **state)
{
	(void)state;
	moves = 1000;
	step(0);
	assert_false(found.waited);
	moves = 0;
	step(1);
	assert_true(found.waited);
	read_fails = true;
	update();
	notification();
	step(1);
	step(1);
	read_fails = false;
	step(1);
	update();
	step(1);
	notification();
	step(1);
	assert_int_equal(found.woke, 2);
	assert_int_equal(found.lost, 0);
}

/* The promise goes and comes. */
static void test_promise(void **state)
{
	(void)state;
	set(&page, FIELD_flags, FLAGS_ALL);
	step(0);
	assert_false(found.promised || found.waited);
	set(&page, FIELD_flags, FLAGS_ALL | FLAG_NOTIFICATION_PRESENT);
	step(1);
	assert_true(found.promised && found.waited);
	update();
	step(1);
	set(&page, FIELD_flags, FLAGS_ALL);
	update();
	step(1);
	step(2 * NSEC_PER_SEC);
	assert_int_equal(found.lost, 0);
	set(&page, FIELD_flags, FLAGS_ALL | FLAG_NOTIFICATION_PRESENT);
	step(1);
	update();
	step(1);
	notification();
	step(1);
	assert_int_equal(found.woke, 1);
}

static void test_end(void **state)
{
	(void)state;
	step(0);
	update();
	step(1);
	notification();
	notify_close(&notify, now);
	assert_int_equal(found.woke, 1);
	setup(state);
	step(0);
	update();
	step(1);
	notify_close(&notify, now + NSEC_PER_SEC);
	assert_int_equal(found.lost, 1);
	setup(state);
	step(0);
	notify_close(&notify, now);
	assert_int_equal(found.woke + found.lost, 0);
}

/* A driver whose device does not notify hangs up, whatever the page says. */
static void test_hung_up(void **state)
{
	int ends[2];

	(void)state;
	notify_close(&notify, now);
	assert_int_equal(pipe(ends), 0);
	close(ends[1]);
	notify_start(&notify, ends[0], &found);
	step(0);
	assert_false(found.waited);
	update();
	step(1);
	step(2 * NSEC_PER_SEC);
	assert_int_equal(found.woke + found.lost, 0);
}

static void test_without_poll(void **state)
{
	(void)state;
	notify_close(&notify, now);
	notify_start(&notify, open("/proc/self/exe", O_RDONLY | O_CLOEXEC),
		     &found);
	step(0);
	assert_int_equal(found.waits, TRIAL_REFUSED);
	assert_false(found.waited);
	notify_close(&notify, now);
	notify_open(&notify, "/nowhere/vmclock0", &found);
	step(0);
	assert_int_equal(found.waits, TRIAL_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_woken, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lost, setup, teardown),
		cmocka_unit_test_setup_teardown(test_before, setup, teardown),
		cmocka_unit_test_setup_teardown(test_moving, setup, teardown),
		cmocka_unit_test_setup_teardown(test_promise, setup, teardown),
		cmocka_unit_test_setup_teardown(test_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hung_up, setup, teardown),
		cmocka_unit_test_setup_teardown(test_without_poll, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
