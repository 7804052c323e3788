/* SPDX-License-Identifier: BSD-2-Clause */
/* What a check found, and the words in which it says so. */
#ifndef VMCLOCKCTL_RULES_FINDING_H
#define VMCLOCKCTL_RULES_FINDING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "clock/grid.h"

enum verdict {
	VERDICT_OK,
	VERDICT_FAIL,
	VERDICT_WARN,
	VERDICT_NOT_APPLICABLE,
	VERDICT_SKIP, /* cannot be checked here */
	VERDICT_COUNT,
};

extern const char *const verdict_names[VERDICT_COUNT];

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

#endif
