/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads on in a recording to a moment of --at. */
#include "seek.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/printable.h"
#include "io/source/recording.h"
#include "io/source/source.h"
#include "command.h"

void seek_end(struct seek *seek)
{
	watch_rules_close(&seek->rules);
}

/* As watch counts them: take_events() and tell_violations() there. */
static void count_events(struct seek *seek, const struct snapshot *snapshot)
{
	struct page page;
	unsigned int events;

	if (snapshot->kind == SNAPSHOT_PAGE)
		page_decode(snapshot->bytes, snapshot->length, &page);
	events = summary_take(&seek->summary, snapshot, &page);
	for (int e = 0; e < EVENT_COUNT; e++)
		seek->events += events >> e & 1 && !event_kinds[e].routine;
	/* Of the first page nothing is told. */
	seek->events += snapshot->missed && seek->summary.pages > 1;
	if (!watch_rules_take(&seek->rules, snapshot))
		return;
	for (int i = 0; i < RULE_COUNT; i++)
		seek->events += seek->rules.news[i];
}

static int not_found(const struct source *source, const struct moment *moment,
		     const struct seek *seek, struct error *error)
{
	const char *name = source_name(source);
	uint64_t most = seek->last;
	const char *what = "snapshot";

	switch (moment->kind) {
	case MOMENT_EVENT:
		most = seek->events;
		what = "event";
		break;
	case MOMENT_TIME:
	case MOMENT_AFTER:
		if (!seek->place.has_begin)
			return usage_error(error,
					   "--at %s: %s has no times of clocks",
					   moment->text, name);
		return usage_error(error, "--at %s: %s has no page by then",
				   moment->text, name);
	default:
		break;
	}
	usage_error(error, "--at %s: %s has %" PRIu64 " %s%s", moment->text,
		    name, most, what, most == 1 ? "" : "s");
	return moment->kind == MOMENT_EVENT
		       ? error_hint(error, "watch lists them")
		       : -1;
}

static int take_snapshot(struct source *source, const struct snapshot *snapshot,
			 struct error *error)
{
	if (snapshot->kind == SNAPSHOT_PAGE)
		return source_keep(source, snapshot, error);
	return error_set(error, ERROR_UNSETTLED, 0,
			 "%s: snapshot %" PRIu64 ": seq_count %" PRIu32
			 " did not settle, no page",
			 source_name(source), snapshot->n, snapshot->seq_count);
}

/* The page that stood at a time is the last one until then. */
static int take_standing(struct source *source, const struct moment *moment,
			 const struct seek *seek, bool ended,
			 struct error *error)
{
	if (!seek->page.bytes || !seek->place.has_begin)
		return not_found(source, moment, seek, error);
	if (ended) {
		fputs("vmclockctl: ", stderr);
		printable_put(stderr, source_name(source));
		fprintf(stderr,
			": note: snapshot %" PRIu64
			" is its last, and from before %s\n",
			seek->page.n, moment->text);
	}
	return source_keep(source, &seek->page, error);
}

static bool is_time(const struct moment *moment)
{
	return moment->kind == MOMENT_TIME || moment->kind == MOMENT_AFTER;
}

/* The next snapshot, or that at which the search before ended. Returns as
 * recording_next(). */
static int read_next(struct source *source, const struct moment *moment,
		     struct seek *seek, struct error *error)
{
	struct snapshot *snapshot = &seek->snapshot;
	int result;

	if (seek->again) {
		seek->again = false;
		return 1;
	}
	result = recording_next(source->recording, snapshot, error);
	if (result <= 0)
		return result;
	seek->last = snapshot->n;
	if (moment->kind == MOMENT_EVENT)
		count_events(seek, snapshot);
	return 1;
}

/* Returns 1 with the snapshot at which the search ends and *place, 0 at the end
 * of the recording, -1 with *error. */
static int search_moment(struct source *source, const struct moment *moment,
			 struct seek *seek, int *place, struct error *error)
{
	int result;

	while ((result = read_next(source, moment, seek, error)) > 0) {
		*place = moment_compare(moment, &seek->place, &seek->snapshot,
					seek->events);
		if (*place > 0 || (*place == 0 && !is_time(moment))) {
			seek->again = true;
			return 1;
		}
		if (seek->snapshot.kind == SNAPSHOT_PAGE)
			seek->page = seek->snapshot;
	}
	return result;
}

/* Some rules have their answer only at the end. */
static int take_at_end(struct source *source, const struct moment *moment,
		       struct seek *seek, struct error *error)
{
	if (watch_rules_end(&seek->rules)) {
		for (int i = 0; i < RULE_COUNT; i++)
			seek->events += seek->rules.news[i];
	}
	if (moment->kind == MOMENT_EVENT && seek->events >= moment->number &&
	    seek->page.bytes)
		return source_keep(source, &seek->page, error);
	return not_found(source, moment, seek, error);
}

int seek_take(struct seek *seek, struct source *source,
	      const struct moment *moment, const char *root,
	      struct error *error)
{
	int place = -1, result;

	if (moment->kind == MOMENT_NONE)
		return source_take_last(source, error);
	if (moment->kind == MOMENT_EVENT && !seek->rules.state &&
	    watch_rules_open(&seek->rules, root, error))
		return -1;
	result = search_moment(source, moment, seek, &place, error);
	if (result < 0)
		return -1;
	if (is_time(moment))
		return take_standing(source, moment, seek,
				     result == 0 && place < 0, error);
	if (result == 0)
		return take_at_end(source, moment, seek, error);
	if (place > 0)
		return usage_error(error,
				   "--at %s: %s has no snapshot of this number",
				   moment->text, source_name(source));
	return take_snapshot(source, &seek->snapshot, error);
}
