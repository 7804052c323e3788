/* SPDX-License-Identifier: BSD-2-Clause */
/* What `compare` found, and its printers. */
#ifndef VMCLOCKCTL_VIEW_COMPARE_H
#define VMCLOCKCTL_VIEW_COMPARE_H

#include <jansson.h>
#include <stdio.h>

#include "io/host/phc.h"
#include "io/host/ptp.h"
#include "io/source/source.h"
#include "clock/reading.h"
#include "clock/statistics.h"

enum compared_kind {
	COMPARED_PHC,
	COMPARED_REALTIME,
	COMPARED_TAI,
	COMPARED_KIND_COUNT,
};

extern const char *const compared_kind_names[COMPARED_KIND_COUNT];

/* One measurement of one clock. */
struct measurement {
	uint64_t n; /* from 1; all clocks of one round have the same */
	unsigned int clock;
	enum read_method method;
	int errnum; /* not 0: there is no offset */
	struct offset offset;
};

/* A clock that is compared. */
struct compared {
	enum compared_kind kind;
	char name[32];	    /* "ptp0", "CLOCK_TAI" */
	struct phc phc;	    /* COMPARED_PHC: path, and what sysfs says */
	bool own;	    /* made by the driver of the page's device */
	bool open;	    /* else `error` says why not */
	struct error error; /* of opening it */
	struct ptp ptp;
	int errnum; /* of the last measurement that failed, 0: none */
	/* What the last measurement that succeeded found. */
	bool measured;
	struct offset last;
	int128 *values; /* offsets, ns */
	size_t count;
};

struct comparing {
	const struct source *source; /* name and kind; the page is below */
	struct reading reading;	     /* of the page as it was at first */
	struct compared *clocks;
	unsigned int count;
	int kernel_tai;	    /* CLOCK_TAI - CLOCK_REALTIME, 0: never set */
	uint64_t rounds;    /* asked for */
	int64_t max_offset; /* ns, 0: none given */
	bool within;	    /* no clock that counts is off by more */
};

/* The line before the first measurement, and the heads of the columns. */
void text_compare_head(FILE *stream, const struct comparing *comparing);

void text_compare_line(FILE *stream, const struct comparing *comparing,
		       const struct measurement *measurement);

/* The statistics, and the notes on each clock. */
void text_compare_end(FILE *stream, const struct comparing *comparing);

/* A measurement as an object. */
json_t *json_measurement(const struct comparing *comparing,
			 const struct measurement *measurement);

/* A PHC, as sysfs describes it. */
json_t *json_phc(const struct phc *phc);

/* The whole document; takes the array of measurements. */
json_t *json_compare(const struct comparing *comparing, json_t *measurements);

/* A note to follow the clock's name: what it is, and what is wrong with it; ""
 * if there is none. */
#define COMPARED_NOTE_MAX 512
void compared_note(const struct comparing *comparing,
		   const struct compared *compared,
		   char text[static COMPARED_NOTE_MAX]);

#endif
