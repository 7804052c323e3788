/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A run: usable pages in a row of one marker, counter_id and time_type. What
 * the rules remember of its pages, in constant memory; the engine keeps it.
 */
#ifndef VMCLOCKCTL_RULES_RUN_H
#define VMCLOCKCTL_RULES_RUN_H

#include "subject.h"

/* What a page with bounds promised at a reading of the counter. */
struct promise {
	uint64_t counter;
	grid time; /* with the leap seconds since the run began taken out */
	struct clock_error error;
	uint128 bound; /* the same, rounded down to the grid */
};

/* The promises at the first and the last reading under a page, or without
 * readings at its reference. */
struct kept_page {
	uint64_t n; /* its snapshot */
	unsigned int count;
	struct promise promises[2];
};

/*
 * The first page, and for each j from 0 to KEPT_MOST the last two whose number
 * is a multiple of 2^j, numbered from 1 on. Of two such in a row one is a
 * multiple of 2^(j+1) as well. So these are the last page whose number has
 * exactly j zeros at the end, in slot j, and of the highest j two.
 */
#define KEPT_MOST 21

struct kept_pages {
	uint64_t count; /* so far */
	struct kept_page first, slots[KEPT_MOST + 2];
};

/* Before or after a leap second, and clearly not in it. */
struct clear_page {
	bool there;
	uint64_t n;
	grid utc;
	uint8_t indicator;
	struct clock clock;
};

enum crossing_kind {
	CROSSING_NONE,
	CROSSING_DOUBTFUL, /* announced, and the table has none */
	CROSSING_LEAP,
};

/* A leap second between a clear page and the last one before it. */
struct crossing {
	enum crossing_kind kind;
	int sign;
	int64_t end; /* the month's start after it, UTC */
	struct clear_page before;
};

/* Pages in a row by their references, from the first one to the last. */
struct stretch {
	bool there;
	grid from, to;
	uint64_t counter_from, counter_to;
};

enum stretch_place {
	STRETCH_BEFORE,
	STRETCH_WITHIN,
	STRETCH_AFTER,
	STRETCH_COUNT,
};

/* The ways to smear a leap second that are looked for. */
#define SMEAR_MODELS 2

/* The pages of the two months that meet at `end`, for each model before its
 * window, within and after it. */
struct smear_watch {
	bool used;
	uint64_t turn; /* when it was used last */
	int64_t end;
	struct stretch stretches[SMEAR_MODELS][STRETCH_COUNT];
	int sign; /* of the leap second that ends there; 0: none */
	bool stepped;
	uint64_t n; /* the snapshot after it */
};

/* A page is in two of them; the third stays while the time goes back over a
 * month's end for a moment. */
#define SMEAR_WATCHES 3

struct leap_watch {
	bool utc;
	bool told; /* one was announced, or is between two pages */
	struct clear_page last;
	struct crossing crossing; /* to this page */
	struct smear_watch smears[SMEAR_WATCHES];
	/* With a leap second, and complete as of this page. */
	unsigned int complete;
	struct smear_watch done[SMEAR_WATCHES];
};

struct page_run {
	uint64_t pages;
	grid taken; /* the whole seconds taken out so far */
	bool free;  /* FREERUNNING, since: */
	grid free_since;
	struct kept_pages kept;
	struct leap_watch leaps;
};

/* A page that is usable: it continues the run, or begins one anew. Sets what
 * the run says of it. */
void run_take(struct page_run *run, struct subject *subject);

/* The page has been judged: keep it for those after it. */
void run_keep(struct page_run *run, const struct subject *subject);

/* No page comes after it: what is watched is complete. */
void run_end(struct page_run *run);

/* Keep a page, whose time is to be corrected by `taken`. */
void nested_keep(struct kept_pages *kept, const struct subject *subject,
		 grid taken);

/* Note a page: whether there is a leap second before it. */
void leap_watch_take(struct leap_watch *leaps, const struct subject *subject);

/* Note a leap second that ends between two pages, and the page. */
void smear_take(struct leap_watch *leaps, const struct subject *subject);
void smear_end(struct leap_watch *leaps);

#endif
