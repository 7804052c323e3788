/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a picture needs of a recording of any length: time in columns of one
 * width, and of each quantity the least and the largest value in each of them.
 * When time runs past the last column the width doubles and neighbours are
 * merged, so that one pass is enough and memory does not grow.
 */
#ifndef VMCLOCKCTL_REPORT_COLUMNS_H
#define VMCLOCKCTL_REPORT_COLUMNS_H

#include <stdbool.h>

#include "clock/clock.h"

#define COLUMNS_MAX 2048u

enum quantity {
	QUANTITY_OFFSET,    /* CLOCK_REALTIME - T, ns */
	QUANTITY_BOUND,	    /* the maximum error, ns */
	QUANTITY_STEP,	    /* T of a page - T of the page before, ns */
	QUANTITY_PROMISE,   /* what the page before allowed for that, ns */
	QUANTITY_FREQUENCY, /* from the first page's, parts in 10^12 */
	QUANTITY_COUNT,
};

/* The strips of states. */
enum strip {
	STRIP_STATUS,
	STRIP_MARKER,
	STRIP_GENERATION,
	STRIP_LEAP,
	STRIP_NOTICE, /* DISRUPTION_SOON, DISRUPTION_IMMINENT */
	STRIP_COUNT,
};

struct range {
	uint64_t count; /* of values; 0: there is none */
	int64_t least, most;
};

/* A page that time is taken from until the next one. */
struct anchor {
	bool there, usable;
	int64_t at; /* where on the axis it begins */
	grid time;  /* T there */
	struct clock clock;
};

struct column {
	struct range of[QUANTITY_COUNT];
	struct anchor anchor; /* the first page that begins in it */
	uint32_t outside;     /* offsets outside the bounds */
	uint32_t broken;      /* steps that are too large */
	uint32_t events;      /* that no list has */
	uint32_t breaches;    /* the same of failures of a rule */
	uint32_t untimed;     /* pages that give no time, or parts of one */
	uint32_t timed;
	uint32_t changes[STRIP_COUNT]; /* that no list has */
};

struct columns {
	int64_t width; /* ns of each, or pages; a power of two */
	unsigned int used;
	struct column column[COLUMNS_MAX];
};

/* Begin with columns of width 1. */
void columns_start(struct columns *columns);

/* The column of a place on the axis, 0 or more. */
struct column *columns_at(struct columns *columns, int64_t at);

void range_add(struct range *range, int64_t value);
void range_merge(struct range *to, const struct range *from);

/* The last page that begins at `at` or before it, as far as the columns tell;
 * NULL: there is none. */
const struct anchor *columns_anchor(const struct columns *columns, int64_t at);

#endif
