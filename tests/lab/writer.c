/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plays a hypervisor that updates a page in a file mapped by the guest:
 *
 *   writer COUNTER now
 *   writer COUNTER FILE OFFSET RATE SECONDS AHEAD [bare|EVERY]
 *
 * The page in the file has a clock. Each update moves its reference along the
 * line of that clock to now, AHEAD being the guest's counter minus this
 * machine's COUNTER, which is "tsc" or "ns" (CLOCK_MONOTONIC), and writes what
 * is made from the reference alone, so that a torn snapshot shows: see
 * check_line in shared.py. "bare": it does so without a seqlock. EVERY: so many
 * updates have one disruption marker, then the next. Prints how many updates
 * were made.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#define PAGE 4096

enum {
	SEQ_COUNT = 0x0c,
	MARKER = 0x10,
	PERIOD_SHIFT = 0x27,
	COUNTER_VALUE = 0x28,
	PERIOD = 0x30,
	TIME_SEC = 0x48,
	TIME_FRAC = 0x50,
	TIME_ESTERROR = 0x58,
};

static volatile sig_atomic_t stopped;

static void stop(int number)
{
	(void)number;
	stopped = 1;
}

static uint64_t get64(const uint8_t *page, size_t offset)
{
	uint64_t value;

	memcpy(&value, page + offset, sizeof(value));
	return value;
}

static void put64(uint8_t *page, size_t offset, uint64_t value)
{
	*(volatile uint64_t *)(page + offset) = value;
}

static void put_seq(uint8_t *page, uint32_t value)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	*(volatile uint32_t *)(page + SEQ_COUNT) = value;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static uint64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static uint64_t tsc(void)
{
	return __rdtsc();
}

static uint64_t work(uint8_t *page, uint64_t (*now_ticks)(void), uint64_t rate,
		     double seconds, uint64_t ahead, bool bare, uint64_t every)
{
	const uint64_t marker = get64(page, MARKER);
	const uint64_t counter = get64(page, COUNTER_VALUE);
	const uint64_t period = get64(page, PERIOD);
	const uint64_t sec = get64(page, TIME_SEC);
	const uint64_t frac = get64(page, TIME_FRAC);
	const unsigned int shift = page[PERIOD_SHIFT];
	const uint64_t begin = monotonic_ns();
	const uint64_t end = begin + (uint64_t)(seconds * 1e9);
	uint64_t count = 0, now;
	uint32_t seq;

	memcpy(&seq, page + SEQ_COUNT, sizeof(seq));
	while (!stopped && (now = monotonic_ns()) < end) {
		uint64_t due =
			begin + (uint64_t)((double)count * 1e9 / (double)rate);
		uint64_t at;
		unsigned __int128 passed;

		if (due > now + 200000) {
			usleep((useconds_t)((due - now) / 1000 - 100));
			continue;
		}
		if (due > now)
			continue;
		at = now_ticks() + ahead;
		passed = (((unsigned __int128)(at - counter) * period) >>
			  shift) +
			 frac;
		if (!bare)
			put_seq(page, ++seq);
		if (every)
			put64(page, MARKER, marker + (count + 1) / every);
		put64(page, COUNTER_VALUE, at);
		put64(page, TIME_SEC, sec + (uint64_t)(passed >> 64));
		put64(page, TIME_FRAC, (uint64_t)passed);
		put64(page, TIME_ESTERROR, at % 1009);
		if (!bare)
			put_seq(page, ++seq);
		count++;
	}
	return count;
}

int main(int argc, char **argv)
{
	uint64_t (*now_ticks)(void);
	uint8_t *page;
	int fd;

	if (argc < 3)
		return 2;
	now_ticks = strcmp(argv[1], "ns") ? tsc : monotonic_ns;
	if (argc == 3 && !strcmp(argv[2], "now")) {
		printf("%" PRIu64 "\n", now_ticks());
		return 0;
	}
	if (argc != 7 && argc != 8)
		return 2;
	fd = open(argv[2], O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return 1;
	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    strtoll(argv[3], NULL, 0));
	if (page == MAP_FAILED)
		return 1;
	signal(SIGTERM, stop);
	printf("%" PRIu64 "\n",
	       work(page, now_ticks, strtoull(argv[4], NULL, 0), atof(argv[5]),
		    strtoull(argv[6], NULL, 0),
		    argc == 8 && !strcmp(argv[7], "bare"),
		    argc == 8 ? strtoull(argv[7], NULL, 0) : 0));
	return 0;
}
