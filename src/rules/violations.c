/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules between pages, snapshot by snapshot. */
#include "violations.h"

#include <string.h>

bool violations_include(int rule)
{
	return rules[rule].needs & NEED_SERIES &&
	       (rules[rule].level == LEVEL_MUST ||
		rule == RULE_series_marker_silent);
}

static void begin_violations(struct violations *v)
{
	v->begun = true;
	v->verifier.recording = true;
	for (int i = 0; i < RULE_COUNT; i++)
		v->verifier.selected[i] = violations_include(i);
}

/* What was told under another marker is told again. */
static void note_marker(struct violations *v, const struct snapshot *snapshot)
{
	int row = FIELD_disruption_marker;
	struct page page;

	if (snapshot->kind != SNAPSHOT_PAGE)
		return;
	page_decode(snapshot->bytes, snapshot->length, &page);
	if (page.layout->draft || !page_has(&page, row))
		return;
	if (v->has_marker && page.value[row] != v->marker)
		memset(v->told, 0, sizeof(v->told));
	v->has_marker = true;
	v->marker = page.value[row];
}

/* Count what was found broken now, and mark what of it is told. */
static bool note_failures(struct violations *v, bool news[RULE_COUNT])
{
	bool any = false;

	for (int i = 0; i < RULE_COUNT; i++) {
		news[i] = false;
		if (!v->verifier.judged[i] ||
		    v->verifier.findings[i].verdict != VERDICT_FAIL)
			continue;
		v->count[i]++;
		news[i] = !v->told[i];
		v->told[i] = true;
		any |= news[i];
	}
	return any;
}

/* What the engine keeps is the worst of all; it is asked anew each time. */
static void forget_answers(struct violations *v)
{
	memset(v->verifier.judged, 0, sizeof(v->verifier.judged));
}

bool violations_take(struct violations *v, const struct snapshot *snapshot,
		     bool news[RULE_COUNT])
{
	if (!v->begun)
		begin_violations(v);
	note_marker(v, snapshot);
	forget_answers(v);
	verify_snapshot(&v->verifier, snapshot);
	return note_failures(v, news);
}

bool violations_end(struct violations *v, bool news[RULE_COUNT])
{
	if (!v->begun)
		return false;
	forget_answers(v);
	verify_end(&v->verifier);
	return note_failures(v, news);
}

void violations_break(struct violations *v)
{
	const struct leap_table *leaps = v->verifier.leaps;
	const char *leaps_reason = v->verifier.leaps_reason;

	verify_reset(&v->verifier);
	v->verifier.leaps = leaps;
	v->verifier.leaps_reason = leaps_reason;
	v->begun = false;
	v->has_marker = false;
	memset(v->told, 0, sizeof(v->told));
}

void violations_reading(struct violations *v, uint64_t counter)
{
	if (v->begun)
		verify_last_reading(&v->verifier, counter);
}
