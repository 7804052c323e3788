/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libvmclock below a driver that notifies, or does not. The driver is played
 * here, by what the real ones answer, which the lab asks of them: a descriptor
 * is ready while the page has another seq_count than the one that was read by
 * it last; it hangs up where the device does not notify; and a driver without
 * poll is always ready, to be written too.
 */
#include "library_page.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
	uint8_t *page; /* what the driver maps */
	int fd;
	bool has_poll;
	uint32_t known; /* the seq_count that was read last */
	int read_error;
	bool moves; /* an update comes with each read, after it */
	unsigned int reads;
} driver;

/* The one file of these tests is the device. Its descriptors are of one open
 * file, as those are that vmclock_open_fd() makes of the caller's. */
static bool is_device(int fd)
{
	struct stat status;

	/* Not fstat(), which is played. */
	return fd >= 0 && fstatat(fd, "", &status, AT_EMPTY_PATH) == 0 &&
	       S_ISREG(status.st_mode) && status.st_size == PAGE_USUAL_SIZE;
}

static uint32_t seq_count(void)
{
	return (uint32_t)load_le(driver.page + OFFSET_seq_count,
				 WIDTH_seq_count);
}

/* Put what is in `device` below the driver, as the next update. */
static void update(void)
{
	uint32_t seq = seq_count() + 2;

	PUT(seq_count, seq);
	memcpy(driver.page, device, sizeof(device));
}

int __wrap_fstat(int fd, struct stat *status);
int __wrap_fstat64(int fd, struct stat *status);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap___poll_chk(struct pollfd *fds, nfds_t count, int timeout,
		      size_t size);
ssize_t __wrap_pread(int fd, void *to, size_t length, off_t offset);
ssize_t __wrap_pread64(int fd, void *to, size_t length, off_t offset);

int __wrap_fstat(int fd, struct stat *status)
{
	if (fstatat(fd, "", status, AT_EMPTY_PATH) != 0)
		return -1;
	status->st_mode = S_IFCHR | 0600;
	return 0;
}

int __wrap_fstat64(int fd, struct stat *status)
{
	return __wrap_fstat(fd, status);
}

static short ready(void)
{
	if (!driver.has_poll)
		return POLLIN | POLLOUT;
	if (!(load_le(driver.page + OFFSET_flags, WIDTH_flags) &
	      FLAG_NOTIFICATION_PRESENT))
		return POLLHUP;
	return seq_count() != driver.known ? POLLIN : 0;
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	assert_int_equal(count, 1);
	/* Nothing waits in these tests. */
	assert_int_equal(timeout, 0);
	assert_true(is_device(fds->fd));
	fds->revents = (short)(ready() & (fds->events | POLLHUP));
	return fds->revents != 0;
}

int __wrap___poll_chk(struct pollfd *fds, nfds_t count, int timeout,
		      size_t size)
{
	(void)size;
	return __wrap_poll(fds, count, timeout);
}

ssize_t __wrap_pread(int fd, void *to, size_t length, off_t offset)
{
	assert_true(is_device(fd));
	driver.reads++;
	if (driver.read_error) {
		errno = driver.read_error;
		return -1;
	}
	memcpy(to, driver.page + offset, length);
	driver.known = seq_count();
	if (driver.moves)
		update();
	return (ssize_t)length;
}

ssize_t __wrap_pread64(int fd, void *to, size_t length, off_t offset)
{
	return __wrap_pread(fd, to, length, offset);
}

static int setup(void **state)
{
	memset(&driver, 0, sizeof(driver));
	driver.has_poll = true;
	make_page(state);
	driver.fd = memfd_create("vmclock", MFD_CLOEXEC);
	if (driver.fd < 0 || ftruncate(driver.fd, PAGE_USUAL_SIZE) != 0)
		return -1;
	driver.page = mmap(NULL, PAGE_USUAL_SIZE, PROT_READ | PROT_WRITE,
			   MAP_SHARED, driver.fd, 0);
	if (driver.page == MAP_FAILED)
		return -1;
	memcpy(driver.page, device, sizeof(device));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	munmap(driver.page, PAGE_USUAL_SIZE);
	return close(driver.fd);
}

static struct vmclock *open_device(void)
{
	struct vmclock *clock;

	assert_int_equal(vmclock_open_fd(&clock, driver.fd), 0);
	return clock;
}

static bool is_ready(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	return __wrap_poll(&wait, 1, 0) > 0 && wait.revents & POLLIN;
}

/* What poll(2) of the descriptor says, by what the driver and the page have. */
static void test_who_notifies(void **state)
{
	struct vmclock *clock = open_device();
	int fd = vmclock_fd(clock);

	(void)state;
	assert_true(fd >= 0 && fd != driver.fd);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	vmclock_close(clock);
	assert_int_equal(fcntl(fd, F_GETFD), -1);

	driver.has_poll = false;
	clock = open_device();
	assert_int_equal(vmclock_fd(clock), -ENOSYS);
	vmclock_close(clock);

	driver.has_poll = true;
	PUT(flags, FLAGS_KNOWN & ~(uint64_t)FLAG_NOTIFICATION_PRESENT);
	update();
	clock = open_device();
	assert_int_equal(vmclock_fd(clock), -ENOSYS);
	vmclock_close(clock);
}

/* Ready after an update, until vmclock_seen() was told of it. */
static void test_told(void **state)
{
	struct vmclock *clock = open_device();
	int fd = vmclock_fd(clock);

	(void)state;
	assert_true(is_ready(fd)); /* nothing was read by it as yet */
	assert_int_equal(vmclock_seen(clock), 0);
	assert_false(is_ready(fd));
	PUT(disruption_marker, 78);
	update();
	assert_true(is_ready(fd));
	assert_int_equal(vmclock_seen(clock), VMCLOCK_EVENT_DISRUPTION);
	assert_false(is_ready(fd));
	/* An update that is no event is over too, or poll would never wait. */
	PUT(time_sec, 1795225001);
	update();
	assert_true(is_ready(fd));
	assert_int_equal(vmclock_seen(clock), 0);
	assert_false(is_ready(fd));
	vmclock_close(clock);
}

/* An update between the answer to the driver and the look at the page: it is
 * told at once, or the descriptor is ready. */
static void test_none_is_lost(void **state)
{
	struct vmclock *clock = open_device();
	int fd = vmclock_fd(clock);

	(void)state;
	assert_int_equal(vmclock_seen(clock), 0);
	PUT(disruption_marker, 78);
	driver.moves = true;
	assert_int_equal(vmclock_seen(clock), VMCLOCK_EVENT_DISRUPTION);
	assert_true(is_ready(fd));
	driver.moves = false;
	assert_int_equal(vmclock_seen(clock), 0);
	assert_false(is_ready(fd));
	vmclock_close(clock);
}

/* The device is gone, or its seq_count is stuck: no error of vmclock_seen(),
 * which has the page; and errno is left alone. */
static void test_read_fails(void **state)
{
	struct vmclock *clock = open_device();

	(void)state;
	driver.read_error = ETIMEDOUT;
	PUT(disruption_marker, 78);
	update();
	errno = EDOM;
	assert_int_equal(vmclock_seen(clock), VMCLOCK_EVENT_DISRUPTION);
	assert_int_equal(errno, EDOM);
	assert_int_equal(driver.reads, 1);
	vmclock_close(clock);
}

/* A device that ceases to notify: the caller hears of it by POLLHUP, and
 * vmclock_seen() goes on. */
static void test_ceases(void **state)
{
	struct vmclock *clock = open_device();
	struct pollfd wait = { .fd = vmclock_fd(clock), .events = POLLIN };

	(void)state;
	PUT(flags, FLAGS_KNOWN & ~(uint64_t)FLAG_NOTIFICATION_PRESENT);
	PUT(disruption_marker, 78);
	update();
	assert_int_equal(__wrap_poll(&wait, 1, 0), 1);
	assert_int_equal(wait.revents, POLLHUP);
	assert_true(vmclock_seen(clock) & VMCLOCK_EVENT_DISRUPTION);
	vmclock_close(clock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_who_notifies, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_told, setup, teardown),
		cmocka_unit_test_setup_teardown(test_none_is_lost, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_read_fails, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_ceases, setup, teardown),
	};

	return RUN_LIBRARY_TESTS(tests);
}
