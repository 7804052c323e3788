/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The conformance rules: one table, and the engine that asks them. A check is
 * pure: what is judged goes in, a finding comes out.
 */
#ifndef VMCLOCKCTL_VERIFY_H
#define VMCLOCKCTL_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"

/* How strongly the clause speaks. */
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
	VERDICT_SKIP, /* cannot be judged here */
	VERDICT_COUNT,
};

extern const char *const level_names[LEVEL_COUNT];
extern const char *const verdict_names[VERDICT_COUNT];

/* What is judged. */
struct subject {
	const uint8_t *bytes;
	size_t length;
	struct page page;
	struct clock clock;
	enum page_time usable;
};

struct finding {
	enum verdict verdict;
	int row; /* the field it is about, -1: none */
	char expected[80];
	char actual[80];
	char message[240]; /* why; for ok a note or "" */
};

struct rule {
	const char *id;
	const char *title; /* what holds when the rule is kept */
	enum rule_level level;
	const char *clause;
	/* The fields it reads must be there, or it is not applicable. */
	int row;
	/* Judged on any layout, magic or not. */
	bool any_layout;
	/* Fills *finding; it starts as ok. */
	void (*check)(const struct subject *subject, struct finding *finding);
	const char *why;  /* what goes wrong where it is broken */
	const char *hint; /* how to mend it */
};

/* Ended by a NULL id, in the order of the catalogue. */
extern const struct rule rules[];

/* Take the bytes of a page, of any length. */
void verify_subject(const uint8_t *bytes, size_t length,
		    struct subject *subject);

/* Ask one rule. */
void verify_rule(const struct rule *rule, const struct subject *subject,
		 struct finding *finding);

#endif
