/* SPDX-License-Identifier: BSD-2-Clause */
/* Which values have been seen, in constant memory. */
#ifndef VMCLOCKCTL_VALUES_H
#define VMCLOCKCTL_VALUES_H

#include <stdbool.h>
#include <stdint.h>

/* Values that were seen: the last so many, each once. */
#define VALUES_MAX 65536u

struct values {
	uint64_t count; /* seen so far, forgotten ones too */
	uint64_t last;	/* the one noted last, where `count` is not 0 */
	uint64_t value[VALUES_MAX];
	uint32_t next[VALUES_MAX]; /* in its chain, slot + 1; 0: the last */
	uint32_t head[VALUES_MAX];
};

bool values_have(const struct values *values, uint64_t value);

/* Add one that is not there; the oldest is forgotten where there are too many.
 */
void values_add(struct values *values, uint64_t value);

/* As zeros again, at no more cost than what was remembered. */
void values_clear(struct values *values);

#endif
