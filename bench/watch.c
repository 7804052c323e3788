/* SPDX-License-Identifier: BSD-2-Clause */
/* watch, and a bare loop beside it; only one of the two runs at a time. */
#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cpu.h"
#include "io/live/seqlock.h"
#include "page.h"
#include "child.h"
#include "tools.h"

#define WAKES_WINDOW 0.1 /* s */
#define IDLE_WINDOW  1.0
#define SETTLE	     0.02
#define LINES	     100    /* in a round */
#define DELAY_MAX    300e-6 /* s, some of the intervals */
#define LINE_WAIT    100    /* ms */
#define PATIENCE     300    /* waits, then something is broken */

/* One of the two: the process, the page that it looks at, what it writes. */
struct watcher {
	const char *path;
	uint8_t *page;
	uint64_t marker;
	pid_t pid;
	clockid_t clock; /* its CPU time */
	int lines;	 /* its stdout, -1: lost */
};

static struct {
	struct watcher program, bare;
} at = {
	.program.path = "program.page",
	.bare.path = "bare.page",
};

static void start_watcher(struct bench *bench, struct watcher *watcher,
			  const char *const *argv, bool lines)
{
	int ends[2] = { -1, -1 };

	watcher->page = page_make(bench, watcher->path);
	watcher->marker = 1;
	if (lines && pipe2(ends, O_CLOEXEC) != 0)
		die("pipe: %s", strerror(errno));
	watcher->pid = child_start(argv, ends[1], -1);
	watcher->lines = ends[0];
	if (lines)
		close(ends[1]);
	if (clock_getcpuclockid(watcher->pid, &watcher->clock) != 0)
		die("%s: ended at once", argv[0]);
}

static void stop_watcher(struct watcher *watcher)
{
	kill(watcher->pid, SIGKILL);
	waitpid(watcher->pid, NULL, 0);
	if (watcher->lines >= 0)
		close(watcher->lines);
	page_free(watcher->page);
	unlink(watcher->path);
}

/* `interval`: as --interval has it, NULL: none given; and in ns. */
static void start_both(struct bench *bench, const char *interval,
		       const char *nsec, bool lines)
{
	const char *const program[] = {
		"/proc/self/exe",
		"--bare",
		"run",
		bench->program,
		"watch",
		"--live",
		at.program.path,
		interval ? "--interval" : NULL,
		interval,
		NULL,
	};
	const char *const bare[] = {
		"/proc/self/exe", "--bare", lines ? "line" : "sleep",
		at.bare.path,	  nsec,	    NULL
	};

	/* What it takes to wake another process is up to where that is. */
	cpu_begin();
	cpu_keep(1);
	start_watcher(bench, &at.program, program, lines);
	start_watcher(bench, &at.bare, bare, lines);
	cpu_keep(0);
}

void watch_end(struct bench *bench)
{
	(void)bench;
	stop_watcher(&at.program);
	stop_watcher(&at.bare);
	cpu_end();
}

static double read_cpu_time(const struct watcher *watcher)
{
	struct timespec time;

	if (clock_gettime(watcher->clock, &time) != 0)
		die("%s: its process ended", watcher->path);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* How often it has gone to sleep. */
static uint64_t count_sleeps(const struct watcher *watcher)
{
	static const char name[] = "voluntary_ctxt_switches:";
	char path[64], line[200];
	uint64_t count = 0;
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)watcher->pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		if (strncmp(line, name, sizeof(name) - 1) != 0)
			continue;
		count = strtoull(line + sizeof(name) - 1, NULL, 10);
		found = true;
	}
	if (!found)
		die("%s: cannot be read", path);
	fclose(file);
	return count;
}

/* What it needs of a CPU in `window` seconds: of one, and for each wake. */
struct cost {
	double part, wake;
};

static struct cost measure_cost(const struct watcher *watcher, double window)
{
	double begun, cpu, took;
	uint64_t slept;
	int waits = 0;

	kill(watcher->pid, SIGCONT);
	nap(SETTLE);
	slept = count_sleeps(watcher);
	begun = seconds();
	cpu = read_cpu_time(watcher);
	/* On a busy machine not once in the first window. */
	do {
		nap(window);
	} while (count_sleeps(watcher) == slept && ++waits < PATIENCE);
	cpu = read_cpu_time(watcher) - cpu;
	took = seconds() - begun;
	slept = count_sleeps(watcher) - slept;
	kill(watcher->pid, SIGSTOP);
	if (!slept)
		die("%s: it does not wake", watcher->path);
	return (struct cost){ cpu / took, cpu / (double)slept };
}

static void pause_both(void)
{
	nap(SETTLE); /* its start is not to be measured */
	kill(at.program.pid, SIGSTOP);
	kill(at.bare.pid, SIGSTOP);
}

void wake_begin(struct bench *bench)
{
	start_both(bench, "1ms", "1000000", false);
	pause_both();
}

void wake_cost(struct bench *bench, struct pair *pair)
{
	(void)bench;
	pair->a = measure_cost(&at.program, WAKES_WINDOW).wake;
	pair->b = measure_cost(&at.bare, WAKES_WINDOW).wake;
}

void idle_begin(struct bench *bench)
{
	start_both(bench, NULL, "100000000", false);
	pause_both();
}

void idle_cost(struct bench *bench, struct pair *pair)
{
	(void)bench;
	pair->a = measure_cost(&at.program, IDLE_WINDOW).part;
	pair->b = measure_cost(&at.bare, IDLE_WINDOW).part;
}

/* Wait for the end of a line, and return whether it came. */
static bool take_line(const struct watcher *watcher, int waits)
{
	struct pollfd pipe = { .fd = watcher->lines, .events = POLLIN };
	char text[4096];
	ssize_t got;

	do {
		if (poll(&pipe, 1, waits * LINE_WAIT) <= 0)
			return false;
		got = read(watcher->lines, text, sizeof(text));
		if (got <= 0)
			die("%s: its process ended", watcher->path);
	} while (text[got - 1] != '\n');
	return true;
}

/*
 * From an update to its line. The update comes `delay` after the last line, and
 * not after a sleep: the kernel likes to end the sleeps of two processes
 * together, and the update would always be as long before the look.
 */
static double time_line_after_update(struct watcher *watcher, double delay)
{
	double start = seconds(), now;

	/* One that came late, of an update before. */
	while (take_line(watcher, 0))
		;
	while ((now = seconds()) < start + delay)
		seqlock_pause();
	start = now;
	page_update(watcher->page, ++watcher->marker);
	if (!take_line(watcher, PATIENCE))
		die("%s: an update, and no line", watcher->path);
	return seconds() - start;
}

/* The first page of all is no event: update it until one is. */
static void wait_for_first_line(struct watcher *watcher)
{
	for (int i = 0; i < PATIENCE; i++) {
		page_update(watcher->page, ++watcher->marker);
		if (take_line(watcher, 1))
			return;
	}
	die("%s: updates, and no line", watcher->path);
}

void line_begin(struct bench *bench)
{
	start_both(bench, "10us", "10000", true);
	wait_for_first_line(&at.program);
	wait_for_first_line(&at.bare);
}

/* The shortest counts, that of an update just before a look. */
void line_time(struct bench *bench, struct pair *pair)
{
	(void)bench;
	for (int i = 0; i < LINES; i++) {
		double delay = DELAY_MAX * (i * 7 % LINES) / LINES;
		double program = time_line_after_update(&at.program, delay);
		double bare = time_line_after_update(&at.bare, delay);

		if (!i || program < pair->a)
			pair->a = program;
		if (!i || bare < pair->b)
			pair->b = bare;
	}
}

/* A wait of a whole interval. */
static struct {
	double interval; /* s */
	unsigned int turn;
} waits;

static void begin_waits(struct bench *bench, const char *interval,
			const char *nsec)
{
	waits.interval = strtod(nsec, NULL) / 1e9;
	waits.turn = 0;
	start_both(bench, interval, nsec, true);
	wait_for_first_line(&at.program);
	wait_for_first_line(&at.bare);
}

void line_1ms_begin(struct bench *bench)
{
	begin_waits(bench, "1ms", "1000000");
}

void line_10ms_begin(struct bench *bench)
{
	begin_waits(bench, "10ms", "10000000");
}

void line_100ms_begin(struct bench *bench)
{
	begin_waits(bench, "100ms", "100000000");
}

/* Every point of the interval has its turn, the same for both. */
void line_wait(struct bench *bench, struct pair *pair)
{
	double delay = waits.interval * (waits.turn++ * 389U % 1000) / 1000;

	(void)bench;
	pair->a = time_line_after_update(&at.program, delay);
	pair->b = time_line_after_update(&at.bare, delay);
}
