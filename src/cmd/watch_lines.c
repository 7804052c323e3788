/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines with which a watch begins and ends. */
#include "watch_session.h"

#include <inttypes.h>
#include <limits.h>

#include "base/printable.h"
#include "base/schema.h"
#include "io/source/document.h"
#include "io/system_clock.h"
#include "view/json.h"
#include "view/summary.h"
#include "command.h"
#include "version.h"

const char *const ending_names[ENDINGS_END] = {
	[ENDING_SIGNAL] = "signal", [ENDING_COUNT] = "count",
	[ENDING_UNTIL] = "until",   [ENDING_TIMEOUT] = "timeout",
	[ENDING_SOURCE] = "source", [ENDING_PIPE] = "closed-pipe",
};

const char *const awaited_names[AWAITED_COUNT] = {
	[AWAITED_AT_ONCE] = "at-once",
	[AWAITED_CAME] = "came",
	[AWAITED_TIMED_OUT] = "timed-out",
	[AWAITED_NOT] = "not",
};

static enum awaited find_awaited(const struct watch_session *s)
{
	if (!s->until.given)
		return AWAITED_NOTHING;
	if (s->ending == ENDING_UNTIL)
		return s->at_once ? AWAITED_AT_ONCE : AWAITED_CAME;
	return s->ending == ENDING_TIMEOUT ? AWAITED_TIMED_OUT : AWAITED_NOT;
}

/* Whether what was waited for came, and if not, why the wait is over. */
static void print_awaited(const struct watch_session *s)
{
	static const char *const words[AWAITED_COUNT] = {
		[AWAITED_AT_ONCE] = "met at once, by the first page",
		[AWAITED_CAME] = "it came",
		[AWAITED_TIMED_OUT] = "timed out, it did not come",
		[AWAITED_NOT] = "it did not come before the watch ended",
	};
	enum awaited awaited = find_awaited(s);
	const char *value = s->until.value;

	if (awaited)
		fprintf(stderr, "--until %s%s%s: %s\n",
			event_kinds[s->until.event].name, value ? "=" : "",
			value ? value : "", words[awaited]);
}

static bool has_counter(const struct page *page)
{
	int row = page->layout->counter_id;

	return page_has(page, row) &&
	       page->value[row] != page->layout->no_counter;
}

void watch_note_hopeless(const struct watch_session *s, const struct page *page)
{
	const struct layout *layout = page->layout;
	const char *value = s->until.value;
	int row;

	if (!s->until.given || has_counter(page) ||
	    (s->has_page && !has_counter(&s->page)))
		return;
	row = change_row(layout, s->until.event);
	if (row < 0 || row == layout->counter_id ||
	    (row != layout->clock_status &&
	     !(layout->fields[row].needs & NEEDS_CLOCK)) ||
	    until_shows(page, &s->until))
		return;
	fprintf(stderr,
		"vmclockctl: note: --until %s%s%s cannot come while the page has no counter (INVALID): it has no clock then\n",
		event_kinds[s->until.event].name, value ? "=" : "",
		value ? value : "");
}

static json_t *make_watch_start(const struct watch_session *s)
{
	enum source_kind kind = s->live ? live_kind(s->live) : s->source.kind;
	enum source_format format = s->live ? FORMAT_RAW : FORMAT_RECORDING;
	json_t *wake = json_null(), *interval = json_null();

	if (s->live) {
		bool polls = live_polls(s->live);

		wake = json_string(
			wake_names[polls ? WAKE_POLL : WAKE_INTERVAL]);
		interval = json_integer(s->follow.interval);
	}
	return json_pack(
		"{s:s, s:i, s:s, s:{s:s, s:s}, s:{s:s, s:s, s:o}, s:o, s:o}",
		"schema", SCHEMA_WATCH, "schema_version", SCHEMA_VERSION,
		"type", "start", "tool", "name", "vmclockctl", "version",
		VMCLOCKCTL_VERSION, "source", "kind", source_kind_names[kind],
		"format", source_format_names[format], "path",
		document_name(s->path), "wake", wake, "interval_ns", interval);
}

int watch_write_start(struct watch_session *s, struct error *error)
{
	char interval[DESCRIBE_MAX], path[PATH_MAX];

	printable(path, sizeof(path), s->path);
	if (s->live && live_polls(s->live)) {
		fprintf(stderr, "watching %s, which notifies\n", path);
	} else if (s->live) {
		describe_duration((uint128)s->follow.interval, interval);
		fprintf(stderr, "watching %s, a look every %s\n", path,
			interval);
	} else if (!s->early) {
		fprintf(stderr, "replaying %s\n", path);
	}
	if (!s->json)
		return 0;
	if (json_write(s->output->stream, make_watch_start(s), error))
		return -1;
	return output_line(s->output, error);
}

static json_t *make_counts(const struct watch_session *s)
{
	json_auto_t *counts = json_object();

	for (int e = 0; e < EVENT_COUNT; e++) {
		if (s->counts[e] &&
		    json_object_set_new(
			    counts, event_kinds[e].name,
			    json_integer((json_int_t)s->counts[e])) < 0)
			return NULL;
	}
	return json_incref(counts);
}

/* How often each rule was found broken, told or not. */
static json_t *make_violations(const struct watch_session *s)
{
	json_auto_t *counts = json_object();

	for (int i = 0; s->rules.state && i < RULE_COUNT; i++) {
		uint64_t count = s->rules.state->count[i];

		if (count &&
		    json_object_set_new(counts, rules[i].id,
					json_integer((json_int_t)count)) < 0)
			return NULL;
	}
	return json_incref(counts);
}

static void print_violations(const struct watch_session *s)
{
	const char *separator = "; broken: ";

	for (int i = 0; s->rules.state && i < RULE_COUNT; i++) {
		uint64_t count = s->rules.state->count[i];

		if (!count)
			continue;
		fprintf(stderr, "%s%s %" PRIu64 " time%s", separator,
			rules[i].id, count, count == 1 ? "" : "s");
		separator = ", ";
	}
}

static json_t *make_awaited(const struct watch_session *s)
{
	enum awaited awaited = find_awaited(s);

	return awaited ? json_string(awaited_names[awaited]) : json_null();
}

int watch_write_end(struct watch_session *s, struct error *error)
{
	/* Else there was more to come. */
	bool ended = s->ending == ENDING_SOURCE;
	const char *separator = ": ";

	if (s->ending == ENDING_PIPE)
		return 0;
	if (s->live && !s->lost)
		summary_until(&s->summary, clock_nsec(CLOCK_MONOTONIC_RAW));
	command_note_source(&s->source);
	print_awaited(s);
	text_summary(stderr, &s->summary, false);
	fprintf(stderr, "%" PRIu64 " event%s", s->n, s->n == 1 ? "" : "s");
	for (int e = 0; e < EVENT_COUNT; e++) {
		if (!s->counts[e])
			continue;
		fprintf(stderr, "%s%s %" PRIu64, separator, event_kinds[e].name,
			s->counts[e]);
		separator = ", ";
	}
	print_violations(s);
	if (ended && source_is_cut(&s->source))
		fputs("; the recording was cut off", stderr);
	fputc('\n', stderr);
	if (!s->json)
		return 0;
	if (json_write(
		    s->output->stream,
		    json_pack("{s:s, s:s, s:o, s:I, s:o, s:o, s:o, s:o}",
			      "type", "end", "reason", ending_names[s->ending],
			      "until", make_awaited(s), "n", (json_int_t)s->n,
			      "counts", make_counts(s), "violations",
			      make_violations(s), "summary",
			      json_summary(&s->summary), "complete",
			      ended ? json_complete(&s->source) : json_null()),
		    error))
		return -1;
	return output_line(s->output, error);
}
