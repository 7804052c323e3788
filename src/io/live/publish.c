/* SPDX-License-Identifier: BSD-2-Clause */
/* A simulated page in a file, updated under the seqlock for others to map. */
#include "publish.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "calibrate.h"
#include "sigbus.h"
#include "live_ops.h"
#include "io/output/filelock.h"
#include "io/output/output.h"
#include "seqlock.h"

/* For shorter intervals there is no sleep between updates. */
#define SPIN_NSEC 100000

/* The longest time between two looks whether the file still exists. */
#define CHECK_NSEC NSEC_PER_SEC

struct publisher {
	const char *path;
	struct sim sim;
	struct calibration calibration;
	uint8_t *map;
	int fd;
	const volatile sig_atomic_t *stop;
};

static int cannot_publish(const char *path, int errnum, struct error *error)
{
	return error_set(error, ERROR_WRITE, errnum, "%s: cannot publish",
			 path);
}

/*
 * An existing file is replaced if it is empty, or if its whole header is that
 * of a page: another program's file may begin with the magic too. A file that
 * cannot be read is refused by output_close().
 */
static int check_content(const char *path, int fd, struct error *error)
{
	uint8_t head[PAGE_HEADER_SIZE];
	struct page page;
	ssize_t length;
	int version;

	length = pread(fd, head, sizeof(head), 0);
	if (length <= 0)
		return 0;
	if ((size_t)length == sizeof(head) &&
	    page_has_magic(head, sizeof(head))) {
		page_decode(head, sizeof(head), &page);
		version = field_find(page.layout, "version");
		if (version >= 0 && page.value[version] == PAGE_VERSION)
			return 0;
	}
	error_set(error, ERROR_WRITE, 0,
		  "%s: exists and is not an output of this kind; left as it is",
		  path);
	return error_hint(error, "remove it first, or choose another name");
}

static int check_old(const struct publisher *p, const struct output *output,
		     struct error *error)
{
	const struct destination *destination = &output->destination;
	cleanup_close int fd = openat(destination->directory, destination->name,
				      O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
					      O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return 0;
	if (filelock_is_taken(fd, FILELOCK_WRITER))
		return output_refuse_written(p->path, "published",
					     filelock_writer(fd), error);
	return check_content(p->path, fd, error);
}

/* Map and lock the first page before it has its name. The lock keeps other
 * publishers away, and ends with this process. */
static int fill_page_file(struct publisher *p, struct output *output,
			  struct error *error)
{
	static const uint8_t rest[PAGE_USUAL_SIZE - PAGE_DEFINED];
	void *map;

	/* A name, and no standard output. */
	if (!output->replaces)
		return cannot_publish(p->path, EINVAL, error);
	if (check_old(p, output, error))
		return -1;
	p->fd = output_hold(output, error);
	if (p->fd < 0)
		return -1;
	fwrite(p->sim.page, 1, sizeof(p->sim.page), output->stream);
	fwrite(rest, 1, sizeof(rest), output->stream);
	if (fflush(output->stream) != 0)
		return cannot_publish(p->path, output->errnum, error);
	map = mmap(NULL, PAGE_USUAL_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
		   p->fd, 0);
	if (map == MAP_FAILED)
		return cannot_publish(p->path, errno, error);
	p->map = map;
	return 0;
}

/* Write the first page to a new file, map that, and give it its name. */
static int create_page_file(struct publisher *p, struct error *error)
{
	struct output output;

	if (output_open_file(&output, p->path, error))
		return -1;
	if (fill_page_file(p, &output, error)) {
		output_discard(&output);
		return -1;
	}
	return output_close(&output, error);
}

static void store_fields(struct publisher *p)
{
	const uint8_t *page = p->sim.page;

	/* Constant fields, unless the scenario breaks them. */
	__atomic_store_n((uint32_t *)(p->map + OFFSET_version),
			 htole32((uint32_t)load_le(page + OFFSET_version, 4)),
			 __ATOMIC_RELAXED);
	for (size_t i = OFFSET_disruption_marker; i < PAGE_DEFINED; i += 8)
		shared_store64(p->map + i, htole64(load_le(page + i, 8)));
}

/* UAPI.13, "Updating the structure": odd, the fields, even. */
static void update_page(void *context)
{
	struct publisher *p = context;
	uint8_t *seq_count = p->map + OFFSET_seq_count;
	uint32_t even = (uint32_t)load_le(p->sim.page + OFFSET_seq_count,
					  WIDTH_seq_count);
	short events;

	if (p->sim.scenario->torn) {
		store_fields(p);
		seqlock_write_end(seq_count, even);
		return;
	}
	seqlock_write_begin(seq_count, le32toh(shared_load32(seq_count)) | 1);
	if (p->sim.odd)
		live_sleep(-1, (int64_t)p->sim.odd, &events);
	store_fields(p);
	seqlock_write_end(seq_count, even);
}

static int refuse_cut_short(const struct publisher *p, struct error *error)
{
	return error_set(error, ERROR_WRITE, 0,
			 "%s: was removed, replaced or cut short", p->path);
}

static int check_file(const struct publisher *p, struct error *error)
{
	struct stat status;

	if (fstat(p->fd, &status) == 0 && status.st_nlink &&
	    status.st_size >= PAGE_USUAL_SIZE)
		return 0;
	return refuse_cut_short(p, error);
}

/* Wait for the next update, or at most until the next look. */
static void wait_for_update(const struct publisher *p, uint64_t counter,
			    int64_t left)
{
	const struct sim *sim = &p->sim;
	int64_t nsec = left < CHECK_NSEC ? left : CHECK_NSEC;
	short events;

	if (sim->has_due) {
		uint64_t due =
			sim_elapsed(sim, sim->due) - sim_elapsed(sim, counter);

		if (due < CHECK_NSEC && (int64_t)due < nsec)
			nsec = (int64_t)due;
	}
	if (nsec < SPIN_NSEC)
		seqlock_pause();
	else
		live_sleep(-1, nsec, &events);
}

static int keep_publishing(struct publisher *p,
			   const struct publish_options *options,
			   struct published *published, struct error *error)
{
	int64_t start = clock_nsec(CLOCK_MONOTONIC);
	int64_t left = options->duration ? options->duration : INT64_MAX;
	short events;

	for (unsigned int turn = 0; !*p->stop && left > 0; turn++) {
		uint64_t counter = calibrate_counter(p->sim.scenario);
		bool due = p->sim.has_due && counter >= p->sim.due;

		if (due || (options->flat_out && p->sim.interval)) {
			sim_update(&p->sim, counter);
			if (!sigbus_guarded(p->map, PAGE_USUAL_SIZE,
					    update_page, p))
				return refuse_cut_short(p, error);
			published->updates++;
		} else {
			wait_for_update(p, counter, left);
		}
		published->nsec = clock_nsec(CLOCK_MONOTONIC) - start;
		if (options->duration)
			left = options->duration - published->nsec;
		/* Without sleeps, look at the file now and then. */
		if (turn % 1024 == 0)
			live_sleep(-1, 0, &events);
		if (calibrate_steer(&p->calibration, &p->sim.line)) {
			sim_set_line(&p->sim, &p->sim.line);
			if (check_file(p, error))
				return -1;
		}
	}
	return 0;
}

int publish(const struct scenario *scenario, const char *path,
	    const struct publish_options *options,
	    const volatile sig_atomic_t *stop, struct published *published,
	    struct error *error)
{
	const struct sim_options sim_options = {
		.seed = options->seed,
		.interval = options->interval,
		.counter_id = COUNTER_OWN,
		.fixed_counter = true,
	};
	struct publisher p = { .path = path, .fd = -1, .stop = stop };
	struct sim_line line;
	int result;

	*published = (struct published){ 0 };
	calibrate_start(&p.calibration, scenario, &line);
	sim_start(&p.sim, scenario, &sim_options, &line);
	result = create_page_file(&p, error);
	if (result == 0)
		result = keep_publishing(&p, options, published, error);
	if (p.map)
		munmap(p.map, PAGE_USUAL_SIZE);
	if (p.fd >= 0)
		close(p.fd);
	return result;
}
