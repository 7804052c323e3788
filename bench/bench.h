/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The figures of docs/performance.md: each is a ratio of two things that are
 * timed in turn, round by round, in one run.
 */
#ifndef VMCLOCKCTL_BENCH_H
#define VMCLOCKCTL_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct bench {
	const char *program; /* vmclockctl */
	const char *empty;   /* a C program that does nothing */
	bool quick;	     /* small inputs: no time is judged then */
	char note[160];	     /* what a figure has to say of its run */
	bool incomparable;   /* and that its ratio means nothing here */
};

/* What one round took: the thing itself, and what it is held against. */
struct pair {
	double a, b;
};

enum unit {
	UNIT_NS, /* of seconds, as all that follow */
	UNIT_US,
	UNIT_MS,
	UNIT_PER_SECOND, /* shown as how many a second */
	UNIT_PERCENT,	 /* of one CPU */
	UNIT_MIB,	 /* of KiB */
};

#define ROUNDS_MAX 5000

struct figure {
	const char *id;
	const char *what, *against;
	enum unit unit;
	/* Of the ratio; 0: none. Between the two it is near. */
	double aim, limit;
	double most;	     /* of a itself, as measured; 0: none */
	bool by_clocksource; /* means something where that is the counter */
	unsigned int rounds; /* at most ROUNDS_MAX */
	/* begin and end may be NULL. */
	void (*begin)(struct bench *bench);
	void (*round)(struct bench *bench, struct pair *pair);
	void (*end)(struct bench *bench);
};

/* Say what went wrong, and end. */
__attribute__((format(printf, 1, 2))) _Noreturn void die(const char *format,
							 ...);

/* A clock that does not jump, in seconds. */
double seconds(void);
void nap(double duration);

/*
 * cpu.c: keep the calling thread, and what it starts, to the first CPU (0) or
 * the second, where there is one; from begin to end.
 */
void cpu_begin(void);
void cpu_keep(int which);
void cpu_end(void);

/* now.c; the first asks whether CLOCK_REALTIME comes from the counter that a
 * page is about. */
void now_clocksource(struct bench *bench);
void now_begin(struct bench *bench);
void now_writer_begin(struct bench *bench);
void now_gettime(struct bench *bench, struct pair *pair);
void now_counter(struct bench *bench, struct pair *pair);
void now_lines(struct bench *bench, struct pair *pair);
void now_end(struct bench *bench);

/* process.c */
void show_begin(struct bench *bench);
void show_empty(struct bench *bench, struct pair *pair);
void show_edid(struct bench *bench, struct pair *pair);
void verify_begin(struct bench *bench);
void verify_parse(struct bench *bench, struct pair *pair);
void verify_memory(struct bench *bench, struct pair *pair);
void verify_end_rows(struct bench *bench);
void dumps_begin(struct bench *bench);
void dumps_judge(struct bench *bench, struct pair *pair);
void dumps_end(struct bench *bench);

/* watch.c */
void wake_begin(struct bench *bench);
void wake_cost(struct bench *bench, struct pair *pair);
void idle_begin(struct bench *bench);
void idle_cost(struct bench *bench, struct pair *pair);
void line_begin(struct bench *bench);
void line_time(struct bench *bench, struct pair *pair);
void watch_end(struct bench *bench);

/*
 * page.c: a page of this machine in the file, made by `simulate`, and mapped;
 * an update of it, under its seqlock, that changes the marker.
 */
uint8_t *page_make(const struct bench *bench, const char *path);
void page_update(uint8_t *page, uint64_t marker);
void page_free(uint8_t *page);

/*
 * spawn.c: other programs. stdout and stderr: a descriptor, or -1 for
 * /dev/null. argv[0] is looked for in PATH.
 */
pid_t spawn(const char *const *argv, int out, int err);

struct run {
	double seconds;
	long max_rss; /* KiB */
};

/* From the start to the end, which has to be a good one. stdout is lost. */
struct run run(const char *const *argv);

/* bare.c: what the program is held against, as processes of their own: the
 * least that can be done. Returns the exit status. */
int bare(int argc, char **argv);

#endif
