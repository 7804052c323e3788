/* SPDX-License-Identifier: BSD-2-Clause */
/* watch: the rules between pages, and what of them is told. */
#ifndef VMCLOCKCTL_CMD_WATCH_RULES_H
#define VMCLOCKCTL_CMD_WATCH_RULES_H

#include "rules/violations.h"
#include "base/error.h"

struct watch_rules {
	struct violations *state; /* NULL: they are not looked after */
	struct leap_table leaps;
	struct error leaps_error; /* why there is no table */
	bool news[RULE_COUNT];
};

/* Look after the rules, with the leap-second table below `root`. Returns 0, or
 * -1 with *error (ERROR_MEMORY); call watch_rules_close() in either case. */
int watch_rules_open(struct watch_rules *watched, const char *root,
		     struct error *error);

void watch_rules_close(struct watch_rules *watched);

/* As violations_take(), with the marks in `news`. */
bool watch_rules_take(struct watch_rules *watched,
		      const struct snapshot *snapshot);

/* As violations_end(). */
bool watch_rules_end(struct watch_rules *watched);

/* As violations_break(). */
void watch_rules_break(struct watch_rules *watched);

/* As violations_reading(). */
void watch_rules_reading(struct watch_rules *watched, uint64_t counter);

/* What is wrong with the rule, in one line. */
#define WATCH_RULE_MAX 400
void watch_rules_message(const struct watch_rules *watched, int rule,
			 char text[static WATCH_RULE_MAX]);

#endif
