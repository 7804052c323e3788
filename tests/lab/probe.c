/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel's driver answers, asked by plain system calls in the guest:
 * the lab holds the answers against the driver's known behaviour, and uses them
 * to check the tool from outside.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/ptp_clock.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>
#ifdef __x86_64__
#include <x86intrin.h>
#endif

#define PAGE 4096

/* Newer than the headers here. */
#ifndef PTP_SYS_OFFSET_PRECISE_CYCLES
#define PTP_SYS_OFFSET_PRECISE_CYCLES                                          \
	_IOWR(PTP_CLK_MAGIC, 21, struct ptp_sys_offset_precise)
#define PTP_SYS_OFFSET_EXTENDED_CYCLES                                         \
	_IOWR(PTP_CLK_MAGIC, 22, struct ptp_sys_offset_extended)
#endif

static const char *outcome(bool good)
{
	return good ? "OK" : strerrorname_np(errno);
}

static int open_or_die(const char *path, int flags)
{
	int fd = open(path, flags);

	if (fd < 0) {
		printf("open %s\n", strerrorname_np(errno));
		exit(1);
	}
	return fd;
}

static void try_map(const char *name, int fd, size_t length, int protection,
		    int flags, off_t offset)
{
	void *map = mmap(NULL, length, protection, flags, fd, offset);

	printf("%s %s\n", name, outcome(map != MAP_FAILED));
	if (map != MAP_FAILED)
		munmap(map, length);
}

static void try_mprotect(const char *name, int fd, int flags)
{
	void *map = mmap(NULL, PAGE, PROT_READ, flags, fd, 0);

	if (map == MAP_FAILED) {
		printf("%s mmap-%s\n", name, strerrorname_np(errno));
		return;
	}
	printf("%s %s\n", name,
	       outcome(!mprotect(map, PAGE, PROT_READ | PROT_WRITE)));
	munmap(map, PAGE);
}

/* Every row of what the driver answers to a call. */
static void driver(const char *path)
{
	int ro = open_or_die(path, O_RDONLY), rw = open_or_die(path, O_RDWR);
	char bytes[2 * PAGE];
	struct stat status;
	ssize_t got;

	if (fstat(ro, &status))
		exit(1);
	printf("mode %o\n", status.st_mode & 07777);
	printf("major %u\n", major(status.st_rdev));
	printf("lseek %s\n", outcome(lseek(ro, 0, SEEK_SET) >= 0));
	printf("write %s\n", outcome(write(rw, bytes, 1) >= 0));
	printf("ioctl %s\n", outcome(!ioctl(ro, _IO('=', 200))));
	got = read(ro, bytes, sizeof(bytes));
	printf("read-8192 %zd\n", got);
	got = pread(ro, bytes, 16, 0);
	printf("pread-16 %zd\n", got);
	got = pread(ro, bytes, 200, PAGE - 96);
	printf("pread-tail %zd\n", got);
	got = pread(ro, bytes, 200, PAGE);
	printf("pread-end %zd\n", got);
	try_map("mmap-shared-1", ro, 1, PROT_READ, MAP_SHARED, 0);
	try_map("mmap-shared-4096", ro, PAGE, PROT_READ, MAP_SHARED, 0);
	try_map("mmap-private-4096", ro, PAGE, PROT_READ, MAP_PRIVATE, 0);
	try_map("mmap-8192", ro, 2 * PAGE, PROT_READ, MAP_SHARED, 0);
	try_map("mmap-offset", ro, PAGE, PROT_READ, MAP_SHARED, PAGE);
	try_map("mmap-none", ro, PAGE, PROT_NONE, MAP_SHARED, 0);
	try_map("mmap-write-rw-shared", rw, PAGE, PROT_READ | PROT_WRITE,
		MAP_SHARED, 0);
	try_map("mmap-write-ro-shared", ro, PAGE, PROT_READ | PROT_WRITE,
		MAP_SHARED, 0);
	try_map("mmap-write-ro-private", ro, PAGE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE, 0);
	try_mprotect("mprotect-ro-shared", ro, MAP_SHARED);
	try_mprotect("mprotect-ro-private", ro, MAP_PRIVATE);
	try_mprotect("mprotect-rw-shared", rw, MAP_SHARED);
	close(ro);
	close(rw);
}

static void print_events(const char *name, int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	int ready = poll(&poll_fd, 1, 0);

	printf("%s%s%s%s%s\n", name, ready ? "" : " none",
	       poll_fd.revents & POLLIN ? " POLLIN" : "",
	       poll_fd.revents & POLLHUP ? " POLLHUP" : "",
	       poll_fd.revents & POLLERR ? " POLLERR" : "");
}

/* Readiness of a fresh descriptor, and after a read on it. */
static void polls(const char *path)
{
	struct epoll_event event = { .events = EPOLLIN };
	int fd = open_or_die(path, O_RDONLY), set = epoll_create1(0);
	char bytes[PAGE];

	print_events("fresh", fd);
	printf("read %s\n", outcome(read(fd, bytes, sizeof(bytes)) >= 0));
	print_events("after-read", fd);
	printf("epoll %s\n",
	       outcome(!epoll_ctl(set, EPOLL_CTL_ADD, fd, &event)));
	close(set);
	close(fd);
}

/* The page's bytes by the way named. */
static void bytes(const char *how, const char *path)
{
	int fd = open_or_die(path, O_RDONLY);
	static char copy[PAGE];
	ssize_t got = PAGE;

	if (!strcmp(how, "mmap")) {
		void *map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);

		if (map == MAP_FAILED)
			exit(1);
		memcpy(copy, map, PAGE);
	} else if (!strcmp(how, "pread")) {
		got = pread(fd, copy, PAGE, 0);
	} else {
		got = read(fd, copy, PAGE);
	}
	if (got < 0) {
		fprintf(stderr, "%s\n", strerrorname_np(errno));
		exit(1);
	}
	fwrite(copy, 1, (size_t)got, stdout);
	close(fd);
}

static struct timespec now(clockid_t clock)
{
	struct timespec time;

	if (clock_gettime(clock, &time)) {
		printf("%s\n", strerrorname_np(errno));
		exit(1);
	}
	return time;
}

static int64_t now_ns(clockid_t clock)
{
	struct timespec time = now(clock);

	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Nanoseconds of any year: 64 bits end with 2262. */
static void print_time(clockid_t clock)
{
	struct timespec time = now(clock);

	printf("%lld%09ld\n", (long long)time.tv_sec, time.tv_nsec);
}

/* The kernel's clock number of an open PTP clock. */
static clockid_t clock_of(int fd)
{
	return ~(clockid_t)fd << 3 | 3;
}

static void try_ioctl(const char *name, int fd, unsigned long request,
		      void *argument)
{
	printf("%s %s\n", name, outcome(!ioctl(fd, request, argument)));
}

static void try_extended(const char *name, int fd, unsigned long request,
			 unsigned int samples)
{
	struct ptp_sys_offset_extended extended = { .n_samples = samples };

	try_ioctl(name, fd, request, &extended);
}

/* Whether CLOCK_REALTIME is the same before and after the device's time. */
static void stamps(int fd)
{
	struct ptp_sys_offset_extended extended = { .n_samples = 1 };
	struct ptp_clock_time *row = extended.ts[0];

	if (ioctl(fd, PTP_SYS_OFFSET_EXTENDED, &extended))
		printf("extended-stamps %s\n", outcome(false));
	else
		printf("extended-stamps %s\n",
		       row[0].sec == row[2].sec && row[0].nsec == row[2].nsec
			       ? "equal"
			       : "differ");
}

/* What may change a clock must be refused. */
static void steer(const char *path)
{
	clockid_t clock = clock_of(open_or_die(path, O_RDWR));
	struct timespec time = { .tv_sec = 1 };
	struct timex step = { .modes = ADJ_SETOFFSET, .time.tv_sec = 1 };
	struct timex rate = { .modes = ADJ_FREQUENCY };

	printf("settime %s\n", outcome(!clock_settime(clock, &time)));
	printf("adjtime %s\n", outcome(clock_adjtime(clock, &step) >= 0));
	printf("adjfine %s\n", outcome(clock_adjtime(clock, &rate) >= 0));
}

/* Every row of what a PTP clock answers, to a descriptor that only reads. */
static void ptp(const char *path)
{
	int fd = open_or_die(path, O_RDONLY);
	struct ptp_clock_caps caps = { 0 };
	struct ptp_sys_offset_precise precise = { 0 };
	struct ptp_sys_offset offset = { .n_samples = PTP_MAX_SAMPLES };
	struct ptp_sys_offset many = { .n_samples = PTP_MAX_SAMPLES + 1 };
	struct timespec time;

	if (ioctl(fd, PTP_CLOCK_GETCAPS, &caps))
		exit(1);
	printf("max-adj %d\ncross %d\n", caps.max_adj, caps.cross_timestamping);
	printf("read %s\n", outcome(!clock_gettime(clock_of(fd), &time)));
	try_ioctl("precise", fd, PTP_SYS_OFFSET_PRECISE, &precise);
	precise = (struct ptp_sys_offset_precise){ 0 };
	try_ioctl("precise2", fd, PTP_SYS_OFFSET_PRECISE2, &precise);
	precise = (struct ptp_sys_offset_precise){ 0 };
	try_ioctl("precise-cycles", fd, PTP_SYS_OFFSET_PRECISE_CYCLES,
		  &precise);
	try_extended("extended", fd, PTP_SYS_OFFSET_EXTENDED, PTP_MAX_SAMPLES);
	try_extended("extended2", fd, PTP_SYS_OFFSET_EXTENDED2, 1);
	try_extended("extended-many", fd, PTP_SYS_OFFSET_EXTENDED,
		     PTP_MAX_SAMPLES + 1);
	try_extended("extended-cycles", fd, PTP_SYS_OFFSET_EXTENDED_CYCLES, 1);
	stamps(fd);
	try_ioctl("offset", fd, PTP_SYS_OFFSET, &offset);
	offset = (struct ptp_sys_offset){ .n_samples = 1 };
	try_ioctl("offset2", fd, PTP_SYS_OFFSET2, &offset);
	try_ioctl("offset-many", fd, PTP_SYS_OFFSET, &many);
	try_ioctl("unknown", fd, _IO(PTP_CLK_MAGIC, 200), NULL);
	steer(path);
}

static void await(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	if (poll(&poll_fd, 1, 20000) != 1)
		exit(1);
}

/* Nanoseconds from the wake of who waits for the page to the line that another
 * program writes to a file when it wakes by the same. Being of a higher class
 * it runs before that one does. */
static void wakes(const char *path, const char *file, int count)
{
	const struct sched_param before_others = { .sched_priority = 1 };
	int page = open_or_die(path, O_RDONLY);
	int lines = inotify_init1(IN_NONBLOCK);
	char bytes[PAGE];

	if (inotify_add_watch(lines, file, IN_MODIFY) < 0 ||
	    sched_setscheduler(0, SCHED_FIFO, &before_others))
		exit(1);
	for (int i = 0; i < count; i++) {
		int64_t begin;

		if (pread(page, bytes, sizeof(bytes), 0) < 0)
			exit(1);
		while (read(lines, bytes, sizeof(bytes)) > 0)
			;
		await(page);
		begin = now_ns(CLOCK_MONOTONIC);
		await(lines);
		printf("%lld\n", (long long)(now_ns(CLOCK_MONOTONIC) - begin));
		fflush(stdout);
	}
}

static uint64_t ticks(void)
{
#ifdef __x86_64__
	return __rdtsc();
#else
	uint64_t value;

	__asm__ volatile("isb\n\tmrs %0, cntvct_el0"
			 : "=r"(value)
			 :
			 : "memory");
	return value;
#endif
}

/* The counter and CLOCK_REALTIME at one moment: the closest of some tries. */
static void clock_pair(void)
{
	uint64_t best = UINT64_MAX, counter = 0;
	int64_t real = 0;

	for (int i = 0; i < 50; i++) {
		uint64_t before = ticks(), after;
		int64_t now = now_ns(CLOCK_REALTIME);

		after = ticks();
		if (after - before >= best)
			continue;
		best = after - before;
		counter = before + best / 2;
		real = now;
	}
	printf("%llu %lld\n", (unsigned long long)counter, (long long)real);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "driver") && argc == 3)
		driver(argv[2]);
	else if (!strcmp(what, "poll") && argc == 3)
		polls(argv[2]);
	else if (!strcmp(what, "bytes") && argc == 4)
		bytes(argv[2], argv[3]);
	else if (!strcmp(what, "wakes") && argc == 5)
		wakes(argv[2], argv[3], atoi(argv[4]));
	else if (!strcmp(what, "clock"))
		clock_pair();
	else if (!strcmp(what, "realtime"))
		printf("%lld\n", (long long)now_ns(CLOCK_REALTIME));
	else if (!strcmp(what, "unprivileged") && argc > 2) {
		if (setgid(1000) || setuid(1000))
			return 2;
		execvp(argv[2], argv + 2);
		return 127;
	} else if (!strcmp(what, "phc") && argc == 3)
		print_time(clock_of(open_or_die(argv[2], O_RDONLY)));
	else if (!strcmp(what, "ptp") && argc == 3)
		ptp(argv[2]);
	else
		return 2;
	return 0;
}
