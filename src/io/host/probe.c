/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include "io/live/counter.h"
#include "host.h"
#include "io/live/live_ops.h"
#include "phc.h"
#include "ptp.h"
#include "sysfile.h"

#define TRIES	  16
#define RATE_NSEC 100000000
#define REST_NSEC 1000000

static bool read_own(void *context, uint64_t *counter)
{
	(void)context;
	*counter = counter_read();
	return true;
}

/* A simulation's may be another one. */
static bool read_simulated(void *context, uint64_t *counter)
{
	live_unchanged(context, counter);
	return true;
}

/* What the functions below share. */
struct prober {
	struct live *live;
	struct counter_reader reader;
	uint8_t *bytes;
	struct probe *probe;
};

/* The page of now; returns whether there is one. */
static bool look(struct prober *p, struct snapshot *snapshot)
{
	struct error error = { 0 };

	if (live_look(p->live, snapshot, &error) != LOOK_PAGE)
		return false;
	memcpy(p->bytes, snapshot->bytes, snapshot->length);
	p->probe->bytes = p->bytes;
	p->probe->length = snapshot->length;
	p->probe->has_counter = snapshot->has_counter;
	p->probe->counter = snapshot->counter;
	return true;
}

/* The counter at a moment of CLOCK_MONOTONIC_RAW: the closest of some. */
struct moment {
	uint64_t counter;
	int64_t clock;
	uint64_t width;
};

static struct moment moment(const struct prober *p)
{
	struct moment best = { .width = UINT64_MAX };

	for (int i = 0; i < TRIES; i++) {
		uint64_t counter;
		int64_t before = clock_nsec(CLOCK_MONOTONIC_RAW), after;

		p->reader.read(p->reader.context, &counter);
		after = clock_nsec(CLOCK_MONOTONIC_RAW);
		if ((uint64_t)(after - before) >= best.width)
			continue;
		best.width = (uint64_t)(after - before);
		best.counter = counter;
		best.clock = before + (after - before) / 2;
	}
	return best;
}

static uint64_t marker(const struct prober *p)
{
	return load_le(p->bytes + OFFSET_disruption_marker,
		       WIDTH_disruption_marker);
}

/* The rate of the counter, unless it was disrupted meanwhile. */
static void probe_rate(struct prober *p)
{
	struct timespec nap = { .tv_nsec = RATE_NSEC };
	struct snapshot snapshot;
	struct moment from, to;
	uint64_t before;

	if (!p->probe->has_counter || p->probe->length < PAGE_HEADER_SIZE)
		return;
	before = marker(p);
	from = moment(p);
	nanosleep(&nap, NULL);
	to = moment(p);
	if (!look(p, &snapshot) || marker(p) != before ||
	    to.counter <= from.counter || to.clock <= from.clock)
		return;
	p->probe->has_rate = true;
	p->probe->ticks = to.counter - from.counter;
	p->probe->elapsed = (uint64_t)(to.clock - from.clock);
	p->probe->slack = (from.width + to.width) / 2 + 1;
}

static void probe_realtime(struct prober *p)
{
	struct timex timex = { .modes = 0 };

	if (adjtimex(&timex) < 0)
		return;
	p->probe->realtime_maxerror = (uint64_t)timex.maxerror * 1000;
	for (int i = 0; i < TRIES && !p->probe->has_realtime; i++) {
		struct snapshot snapshot;
		uint64_t ignored;

		if (!look(p, &snapshot) || !snapshot.has_counter ||
		    clock_read(CLOCK_REALTIME, &p->reader, &p->probe->realtime))
			return;
		p->probe->has_realtime = live_unchanged(p->live, &ignored);
	}
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
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t got;

	if (fd < 0)
		return -1;
	got = read(fd, to, length);
	close(fd);
	return got;
}

static void probe_read(struct prober *p, int fd, uint8_t *to)
{
	struct probe_driver *driver = &p->probe->driver;
	const struct timespec nap = { .tv_nsec = REST_NSEC };
	size_t length = driver->page_size;

	for (int i = 0; i < TRIES && !driver->at_rest; i++) {
		struct snapshot snapshot;
		uint64_t ignored;

		if (!look(p, &snapshot))
			return;
		driver->got = read_whole(live_path(p->live), to, 2 * length);
		driver->beyond = pread(fd, to + length, 16, (off_t)length);
		driver->at_rest = live_unchanged(p->live, &ignored);
		driver->same = driver->got == (int64_t)length &&
			       p->probe->length == length &&
			       memcmp(to, p->bytes, length) == 0;
		if (!driver->at_rest)
			nanosleep(&nap, NULL);
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
	int fd = open(live_path(p->live),
		      O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
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
	close(fd);
}

static void probe_firmware(const char *root, struct probe_firmware *firmware)
{
	struct host *host = calloc(1, sizeof(*host));

	if (!host)
		return;
	host_look_firmware(root, host);
	firmware->visible =
		!host->access_error[AREA_DEVICE].errnum &&
		(sysfile_exists(root, "/sys/bus/acpi/devices", NULL) ||
		 sysfile_exists(root, "/sys/firmware/devicetree/base", NULL));
	firmware->devices = host->devices;
	firmware->region_found = host->region == REGION_FOUND;
	firmware->region_hidden = host->region == REGION_HIDDEN;
	firmware->region_start = host->region_start;
	firmware->region_end = host->region_end;
	firmware->region_in_ram = host->region_in_ram;
	free(host);
}

/* One reading of the PTP clock under one page. */
static void read_phc(struct prober *p, struct ptp *ptp)
{
	struct probe_phc *phc = &p->probe->phc;

	for (int i = 0; i < TRIES && !phc->judged; i++) {
		struct difference difference;
		struct ptp_reading reading;
		struct snapshot snapshot;
		struct reading page;
		const char *hint;
		uint64_t ignored;
		int errnum;

		if (!look(p, &snapshot))
			return;
		reading_make(snapshot.bytes, snapshot.length,
			     snapshot.has_counter ? &snapshot.counter : NULL,
			     &page);
		if (page.reason != READING_TIME) {
			phc->refusal = reading_reasons[page.reason].text;
			return;
		}
		errnum = ptp_read(ptp, &p->reader, &reading);
		if (errnum) {
			phc->refusal = ptp_errno_text(errnum, &hint);
			if (errnum == EINVAL)
				phc->refusal = hint;
			return;
		}
		/* By each method the device's stamp was taken in the call. */
		phc->judged = live_unchanged(p->live, &ignored) &&
			      difference_direct(&page.clock, &reading.device,
						&difference) &&
			      offset_judge(&page.clock, &difference, EXPECT_ANY,
					   &phc->offset);
	}
}

static void probe_phc(struct prober *p, const char *root)
{
	static const char clocksource[] =
		"/sys/devices/system/clocksource/clocksource0/current_clocksource";
	struct probe_phc *phc = &p->probe->phc;
	struct phc list[PHC_MAX];
	struct access_error access_error = { 0 };
	int count = phc_list(root, list, &access_error);
	int own = phc_of_device(list, count, live_path(p->live));
	struct error error = { 0 };
	struct ptp ptp;
	char name[32];

	phc->visible = !access_error.errnum &&
		       sysfile_exists(root, "/sys/class/misc", NULL);
	phc->present = own >= 0;
	sysfile_line(root, clocksource, name, sizeof(name), NULL);
	phc->same_clocksource = strcmp(name, "tsc") == 0 ||
				strcmp(name, "arch_sys_counter") == 0;
	if (!phc->present || ptp_open(list[own].path, &ptp, &error))
		return;
	phc->open = true;
	phc->max_adj = ptp.capabilities.max_adj;
	phc->cross_timestamping = ptp.capabilities.cross_timestamping;
	phc->precise = ptp_precise(&ptp) == 0 ? TRIAL_DONE : TRIAL_REFUSED;
	read_phc(p, &ptp);
	ptp_close(&ptp);
}

void probe_live(struct live *live, const char *root, uint8_t *bytes,
		struct probe *probe)
{
	struct prober p = { live, { read_own, NULL }, bytes, probe };
	struct snapshot snapshot;

	*probe = (struct probe){
		.kind = PROBE_DEVICE,
		.counter_id = COUNTER_OWN,
	};
	if (live_kind(live) == SOURCE_SIM) {
		probe->kind = PROBE_SIM;
		p.reader = (struct counter_reader){ read_simulated, live };
	} else if (live_kind(live) == SOURCE_LIVE) {
		probe->kind = PROBE_FILE;
	}
	if (!look(&p, &snapshot))
		return;
	probe_rate(&p);
	if (probe->kind == PROBE_DEVICE) {
		probe_driver(&p);
		probe_firmware(root, &probe->firmware);
		probe_phc(&p, root);
	}
	/* Last: it wants the very page that is judged. */
	probe_realtime(&p);
}
