/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules between pages, of a series that does not end: what is found is told
 * as it comes. The engine is that of verify.h, so that watch and verify cannot
 * differ.
 */
#ifndef VMCLOCKCTL_RULES_VIOLATIONS_H
#define VMCLOCKCTL_RULES_VIOLATIONS_H

#include "verify.h"

/* Initialise it to zeros, except for verifier.leaps and leaps_reason. */
struct violations {
	struct verifier verifier;
	bool begun;
	bool has_marker;
	uint64_t marker;	    /* of the page before */
	bool told[RULE_COUNT];	    /* since the marker is this one */
	uint64_t count[RULE_COUNT]; /* failures, also those that are not told */
};

/* Whether such a rule is looked after: one between pages of level must, or
 * series.marker-silent. */
bool violations_include(int rule);

/*
 * The next snapshot; its bytes must stay until the next page but one. Marks in
 * `news` the rules of which a failure is to be told: the first one, and after
 * that one under a new marker. What is found stands in verifier.findings.
 * Returns whether there are any.
 */
bool violations_take(struct violations *violations,
		     const struct snapshot *snapshot, bool news[RULE_COUNT]);

/* No more snapshots: marks in `news` what only the end shows. */
bool violations_end(struct violations *violations, bool news[RULE_COUNT]);

/* The device went away: what comes next is another series. The counts stay. */
void violations_break(struct violations *violations);

/* The counter was read once more under the page taken last. */
void violations_reading(struct violations *violations, uint64_t counter);

#endif
