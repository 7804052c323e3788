/* SPDX-License-Identifier: BSD-2-Clause */
/* Examines a live page's surroundings; see probe.h. */
#include "probe.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/sysfs.h"
#include "io/live/counter.h"
#include "io/live/pairing.h"
#include "io/readonly.h"
#include "io/system_clock.h"
#include "cpus.h"
#include "cross_timestamp.h"
#include "parts.h"
#include "phc.h"
#include "sysfile.h"

#define TRIES	  16
#define RATE_NSEC (100 * NSEC_PER_MSEC)
#define RATES	  3 /* for where a disruption comes in between */
#define REST_NSEC NSEC_PER_MSEC

/* What the functions below share. */
struct prober {
	struct cross_timestamper stamper;
	uint8_t *bytes;
	struct probe *probe;
};

/* Hold all against the page that was taken last. */
static void keep_page(struct prober *p)
{
	const struct snapshot *snapshot = &p->stamper.snapshot;

	memcpy(p->bytes, snapshot->bytes, snapshot->length);
	p->probe->bytes = p->bytes;
	p->probe->length = snapshot->length;
	p->probe->has_counter = snapshot->has_counter;
	p->probe->counter = snapshot->counter;
}

/* Returns whether there is a page now, which is then kept. */
static bool look_at_page(struct prober *p)
{
	struct error error;

	if (cross_timestamp_look(&p->stamper, &error))
		return false;
	keep_page(p);
	return true;
}

static uint64_t marker_of(const struct prober *p)
{
	return load_le(p->bytes + OFFSET_disruption_marker,
		       WIDTH_disruption_marker);
}

/* Under the page that is kept then: a simulation's counter can be read under
 * the page of now only, and an update may have come since the last look. */
static bool take_pairing(struct prober *p, struct pairing *pairing)
{
	for (int i = 0; i < TRIES; i++) {
		if (pairing_take(&p->stamper.counter, CLOCK_MONOTONIC_RAW,
				 pairing))
			return true;
		if (!look_at_page(p) || !p->probe->has_counter)
			return false;
	}
	return false;
}

/* The rate of the counter, unless it was disrupted meanwhile. */
static void probe_rate(struct prober *p)
{
	struct pairing from, to;
	uint64_t before;

	if (!p->probe->has_counter || p->probe->length < PAGE_HEADER_SIZE ||
	    !take_pairing(p, &from))
		return;
	before = marker_of(p);
	sleep_nsec(RATE_NSEC);
	/* A disruption may come until the counter was read. */
	if (!look_at_page(p) || !take_pairing(p, &to) || !look_at_page(p) ||
	    marker_of(p) != before || to.counter <= from.counter ||
	    to.clock <= from.clock)
		return;
	p->probe->has_rate = true;
	p->probe->ticks = to.counter - from.counter;
	p->probe->elapsed = (uint64_t)(to.clock - from.clock);
	p->probe->slack = (from.width + to.width) / 2 + 1;
}

static void probe_realtime(struct prober *p)
{
	struct timex timex = { .modes = 0 };
	struct error error;

	if (adjtimex(&timex) < 0)
		return;
	p->probe->realtime_maxerror = (uint64_t)timex.maxerror * NSEC_PER_USEC;
	if (clock_read_under_page(&p->stamper, CLOCK_REALTIME,
				  &p->probe->realtime, &error) != CROSS_TAKEN ||
	    !p->stamper.snapshot.has_counter)
		return;
	p->probe->has_realtime = true;
	keep_page(p);
}

static enum trial try_map(int fd, size_t length, int protection, off_t offset)
{
	void *map = mmap(NULL, length, protection, MAP_PRIVATE, fd, offset);

	if (map == MAP_FAILED)
		return TRIAL_REFUSED;
	munmap(map, length);
	return TRIAL_DONE;
}

static enum trial try_make_writable(int fd, size_t length)
{
	void *map = mmap(NULL, length, PROT_READ, MAP_PRIVATE, fd, 0);
	int result;

	if (map == MAP_FAILED)
		return TRIAL_UNKNOWN;
	result = mprotect(map, length, PROT_READ | PROT_WRITE);
	munmap(map, length);
	return result == 0 ? TRIAL_DONE : TRIAL_REFUSED;
}

/* By a fresh descriptor, which stands at the page's first byte. */
static int64_t read_whole(const char *path, uint8_t *to, size_t length)
{
	cleanup_close int fd = open_readonly(path);

	return fd < 0 ? -1 : read(fd, to, length);
}

static void probe_read(struct prober *p, int fd, uint8_t *to)
{
	struct probe_driver *driver = &p->probe->driver;
	size_t length = driver->page_size;

	for (int i = 0; i < TRIES && !driver->at_rest; i++) {
		uint64_t ignored;

		if (!look_at_page(p))
			return;
		driver->got =
			read_whole(live_path(p->stamper.live), to, 2 * length);
		driver->beyond = pread(fd, to + length, 16, (off_t)length);
		driver->at_rest = live_unchanged(p->stamper.live, &ignored);
		driver->same = driver->got == (int64_t)length &&
			       p->probe->length == length &&
			       memcmp(to, p->bytes, length) == 0;
		if (!driver->at_rest)
			sleep_nsec(REST_NSEC);
	}
}

static void probe_poll(struct probe_driver *driver, int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	struct epoll_event event = { .events = EPOLLIN };
	int set = epoll_create1(EPOLL_CLOEXEC);

	if (set >= 0) {
		if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) == 0)
			driver->epoll = TRIAL_DONE;
		else if (errno == EPERM)
			driver->epoll = TRIAL_REFUSED;
		close(set);
	}
	driver->hung_up = poll(&poll_fd, 1, 0) > 0 && poll_fd.revents & POLLHUP;
}

static void probe_driver(struct prober *p)
{
	struct probe_driver *driver = &p->probe->driver;
	size_t length = (size_t)sysconf(_SC_PAGESIZE);
	cleanup_close int fd = open_readonly(live_path(p->stamper.live));
	uint8_t *buffer;
	struct stat status;

	if (fd < 0)
		return;
	if (fstat(fd, &status) == 0)
		driver->mode = status.st_mode & 07777;
	driver->page_size = length;
	driver->map_two = try_map(fd, 2 * length, PROT_READ, 0);
	driver->map_offset = try_map(fd, length, PROT_READ, (off_t)length);
	driver->map_writable = try_map(fd, length, PROT_READ | PROT_WRITE, 0);
	driver->make_writable = try_make_writable(fd, length);
	probe_poll(driver, fd);
	buffer = malloc(2 * length);
	if (buffer)
		probe_read(p, fd, buffer);
	free(buffer);
}

static void probe_firmware(const char *root, struct probe_firmware *firmware)
{
	cleanup_free struct host *host = calloc(1, sizeof(*host));

	if (!host)
		return;
	host_look_firmware(root, host);
	firmware->visible = !host->access_errors[AREA_DEVICE].errnum &&
			    (sysfile_exists(root, SYSFS_ACPI_DEVICES, NULL) ||
			     sysfile_exists(root, SYSFS_DEVICE_TREE, NULL));
	firmware->devices = host->devices;
	memcpy(firmware->found, host->found, sizeof(firmware->found));
}

static void judge_phc(struct prober *p, struct ptp *ptp)
{
	struct probe_phc *phc = &p->probe->phc;
	struct cross_timestamper *stamper = &p->stamper;
	struct cross_timestamp stamp;
	struct error error;
	const char *hint;

	switch (cross_timestamp_take(stamper, ptp, 0, &stamp, &error)) {
	case CROSS_TAKEN:
		keep_page(p);
		phc->quality = stamp.clock.quality;
		phc->before = stamp.clock.device.before;
		phc->after = stamp.clock.device.after;
		phc->judged =
			offset_judge(&stamper->page.clock, &stamp.difference,
				     EXPECT_ANY, &phc->offset);
		return;
	case CROSS_NO_TIME:
		phc->refusal = reading_obstacle(&stamper->page);
		return;
	case CROSS_NO_CLOCK:
		phc->refusal = ptp_errno_text(PHC_VMCLOCK, stamp.errnum, &hint);
		if (stamp.errnum == EINVAL)
			phc->refusal = hint;
		return;
	case CROSS_NO_PAGE:
		return;
	}
}

static void probe_phc(struct prober *p, const char *root)
{
	struct probe_phc *phc = &p->probe->phc;
	cleanup_free struct phc *list = calloc(PHC_MAX, sizeof(*list));
	struct access_error access_error = { 0 };
	int count, own;
	struct error error = { 0 };
	struct ptp ptp;
	char name[32];

	if (!list)
		return;
	count = phc_list(root, list, &access_error);
	own = phc_of_device(root, list, count, live_path(p->stamper.live));
	phc->visible =
		!access_error.errnum && sysfile_exists(root, SYSFS_MISC, NULL);
	phc->present = own >= 0;
	sysfile_line(root, CURRENT_CLOCKSOURCE, name, sizeof(name), NULL);
	phc->same_clocksource = strcmp(name, CLOCKSOURCE_X86) == 0 ||
				strcmp(name, CLOCKSOURCE_ARM) == 0;
	if (!phc->present || phc_open(&list[own], &ptp, &error))
		return;
	phc->open = true;
	phc->max_adj = ptp.capabilities.max_adj;
	phc->cross_timestamping = ptp.capabilities.cross_timestamping;
	phc->precise = ptp_precise(&ptp) == 0 ? TRIAL_DONE : TRIAL_REFUSED;
	judge_phc(p, &ptp);
	ptp_close(&ptp);
}

void probe_live(struct live *live, const char *root, uint8_t *bytes,
		struct probe *probe)
{
	struct prober p = { .bytes = bytes, .probe = probe };

	*probe = (struct probe){
		.kind = PROBE_DEVICE,
		.counter_id = COUNTER_OWN,
	};
	if (live_kind(live) == SOURCE_SIM)
		probe->kind = PROBE_SIM;
	else if (live_kind(live) == SOURCE_LIVE)
		probe->kind = PROBE_FILE;
	else if (live_kind(live) == SOURCE_MEMORY)
		probe->kind = PROBE_MEMORY;
	cross_timestamp_start(&p.stamper, live);
	if (!look_at_page(&p))
		return;
	for (int i = 0; i < RATES && !probe->has_rate; i++)
		probe_rate(&p);
	/* A simulation is of another machine. */
	if (probe->kind != PROBE_SIM && probe->has_counter)
		probe_cpus(&probe->cpus);
	if (probe->kind == PROBE_DEVICE || probe->kind == PROBE_MEMORY)
		probe_firmware(root, &probe->firmware);
	if (probe->kind == PROBE_DEVICE) {
		probe_driver(&p);
		probe_phc(&p, root);
	}
	/* Last: the rules hold CLOCK_REALTIME against the page kept last. */
	probe_realtime(&p);
}
