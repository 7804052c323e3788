/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stress [SNAPSHOTS]: a writer at full speed and readers beside it, with the
 * seqlock of the program itself. No snapshot may be torn; and from a writer
 * that never sets the low bit some must be, or the test could not see any.
 *
 * Every field of a page follows from its seq_count, so that a page of two
 * updates is known by its own bytes.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "clock/grid.h"
#include "io/live/seqlock.h"
#include "io/system_clock.h"
#include "lib/reader.h"

#ifdef STRESS_LIVE
#include <fcntl.h>
#include <sys/mman.h>

#include "io/live/live.h"
#endif

#define SNAPSHOTS     10000000
#define READERS_MAX   8
#define LIVE_DIVISOR  50 /* live_look() asks the file system too */
#define FENCE_DIVISOR 10
#define REST_MAX      15 /* pauses between two updates, at most */

/* A slow machine may take this long, and have this share of the snapshots. */
#define PART_SECONDS 20
#define ENOUGH	     100

#define PERIOD UINT64_C(0xdbe6fecebdedd5bf)
#define SHIFT  31

struct race {
	uint8_t *page;
	struct vmclock *clock; /* the same page, by the library */
	bool torn_writer;
	bool stop;
	uint64_t updates;
	double seconds;
};

enum way {
	WAY_COPY,  /* the whole page, as a snapshot is taken */
	WAY_NOW,   /* the time, by libvmclock */
	WAY_FENCE, /* the same on a CPU that reads its counter by a fence */
	WAY_EPOCH, /* the markers, by libvmclock */
	WAY_LIVE,  /* live_look() on a file */
};

struct reader {
	struct race *race;
	pthread_t thread;
	enum way way;
	uint64_t wanted, taken;
	uint64_t torn, retries;
	double until;
};

static double seconds(void)
{
	return (double)clock_nsec(CLOCK_MONOTONIC) / 1e9;
}

/* What the word at an offset is under this (even) seq_count. */
static uint64_t word_of(uint32_t seq, size_t offset)
{
	switch (offset) {
	case OFFSET_flags:
		return FLAGS_KNOWN;
	case OFFSET_pad: /* and clock_status to counter_period_shift */
		return (uint64_t)STATUS_SYNCHRONIZED << 16 | (uint64_t)SHIFT
								     << 56;
	case OFFSET_counter_value:
		return 1;
	case OFFSET_counter_period_frac_sec:
		return PERIOD;
	default:
		return seq;
	}
}

static void put_fields(uint8_t *page, uint32_t seq)
{
	for (size_t i = OFFSET_disruption_marker; i < PAGE_DEFINED; i += 8)
		shared_store64(page + i, word_of(seq, i));
}

/*
 * After one update of four, up to REST_MAX pauses, by chance. A writer that
 * never rests may leave a reader no room between two updates, on some machines
 * for minutes; with rests of all lengths each instruction of a reader meets an
 * update at times.
 */
static void rest_writer(uint64_t *chance)
{
	*chance = *chance * UINT64_C(6364136223846793005) + 1;
	if (*chance >> 62)
		return;
	for (unsigned int i = *chance >> 33 & REST_MAX; i; i--)
		seqlock_pause();
}

static void *write_pages(void *argument)
{
	struct race *race = argument;
	uint8_t *seq_count = race->page + OFFSET_seq_count;
	double start = seconds();
	uint64_t chance = 1;
	uint32_t seq = 0;

	while (!__atomic_load_n(&race->stop, __ATOMIC_RELAXED)) {
		rest_writer(&chance);
		seq += 2;
		if (!race->torn_writer)
			seqlock_write_begin(seq_count, seq - 1);
		put_fields(race->page, seq);
		seqlock_write_end(seq_count, seq);
		race->updates++;
	}
	race->seconds = seconds() - start;
	return NULL;
}

static bool page_is_whole(const uint64_t *words)
{
	uint32_t seq = (uint32_t)(words[OFFSET_seq_count / 8] >> 32);

	for (size_t i = OFFSET_disruption_marker; i < PAGE_DEFINED; i += 8) {
		if (words[i / 8] != word_of(seq, i))
			return false;
	}
	return true;
}

/* false: moved, try again. */
static bool copy_page(struct reader *reader)
{
	const uint8_t *page = reader->race->page;
	uint64_t words[PAGE_DEFINED / 8];
	uint32_t seq = seqlock_begin(page + OFFSET_seq_count);
	uint64_t counter;

	if (seq & 1)
		return false;
	shared_copy(words, page, sizeof(words));
	counter = counter_read();
	if (seqlock_moved_since(page + OFFSET_seq_count, seq, counter))
		return false;
	reader->torn += !page_is_whole(words);
	return true;
}

/* As the library's time is under seq_count, of the reading that it took. */
static bool time_is_whole(const struct vmclock_now *now)
{
	uint64_t seq = now->epoch.disruption, ticks = now->counter - 1;
	uint128 up = (UINT64_C(1) << SHIFT) - 1;
	grid time = (grid)(((uint128)seq << 64 | seq) +
			   ((uint128)ticks * PERIOD >> SHIFT));
	struct clock_error error = {
		.nsec = seq,
		.grid = ((uint128)ticks * seq + up) >> SHIFT,
	};
	int64_t margin =
		(int64_t)error.nsec + (int64_t)grid_nsec_ceil((grid)error.grid);

	/* Each bound is exact, or wider by one nanosecond at most. */
	return now->epoch.generation == seq &&
	       now->time == (int64_t)grid_nsec_floor(time) &&
	       (uint64_t)(now->earliest - (now->time - margin)) <= 1 &&
	       (uint64_t)(now->latest - (now->time + margin)) <= 1;
}

static bool read_now(struct reader *reader)
{
	struct vmclock_now now;

	if (vmclock_now(reader->race->clock, VMCLOCK_SCALE_PAGE, &now,
			sizeof(now)))
		return false;
	reader->torn += !time_is_whole(&now);
	return true;
}

static bool read_epoch(struct reader *reader)
{
	struct vmclock_epoch epoch;

	if (vmclock_epoch(reader->race->clock, &epoch))
		return false;
	reader->torn += epoch.disruption != epoch.generation;
	return true;
}

static bool read_page(struct reader *reader)
{
	switch (reader->way) {
	case WAY_NOW:
	case WAY_FENCE:
		return read_now(reader);
	case WAY_EPOCH:
		return read_epoch(reader);
	default:
		return copy_page(reader);
	}
}

/* Asked at times: the clock would be most of the work. */
static bool time_is_up(const struct reader *reader)
{
	return ((reader->taken + reader->retries) & 1023) == 0 &&
	       seconds() > reader->until;
}

#ifdef STRESS_LIVE
static char page_path[] = "/dev/shm/vmclockctl-stress-XXXXXX";

static void look_at_file(struct reader *reader)
{
	struct error error;
	struct live *live = live_open(page_path, "", true, &error);
	uint64_t words[PAGE_DEFINED / 8];
	struct snapshot snapshot;

	if (!live) {
		printf("Bail out! %s\n", error.message);
		exit(1);
	}
	while (reader->taken < reader->wanted && !time_is_up(reader)) {
		switch (live_look(live, &snapshot, &error)) {
		case LOOK_PAGE:
			memcpy(words, snapshot.bytes, sizeof(words));
			reader->torn += !page_is_whole(words);
			reader->taken++;
			break;
		case LOOK_UNSETTLED:
			/* The writer was taken from its CPU amid an update, and
			 * kept from it for 100 ms. */
			reader->retries++;
			if (seconds() > reader->until)
				goto end;
			break;
		default:
			printf("Bail out! a look found no page\n");
			exit(1);
		}
	}
end:
	live_close(live);
}
#endif

static void *read_pages(void *argument)
{
	struct reader *reader = argument;

#ifdef STRESS_LIVE
	if (reader->way == WAY_LIVE) {
		look_at_file(reader);
		return NULL;
	}
#endif
	while (reader->taken < reader->wanted && !time_is_up(reader)) {
		if (read_page(reader))
			reader->taken++;
		else
			reader->retries++;
	}
	return NULL;
}

static const char *const ways[] = {
	[WAY_COPY] = "copied pages",	  [WAY_NOW] = "times",
	[WAY_FENCE] = "times by a fence", [WAY_EPOCH] = "epochs",
	[WAY_LIVE] = "looks at a file",
};

/* Run a writer and as many readers as there are CPUs left. As wanted: torn
 * snapshots or none, and not too few of them taken to tell. */
static bool run_race(uint8_t *page, enum way way, bool torn_writer,
		     uint64_t wanted)
{
	struct race race = { .page = page, .torn_writer = torn_writer };
	struct reader readers[READERS_MAX] = { 0 };
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned int count = cpus > 2 ? (unsigned int)cpus - 1 : 1;
	uint64_t taken = 0, torn = 0, retries = 0;
	double start = seconds(), took;
	pthread_t writer;

	if (vmclock_attach(&race.clock, page, PAGE_USUAL_SIZE) != 0)
		exit(1);
	if (way == WAY_FENCE)
		race.clock->orders_itself = false;
	if (count > READERS_MAX)
		count = READERS_MAX;
	put_fields(page, 0);
	seqlock_write_end(page + OFFSET_seq_count, 0);
	if (pthread_create(&writer, NULL, write_pages, &race) != 0)
		exit(1);
	for (unsigned int i = 0; i < count; i++) {
		readers[i] = (struct reader){
			.race = &race,
			.way = way,
			.wanted = wanted / count,
			.until = start + PART_SECONDS,
		};
		if (pthread_create(&readers[i].thread, NULL, read_pages,
				   &readers[i]) != 0)
			exit(1);
	}
	for (unsigned int i = 0; i < count; i++) {
		pthread_join(readers[i].thread, NULL);
		taken += readers[i].taken;
		torn += readers[i].torn;
		retries += readers[i].retries;
	}
	took = seconds() - start;
	__atomic_store_n(&race.stop, true, __ATOMIC_RELAXED);
	pthread_join(writer, NULL);
	vmclock_close(race.clock);
	printf("# %s writer: %.2f million updates a second; %u readers: %llu "
	       "%s in %.1f s, %llu tries again, %llu torn\n",
	       torn_writer ? "torn" : "honest",
	       (double)race.updates / race.seconds / 1e6, count,
	       (unsigned long long)taken, ways[way], took,
	       (unsigned long long)retries, (unsigned long long)torn);
	fflush(stdout);
	return taken >= wanted / ENOUGH && (torn != 0) == torn_writer;
}

static uint8_t *make_page(void)
{
#ifdef STRESS_LIVE
	int fd = mkstemp(page_path);
	void *page = MAP_FAILED;

	if (fd >= 0 && ftruncate(fd, PAGE_USUAL_SIZE) == 0)
		page = mmap(NULL, PAGE_USUAL_SIZE, PROT_READ | PROT_WRITE,
			    MAP_SHARED, fd, 0);
	if (page == MAP_FAILED) {
		perror(page_path);
		exit(1);
	}
	close(fd);
#else
	void *page = aligned_alloc(PAGE_USUAL_SIZE, PAGE_USUAL_SIZE);

	if (!page)
		exit(1);
	memset(page, 0, PAGE_USUAL_SIZE);
#endif
	store_le((uint8_t *)page + OFFSET_magic, 4, PAGE_MAGIC);
	store_le((uint8_t *)page + OFFSET_size, 4, PAGE_USUAL_SIZE);
	store_le((uint8_t *)page + OFFSET_version, 2, PAGE_VERSION);
	store_le((uint8_t *)page + OFFSET_counter_id, 1, COUNTER_OWN);
	store_le((uint8_t *)page + OFFSET_time_type, 1, TIME_TYPE_TAI);
	return page;
}

static int failed;
static unsigned int reported;

static void report(bool good, const char *what)
{
	printf("%sok %u - %s\n", good ? "" : "not ", ++reported, what);
	failed |= !good;
}

int main(int argc, char **argv)
{
	uint64_t snapshots = argc > 1 ? strtoull(argv[1], NULL, 10) : SNAPSHOTS;
	uint8_t *page = make_page();

	report(run_race(page, WAY_COPY, false, snapshots),
	       "no copied page is torn");
	report(run_race(page, WAY_NOW, false, snapshots), "no time is torn");
	report(run_race(page, WAY_FENCE, false, snapshots / FENCE_DIVISOR),
	       "no time by a fence is torn");
	report(run_race(page, WAY_EPOCH, false, snapshots), "no epoch is torn");
	report(run_race(page, WAY_COPY, true, snapshots),
	       "pages of a torn writer are seen to be");
#ifdef STRESS_LIVE
	report(run_race(page, WAY_LIVE, false, snapshots / LIVE_DIVISOR),
	       "no page of a file is torn");
	unlink(page_path);
#endif
	printf("1..%u\n", reported);
	return failed;
}
