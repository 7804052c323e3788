/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The conformance rules: one table, and the engine that applies them. A check
 * is pure: it takes a subject and returns a finding. The engine decides which
 * rules apply to a page, and which cannot be checked on this kind of source.
 */
#ifndef VMCLOCKCTL_VERIFY_H
#define VMCLOCKCTL_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/run.h"
#include "rules/subject.h"
#include "rules/seen_set.h"

/* How binding the clause is. */
enum rule_level {
	LEVEL_MUST,   /* a MUST of UAPI.13 or of the kernel's header */
	LEVEL_KERNEL, /* Linux's driver refuses or misbehaves */
	LEVEL_SHOULD,
	LEVEL_PLAUSIBLE, /* no normative source */
	LEVEL_COUNT,
};

enum verdict {
	VERDICT_OK,
	VERDICT_FAIL,
	VERDICT_WARN,
	VERDICT_NOT_APPLICABLE,
	VERDICT_SKIP, /* cannot be checked here */
	VERDICT_COUNT,
};

extern const char *const level_names[LEVEL_COUNT];
extern const char *const verdict_names[VERDICT_COUNT];

/* What a rule needs beyond one page. */
#define NEED_SERIES (1u << 0) /* several snapshots */
#define NEED_LIVE   (1u << 1) /* a live page of this machine */
#define NEED_DRIVER (1u << 2) /* the kernel's driver bound to the device */
#define NEED_PHC    (1u << 3) /* the driver's PTP clock */
#define NEED_LEAPS  (1u << 4) /* the leap-second table */
#define NEED_COUNT  5
#define NEED_PROBE  (NEED_LIVE | NEED_DRIVER | NEED_PHC)

extern const char *const need_names[NEED_COUNT]; /* "series", ... */

struct finding {
	enum verdict verdict;
	int row;    /* the field it is about, -1: none */
	uint64_t n; /* the snapshot of a recording, 0: none */
	/* VERDICT_SKIP for want of a leap-second table that reaches. */
	bool lacks_table;
	/* The bytes of the field, for a failure or warning; width 0: none. */
	uint8_t width, bytes[8];
	/* Texts may be empty. */
	char expected[80];
	char actual[80];
	char message[240]; /* the reason; for ok a note */
};

struct rule {
	const char *id;
	const char *title; /* what holds if the page conforms */
	enum rule_level level;
	const char *clause;
	unsigned int needs; /* NEED_* */
	enum applies applies;
	int row;  /* the field it is about, -1: none */
	int last; /* the last field it reads, -1: none after `row` */
	/* It reads only single bytes, so byte order does not matter. */
	bool bytewise;
	/* It also checks a dump that ends before what it reads. */
	bool cut;
	/* Fills *finding, which starts as ok. */
	void (*check)(const struct subject *subject, struct finding *finding);
	const char *breaks; /* when it fails, warns or notes */
	const char *why;    /* what goes wrong if it is broken */
	const char *hint;   /* how to fix it */
};

/* RULE_header_magic and so on: each rule's place in `rules`. */
#define RULE(name, ...) RULE_##name,
enum rule_name {
#include "rules/table.h"
	RULE_COUNT
};

/* In the order of the catalogue. */
extern const struct rule rules[RULE_COUNT];

/* The place of the rule that a user names by its id, or -1. */
int rule_find(const char *id);

/* Apply one rule to one page. */
void verify_rule(const struct rule *rule, const struct subject *subject,
		 struct finding *finding);

/*
 * A verification in progress. It is about 2 MiB, of which only what is needed
 * is touched. Initialise it to zeros, except for the first group of members.
 */
struct verifier {
	bool selected[RULE_COUNT];
	bool recording; /* pages come one after another, and are numbered */
	/*
	 * With `recording`: the pages alone are given, in their order. Their
	 * snapshots have no reading of the counter, and nothing is known of how
	 * they were looked at: rules that need such things skip.
	 */
	bool pages_alone;
	/*
	 * With both: the pages come after restores, of the same state or of
	 * others, in any order. Of the rules between pages only
	 * series.marker-unique and series.generation-unique are asked, and a
	 * value that is there twice has returned, also on two pages in a row.
	 */
	bool restores;
	bool region; /* as in struct subject */
	const struct leap_table *leaps;
	const char *leaps_reason;
	const struct probe *probe; /* at verify_end(); NULL: no live page */
	/*
	 * NULL, or who is told of every failure and warning as it is found, and
	 * not only of the worst. The finding has the snapshot's number, and
	 * ends with the call. Not told is what the live device itself shows.
	 */
	void (*tell)(void *listener, int rule, const struct finding *finding);
	void *listener;

	/* The answers: one a rule, the worst of all pages. */
	struct finding findings[RULE_COUNT];
	uint64_t pages, unsettled;

	/* What is remembered between snapshots. */
	bool judged[RULE_COUNT];
	bool has_before; /* there was a page from before the restores */
	struct subject subjects[2];
	struct snapshot snapshots[2];
	bool still;
	uint64_t still_since;
	struct page_run run;
	struct seen_set markers, generations;
};

/* Reset to zeros, at a cost proportional to what was remembered. */
void verify_reset(struct verifier *verifier);

/*
 * Check a page (verifier->recording false, once), or the next snapshot of a
 * series. The bytes must stay until the next page but one is checked.
 */
void verify_snapshot(struct verifier *verifier,
		     const struct snapshot *snapshot);

/* A page from before the restores: its values must not return. It is not
 * checked itself. Its bytes must stay as those of a page. */
void verify_before_restores(struct verifier *verifier,
			    const struct snapshot *snapshot);

/* The page that was checked last, with its context; NULL: there was none. It
 * stays until the next page but one. */
const struct subject *verify_subject(const struct verifier *verifier);

/* The counter was read once more under the page that was checked last; nothing
 * is done where there is none, or it came without a reading. */
void verify_last_reading(struct verifier *verifier, uint64_t counter);

/* No more snapshots: the findings are then complete. */
void verify_end(struct verifier *verifier);

#endif
