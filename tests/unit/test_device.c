/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the program opens, looks at and waits for a device, and what it says
 * where the system refuses: the system is played here.
 */
#include "pages.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ptp_clock.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "io/character_device.h"
#include "io/host/sysfile.h"
#include "io/live/devmem.h"
#include "io/live/live.h"
#include "io/readonly.h"
#include "page/device_names.h"

#define DEVICE	"/dev/vmclock7"
#define DYNAMIC 261 /* a minor that no device has of old */
#define MEMORY	"/dev/mem"

/* What the system has; a number of errno is what that call fails with. */
static struct {
	bool plays; /* else all is as it is */
	dev_t number;
	mode_t mode;
	bool has_sysfs;
	const char *link;      /* of the number, NULL: none */
	const char *subsystem; /* of the device, NULL: none */
	short ready;	       /* by poll(2) */
	short woke;	       /* by ppoll(2) */
	uid_t user;
	const char *lockdown;	  /* the line of the kernel, NULL: none */
	const char *capabilities; /* of /proc/self/status, NULL: not there */
	const char *config;	  /* an option that the kernel was built with */
	bool has_memory, is_ptp;
	int no_open, no_stat, no_fstat, no_map, no_read, no_poll;
	unsigned int reads_before; /* that come before no_read */
} os;

static int memory = -1; /* the bytes of the device, and those of memory */
static unsigned int reads;
static struct made_page page;

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

static int fill(struct stat *status)
{
	*status = (struct stat){
		.st_mode = os.mode,
		.st_rdev = os.number,
		.st_ino = 5,
	};
	return 0;
}

EITHER(int, stat, (const char *path, struct stat *status), (path, status))
{
	if (!os.plays || strcmp(path, DEVICE) != 0)
		return fstatat(AT_FDCWD, path, status, 0);
	return os.no_stat ? refuse(os.no_stat) : fill(status);
}

/* The one file of these tests is the device. */
EITHER(int, fstat, (int fd, struct stat *status), (fd, status))
{
	if (fstatat(fd, "", status, AT_EMPTY_PATH) != 0)
		return -1;
	if (!os.plays || !S_ISREG(status->st_mode) || status->st_nlink)
		return 0;
	return os.no_fstat ? refuse(os.no_fstat) : fill(status);
}

/* A mode is given with O_CREAT only, which is not for what is played. */
EITHER(int, open, (const char *path, int flags, int mode), (path, flags, mode))
{
	if (!os.plays ||
	    (strcmp(path, DEVICE) != 0 && strcmp(path, MEMORY) != 0))
		return openat(AT_FDCWD, path, flags, mode);
	assert_int_equal(flags & (O_ACCMODE | O_CLOEXEC), O_RDONLY | O_CLOEXEC);
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
	if (os.plays && fd >= 0) {
		assert_int_equal(how, PROT_READ);
		if (os.no_map) {
			errno = os.no_map;
			return MAP_FAILED;
		}
	}
	return __real_mmap(at, length, how, flags, fd, offset);
}

EITHER(ssize_t, pread, (int fd, void *to, size_t length, off_t offset),
       (fd, to, length, offset))
{
	if (reads++ >= os.reads_before && os.no_read)
		return refuse(os.no_read);
	return syscall(SYS_pread64, fd, to, length, offset);
}

int __wrap_access(const char *path, int how);
ssize_t __wrap_readlink(const char *path, char *target, size_t size);
int __wrap_poll(struct pollfd *polled, nfds_t count, int timeout);
int __wrap_ppoll(struct pollfd *polled, nfds_t count,
		 const struct timespec *timeout, const sigset_t *mask);
int __wrap_ioctl(int fd, unsigned long request, void *argument);
uid_t __wrap_geteuid(void);
bool __wrap_sysfile_line(const char *root, const char *path, char *text,
			 size_t size, struct access_error *access_error);
long __wrap_sysfile_text(const char *root, const char *path, char *text,
			 size_t size, struct access_error *access_error);
bool __wrap_sysfile_exists(const char *root, const char *path,
			   struct access_error *access_error);
int __wrap_sysfile_mentions(const char *root, const char *path,
			    const char *text,
			    struct access_error *access_error);

int __wrap_access(const char *path, int how)
{
	(void)how;
	assert_string_equal(path, SYSFS_CHARACTER);
	return os.has_sysfs ? 0 : refuse(ENOENT);
}

ssize_t __wrap_readlink(const char *path, char *target, size_t size)
{
	char number[64], subsystem[96];
	const char *text;

	snprintf(number, sizeof(number), SYSFS_CHARACTER "/%u:%u",
		 major(os.number), minor(os.number));
	snprintf(subsystem, sizeof(subsystem), "%s/subsystem", number);
	text = strcmp(path, number) == 0      ? os.link
	       : strcmp(path, subsystem) == 0 ? os.subsystem
					      : NULL;
	if (!text)
		return refuse(ENOENT);
	assert_true(strlen(text) < size);
	memcpy(target, text, strlen(text));
	return (ssize_t)strlen(text);
}

int __wrap_poll(struct pollfd *polled, nfds_t count, int timeout)
{
	assert_true(count == 1 && timeout == 0 && polled->fd >= 0);
	polled->revents = os.ready;
	return os.no_poll ? refuse(os.no_poll) : os.ready != 0;
}

int __wrap_ppoll(struct pollfd *polled, nfds_t count,
		 const struct timespec *timeout, const sigset_t *mask)
{
	(void)timeout;
	(void)mask;
	assert_int_equal(count, 1);
	polled->revents = os.woke;
	return os.no_poll ? refuse(os.no_poll) : os.woke != 0;
}

int __wrap_ioctl(int fd, unsigned long request, void *argument)
{
	(void)fd;
	(void)argument;
	assert_int_equal(request, PTP_CLOCK_GETCAPS);
	return os.is_ptp ? 0 : refuse(ENOTTY);
}

uid_t __wrap_geteuid(void)
{
	return os.user;
}

bool __wrap_sysfile_line(const char *root, const char *path, char *text,
			 size_t size, struct access_error *access_error)
{
	(void)root;
	(void)access_error;
	if (strcmp(path, "/proc/sys/kernel/osrelease") == 0)
		return snprintf(text, size, "6.1.0") > 0;
	assert_string_equal(path, "/sys/kernel/security/lockdown");
	snprintf(text, size, "%s", os.lockdown ? os.lockdown : "");
	return os.lockdown;
}

long __wrap_sysfile_text(const char *root, const char *path, char *text,
			 size_t size, struct access_error *access_error)
{
	(void)root;
	(void)access_error;
	assert_string_equal(path, "/proc/self/status");
	return os.capabilities
		       ? snprintf(text, size, "Name:\tx\n%s\n", os.capabilities)
		       : -1;
}

bool __wrap_sysfile_exists(const char *root, const char *path,
			   struct access_error *access_error)
{
	(void)root;
	(void)access_error;
	assert_string_equal(path, "/sys/class/mem/mem");
	return os.has_memory;
}

int __wrap_sysfile_mentions(const char *root, const char *path,
			    const char *text, struct access_error *access_error)
{
	(void)access_error;
	if (*root)
		assert_string_equal(path, "/boot/config-6.1.0");
	return os.config && strcmp(text, os.config) == 0;
}

/* --- The tests ------------------------------------------------------------ */

static struct error error;

static void write_page(off_t offset)
{
	assert_int_equal(pwrite(memory, page.bytes, sizeof(page.bytes), offset),
			 sizeof(page.bytes));
}

/* The driver's device with a page on it. */
static int begin(void **state)
{
	(void)state;
	memory = memfd_create("device", 0);
	if (memory < 0 || ftruncate(memory, PAGE_USUAL_SIZE) != 0)
		return -1;
	page = make_page();
	write_page(0);
	memset(&os, 0, sizeof(os));
	os.plays = true;
	os.number = makedev(MAJOR_MISC, DYNAMIC);
	os.mode = S_IFCHR | 0444;
	os.has_sysfs = true;
	os.link = "../../devices/virtual/misc/vmclock7";
	os.subsystem = "../../../../class/misc";
	reads = 0;
	memset(&error, 0, sizeof(error));
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

static struct live *open_device(void)
{
	struct live *live;

	live = live_open(DEVICE, "", false, &error);
	assert_non_null(live);
	assert_int_equal(live_kind(live), SOURCE_DEVICE);
	return live;
}

/* Not each libc has the same words for an errno. Until the next call. */
static const char *why(const char *what, int errnum)
{
	static char text[128];

	snprintf(text, sizeof(text), "%s%s", what, strerror(errnum));
	return text;
}

/* Refused with this message, and a hint that has these words. */
static void assert_refused(const char *message, const char *hint)
{
	int free_fd = next_fd();

	memset(&error, 0, sizeof(error));
	assert_null(live_open(DEVICE, "", false, &error));
	assert_string_equal(error.message, message);
	if (*hint)
		assert_non_null(strstr(error.hint, hint));
	else
		assert_string_equal(error.hint, "");
	assert_int_equal(next_fd(), free_fd);
}

static void test_looks(void **state)
{
	struct live *live = open_device();
	struct snapshot snapshot;
	uint64_t counter = 0;

	(void)state;
	assert_int_equal(live_page(live, &snapshot, &error), 0);
	assert_memory_equal(snapshot.bytes, page.bytes, sizeof(page.bytes));
	assert_int_equal(snapshot.length, PAGE_USUAL_SIZE);
	assert_true(live_unchanged(live, &counter));
	assert_true(counter >= snapshot.counter);
	set(&page, FIELD_seq_count, 6);
	write_page(0);
	assert_false(live_unchanged(live, &counter));
	assert_int_equal(live_page(live, &snapshot, &error), 0);
	assert_int_equal(snapshot.seq_count, 6);
	/* Beyond the fields, under the same seq_count. */
	page.bytes[PAGE_USUAL_SIZE - 1] = 1;
	write_page(0);
	assert_false(live_unchanged(live, &counter));
	live_close(live);
}

/* To open another device may do something: that is not tried. */
static void test_other_devices(void **state)
{
	static const char *const no_vmclock =
		DEVICE ": not a VMClock device, but ";
	char message[120];
	static const struct {
		unsigned int major, minor;
		const char *link, *subsystem, *what, *hint;
	} rows[] = {
		{ MAJOR_MISC, DYNAMIC, "misc/watchdog", "class/misc",
		  "another device (watchdog, misc)", "" },
		{ MAJOR_MISC, DYNAMIC, "misc/vmclock7", NULL,
		  "another device (vmclock7)", "" },
		{ MAJOR_MISC, DYNAMIC, "vmclock7", "class/tty",
		  "another device (vmclock7, tty)", "" },
		{ 248, 0, "ptp/ptp0", "class/ptp", "a PTP clock (ptp0)",
		  "compare --phc takes it" },
		{ 1, 3, "mem/null", "class/mem",
		  "a terminal or a stream of bytes (1:3)", "" },
		{ 1, 1, "mem/mem", "class/mem", "another device (mem, mem)",
		  "" },
		{ 4, 64, "tty/ttyS0", "class/tty",
		  "a terminal or a stream of bytes (4:64)", "" },
		{ 5, 0, "tty", "class/tty",
		  "a terminal or a stream of bytes (5:0)", "" },
		{ 143, 1, NULL, NULL, "a terminal or a stream of bytes (143:1)",
		  "" },
	};

	(void)state;
	os.no_open = EIO;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		os.number = makedev(rows[i].major, rows[i].minor);
		os.link = rows[i].link;
		os.subsystem = rows[i].subsystem;
		snprintf(message, sizeof(message), "%s%s", no_vmclock,
			 rows[i].what);
		assert_refused(message, rows[i].hint);
	}
	os.number = makedev(144, 0);
	os.link = NULL;
	assert_refused(DEVICE ": cannot open: No such device or address",
		       "the kernel has no device of the node's number");
}

/* In a container without sysfs the number is all there is: what has the number
 * of a VMClock is opened, but read only if it can be mapped. */
static void test_without_sysfs(void **state)
{
	static const unsigned int others[][2] = {
		{ MAJOR_MISC, MISC_STATIC_FIRST },
		{ MAJOR_MISC, MISC_STATIC_LAST },
		{ 1, 1 },
		{ 248, 0 },
	};
	struct character_device found;
	char message[120];

	(void)state;
	os.has_sysfs = false;
	live_close(open_device());
	os.no_map = ENODEV;
	assert_refused(DEVICE
		       ": not a VMClock device, but one that cannot be mapped",
		       "there is no /sys to tell which it is");
	assert_int_equal(reads, 0);
	os.no_open = EIO;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		os.number = makedev(others[i][0], others[i][1]);
		snprintf(message, sizeof(message),
			 DEVICE
			 ": not a VMClock device, but device number %u:%u",
			 others[i][0], others[i][1]);
		assert_refused(message, "");
	}
	/* What is open is asked. */
	assert_false(descriptor_readable(memory, &found));
	assert_int_equal(found.kind, CHARACTER_MAYBE_PTP);
	os.is_ptp = true;
	assert_false(descriptor_readable(memory, &found));
	assert_int_equal(found.kind, CHARACTER_PTP);
	assert_string_equal(found.what, "a PTP clock");
	os.number = makedev(MAJOR_MISC, DYNAMIC);
	assert_true(descriptor_readable(memory, &found));
	assert_int_equal(found.kind, CHARACTER_MAYBE_VMCLOCK);
}

/* A file is read as what it is; a device only if reading it does nothing. */
static void test_waiting_opens(void **state)
{
	int fd;

	(void)state;
	fd = open_readonly_waiting(DEVICE);
	assert_true(fd >= 0);
	close(fd);
	os.subsystem = "class/watchdog";
	assert_int_equal(open_readonly_waiting(DEVICE), -1);
	assert_int_equal(errno, EOPNOTSUPP);
	os.mode = S_IFREG;
	fd = open_readonly_waiting(DEVICE);
	assert_true(fd >= 0);
	close(fd);
}

static void test_refusals(void **state)
{
	(void)state;
	os.no_open = EACCES;
	assert_refused(DEVICE ": cannot open: Permission denied",
		       "a security module forbids it, even to root");
	os.user = 1000;
	assert_refused(DEVICE ": cannot open: Permission denied",
		       "only root can read the node until a udev rule");
	os.no_open = EPERM;
	assert_refused(DEVICE ": cannot open: Operation not permitted",
		       "may only open the devices that it was given");
	os.no_open = ENODEV;
	assert_refused(DEVICE ": cannot open: No such device",
		       "the kernel has no device of the node's number");
	os.no_open = EMFILE;
	assert_refused(why(DEVICE ": cannot open: ", EMFILE), "");
	os.no_open = 0;
	os.no_fstat = EIO;
	assert_refused(why(DEVICE ": cannot open: ", EIO), "");
	/* Something else since it was looked at. */
	os.no_fstat = 0;
	os.mode = S_IFDIR;
	os.no_stat = ENOENT;
	assert_null(live_open_below("", DEVICE, false, &error));
	assert_string_equal(error.message,
			    DEVICE ": cannot open: Is a directory");
	os.mode = S_IFSOCK;
	assert_null(live_open_below("", DEVICE, false, &error));
	assert_string_equal(error.message,
			    DEVICE ": neither a device nor a regular file");
}

/* Of a driver that cannot map it, the page is read. */
static void test_read_pages(void **state)
{
	struct snapshot snapshot;
	struct live *live;
	uint64_t counter;
	char needs[80];

	(void)state;
	os.no_map = ENODEV;
	live = open_device();
	assert_int_equal(live_page(live, &snapshot, &error), 0);
	assert_memory_equal(snapshot.bytes, page.bytes, sizeof(page.bytes));
	assert_true(live_unchanged(live, &counter));
	/* Between the two reads. */
	reads = 0;
	os.reads_before = 1;
	os.no_read = EIO;
	assert_false(live_unchanged(live, &counter));
	reads = os.no_read = 0;
	set(&page, FIELD_seq_count, 7);
	write_page(0);
	assert_false(live_unchanged(live, &counter));
	assert_int_equal(live_look(live, &snapshot, &error), LOOK_UNSETTLED);
	assert_int_equal(snapshot.seq_count, 7);
	assert_true(snapshot.unsettled >= 90000000);
	assert_int_equal(live_page(live, &snapshot, &error), -1);
	assert_int_equal(error.code, ERROR_UNSETTLED);
	/* The driver waits itself, and gives up. */
	os.reads_before = 0;
	os.no_read = ETIMEDOUT;
	assert_int_equal(live_look(live, &snapshot, &error), LOOK_UNSETTLED);
	assert_int_equal(snapshot.seq_count & 1, 1);
	os.no_read = EIO;
	assert_int_equal(live_page(live, &snapshot, &error), -1);
	assert_string_equal(error.message, DEVICE
			    ": went away, or was cut short, while it was read");
	live_close(live);
	/* At the first read of all. */
	snprintf(needs, sizeof(needs),
		 DEVICE ": 0 of %u bytes that a VMClock page needs at least",
		 PAGE_HEADER_SIZE);
	assert_refused(needs, "");
	os.no_read = ETIMEDOUT;
	assert_refused(why(DEVICE ": cannot read: ", ETIMEDOUT), "");
	assert_int_equal(error.code, ERROR_UNSETTLED);
	os.no_read = EPERM;
	assert_refused(DEVICE ": cannot read: Operation not permitted", "");
	assert_int_equal(error.code, ERROR_READ);
}

/* The second of two reads, which have to be the same. */
static void test_second_read(void **state)
{
	struct snapshot snapshot;
	struct live *live;

	(void)state;
	os.no_map = ENODEV;
	live = open_device();
	reads = 0;
	os.reads_before = 1;
	os.no_read = ETIMEDOUT;
	assert_int_equal(live_look(live, &snapshot, &error), LOOK_UNSETTLED);
	reads = 0;
	os.no_read = EIO;
	assert_int_equal(live_look(live, &snapshot, &error), LOOK_LOST);
	os.no_read = 0;
	assert_int_equal(live_look(live, &snapshot, &error), LOOK_PAGE);
	live_close(live);
}

static bool notifies(uint64_t flags, short ready)
{
	struct live *live;
	bool polls;

	set(&page, FIELD_flags, flags);
	write_page(0);
	os.ready = ready;
	live = open_device();
	polls = live_polls(live);
	live_close(live);
	return polls;
}

/* A driver without poll(2) is always ready, to be written too. */
static void test_who_notifies(void **state)
{
	const uint64_t promised = FLAGS_ALL | FLAG_NOTIFICATION_PRESENT;

	(void)state;
	assert_true(notifies(promised, 0));
	assert_true(notifies(promised, POLLIN));
	assert_false(notifies(promised, POLLIN | POLLOUT));
	assert_false(notifies(promised, POLLHUP));
	assert_false(notifies(FLAGS_ALL, 0));
	os.no_poll = ENOMEM;
	assert_false(notifies(promised, 0));
}

/* An update is acknowledged by a read before each look. */
static void test_waits(void **state)
{
	struct snapshot snapshot;
	struct live *live;
	uint64_t counter;

	(void)state;
	set(&page, FIELD_flags, FLAGS_ALL | FLAG_NOTIFICATION_PRESENT);
	write_page(0);
	live = open_device();
	assert_int_equal(live_page(live, &snapshot, &error), 0);
	assert_int_equal(reads, 1);
	assert_true(live_unchanged(live, &counter));
	assert_int_equal(reads, 2);
	assert_int_equal(live_wait(live, 1000), WAKE_INTERVAL);
	os.woke = POLLIN;
	assert_int_equal(live_wait(live, 1000), WAKE_POLL);
	os.no_poll = EINTR;
	assert_int_equal(live_wait(live, 1000), -EINTR);
	os.no_poll = 0;
	assert_true(live_polls(live));
	/* The device does not notify any more. */
	os.woke = POLLHUP;
	assert_int_equal(live_wait(live, 1000), WAKE_POLL);
	assert_false(live_polls(live));
	live_close(live);
}

static void test_gone_and_back(void **state)
{
	struct snapshot snapshot;
	struct live *live = open_device();
	uint64_t counter;

	(void)state;
	assert_int_equal(live_page(live, &snapshot, &error), 0);
	os.no_stat = ENOENT;
	assert_false(live_unchanged(live, &counter));
	assert_int_equal(live_look(live, &snapshot, &error), LOOK_LOST);
	os.no_open = ENOENT;
	assert_int_equal(live_look(live, &snapshot, &error), LOOK_LOST);
	os.no_stat = os.no_open = 0;
	assert_false(live_unchanged(live, &counter));
	assert_int_equal(live_look(live, &snapshot, &error), LOOK_PAGE);
	live_close(live);
}

/* --- Memory --------------------------------------------------------------- */

static void assert_no_memory(const char *message, const char *hint)
{
	struct devmem devmem;
	int free_fd = next_fd();

	memset(&error, 0, sizeof(error));
	assert_int_equal(
		devmem_map("", 0x10000, "mem:0x10000", &devmem, &error), -1);
	assert_null(devmem.map);
	assert_string_equal(error.message, message);
	if (*hint)
		assert_non_null(strstr(error.hint, hint));
	else
		assert_string_equal(error.hint, "");
	assert_int_equal(next_fd(), free_fd);
}

#define CANNOT_OPEN "mem:0x10000: cannot open " MEMORY ": "

static void test_memory_is_not_opened(void **state)
{
	(void)state;
	os.no_open = ENOENT;
	assert_no_memory(CANNOT_OPEN "No such file or directory",
			 "was built without CONFIG_DEVMEM");
	os.has_memory = true;
	assert_no_memory(CANNOT_OPEN "No such file or directory",
			 "inside a container, look outside");
	os.no_open = EMFILE;
	assert_no_memory(why(CANNOT_OPEN, EMFILE), "");
	os.no_open = EACCES;
	os.user = 1000;
	assert_no_memory(CANNOT_OPEN "Permission denied", "run it as root");
	os.user = 0;
	assert_no_memory(CANNOT_OPEN "Permission denied",
			 "a security module, may refuse it");
	os.no_open = EPERM;
	os.capabilities = "CapEff:\t00000000a80425fb";
	assert_no_memory(CANNOT_OPEN "Operation not permitted",
			 "this process lacks CAP_SYS_RAWIO");
	os.capabilities = "CapEff:\t000001ffffffffff";
	assert_no_memory(CANNOT_OPEN "Operation not permitted",
			 "a security module, may refuse it");
	os.capabilities = "Uid:\t0";
	assert_no_memory(CANNOT_OPEN "Operation not permitted",
			 "a security module, may refuse it");
	os.lockdown = "[none] integrity confidentiality";
	assert_no_memory(CANNOT_OPEN "Operation not permitted",
			 "a security module, may refuse it");
	os.lockdown = "none integrity";
	assert_no_memory(CANNOT_OPEN "Operation not permitted",
			 "a security module, may refuse it");
	os.lockdown = "none [integrity";
	assert_no_memory(CANNOT_OPEN "Operation not permitted",
			 "a security module, may refuse it");
	os.lockdown = "none [integrity] confidentiality";
	assert_no_memory(CANNOT_OPEN "Operation not permitted",
			 "locked down (integrity, see /sys/kernel/security");
}

/* What bears the name, and has not the number. */
static void test_memory_is_another_device(void **state)
{
	(void)state;
	assert_no_memory("mem:0x10000: " MEMORY " is not the memory device",
			 "");
	os.mode = S_IFREG;
	assert_no_memory("mem:0x10000: " MEMORY " is not the memory device",
			 "");
}

/* --- A tree, whose /dev/mem is a file. ------------------------------------ */

static char root[] = "/tmp/test_device.XXXXXX";

static void in_tree(const char *command)
{
	char line[200];

	snprintf(line, sizeof(line), "cd %s && %s", root, command);
	assert_int_equal(system(line), 0);
}

static int begin_tree(void **state)
{
	if (begin(state) != 0)
		return -1;
	os.plays = false;
	strcpy(strrchr(root, '.'), ".XXXXXX");
	if (!mkdtemp(root))
		return -1;
	in_tree("mkdir proc dev && truncate -s 1M dev/mem && "
		"echo '00010000-00011fff : VMCK0001:00' >proc/iomem");
	os.plays = true;
	return 0;
}

static int end_tree(void **state)
{
	os.plays = false;
	in_tree("rm -r proc dev && rmdir $PWD");
	return end(state);
}

static void assert_not_mapped(uint64_t address, const char *message,
			      const char *hint)
{
	struct devmem devmem;

	memset(&error, 0, sizeof(error));
	assert_int_equal(devmem_map(root, address, "mem", &devmem, &error), -1);
	assert_string_equal(error.message, message);
	if (*hint)
		assert_non_null(strstr(error.hint, hint));
	else
		assert_string_equal(error.hint, "");
}

static void test_memory_is_not_mapped(void **state)
{
	static const char *const refused =
		"mem: the kernel does not let it be mapped: "
		"Operation not permitted";
	char message[100];

	(void)state;
	snprintf(message, sizeof(message),
		 "mem: the kernel's pages have %ld bytes, and the region does "
		 "not begin with one",
		 sysconf(_SC_PAGESIZE));
	assert_not_mapped(0x10800, message, "");
	os.no_map = EAGAIN;
	assert_not_mapped(0x10000,
			  "mem: the kernel does not let it be mapped: "
			  "Resource temporarily unavailable",
			  "");
	os.no_map = EPERM;
	assert_not_mapped(0x10000, refused, "see whether CONFIG_STRICT_DEVMEM");
	os.config = "CONFIG_STRICT_DEVMEM=y";
	assert_not_mapped(0x10000, refused, "what the kernel uses as memory");
	os.config = "CONFIG_IO_STRICT_DEVMEM=y";
	assert_not_mapped(0x10000, refused, "claimed: here, VMCK0001:00");
	assert_not_mapped(0x20000, refused, "claimed: here, unnamed");
}

static void test_memory_is_no_page(void **state)
{
	(void)state;
	assert_not_mapped(
		0x10000,
		"mem: not a VMClock page, zeros where the magic should be",
		"vmclockctl doctor prints the region");
	in_tree("printf '\\377\\377\\377\\377' | dd of=dev/mem bs=65536 seek=1 "
		"conv=notrunc status=none");
	assert_not_mapped(
		0x10000,
		"mem: not a VMClock page, ff ff ff ff as where nothing answers",
		"vmclockctl doctor");
	in_tree("printf KLCV | dd of=dev/mem bs=65536 seek=1 conv=notrunc "
		"status=none");
	assert_not_mapped(
		0x10000,
		"mem: not a VMClock page, no magic \"VCLK\" in 4b 4c 43 56",
		"vmclockctl doctor");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, begin, end)
#define TREE(test) cmocka_unit_test_setup_teardown(test, begin_tree, end_tree)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_looks),
		CASE(test_other_devices),
		CASE(test_without_sysfs),
		CASE(test_waiting_opens),
		CASE(test_refusals),
		CASE(test_read_pages),
		CASE(test_second_read),
		CASE(test_who_notifies),
		CASE(test_waits),
		CASE(test_gone_and_back),
		CASE(test_memory_is_not_opened),
		CASE(test_memory_is_another_device),
		TREE(test_memory_is_not_mapped),
		TREE(test_memory_is_no_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
