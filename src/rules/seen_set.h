/* SPDX-License-Identifier: BSD-2-Clause */
/* A set of the values seen, in constant memory. */
#ifndef VMCLOCKCTL_RULES_SEEN_SET_H
#define VMCLOCKCTL_RULES_SEEN_SET_H

#include <stdbool.h>
#include <stdint.h>

/* The values seen last, at most SEEN_SET_MAX, each once. */
#define SEEN_SET_MAX 65536u

struct seen_set {
	uint64_t count; /* seen so far, including forgotten ones */
	uint64_t last;	/* the last one added, if `count` is not 0 */
	uint64_t value[SEEN_SET_MAX];
	uint32_t next[SEEN_SET_MAX]; /* in its chain, slot + 1; 0: the last */
	uint32_t head[SEEN_SET_MAX];
};

bool seen_set_has(const struct seen_set *values, uint64_t value);

/* Add a value that is not in the set; if the set is full, the oldest is
 * forgotten. */
void seen_set_add(struct seen_set *values, uint64_t value);

/* Clear the set to zeros, at a cost proportional to what it held. */
void seen_set_clear(struct seen_set *values);

#endif
