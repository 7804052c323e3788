/* SPDX-License-Identifier: BSD-2-Clause */
/* The checks, by area, for the table in table.c; and what they share. */
#ifndef VMCLOCKCTL_RULES_RULES_H
#define VMCLOCKCTL_RULES_RULES_H

#include "verify.h"
#include "base/strbuf.h"

static inline uint64_t value_of(const struct subject *s, int row)
{
	return s->page.value[row];
}

static inline uint64_t flags_of(const struct subject *s)
{
	return s->page.value[FIELD_flags];
}

void say(struct finding *finding, enum verdict verdict, const char *message);
void expect_text(struct finding *finding, const char *text);
void expect_number(struct finding *finding, const char *text, uint64_t value);
void actual_text(struct finding *finding, const char *text);

/* It cannot be judged here. */
static inline void say_skip(struct finding *f, const char *why)
{
	say(f, VERDICT_SKIP, why);
}

/* It fails, by what was found in place of what is expected. */
static inline void say_unexpected(struct finding *f, const char *expected,
				  const char *actual, const char *why)
{
	expect_text(f, expected);
	actual_text(f, actual);
	say(f, VERDICT_FAIL, why);
}

/* Whole seconds and nine digits, rounded down. */
void strbuf_time(struct strbuf *buffer, grid time);
/* A length of time in nanoseconds, rounded up. */
void strbuf_nsec(struct strbuf *buffer, uint128 length);

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
