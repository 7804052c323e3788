/* SPDX-License-Identifier: BSD-2-Clause */
/* Which values have been seen, in constant memory. */
#ifndef VMCLOCKCTL_RULES_SEEN_SET_H
#define VMCLOCKCTL_RULES_SEEN_SET_H

#include <stdbool.h>
#include <stdint.h>

/* Values that were seen: the last so many, each once. */
#define SEEN_SET_MAX 65536u

struct seen_set {
	uint64_t count; /* seen so far, forgotten ones too */
	uint64_t last;	/* the one noted last, where `count` is not 0 */
	uint64_t value[SEEN_SET_MAX];
	uint32_t next[SEEN_SET_MAX]; /* in its chain, slot + 1; 0: the last */
	uint32_t head[SEEN_SET_MAX];
};

bool seen_set_has(const struct seen_set *values, uint64_t value);

/* Add one that is not there; the oldest is forgotten where there are too many.
 */
void seen_set_add(struct seen_set *values, uint64_t value);

/* As zeros again, at no more cost than what was remembered. */
void seen_set_clear(struct seen_set *values);

#endif
