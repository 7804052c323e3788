/* SPDX-License-Identifier: BSD-2-Clause */
/* What a rule is, and the table of all rules. */
#ifndef VMCLOCKCTL_RULES_RULE_H
#define VMCLOCKCTL_RULES_RULE_H

#include "finding.h"
#include "subject.h"

/* How binding the clause is. */
enum rule_level {
	LEVEL_MUST,   /* a MUST of UAPI.13 or of the kernel's header */
	LEVEL_KERNEL, /* Linux's driver refuses or misbehaves */
	LEVEL_SHOULD,
	LEVEL_PLAUSIBLE, /* no normative source */
	LEVEL_COUNT,
};

extern const char *const level_names[LEVEL_COUNT];

/* What a rule needs beyond one page. */
#define NEED_SERIES (1u << 0) /* several snapshots */
#define NEED_LIVE   (1u << 1) /* a live page of this machine */
#define NEED_DRIVER (1u << 2) /* the kernel's driver bound to the device */
#define NEED_PHC    (1u << 3) /* the driver's PTP clock */
#define NEED_LEAPS  (1u << 4) /* the leap-second table */
#define NEED_COUNT  5
#define NEED_PROBE  (NEED_LIVE | NEED_DRIVER | NEED_PHC)

extern const char *const need_names[NEED_COUNT]; /* "series", ... */

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
#include "table.h"
	RULE_COUNT
};

/* In the order of the catalogue. */
extern const struct rule rules[RULE_COUNT];

/* The place of the rule that a user names by its id, or -1. */
int rule_find(const char *id);

#endif
