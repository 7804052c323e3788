/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The figures of docs/performance.md: each is a ratio of two things that are
 * timed in turn, round by round, in one run.
 */
#ifndef VMCLOCKCTL_BENCH_FIGURE_H
#define VMCLOCKCTL_BENCH_FIGURE_H

#include <stdbool.h>

struct bench {
	const char *program;  /* vmclockctl */
	const char *empty;    /* a C program that does nothing */
	const char *simdjson; /* simdjson's parse of each line of a file */
	bool quick;	      /* small inputs: no time is judged then */
	char note[160];	      /* what a figure has to say of its run */
	bool incomparable;    /* and that its ratio means nothing here */
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
	UNIT_COUNT,	 /* of no unit */
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
	bool tail; /* a round is one event: p99 and maximum are told */
	unsigned int rounds; /* at most ROUNDS_MAX */
	/* begin and end may be NULL. */
	void (*begin)(struct bench *bench);
	void (*round)(struct bench *bench, struct pair *pair);
	void (*end)(struct bench *bench);
};

#endif
