/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How libvmclock opens the driver's device and the machine's memory, and what
 * it says where the system refuses: the system is played here.
 */
#include "library_page.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "page/device_names.h"

#define DEVICE	    "/dev/vmclock7"
#define DYNAMIC	    261	  /* a minor that no device has of old */
#define SYSTEM_PAGE 16384 /* of arm64, say */

/* What the system has; a number of errno is what that call fails with. */
static struct {
	bool plays; /* else all is as it is */
	dev_t number;
	mode_t mode;
	bool has_sysfs;
	const char *link;	  /* of the number, NULL: none */
	const char *const *names; /* in /dev */
	int no_open, no_stat, no_map, no_memory, no_folder;
} os;

static int memory = -1; /* the bytes of the device, and those of /dev/mem */

static int refuse(int number)
{
	errno = number;
	return -1;
}

/* A call has one of two names, by how wide a position in a file is. */
#define EITHER(type, name, parameters, arguments)                              \
	type __wrap_##name parameters;                                         \
	type __wrap_##name##64 parameters;                                     \
	type __wrap_##name##64 parameters                                      \
	{                                                                      \
		return __wrap_##name arguments;                                \
	}                                                                      \
	type __wrap_##name parameters

EITHER(int, stat, (const char *path, struct stat *status), (path, status))
{
	if (!os.plays)
		return fstatat(AT_FDCWD, path, status, 0);
	assert_string_equal(path, DEVICE);
	if (os.no_stat)
		return refuse(os.no_stat);
	*status = (struct stat){ .st_mode = os.mode, .st_rdev = os.number };
	return 0;
}

EITHER(int, fstat, (int fd, struct stat *status), (fd, status))
{
	return os.plays ? __wrap_stat(DEVICE, status)
			: fstatat(fd, "", status, AT_EMPTY_PATH);
}

/* A mode is given with O_CREAT only, which is not for what is played. */
EITHER(int, open, (const char *path, int flags, int mode), (path, flags, mode))
{
	if (!os.plays)
		return openat(AT_FDCWD, path, flags, mode);
	assert_int_equal(flags & (O_ACCMODE | O_CLOEXEC), O_RDONLY | O_CLOEXEC);
	if (strcmp(path, "/dev/mem") != 0)
		assert_string_equal(path, DEVICE);
	return os.no_open ? refuse(os.no_open)
			  : fcntl(memory, F_DUPFD_CLOEXEC, 0);
}

/* Not by syscall(2): on s390x that takes a structure. */
void *__real_mmap(void *at, size_t length, int how, int flags, int fd,
		  off_t offset);

EITHER(void *, mmap,
       (void *at, size_t length, int how, int flags, int fd, off_t offset),
       (at, length, how, flags, fd, offset))
{
	if (os.plays) {
		assert_int_equal(how, PROT_READ);
		assert_int_equal(length, SYSTEM_PAGE);
		if (os.no_map) {
			errno = os.no_map;
			return MAP_FAILED;
		}
	}
	return __real_mmap(at, length, how, flags, fd, offset);
}

EITHER(struct dirent *, readdir, (DIR * stream), (stream))
{
	static struct dirent entry;

	(void)stream;
	if (!*os.names)
		return NULL;
	snprintf(entry.d_name, sizeof(entry.d_name), "%s", *os.names++);
	return &entry;
}

DIR *__wrap_opendir(const char *path);
int __wrap_closedir(DIR *stream);
int __wrap_access(const char *path, int how);
ssize_t __wrap_readlink(const char *path, char *target, size_t size);
long __wrap_sysconf(int name);
long __real_sysconf(int name);
void *__wrap_calloc(size_t count, size_t size);
void *__real_calloc(size_t count, size_t size);

DIR *__wrap_opendir(const char *path)
{
	assert_string_equal(path, "/dev");
	errno = os.no_folder;
	return os.no_folder ? NULL : (DIR *)&os;
}

int __wrap_closedir(DIR *stream)
{
	assert_ptr_equal(stream, &os);
	return 0;
}

int __wrap_access(const char *path, int how)
{
	if (!os.plays)
		return faccessat(AT_FDCWD, path, how, 0);
	assert_string_equal(path, SYSFS_CHARACTER);
	return os.has_sysfs ? 0 : refuse(ENOENT);
}

ssize_t __wrap_readlink(const char *path, char *target, size_t size)
{
	char number[64];

	snprintf(number, sizeof(number), SYSFS_CHARACTER "/%u:%u",
		 major(os.number), minor(os.number));
	assert_string_equal(path, number);
	if (!os.link)
		return refuse(ENOENT);
	assert_true(strlen(os.link) < size);
	memcpy(target, os.link, strlen(os.link));
	return (ssize_t)strlen(os.link);
}

long __wrap_sysconf(int name)
{
	return os.plays && name == _SC_PAGESIZE ? SYSTEM_PAGE
						: __real_sysconf(name);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return os.no_memory ? NULL : __real_calloc(count, size);
}

/* --- The tests ------------------------------------------------------------ */

static void write_page(off_t offset)
{
	assert_int_equal(pwrite(memory, device, sizeof(device), offset),
			 sizeof(device));
}

/* The driver's device with a page on it. */
static int begin(void **state)
{
	memory = memfd_create("device", 0);
	if (memory < 0 || ftruncate(memory, 4 * SYSTEM_PAGE) != 0)
		return -1;
	make_page(state);
	write_page(0);
	memset(&os, 0, sizeof(os));
	os.plays = true;
	os.number = makedev(MAJOR_MISC, DYNAMIC);
	os.mode = S_IFCHR | 0444;
	os.has_sysfs = true;
	os.link = "../../devices/virtual/misc/vmclock7";
	return 0;
}

static int end(void **state)
{
	(void)state;
	os.plays = false;
	return close(memory);
}

/* What is not closed again makes this another number. */
static int next_fd(void)
{
	int fd = dup(memory);

	close(fd);
	return fd;
}

static int open_result(const char *path)
{
	struct vmclock *clock = (void *)device;
	int free_fd = next_fd(), result = vmclock_open(&clock, path);

	assert_true((clock == NULL) == (result != 0));
	vmclock_close(clock);
	assert_int_equal(next_fd(), free_fd);
	return result;
}

static void test_the_device(void **state)
{
	struct vmclock *clock;
	struct vmclock_now now;

	(void)state;
	assert_int_equal(vmclock_open(&clock, DEVICE), 0);
	assert_int_equal(
		vmclock_now(clock, VMCLOCK_SCALE_UTC, &now, sizeof(now)), 0);
	assert_int_equal(now.epoch.disruption, 77);
	vmclock_close(clock);
	assert_int_equal(open_result(DEVICE), 0);
}

/* To open another device may do something: that is not tried. */
static void test_other_devices(void **state)
{
	static const char *const links[] = {
		"../../devices/virtual/misc/watchdog7",
		"../../devices/virtual/misc/vmclock",
		"../../devices/virtual/misc/vmclock7x",
		"../../devices/virtual/misc/vmcloc7",
		"",
		NULL,
	};

	(void)state;
	os.no_open = EIO;
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
		os.link = links[i];
		assert_int_equal(open_result(DEVICE), -ENODEV);
	}
	os.link = "vmclock7";
	assert_int_equal(open_result(DEVICE), -EIO);
	os.no_open = 0;
	assert_int_equal(open_result(DEVICE), 0);
	os.number = makedev(MAJOR_MISC, MISC_STATIC_FIRST);
	assert_int_equal(open_result(DEVICE), -ENODEV);
	os.number = makedev(MAJOR_MISC, MISC_STATIC_LAST);
	assert_int_equal(open_result(DEVICE), -ENODEV);
	os.number = makedev(MAJOR_MISC, MISC_STATIC_FIRST - 1);
	assert_int_equal(open_result(DEVICE), 0);
	os.number = makedev(MAJOR_MISC + 1, DYNAMIC);
	assert_int_equal(open_result(DEVICE), -ENODEV);
	/* In a container without sysfs the number is all there is. */
	os.number = makedev(MAJOR_MISC, DYNAMIC);
	os.has_sysfs = false;
	os.link = NULL;
	assert_int_equal(open_result(DEVICE), 0);
}

/* What the system says is what the caller is told, and nothing stays open. */
static void test_refusals(void **state)
{
	struct vmclock *clock;

	(void)state;
	os.no_open = EACCES;
	assert_int_equal(open_result(DEVICE), -EACCES);
	os.no_open = 0;
	os.no_stat = ENOENT;
	assert_int_equal(open_result(DEVICE), -ENOENT);
	assert_int_equal(vmclock_open_fd(&clock, memory), -ENOENT);
	assert_null(clock);
	os.no_stat = 0;
	os.mode = S_IFSOCK;
	assert_int_equal(open_result(DEVICE), -EBADMSG);
	os.mode = S_IFDIR;
	assert_int_equal(open_result(DEVICE), -EISDIR);
	os.mode = S_IFCHR;
	os.no_map = EAGAIN;
	assert_int_equal(open_result(DEVICE), -EAGAIN);
	/* The driver of a device that has gone. */
	os.no_map = ENODEV;
	assert_int_equal(open_result(DEVICE), -ENXIO);
}

static void test_no_memory(void **state)
{
	struct vmclock *clock = (void *)device;

	(void)state;
	os.no_memory = ENOMEM;
	assert_int_equal(open_result(DEVICE), -ENOMEM);
	assert_int_equal(vmclock_open_fd(&clock, memory), -ENOMEM);
	assert_null(clock);
	assert_int_equal(vmclock_open_memory(&clock, 0), -ENOMEM);
	assert_int_equal(vmclock_attach(&clock, device, sizeof(device)),
			 -ENOMEM);
	assert_null(clock);
}

static void test_the_one_device(void **state)
{
	static const char *const one[] = { ".", "vmclock", "vmclock7", "null",
					   NULL };
	static const char *const two[] = { "vmclock7", "vmclock8", NULL };
	static const char *const none[] = { "vmclock", "vmclockx", NULL };
	/* No kernel gives such a number. */
	static const char *const long_name[] = {
		"vmclock1234567890123456789012345678901234567890123456789012345678",
		NULL
	};

	(void)state;
	os.names = one;
	assert_int_equal(open_result(NULL), 0);
	os.names = two;
	assert_int_equal(open_result(NULL), -E2BIG);
	os.names = none;
	assert_int_equal(open_result(NULL), -ENODEV);
	os.names = long_name;
	assert_int_equal(open_result(NULL), -ENODEV);
	os.no_folder = ENOENT;
	assert_int_equal(open_result(NULL), -ENODEV);
	os.no_folder = EACCES;
	assert_int_equal(open_result(NULL), -EACCES);
}

static int memory_result(uint64_t address)
{
	struct vmclock *clock = (void *)device;
	int free_fd = next_fd();
	int result = vmclock_open_memory(&clock, address);

	assert_true((clock == NULL) == (result != 0));
	if (clock)
		assert_int_equal(vmclock_fd(clock), -ENOSYS);
	vmclock_close(clock);
	assert_int_equal(next_fd(), free_fd);
	return result;
}

/* Anywhere in a page of the system's, which is larger than the region. */
static void test_the_memory(void **state)
{
	(void)state;
	for (uint64_t at = 0; at < 2 * SYSTEM_PAGE; at += PAGE_USUAL_SIZE) {
		struct vmclock *clock;
		struct vmclock_epoch epoch;

		PUT(disruption_marker, 100 + at);
		write_page((off_t)at);
		assert_int_equal(vmclock_open_memory(&clock, at), 0);
		assert_int_equal(vmclock_epoch(clock, &epoch), 0);
		assert_int_equal(epoch.disruption, 100 + at);
		vmclock_close(clock);
		assert_int_equal(memory_result(at), 0);
	}
	assert_int_equal(memory_result(3 * SYSTEM_PAGE), -EBADMSG);
	assert_int_equal(memory_result(PAGE_USUAL_SIZE / 2), -EINVAL);
	assert_int_equal(memory_result(UINT64_C(1) << 63), -EINVAL);
	os.no_open = EPERM;
	assert_int_equal(memory_result(0), -EPERM);
	os.no_open = 0;
	os.no_map = EINVAL;
	assert_int_equal(memory_result(0), -EINVAL);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_the_device),	   CASE(test_other_devices),
		CASE(test_refusals),	   CASE(test_no_memory),
		CASE(test_the_one_device), CASE(test_the_memory),
	};

	return RUN_LIBRARY_TESTS(tests);
}
