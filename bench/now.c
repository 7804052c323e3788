/* SPDX-License-Identifier: BSD-2-Clause */
/* The time with its bounds, as src/io/live/now.h reads it. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include "now.h"

#include "base/sysfs.h"
#include "cpu.h"
#include "io/live/now.h"
#include "page.h"
#include "tools.h"

#define CALLS 2000 /* of each in a round: shorter than a time slice */

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
	struct now now;

	at.page = page_make(bench, path);
	if (now_read(at.page, &now) != NOW_TIME || !now.has_error)
		die("%s: no time with bounds", path);
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
	page_free(at.page);
	unlink(path);
}

/* The compiler must make what is never looked at. */
#define KEEP(value) __asm__ volatile("" : : "r"(value) : "memory")

static double call_now(void)
{
	double start = seconds();

	for (int i = 0; i < CALLS; i++) {
		struct now now;

		while (now_read(at.page, &now) != NOW_TIME)
			;
		KEEP(&now);
	}
	return seconds() - start;
}

/* The least that a reader of the page can do: the counter between two loads of
 * seq_count, and a load of each cache line that has fields. */
static double call_lines(void)
{
	const uint8_t *seq_count = at.page + OFFSET_seq_count;
	double start = seconds();

	for (int i = 0; i < CALLS; i++) {
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
		return took / CALLS;
	}
	die("no CPU for a million updates a second beside the reader");
}

static double time_gettime(void)
{
	double start = seconds();

	for (int i = 0; i < CALLS; i++) {
		struct timespec now;

		clock_gettime(CLOCK_REALTIME, &now);
		KEEP(&now);
	}
	return (seconds() - start) / CALLS;
}

static double time_counter(void)
{
	double start = seconds();

	for (int i = 0; i < CALLS; i++)
		KEEP(counter_read());
	return (seconds() - start) / CALLS;
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

void now_lines(struct bench *bench, struct pair *pair)
{
	pair->a = time_reader(bench, call_now);
	pair->b = time_reader(bench, call_lines);
}
