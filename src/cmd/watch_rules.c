/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules between pages as watch looks after them: verify's own, which need a
 * leap-second table here as there. */
#include "watch_rules.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "io/host/leapfile.h"

int watch_rules_open(struct watch_rules *watched, const char *root,
		     struct error *error)
{
	watched->state = new_zeros(sizeof(*watched->state), "watch", error);
	if (!watched->state)
		return -1;
	if (leapfile_system(root, &watched->leaps, &watched->leaps_error) == 0)
		watched->state->verifier.leaps = &watched->leaps;
	else
		watched->state->verifier.leaps_reason =
			watched->leaps_error.message;
	return 0;
}

void watch_rules_close(struct watch_rules *watched)
{
	free(watched->state);
	watched->state = NULL;
}

bool watch_rules_take(struct watch_rules *watched,
		      const struct snapshot *snapshot)
{
	return watched->state &&
	       violations_take(watched->state, snapshot, watched->news);
}

bool watch_rules_end(struct watch_rules *watched)
{
	return watched->state && violations_end(watched->state, watched->news);
}

void watch_rules_break(struct watch_rules *watched)
{
	if (watched->state)
		violations_break(watched->state);
}

void watch_rules_reading(struct watch_rules *watched, uint64_t counter)
{
	if (watched->state)
		violations_reading(watched->state, counter);
}

void watch_rules_message(const struct watch_rules *watched, int rule,
			 char text[static WATCH_RULE_MAX])
{
	const struct finding *f = &watched->state->verifier.findings[rule];
	const char *what = f->message[0] ? f->message : rules[rule].title;

	if (f->actual[0])
		snprintf(text, WATCH_RULE_MAX, "%s; actual: %s", what,
			 f->actual);
	else
		snprintf(text, WATCH_RULE_MAX, "%s", what);
}
