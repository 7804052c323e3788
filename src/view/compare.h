/* SPDX-License-Identifier: BSD-2-Clause */
/* What `compare` found, and its printers. */
#ifndef VMCLOCKCTL_VIEW_COMPARE_H
#define VMCLOCKCTL_VIEW_COMPARE_H

#include <jansson.h>
#include <stdio.h>

#include "io/host/cross_timestamp.h"
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

/* What clocks are compared with, in JSON. */
extern const char *const compare_reference_names[2];

/* One measurement of one clock. */
struct measurement {
	uint64_t n; /* from 1; all clocks of one round have the same. Of a
		     * recording: its snapshot */
	unsigned int clock;
	int64_t realtime; /* CLOCK_REALTIME then, ns */
	/* There is no offset: why, by the errno of the clock (see
	 * ptp_errno_text()) or, where that is 0, by the page. */
	bool failed;
	int errnum;
	const char *reason;
	enum read_method method;
	enum window_by window_by;
	bool no_window; /* a recording does not say it */
	struct quality quality;
	struct offset offset;
};

/* A clock that is compared. */
struct compared {
	enum compared_kind kind;
	char name[32];	    /* "ptp0", "CLOCK_TAI" */
	struct phc phc;	    /* COMPARED_PHC: path, and what sysfs says */
	bool own;	    /* made by the driver of the page's device */
	bool open;	    /* else `error` says why not */
	bool monotonic;	    /* of unknown epoch: open, and not compared */
	struct error error; /* of opening it */
	struct ptp ptp;
	struct measurement latest; /* of the last round */
	int errnum; /* of the last measurement that the clock failed, 0: none */
	uint64_t failed; /* rounds without an offset */
	/* What the last measurement that succeeded found. */
	bool measured;
	struct offset last;
	struct series series; /* of offsets, ns */
	bool over;	      /* off by more than max_offset in some round */
	int128 farthest;      /* ns, the offset that is farthest from 0 */
	/* The same offsets, at most COMPARED_VALUES; fewer than in `series`:
	 * there were more. */
	int128 *values;
	size_t count, room;
};

/* For the median, the offsets have to be kept: 16 MiB. */
#define COMPARED_VALUES 1000000

struct comparing {
	const struct source *source; /* name and kind; the page is below */
	struct reading reading;	     /* of the page as it was at first */
	/* Why the PHCs are compared with CLOCK_REALTIME; NULL: with the page.
	 */
	const char *no_clock;
	bool recording;	    /* each round is a snapshot of it */
	bool cut;	    /* the recording has no end line */
	const char *status; /* clock_status now, "" where there is none */
	struct compared *clocks;
	unsigned int count;
	int kernel_tai; /* CLOCK_TAI - CLOCK_REALTIME, 0: never set */
	bool measured;	/* some clock, which used: */
	struct tai_minus_utc tai_minus_utc;
	uint64_t rounds;    /* asked for, 0: until interrupted */
	int64_t max_offset; /* ns, 0: none given */
	bool within;	    /* no clock that counts is off by more */
};

/* clock_status became another, in round n. */
struct status_change {
	uint64_t n;
	const char *from, *to;
};

/* The name of the page's clock_status, as in JSON; "" if it has none. */
const char *compared_status(const struct page *page);

/* The line before the first measurement, and the heads of the columns. */
void text_compare_head(FILE *stream, const struct comparing *comparing);

void text_compare_line(FILE *stream, const struct comparing *comparing,
		       const struct measurement *measurement);

void text_compare_status(FILE *stream, const struct comparing *comparing,
			 const struct status_change *change);

/* The summary, and the notes on each clock. */
void text_compare_end(FILE *stream, const struct comparing *comparing);

/* A line of comma-separated values for each measurement, after one of names. */
void csv_compare_head(FILE *stream, const struct comparing *comparing);
void csv_compare_line(FILE *stream, const struct comparing *comparing,
		      const struct measurement *measurement);

/* The last round, as metrics. */
void openmetrics_compare(FILE *stream, const struct comparing *comparing);

/* Why a measurement failed, in words. */
const char *measurement_failure(const struct comparing *comparing,
				const struct measurement *measurement);

/* A measurement as an object. */
json_t *json_measurement(const struct comparing *comparing,
			 const struct measurement *measurement);

/* A PHC, as sysfs describes it. */
json_t *json_phc(const struct phc *phc);

json_t *json_status_change(const struct status_change *change);

/* The whole document; takes the arrays. */
json_t *json_compare(const struct comparing *comparing, json_t *measurements,
		     json_t *status_changes);

/* The last measurement in one line that begins with the clock's name. */
#define COMPARED_LINE_MAX 1200
void compared_line(const struct comparing *comparing,
		   const struct compared *compared,
		   char text[static COMPARED_LINE_MAX]);

/* A note to follow the clock's name: what it is, and what is wrong with it; ""
 * if there is none. */
#define COMPARED_NOTE_MAX 512
void compared_note(const struct comparing *comparing,
		   const struct compared *compared,
		   char text[static COMPARED_NOTE_MAX]);

#endif
