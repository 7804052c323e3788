/* SPDX-License-Identifier: BSD-2-Clause */
/* Looking around a device that is a file here: it lets do all that a driver
 * must refuse, and the PTP clock beside it is played. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/ptp_clock.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock/reading.h"
#include "io/host/ptp_attributes.h"
#include "io/host/cpus.h"
#include "io/host/probe.h"
#include "io/system_clock.h"
#include "pages.h"

static char root[] = "/tmp/vmclockctl-probe-XXXXXX";
static int precise_errnum, affinity_errnum;

/* A kernel that tells the quality of a PHC. */
static bool has_quality;

/* A driver that refuses what it has to, and one that updates its page while
 * that is read. */
static bool is_strict;
static unsigned int updates;

int __wrap_ioctl(int fd, unsigned long request, void *argument);
enum source_kind __wrap_live_kind(const struct live *live);
int __wrap_sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set);
int __real_sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set);
enum source_kind __real_live_kind(const struct live *live);

void *__wrap_mmap(void *at, size_t length, int how, int flags, int fd,
		  off_t offset);
void *__wrap_mmap64(void *at, size_t length, int how, int flags, int fd,
		    off_t offset);
int __wrap_mprotect(void *at, size_t length, int how);
int __wrap_epoll_ctl(int set, int operation, int fd, struct epoll_event *event);
int __real_epoll_ctl(int set, int operation, int fd, struct epoll_event *event);
int __wrap_poll(struct pollfd *polled, nfds_t count, int timeout);
bool __wrap_live_unchanged(struct live *live, uint64_t *counter);
bool __real_live_unchanged(struct live *live, uint64_t *counter);

/* Not by syscall(2): on s390x that takes a structure. */
void *__real_mmap(void *at, size_t length, int how, int flags, int fd,
		  off_t offset);

void *__wrap_mmap64(void *at, size_t length, int how, int flags, int fd,
		    off_t offset)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (is_strict && fd >= 0 &&
	    (length > page || offset || how & PROT_WRITE)) {
		errno = EINVAL;
		return MAP_FAILED;
	}
	return __real_mmap(at, length, how, flags, fd, offset);
}

void *__wrap_mmap(void *at, size_t length, int how, int flags, int fd,
		  off_t offset)
{
	return __wrap_mmap64(at, length, how, flags, fd, offset);
}

int __wrap_mprotect(void *at, size_t length, int how)
{
	if (!is_strict)
		return (int)syscall(SYS_mprotect, at, length, how);
	errno = EACCES;
	return -1;
}

int __wrap_epoll_ctl(int set, int operation, int fd, struct epoll_event *event)
{
	return is_strict ? 0 : __real_epoll_ctl(set, operation, fd, event);
}

int __wrap_poll(struct pollfd *polled, nfds_t count, int timeout)
{
	(void)timeout;
	assert_int_equal(count, 1);
	polled->revents = is_strict ? POLLIN | POLLHUP : POLLIN;
	return 1;
}

bool __wrap_live_unchanged(struct live *live, uint64_t *counter)
{
	if (updates) {
		updates--;
		return false;
	}
	return __real_live_unchanged(live, counter);
}

int __wrap_ioctl(int fd, unsigned long request, void *argument)
{
	struct ptp_clock_caps *caps = argument;
	struct ptp_sys_offset_extended *extended = argument;
	struct ptp_attributes *attributes = argument;
	struct timespec now;

	(void)fd;
	clock_gettime(CLOCK_REALTIME, &now);
	if (request == PTP_CLOCK_GETCAPS) {
		caps->max_adj = 7;
		caps->cross_timestamping = 1;
	} else if (request == PTP_SYS_OFFSET_EXTENDED) {
		extended->ts[0][1].sec = now.tv_sec;
		extended->ts[0][1].nsec = (uint32_t)now.tv_nsec;
	} else if (request == REQUEST_EXTENDED_ATTRIBUTES && has_quality) {
		attributes->sample.device.sec = now.tv_sec;
		attributes->sample.device.nsec = (uint32_t)now.tv_nsec;
		attributes->sample.quality = (struct ptp_quality){
			.valid = QUALITY_BOUND | QUALITY_STATUS,
			.bound = 4711,
			.status = 2,
		};
	} else {
		errno = precise_errnum;
		return -1;
	}
	return 0;
}

int __wrap_sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set)
{
	if (!affinity_errnum)
		return __real_sched_setaffinity(pid, size, set);
	errno = affinity_errnum;
	return -1;
}

enum source_kind __wrap_live_kind(const struct live *live)
{
	enum source_kind kind = __real_live_kind(live);

	return kind == SOURCE_SIM ? kind : SOURCE_DEVICE;
}

static void put(const char *directory, const char *name, const void *bytes,
		size_t length)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "mkdir -p %s/%s", root, directory);
	assert_int_equal(system(path), 0);
	snprintf(path, sizeof(path), "%s/%s/%s", root, directory, name);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	fclose(file);
}

static void put_text(const char *directory, const char *name, const char *text)
{
	put(directory, name, text, strlen(text));
}

static void in_root(const char *command)
{
	char line[256];

	snprintf(line, sizeof(line), "cd %s && %s", root, command);
	assert_int_equal(system(line), 0);
}

static int setup(void **state)
{
	struct made_page page = make_page();

	(void)state;
	assert_non_null(mkdtemp(root));
	put("dev", "vmclock0", page.bytes, sizeof(page.bytes));
	put_text("dev", "ptp0", "");
	put_text("sys/class/ptp/ptp0", "clock_name", "vmclock0\n");
	put_text("sys/class/misc/vmclock0", "dev", "10:1\n");
	put_text("sys/bus/acpi/devices/AMZNC10C:00", "modalias",
		 "acpi:AMZNC10C:VMCLOCK:\n");
	put_text("proc", "iomem",
		 "feffb000-feffbfff : Reserved\n"
		 "  feffb000-feffbfff : AMZNC10C:00\n");
	return 0;
}

static int teardown(void **state)
{
	char command[256];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", root);
	return system(command);
}

static void look(struct probe *probe, uint8_t *bytes)
{
	char path[256];
	struct error error = { 0 };
	struct live *live;

	snprintf(path, sizeof(path), "%s/dev/vmclock0", root);
	live = live_open(path, root, true, &error);
	assert_non_null(live);
	probe_live(live, root, bytes, probe);
	live_close(live);
}

static void test_file(void **state)
{
	uint8_t *bytes = malloc(PAGE_READ_MAX);
	struct probe probe;

	(void)state;
	precise_errnum = EOPNOTSUPP;
	look(&probe, bytes);
	assert_int_equal(probe.kind, PROBE_DEVICE);
	assert_int_equal(probe.length, PAGE_USUAL_SIZE);
	assert_true(probe.driver.at_rest && probe.driver.same);
	assert_int_equal(probe.driver.got, PAGE_USUAL_SIZE);
	assert_int_equal(probe.driver.beyond, 0);
	assert_int_equal(probe.driver.map_two, TRIAL_DONE);
	assert_int_equal(probe.driver.map_offset, TRIAL_DONE);
	assert_int_equal(probe.driver.map_writable, TRIAL_DONE);
	assert_int_equal(probe.driver.make_writable, TRIAL_DONE);
	assert_int_equal(probe.driver.epoll, TRIAL_REFUSED);
	assert_true(probe.firmware.visible);
	assert_int_equal(probe.firmware.found[0].region, REGION_FOUND);
	assert_int_equal(probe.firmware.devices, 1);
	assert_int_equal(probe.firmware.found[0].region_start, 0xfeffb000);
	assert_true(probe.phc.visible && probe.phc.present && probe.phc.open);
	assert_int_equal(probe.phc.max_adj, 7);
	assert_true(probe.phc.cross_timestamping);
	assert_int_equal(probe.phc.precise, TRIAL_REFUSED);
	if (probe.has_counter) {
		assert_true(probe.has_rate && probe.ticks && probe.elapsed);
		assert_true(probe.has_realtime && probe.phc.judged);
	}
	free(bytes);
}

static void test_refused(void **state)
{
	uint8_t *bytes = malloc(PAGE_READ_MAX);
	struct probe probe;

	(void)state;
	precise_errnum = ETIMEDOUT;
	look(&probe, bytes);
	assert_false(probe.phc.judged);
	if (probe.has_counter)
		assert_non_null(strstr(probe.phc.refusal, "ETIMEDOUT"));
	free(bytes);
}

static void test_strict_driver(void **state)
{
	uint8_t *bytes = malloc(PAGE_READ_MAX);
	struct probe probe;

	(void)state;
	precise_errnum = EOPNOTSUPP;
	is_strict = true;
	updates = 3;
	look(&probe, bytes);
	is_strict = false;
	assert_int_equal(updates, 0);
	assert_int_equal(probe.driver.map_two, TRIAL_REFUSED);
	assert_int_equal(probe.driver.map_offset, TRIAL_REFUSED);
	assert_int_equal(probe.driver.map_writable, TRIAL_REFUSED);
	assert_int_equal(probe.driver.make_writable, TRIAL_REFUSED);
	assert_int_equal(probe.driver.epoll, TRIAL_DONE);
	assert_true(probe.driver.hung_up);
	/* By the read that nothing disturbed. */
	assert_true(probe.driver.at_rest && probe.driver.same);
	/* One that never rests is not judged. */
	updates = UINT_MAX;
	look(&probe, bytes);
	updates = 0;
	assert_false(probe.driver.at_rest);
	free(bytes);
}

/* What the page lacks, the PHC cannot be held against. */
static void test_no_time(void **state)
{
	struct made_page page = make_page();
	uint8_t *bytes = malloc(PAGE_READ_MAX);
	struct probe probe;

	(void)state;
	set(&page, FIELD_clock_status, STATUS_UNRELIABLE);
	put("dev", "vmclock0", page.bytes, sizeof(page.bytes));
	look(&probe, bytes);
	page = make_page();
	put("dev", "vmclock0", page.bytes, sizeof(page.bytes));
	assert_true(probe.phc.open && !probe.phc.judged);
	if (probe.has_counter)
		assert_non_null(
			strstr(probe.phc.refusal, "clock_status forbids"));
	free(bytes);
}

/* A machine with no PHC, or none that opens, and whose firmware tells of its
 * devices by a device tree, or not at all. */
static void test_poor_machines(void **state)
{
	uint8_t *bytes = malloc(PAGE_READ_MAX);
	struct probe probe;

	(void)state;
	precise_errnum = EINVAL;
	put_text("sys/devices/system/clocksource/clocksource0",
		 "current_clocksource", "tsc\n");
	look(&probe, bytes);
	assert_true(probe.phc.same_clocksource);
	put_text("sys/devices/system/clocksource/clocksource0",
		 "current_clocksource", "arch_sys_counter\n");
	in_root("rm dev/ptp0");
	look(&probe, bytes);
	assert_true(probe.phc.same_clocksource);
	assert_true(probe.phc.present && !probe.phc.open);
	put_text("dev", "ptp0", "");
	put_text("sys/devices/system/clocksource/clocksource0",
		 "current_clocksource", "hpet\n");
	in_root("mv sys/class class && mv sys/bus bus && mkdir -p sys/x");
	look(&probe, bytes);
	assert_false(probe.phc.visible || probe.phc.present ||
		     probe.phc.same_clocksource || probe.firmware.visible);
	in_root("mkdir -p sys/firmware/devicetree/base");
	look(&probe, bytes);
	assert_true(probe.firmware.visible);
	assert_int_equal(probe.firmware.devices, 0);
	in_root("mv class sys && mv bus sys && rm -r sys/firmware");
	free(bytes);
}

/* What the kernel says of the PHC is kept with the counters of that reading; of
 * one that says nothing, nothing. */
static void test_quality(void **state)
{
	uint8_t *bytes = malloc(PAGE_READ_MAX);
	struct probe probe;

	(void)state;
	precise_errnum = EOPNOTSUPP;
	look(&probe, bytes);
	assert_false(probe.phc.quality.given);
	has_quality = true;
	look(&probe, bytes);
	has_quality = false;
	if (probe.has_counter) {
		assert_true(probe.phc.judged && probe.phc.quality.given);
		assert_true(probe.phc.quality.has_bound &&
			    !probe.phc.quality.has_timescale);
		assert_int_equal(probe.phc.quality.bound_nsec, 4711);
		assert_int_equal(probe.phc.quality.status,
				 QUALITY_SYNCHRONIZED);
		assert_true(probe.phc.before &&
			    probe.phc.before <= probe.phc.after);
	}
	free(bytes);
}

/* The counter on each CPU that the process may use, which are the same ones
 * afterwards. */
static void test_cpus(void **state)
{
	cpu_set_t before, after, one;
	struct probe_cpus cpus;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	probe_cpus(&cpus);
	assert_int_equal(sched_getaffinity(0, sizeof(after), &after), 0);
	assert_true(CPU_EQUAL(&before, &after));
	assert_int_equal(cpus.count, CPU_COUNT(&before));
	assert_false(cpus.backward);
	if (cpus.count < 2)
		skip();
	assert_int_equal(cpus.pinned, TRIAL_DONE);
	assert_int_equal(cpus.readings, 3 * cpus.count);
	affinity_errnum = EPERM;
	probe_cpus(&cpus);
	assert_int_equal(cpus.pinned, TRIAL_REFUSED);
	assert_int_equal(cpus.readings, 0);
	/* As if all had gone offline. */
	affinity_errnum = EINVAL;
	probe_cpus(&cpus);
	assert_int_equal(cpus.pinned, TRIAL_REFUSED);
	affinity_errnum = 0;
	CPU_ZERO(&one);
	for (int cpu = 0; !CPU_COUNT(&one); cpu++) {
		if (CPU_ISSET(cpu, &before))
			CPU_SET(cpu, &one);
	}
	sched_setaffinity(0, sizeof(one), &one);
	probe_cpus(&cpus);
	assert_int_equal(cpus.count, 1);
	assert_int_equal(cpus.readings, 0);
	sched_setaffinity(0, sizeof(before), &before);
}

/* A simulation whose page is calibrated anew while its counter is measured. */
static void test_simulation(void **state)
{
	uint8_t *bytes = malloc(PAGE_READ_MAX);
	struct error error = { 0 };
	struct live *live = live_open("sim:steady", "", false, &error);
	struct probe probe;
	struct reading page;
	int128 told;

	(void)state;
	assert_non_null(live);
	sleep_nsec(950 * NSEC_PER_MSEC);
	probe_live(live, "", bytes, &probe);
	assert_int_equal(probe.kind, PROBE_SIM);
	assert_true(load_le(bytes + OFFSET_seq_count, WIDTH_seq_count) >= 4);
	assert_true(probe.has_rate && probe.has_realtime);
	assert_int_equal(probe.cpus.count, 0);
	reading_make(bytes, probe.length, &probe.counter, &page);
	told = grid_nsec_floor(
		(grid)((uint128)probe.ticks * page.clock.period >>
		       page.clock.shift));
	assert_true(told >= probe.elapsed / 100 * 99 &&
		    told <= probe.elapsed / 100 * 101);
	live_close(live);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_strict_driver),
		cmocka_unit_test(test_no_time),
		cmocka_unit_test(test_poor_machines),
		cmocka_unit_test(test_quality),
		cmocka_unit_test(test_cpus),
		cmocka_unit_test(test_simulation),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
