/* SPDX-License-Identifier: BSD-2-Clause */
/* The checks, by area, for the table in table.c; and what they share. */
#ifndef VMCLOCKCTL_RULES_RULES_H
#define VMCLOCKCTL_RULES_RULES_H

#include "rule.h"

static inline uint64_t value_of(const struct subject *s, int row)
{
	return s->page.value[row];
}

static inline uint64_t flags_of(const struct subject *s)
{
	return s->page.value[FIELD_flags];
}

/* Half a year, of 365.25 days. Leap seconds come at its ends at most. */
#define HALF_YEAR INT64_C(15778800)

static inline uint128 grid_size(grid difference)
{
	return difference < 0 ? -(uint128)difference : (uint128)difference;
}

/* The check of each rule, by the rule's name: it reads *s, and writes what is
 * wrong to *f, which starts as ok. */
#define CHECK(name)                                                            \
	void check_##name(const struct subject *s, struct finding *f)

#define RULE(name, ...) CHECK(name);
#include "table.h"

#endif
