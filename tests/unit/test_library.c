/* SPDX-License-Identifier: BSD-2-Clause */
/* How libvmclock opens, answers, refuses, and says what happened. */
#include "library_page.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/reader.h"

#define NOW(clock, now)                                                        \
	vmclock_now(clock, VMCLOCK_SCALE_UTC, now, sizeof(*(now)))

static int attach_result(size_t length)
{
	struct vmclock *clock = (void *)device;
	int result = vmclock_attach(&clock, device, length);

	assert_true((clock == NULL) == (result != 0));
	vmclock_close(clock);
	return result;
}

static void test_recognised(void **state)
{
	struct vmclock *clock;

	(void)state;
	assert_int_equal(attach_result(PAGE_USUAL_SIZE), 0);
	assert_int_equal(attach_result(PAGE_HEADER_SIZE), 0);
	assert_int_equal(attach_result(PAGE_HEADER_SIZE - 1), -EBADMSG);
	assert_int_equal(attach_result(0), -EBADMSG);
	PUT(magic, PAGE_MAGIC_SWAPPED);
	assert_int_equal(attach_result(PAGE_USUAL_SIZE), -EBADMSG);
	make_page(NULL);
	PUT(version, PAGE_VERSION + 1);
	assert_int_equal(attach_result(PAGE_USUAL_SIZE), -EPROTONOSUPPORT);
	/* RFC v3: a 16-bit size, and the version behind it. */
	memset(device + 4, 0, PAGE_USUAL_SIZE - 4);
	PUT(magic, PAGE_MAGIC);
	store_le(device + RFC3_OFFSET_size, 2, RFC3_DEFINED);
	store_le(device + RFC3_OFFSET_version, 2, PAGE_VERSION);
	assert_int_equal(attach_result(PAGE_USUAL_SIZE), -EPROTONOSUPPORT);
	assert_int_equal(vmclock_attach(&clock, NULL, PAGE_USUAL_SIZE),
			 -EINVAL);
	assert_int_equal(vmclock_attach(&clock, device + 4, 64), -EINVAL);
	vmclock_close(NULL);
}

/* A page says how long it is, and that counts, not what lies behind it. */
static void test_sizes(void **state)
{
	(void)state;
	for (unsigned int size = 0; size <= PAGE_DEFINED + 8; size++) {
		struct vmclock *clock;
		struct vmclock_now now;
		int result;

		PUT(size, size);
		clock = attach_page();
		result = NOW(clock, &now);
		assert_int_equal(result, size < PAGE_CLOCK_SIZE ? -ENODATA : 0);
		assert_int_equal(now.epoch.disruption, 77);
		assert_int_equal(now.epoch.has,
				 size >= END_vm_generation_counter);
		assert_int_equal(now.epoch.generation,
				 size >= END_vm_generation_counter ? 88 : 0);
		assert_int_equal(now.flags & VMCLOCK_HAS_BOUNDS,
				 size >= END_time_maxerror_nanosec);
		assert_int_equal(now.status, size < END_counter_period_shift
						     ? 0
						     : STATUS_SYNCHRONIZED);
		vmclock_close(clock);
	}
}

/* QEMU's and Firecracker's page: markers, and no clock. */
static void test_no_clock(void **state)
{
	struct vmclock *clock;
	struct vmclock_epoch epoch;
	struct vmclock_now now;

	(void)state;
	PUT(counter_id, COUNTER_INVALID);
	clock = attach_page();
	assert_int_equal(NOW(clock, &now), -ENODATA);
	assert_int_equal(now.epoch.disruption, 77);
	assert_int_equal(now.epoch.generation, 88);
	assert_true(now.time == INT64_MIN && now.latest == INT64_MIN);
	assert_int_equal(vmclock_epoch(clock, &epoch), 0);
	assert_memory_equal(&epoch, &now.epoch, sizeof(epoch));
	vmclock_close(clock);
}

static int result_on(int scale)
{
	struct vmclock *clock = attach_page();
	struct vmclock_now now;
	int result = vmclock_now(clock, scale, &now, sizeof(now));

	vmclock_close(clock);
	return result;
}

static void test_refusals(void **state)
{
	(void)state;
	for (unsigned int status = 0; status < 256; status++) {
		PUT(clock_status, status);
		assert_int_equal(result_on(VMCLOCK_SCALE_UTC),
				 status_usable(status) ? 0 : -EHOSTDOWN);
	}
	make_page(NULL);
	PUT(counter_id, COUNTER_OWN ^ 1);
	assert_int_equal(result_on(VMCLOCK_SCALE_UTC), -ENODATA);
	make_page(NULL);
	PUT(counter_period_frac_sec, 0);
	assert_int_equal(result_on(VMCLOCK_SCALE_UTC), -ENODATA);
	make_page(NULL);
	PUT(flags, 0);
	assert_int_equal(result_on(VMCLOCK_SCALE_UTC), -ENODATA);
	assert_int_equal(result_on(VMCLOCK_SCALE_TAI), 0);
	PUT(time_type, TIME_TYPE_UTC);
	assert_int_equal(result_on(VMCLOCK_SCALE_UTC), 0);
	assert_int_equal(result_on(VMCLOCK_SCALE_TAI), -ENODATA);
	PUT(time_type, TIME_TYPE_MONOTONIC);
	assert_int_equal(result_on(VMCLOCK_SCALE_UTC), -ENODATA);
	assert_int_equal(result_on(VMCLOCK_SCALE_TAI), -ENODATA);
	assert_int_equal(result_on(VMCLOCK_SCALE_PAGE), 0);
	PUT(time_type, TIME_TYPE_INVALID_SMEARED);
	assert_int_equal(result_on(VMCLOCK_SCALE_PAGE), -ENODATA);
	make_page(NULL);
	PUT(time_sec, UINT64_C(1) << 40);
	assert_int_equal(result_on(VMCLOCK_SCALE_PAGE), -ERANGE);
	assert_int_equal(result_on(-1), -EINVAL);
	assert_int_equal(result_on(VMCLOCK_SCALE_PAGE + 1), -EINVAL);
}

static void test_scales(void **state)
{
	struct vmclock *clock = attach_page();
	struct vmclock_now utc, tai;
	uint64_t counter = vmclock_counter();

	(void)state;
	for (int sign = -1; sign <= 1; sign += 2) {
		PUT(tai_offset_sec, sign * 37);
		assert_int_equal(vmclock_at(clock, VMCLOCK_SCALE_UTC, counter,
					    &utc, sizeof(utc)),
				 0);
		assert_int_equal(vmclock_at(clock, VMCLOCK_SCALE_TAI, counter,
					    &tai, sizeof(tai)),
				 0);
		assert_true(tai.time - utc.time == INT64_C(37000000000));
		assert_true(tai.latest - utc.latest == INT64_C(37000000000));
		assert_int_equal(utc.tai_minus_utc, 37);
	}
	PUT(flags, FLAG_DISRUPTION_IMMINENT | FLAG_TAI_OFFSET_VALID);
	PUT(leap_indicator, LEAP_PRE_NEG);
	assert_int_equal(NOW(clock, &utc), 0);
	assert_int_equal(utc.flags,
			 VMCLOCK_DISRUPTION_IMMINENT | VMCLOCK_HAS_TAI);
	assert_int_equal(utc.leap, -1);
	assert_true(utc.earliest == INT64_MIN && utc.latest == INT64_MAX);
	vmclock_close(clock);
}

/* A program of another version of the header. */
/* Every reading lies between two that were taken beside it. */
static void check_counter(const struct vmclock *clock)
{
	for (int i = 0; i < 10000; i++) {
		struct vmclock_now now;
		uint64_t before = vmclock_counter(), after;

		assert_int_equal(vmclock_now(clock, VMCLOCK_SCALE_PAGE, &now,
					     sizeof(now)),
				 0);
		after = vmclock_counter();
		assert_true(before <= now.counter && now.counter <= after);
	}
}

/* Whichever way this CPU reads it, and where it has but the fence. */
static void test_counter(void **state)
{
	struct vmclock *clock = attach_page();

	(void)state;
	assert_int_equal(clock->orders_itself, counter_orders_itself());
	check_counter(clock);
	clock->orders_itself = false;
	check_counter(clock);
	vmclock_close(clock);
}

static void test_struct_size(void **state)
{
	struct vmclock *clock = attach_page();
	struct {
		struct vmclock_now now;
		uint64_t later[2];
	} grown;

	(void)state;
	memset(&grown, 0xa5, sizeof(grown));
	assert_int_equal(vmclock_now(clock, VMCLOCK_SCALE_UTC, &grown.now,
				     sizeof(grown)),
			 0);
	assert_true(grown.later[0] == 0 && grown.later[1] == 0);
	assert_int_equal(vmclock_now(clock, VMCLOCK_SCALE_UTC, &grown.now,
				     sizeof(grown.now) - 1),
			 -EINVAL);
	vmclock_close(clock);
}

/* A writer that stopped amid an update: an answer, and nothing changed. */
static void test_update(void **state)
{
	struct vmclock *clock = attach_page();
	struct vmclock_now now, before;
	struct vmclock_epoch epoch;

	(void)state;
	assert_int_equal(NOW(clock, &now), 0);
	before = now;
	PUT(seq_count, 3);
	assert_int_equal(NOW(clock, &now), -EAGAIN);
	assert_memory_equal(&now, &before, sizeof(now));
	assert_int_equal(vmclock_epoch(clock, &epoch), -EAGAIN);
	PUT(disruption_marker, 78);
	assert_int_equal(vmclock_seen(clock), -EAGAIN);
	PUT(seq_count, 4);
	assert_int_equal(vmclock_seen(clock), VMCLOCK_EVENT_DISRUPTION);
	vmclock_close(clock);
	/* Opened amid an update: what is seen first is what it was. */
	PUT(seq_count, 5);
	clock = attach_page();
	PUT(seq_count, 6);
	assert_int_equal(vmclock_seen(clock), 0);
	vmclock_close(clock);
}

static void test_seen(void **state)
{
	struct vmclock *clock = attach_page();

	(void)state;
	assert_int_equal(vmclock_fd(clock), -ENOSYS);
	assert_int_equal(vmclock_seen(clock), 0);
	PUT(disruption_marker, 78);
	PUT(vm_generation_counter, 89);
	assert_int_equal(vmclock_seen(clock), VMCLOCK_EVENT_RESTORE);
	PUT(vm_generation_counter, 90);
	assert_int_equal(vmclock_seen(clock), VMCLOCK_EVENT_FORK);
	PUT(disruption_marker, 79);
	PUT(clock_status, STATUS_FREERUNNING);
	assert_int_equal(vmclock_seen(clock),
			 VMCLOCK_EVENT_DISRUPTION | VMCLOCK_EVENT_STATUS);
	PUT(leap_indicator, LEAP_PRE_POS);
	PUT(tai_offset_sec, 38);
	assert_int_equal(vmclock_seen(clock),
			 VMCLOCK_EVENT_LEAP | VMCLOCK_EVENT_TAI);
	PUT(flags, FLAGS_KNOWN);
	assert_int_equal(vmclock_seen(clock), VMCLOCK_EVENT_MAINTENANCE);
	/* A generation that comes or goes is none that changed. */
	PUT(flags, FLAGS_KNOWN & ~(uint64_t)FLAG_VM_GEN_COUNTER_PRESENT);
	PUT(vm_generation_counter, 91);
	assert_int_equal(vmclock_seen(clock), 0);
	/* An update of the calibration alone is no event. */
	PUT(time_sec, 1795225001);
	PUT(seq_count, 8);
	assert_int_equal(vmclock_seen(clock), 0);
	vmclock_close(clock);
}

/* --- Files ---------------------------------------------------------------- */

static char path[] = "/tmp/vmclock-library-XXXXXX";

static void write_file(size_t length)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, device, length), (ssize_t)length);
	close(fd);
}

static int open_result(const char *name)
{
	struct vmclock *clock = (void *)device;
	int result = vmclock_open(&clock, name);

	assert_true((clock == NULL) == (result != 0));
	vmclock_close(clock);
	return result;
}

static int make_file(void **state)
{
	int fd;

	strcpy(path + sizeof(path) - 7, "XXXXXX");
	fd = mkstemp(path);
	if (fd < 0)
		return -1;
	close(fd);
	make_page(state);
	write_file(sizeof(device));
	return 0;
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static void test_files(void **state)
{
	struct vmclock *clock;
	struct vmclock_now now;
	int fd = open(path, O_RDONLY);

	(void)state;
	assert_int_equal(open_result(path), 0);
	assert_int_equal(vmclock_open_fd(&clock, fd), 0);
	close(fd);
	assert_int_equal(NOW(clock, &now), 0);
	vmclock_close(clock);
	assert_int_equal(vmclock_open_fd(&clock, fd), -EBADF);
	write_file(PAGE_HEADER_SIZE - 1);
	assert_int_equal(open_result(path), -EBADMSG);
	write_file(0);
	assert_int_equal(open_result(path), -EBADMSG);
	/* Another device, which is not opened: without a terminal of its own
	 * /dev/tty says ENXIO. */
	assert_int_equal(open_result("/dev/null"), -ENODEV);
	assert_int_equal(open_result("/dev/tty"), -ENODEV);
	assert_int_equal(open_result("/"), -EISDIR);
	assert_int_equal(open_result("/nowhere/vmclock0"), -ENOENT);
	assert_int_equal(vmclock_open_memory(&clock, 1), -EINVAL);
	assert_null(clock);
}

/* No right to read is not "no device". */
static void test_forbidden(void **state)
{
	(void)state;
	assert_int_equal(chmod(path, 0), 0);
	if (geteuid() == 0 && seteuid(65534) != 0)
		skip();
	assert_int_equal(open_result(path), -EACCES);
	assert_int_equal(seteuid(getuid()), 0);
}

/* A page of a scenario, as a snapshot of it was written. */
static void test_real_pages(void **state)
{
	static const char *const names[] = { "qemu-10.0.2-boot.bin",
					     "qemu-11.1.3-boot.bin",
					     "host-tai-synchronized.bin" };
	char name[512];

	(void)state;
	for (unsigned int i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct vmclock *clock;
		struct vmclock_now now;
		int result;

		snprintf(name, sizeof(name), "%s/real/%s",
			 getenv("VMCLOCKCTL_FIXTURES"), names[i]);
		assert_int_equal(vmclock_open(&clock, name), 0);
		result = NOW(clock, &now);
		assert_true(names[i][0] == 'q'
				    ? result == -ENODATA
				    : result == 0 || result == -ENODATA);
		assert_true(now.epoch.disruption != 0 || names[i][0] == 'h');
		vmclock_close(clock);
	}
}

/* --- Signals, and processes ----------------------------------------------- */

static struct vmclock *shared_clock;
static volatile sig_atomic_t handled, wrong;

static void read_in_handler(int number)
{
	struct vmclock_now now;
	struct vmclock_epoch epoch;
	int saved = errno;

	(void)number;
	errno = EDOM;
	wrong |= NOW(shared_clock, &now) != 0 || now.epoch.disruption != 77 ||
		 vmclock_epoch(shared_clock, &epoch) != 0 || errno != EDOM;
	errno = saved;
	handled++;
}

static void test_signal_handler(void **state)
{
	struct sigaction action = { .sa_handler = read_in_handler };
	struct itimerval often = { { 0, 200 }, { 0, 200 } };
	struct itimerval off = { { 0, 0 }, { 0, 0 } };
	struct vmclock_now now;

	(void)state;
	shared_clock = attach_page();
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	while (handled < 20)
		assert_int_equal(NOW(shared_clock, &now), 0);
	setitimer(ITIMER_REAL, &off, NULL);
	signal(SIGALRM, SIG_DFL);
	assert_false(wrong);
	vmclock_close(shared_clock);
}

static void test_fork(void **state)
{
	struct vmclock *clock;
	struct vmclock_epoch epoch;
	int status;
	pid_t child;

	(void)state;
	assert_int_equal(vmclock_open(&clock, path), 0);
	child = fork();
	if (child == 0) {
		int fd = open(path, O_WRONLY);
		uint64_t marker = 99;

		/* Both have the page of the file, not a copy. */
		if (pwrite(fd, &marker, 8, OFFSET_disruption_marker) != 8)
			_exit(1);
		_exit(vmclock_seen(clock) != VMCLOCK_EVENT_DISRUPTION);
	}
	assert_true(waitpid(child, &status, 0) == child && status == 0);
	assert_int_equal(vmclock_epoch(clock, &epoch), 0);
	assert_int_equal(epoch.disruption, 99);
	assert_int_equal(vmclock_seen(clock), VMCLOCK_EVENT_DISRUPTION);
	vmclock_close(clock);
}

/* Two pages in one process: each has its own, and its own events. */
static void test_two_pages(void **state)
{
	struct vmclock *one, *other;
	struct vmclock_epoch epoch;

	(void)state;
	one = attach_page();
	assert_int_equal(vmclock_open(&other, path), 0);
	PUT(disruption_marker, 78);
	assert_int_equal(vmclock_epoch(one, &epoch), 0);
	assert_int_equal(epoch.disruption, 78);
	assert_int_equal(vmclock_epoch(other, &epoch), 0);
	assert_int_equal(epoch.disruption, 77);
	assert_int_equal(vmclock_seen(other), 0);
	assert_int_equal(vmclock_seen(one), VMCLOCK_EVENT_DISRUPTION);
	vmclock_close(one);
	assert_int_equal(vmclock_epoch(other, &epoch), 0);
	vmclock_close(other);
}

static sigjmp_buf leave;

static void leave_read(int number)
{
	siglongjmp(leave, number);
}

/* As documented: a handler can leave, and other clocks are as before. */
static void test_vanished_and_lived(void **state)
{
	struct sigaction action = { .sa_handler = leave_read }, former;
	struct vmclock *clock, *other;
	struct vmclock_now now;
	volatile int lost = 0;

	(void)state;
	assert_int_equal(vmclock_open(&clock, path), 0);
	other = attach_page();
	assert_int_equal(truncate(path, 0), 0);
	sigaction(SIGBUS, &action, &former);
	for (volatile int i = 0; i < 3; i++) {
		if (sigsetjmp(leave, 1) == 0) {
			NOW(clock, &now);
			fail();
		}
		lost++;
	}
	sigaction(SIGBUS, &former, NULL);
	assert_int_equal(lost, 3);
	assert_int_equal(NOW(other, &now), 0);
	vmclock_close(other);
	vmclock_close(clock);
}

/* As documented: without a handler, SIGBUS ends the program. */
static void test_vanished(void **state)
{
	struct vmclock *clock;
	struct vmclock_now now;
	int status;
	pid_t child;

	(void)state;
	assert_int_equal(vmclock_open(&clock, path), 0);
	assert_int_equal(truncate(path, 0), 0);
	child = fork();
	if (child == 0) {
		signal(SIGBUS, SIG_DFL);
		_exit(NOW(clock, &now) != 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
	vmclock_close(clock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_recognised, make_page),
		cmocka_unit_test_setup(test_sizes, make_page),
		cmocka_unit_test_setup(test_no_clock, make_page),
		cmocka_unit_test_setup(test_refusals, make_page),
		cmocka_unit_test_setup(test_scales, make_page),
		cmocka_unit_test_setup(test_counter, make_page),
		cmocka_unit_test_setup(test_struct_size, make_page),
		cmocka_unit_test_setup(test_update, make_page),
		cmocka_unit_test_setup(test_seen, make_page),
		cmocka_unit_test_setup_teardown(test_files, make_file,
						remove_file),
		cmocka_unit_test_setup_teardown(test_forbidden, make_file,
						remove_file),
		cmocka_unit_test(test_real_pages),
		cmocka_unit_test_setup(test_signal_handler, make_page),
		cmocka_unit_test_setup_teardown(test_fork, make_file,
						remove_file),
		cmocka_unit_test_setup_teardown(test_two_pages, make_file,
						remove_file),
		cmocka_unit_test_setup_teardown(test_vanished_and_lived,
						make_file, remove_file),
		cmocka_unit_test_setup_teardown(test_vanished, make_file,
						remove_file),
	};

	return RUN_LIBRARY_TESTS(tests);
}
