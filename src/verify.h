/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The engine that applies the conformance rules. A check is pure: it takes a
 * subject and returns a finding. The engine decides which rules apply to a
 * page, and which cannot be checked on this kind of source.
 */
#ifndef VMCLOCKCTL_VERIFY_H
#define VMCLOCKCTL_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/rule.h"
#include "rules/run.h"
#include "rules/seen_set.h"

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
