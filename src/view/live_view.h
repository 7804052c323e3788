/* SPDX-License-Identifier: BSD-2-Clause */
/* The screen of watch --view: from what is known and a size to lines. */
#ifndef VMCLOCKCTL_VIEW_LIVE_VIEW_H
#define VMCLOCKCTL_VIEW_LIVE_VIEW_H

#include "event/summary.h"
#include "clock/reading.h"
#include "verify.h"

#define LIVE_VIEW_COLUMNS_MIN 60
#define LIVE_VIEW_ROWS_MIN    16
#define LIVE_VIEW_COLUMNS_MAX 200
#define LIVE_VIEW_ROWS_MAX    80

/* How long a time the chart has, ns. */
#define LIVE_VIEW_SPAN (120 * (int64_t)NSEC_PER_SEC)

/* CLOCK_REALTIME less the page's UTC at a moment; times in ns. */
struct live_point {
	int64_t at; /* CLOCK_MONOTONIC */
	bool has_offset;
	int64_t offset;
	bool has_bound;
	int64_t bound;
	bool disrupted; /* the marker changed */
};

#define LIVE_POINTS 1024
#define LIVE_EVENTS 64
#define LIVE_LINE   512

/* What is below the state of the page. */
enum live_screen {
	LIVE_CHART, /* with the clocks and the last events */
	LIVE_ALL_EVENTS,
	LIVE_RULES,
	LIVE_HELP,
};

struct live_model {
	const char *name;  /* of the SOURCE, printable */
	int64_t realtime;  /* now */
	int64_t monotonic; /* now */
	bool lost, unsettled;
	/* The page and the time at the last reading of the counter; NULL: none
	 * was seen. */
	const struct reading *reading;
	int64_t status_since; /* CLOCK_MONOTONIC; of the loss as well */
	int64_t updated;      /* likewise, of the last change */
	const struct summary *summary;
	/* Rings; the newest is at count - 1, modulo their size. */
	const struct live_point *points;
	uint64_t point_count;
	const char (*events)[LIVE_LINE];
	uint64_t event_count;
	/* The machine's clocks, a line each. */
	const char (*clocks)[LIVE_LINE];
	unsigned int clock_count;
	/* The rules, of the pages seen so far; NULL: they are not known. */
	const struct verifier *rules;
	enum live_screen screen;
	/* "KVM  Linux 7.2", "": not known; printable. */
	const char *machine;
	/* What of it is written to a file, "": nothing; printable. */
	const char *recording;
	uint64_t updates;     /* changes of the page after the first */
	int64_t first_update; /* CLOCK_MONOTONIC, of the first page */
	uint64_t longest_odd; /* ns that seq_count did not settle */
};

/* Where a line has a word in colour: columns from to `end`, 0: none. */
struct live_line {
	char text[LIVE_VIEW_COLUMNS_MAX + 1];
	unsigned int begin, end;
	bool good; /* else it warns */
};

/* Lay the screen out, in ASCII; sizes beyond the greatest are cut to it. Below
 * the least it is one line that says so. Returns the number of lines, at most
 * `rows`. */
unsigned int live_view_lay_out(const struct live_model *model,
			       unsigned int columns, unsigned int rows,
			       struct live_line lines[LIVE_VIEW_ROWS_MAX]);

#endif
