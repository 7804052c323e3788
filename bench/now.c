/* SPDX-License-Identifier: BSD-2-Clause */
/* The time with its bounds, and the epoch, by the calls of libvmclock. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include "now.h"

#include "base/sysfs.h"
#include "cpu.h"
#include "io/live/seqlock.h"
#include "vmclock.h"
#include "page.h"
#include "segment.h"
#include "tools.h"

#define WRITER_PERIOD 1e-6
#define TRIES	      200000 /* at a round that the writer keeps up with */

#ifdef __x86_64__
#define CLOCKSOURCE CLOCKSOURCE_X86
#else
#define CLOCKSOURCE CLOCKSOURCE_ARM
#endif

static const char path[] = "now.page";

static struct {
	uint8_t *page;
	struct vmclock *clock;
	struct segment_reader *segment;
	bool writes, stop;
	pthread_t writer;
	uint64_t updates;
	/* In the rounds that count. */
	uint64_t updates_seen;
	double seconds_seen;
} at;

void now_clocksource(struct bench *bench)
{
	FILE *file = fopen(CURRENT_CLOCKSOURCE, "re");
	char name[40] = "unknown\n";

	if (file) {
		if (!fgets(name, sizeof(name), file))
			name[0] = '\0';
		fclose(file);
	}
	name[strcspn(name, "\n")] = '\0';
	bench->incomparable = strcmp(name, CLOCKSOURCE) != 0;
	if (bench->incomparable)
		snprintf(bench->note, sizeof(bench->note),
			 "the clocksource is %s and not " CLOCKSOURCE
			 ": clock_gettime() is no measure",
			 name);
}

void now_begin(struct bench *bench)
{
	struct vmclock_now now;

	at.page = page_make(bench, path);
	if (vmclock_open(&at.clock, path) ||
	    vmclock_now(at.clock, VMCLOCK_SCALE_UTC, &now, sizeof(now)) ||
	    !(now.flags & VMCLOCK_HAS_BOUNDS))
		die("%s: no time with bounds", path);
	inlined_open(path);
	at.segment = segment_open(path);
	if (!at.segment)
		die("no segment beside %s", path);
	cpu_begin();
	cpu_keep(0);
}

static void *write_updates(void *unused)
{
	double next = seconds(), now;

	cpu_keep(1);
	while (!__atomic_load_n(&at.stop, __ATOMIC_RELAXED)) {
		page_update(at.page, 1);
		__atomic_fetch_add(&at.updates, 1, __ATOMIC_RELAXED);
		next += WRITER_PERIOD;
		while ((now = seconds()) < next)
			seqlock_pause();
		/* What was not to be had of the CPU is not made up for. */
		if (now > next + 10 * WRITER_PERIOD)
			next = now;
	}
	return unused;
}

void now_writer_begin(struct bench *bench)
{
	now_begin(bench);
	at.writes = true;
	at.stop = false;
	at.updates_seen = 0;
	at.seconds_seen = 0;
	__atomic_store_n(&at.updates, 0, __ATOMIC_RELAXED);
	if (pthread_create(&at.writer, NULL, write_updates, NULL) != 0)
		die("no thread to be had");
	while (!__atomic_load_n(&at.updates, __ATOMIC_RELAXED))
		sched_yield();
}

void now_end(struct bench *bench)
{
	size_t used = strlen(bench->note);

	if (at.writes) {
		__atomic_store_n(&at.stop, true, __ATOMIC_RELAXED);
		pthread_join(at.writer, NULL);
		snprintf(bench->note + used, sizeof(bench->note) - used,
			 "%s%.2f million updates a second", used ? "; " : "",
			 (double)at.updates_seen / at.seconds_seen / 1e6);
	}
	at.writes = false;
	cpu_end();
	segment_close(at.segment);
	inlined_close();
	vmclock_close(at.clock);
	page_free(at.page);
	unlink(path);
}

static double call_now(void)
{
	double start = seconds();

	for (int i = 0; i < NOW_CALLS; i++) {
		struct vmclock_now now;

		while (vmclock_now(at.clock, VMCLOCK_SCALE_UTC, &now,
				   sizeof(now)))
			;
		KEEP(&now);
	}
	return seconds() - start;
}

static double call_epoch(void)
{
	double start = seconds();

	for (int i = 0; i < NOW_CALLS; i++) {
		struct vmclock_epoch epoch;

		while (vmclock_epoch(at.clock, &epoch))
			;
		KEEP(&epoch);
	}
	return seconds() - start;
}

static double time_segment(void)
{
	double start = seconds();

	for (int i = 0; i < NOW_CALLS; i++) {
		struct segment_now now;

		if (segment_now(at.segment, &now))
			die("no time by the segment");
		KEEP(&now);
	}
	return (seconds() - start) / NOW_CALLS;
}

/* The least that a reader of the page can do: the counter between two loads of
 * seq_count, and a load of each cache line that has fields. */
static double call_lines(void)
{
	const uint8_t *seq_count = at.page + OFFSET_seq_count;
	double start = seconds();

	for (int i = 0; i < NOW_CALLS; i++) {
		uint32_t seq = seqlock_begin(seq_count);
		uint64_t counter = counter_read();

		KEEP(shared_load64(at.page + OFFSET_time_sec));
		KEEP(seqlock_moved_since(seq_count, seq, counter));
	}
	return seconds() - start;
}

/* A round counts in which the writer had its CPU: nine of ten updates came. */
static double time_reader(const struct bench *bench, double (*calls)(void))
{
	double took;

	for (int i = 0; i < TRIES; i++) {
		uint64_t updates =
			__atomic_load_n(&at.updates, __ATOMIC_RELAXED);

		took = calls();
		updates = __atomic_load_n(&at.updates, __ATOMIC_RELAXED) -
			  updates;
		if (at.writes && !bench->quick &&
		    (double)updates < 0.9 * took / WRITER_PERIOD)
			continue;
		at.updates_seen += updates;
		at.seconds_seen += took;
		return took / NOW_CALLS;
	}
	die("no CPU for a million updates a second beside the reader");
}

static double time_gettime(void)
{
	double start = seconds();

	for (int i = 0; i < NOW_CALLS; i++) {
		struct timespec now;

		clock_gettime(CLOCK_REALTIME, &now);
		KEEP(&now);
	}
	return (seconds() - start) / NOW_CALLS;
}

static double time_counter(void)
{
	double start = seconds();

	for (int i = 0; i < NOW_CALLS; i++)
		KEEP(counter_read());
	return (seconds() - start) / NOW_CALLS;
}

void now_gettime(struct bench *bench, struct pair *pair)
{
	pair->a = time_reader(bench, call_now);
	pair->b = time_gettime();
}

void now_counter(struct bench *bench, struct pair *pair)
{
	pair->a = time_reader(bench, call_now);
	pair->b = time_counter();
}

void now_segment(struct bench *bench, struct pair *pair)
{
	pair->a = time_reader(bench, call_now);
	pair->b = time_segment();
}

void now_epoch(struct bench *bench, struct pair *pair)
{
	pair->a = time_reader(bench, call_epoch);
	pair->b = time_gettime();
}

void now_lines(struct bench *bench, struct pair *pair)
{
	pair->a = time_reader(bench, call_now);
	pair->b = time_reader(bench, call_lines);
}

void inlined_gettime(struct bench *bench, struct pair *pair)
{
	pair->a = time_reader(bench, inlined_calls);
	pair->b = time_gettime();
}

void inlined_lines(struct bench *bench, struct pair *pair)
{
	pair->a = time_reader(bench, inlined_calls);
	pair->b = time_reader(bench, call_lines);
}

void lines_gettime(struct bench *bench, struct pair *pair)
{
	pair->a = time_reader(bench, call_lines);
	pair->b = time_gettime();
}

void lines_segment(struct bench *bench, struct pair *pair)
{
	pair->a = time_reader(bench, call_lines);
	pair->b = time_segment();
}
