/* SPDX-License-Identifier: BSD-2-Clause */
/* Another reader of a time with bounds, to be held against: see segment.h. */
#include "segment.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/nsec.h"
#include "io/live/seqlock.h"
#include "page/page.h"

#define SEGMENT_VERSION 2
#define GRACE_SEC	5
#define BLUR_NSEC	1000
#define TRIES		1000000

enum {
	STATUS_NOT_KNOWN,
	STATUS_GOOD,
	STATUS_FREE,
	STATUS_BROKEN
};

/* The daemon's words. */
struct bound {
	struct timespec as_of, void_after;
	int64_t nsec;
	uint64_t marker;
	uint32_t rate_ppb;
	uint32_t status;
	bool tells_disruptions;
};

struct segment {
	uint32_t magic[2], size;
	uint16_t version, generation;
	struct bound bound;
};

struct segment_reader {
	struct segment *segment;
	struct bound kept;
	uint16_t kept_generation;
	/* The page. */
	uint8_t *page;
	uint32_t kept_seq;
	uint64_t kept_marker;
};

/* Seconds rounded down, as the sums of the reader's type of a time have it. */
static struct timespec from_nsec(int64_t nsec)
{
	int64_t sec = nsec / NSEC_PER_SEC, rest = nsec % NSEC_PER_SEC;

	if (rest < 0) {
		rest += NSEC_PER_SEC;
		sec--;
	}
	return (struct timespec){ .tv_sec = sec, .tv_nsec = rest };
}

static int64_t to_nsec(struct timespec time)
{
	return time.tv_sec * NSEC_PER_SEC + time.tv_nsec;
}

static struct timespec add(struct timespec a, struct timespec b)
{
	return from_nsec(to_nsec(a) + to_nsec(b));
}

static struct timespec subtract(struct timespec a, struct timespec b)
{
	return from_nsec(to_nsec(a) - to_nsec(b));
}

static bool is_before(struct timespec a, struct timespec b)
{
	return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec
				    : a.tv_nsec < b.tv_nsec;
}

static const struct bound *take_bound(struct segment_reader *reader)
{
	const struct segment *segment = reader->segment;
	uint16_t version = __atomic_load_n(&segment->version, __ATOMIC_ACQUIRE);
	uint16_t first =
		__atomic_load_n(&segment->generation, __ATOMIC_ACQUIRE);

	if (version && version != SEGMENT_VERSION)
		return NULL;
	if (!version || !first || first == reader->kept_generation || first & 1)
		return &reader->kept;
	for (int i = 0; i < TRIES; i++) {
		struct bound copy = *(volatile struct bound *)&segment->bound;
		uint16_t second =
			__atomic_load_n(&segment->generation, __ATOMIC_ACQUIRE);

		if (second == first) {
			reader->kept_generation = first;
			reader->kept = copy;
			return &reader->kept;
		}
		if (!(second & 1))
			first = second;
	}
	return NULL;
}

static int status_at(const struct bound *bound, struct timespec mono)
{
	const struct timespec grace = { .tv_sec = GRACE_SEC };

	if (bound->status != STATUS_GOOD && bound->status != STATUS_FREE)
		return (int)bound->status;
	if (is_before(mono, add(bound->as_of, grace)))
		return (int)bound->status;
	return is_before(mono, bound->void_after) ? STATUS_FREE
						  : STATUS_NOT_KNOWN;
}

static int grow_bound(const struct bound *bound, struct timespec real,
		      struct timespec mono, struct segment_now *now)
{
	const struct timespec blur = { .tv_nsec = BLUR_NSEC };
	struct timespec age = { 0 }, margin;
	double seconds;

	if (bound->rate_ppb >= NSEC_PER_SEC)
		return -1;
	now->status = status_at(bound, mono);
	if (!is_before(mono, bound->as_of))
		age = subtract(mono, bound->as_of);
	else if (!is_before(subtract(bound->as_of, blur), mono))
		return -1;
	seconds = (double)to_nsec(age) / 1e9;
	margin = from_nsec(bound->nsec +
			   (int64_t)(seconds * (double)bound->rate_ppb));
	now->earliest = subtract(real, margin);
	now->latest = add(real, margin);
	return 0;
}

static int take_marker(struct segment_reader *reader)
{
	const uint8_t *page = reader->page;
	uint16_t version = __atomic_load_n(
		(const uint16_t *)(page + OFFSET_version), __ATOMIC_ACQUIRE);
	uint32_t first = seqlock_begin(page + OFFSET_seq_count);

	if (version != PAGE_VERSION)
		return -1;
	for (int i = 0; first != reader->kept_seq; i++) {
		uint64_t marker =
			shared_load64(page + OFFSET_disruption_marker);
		uint32_t second = seqlock_begin(page + OFFSET_seq_count);

		if (i == TRIES)
			return -1;
		if (!(second & 1) && second == first) {
			reader->kept_seq = first;
			reader->kept_marker = marker;
		} else if (!(second & 1)) {
			first = second;
		}
	}
	return 0;
}

int segment_now(struct segment_reader *reader, struct segment_now *now)
{
	const struct bound *bound = take_bound(reader);
	struct timespec real, mono;

	if (!bound || clock_gettime(CLOCK_REALTIME, &real) != 0 ||
	    clock_gettime(CLOCK_MONOTONIC_COARSE, &mono) != 0 ||
	    grow_bound(bound, real, mono, now) != 0)
		return -1;
	if (bound->tells_disruptions) {
		if (take_marker(reader) != 0)
			return -1;
		if (reader->kept_marker != bound->marker)
			now->status = STATUS_NOT_KNOWN;
	}
	return 0;
}

static void *map(int fd, int protection, int flags)
{
	void *at = mmap(NULL, PAGE_USUAL_SIZE, protection, flags, fd, 0);

	return at == MAP_FAILED ? NULL : at;
}

struct segment_reader *segment_open(const char *page)
{
	struct segment_reader *reader = calloc(1, sizeof(*reader));
	int fd = open(page, O_RDONLY | O_CLOEXEC);
	struct bound *bound;

	if (!reader)
		return NULL;
	reader->page = map(fd, PROT_READ, MAP_SHARED);
	if (fd >= 0)
		close(fd);
	reader->segment =
		map(-1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
	if (!reader->page || !reader->segment) {
		segment_close(reader);
		return NULL;
	}
	reader->kept_seq = UINT32_MAX;
	bound = &reader->segment->bound;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &bound->as_of);
	bound->void_after = bound->as_of;
	bound->void_after.tv_sec += 1000;
	bound->nsec = 50000;
	bound->marker = shared_load64(reader->page + OFFSET_disruption_marker);
	bound->rate_ppb = 1000;
	bound->status = STATUS_GOOD;
	bound->tells_disruptions = true;
	reader->segment->version = SEGMENT_VERSION;
	reader->segment->generation = 2;
	return reader;
}

void segment_close(struct segment_reader *reader)
{
	if (reader->page)
		munmap(reader->page, PAGE_USUAL_SIZE);
	if (reader->segment)
		munmap(reader->segment, PAGE_USUAL_SIZE);
	free(reader);
}
