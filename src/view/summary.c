/* SPDX-License-Identifier: BSD-2-Clause */
/* A summary of snapshots: how long, how many, which states, which bound. */
#include "summary.h"

#include <inttypes.h>

#include "describe.h"
#include "event.h"
#include "json.h"

void summary_status_word(const struct summary *s, int status,
			 char text[static STATUS_WORD_MAX])
{
	const struct layout *layout = s->layout;
	const char *name = NULL;

	if (status < SUMMARY_STATUS_OTHER && layout &&
	    layout->clock_status >= 0)
		name = field_value_name(&layout->fields[layout->clock_status],
					(uint64_t)status);
	if (name)
		snprintf(text, STATUS_WORD_MAX, "%s", name);
	else if (status < SUMMARY_STATUS_OTHER)
		snprintf(text, STATUS_WORD_MAX, "unknown(%d)", status);
	else
		snprintf(text, STATUS_WORD_MAX, "other");
}

/* The share of a status, 0 to 1: of the time, or where no time is known, of the
 * pages. */
static double get_status_share(const struct summary *s,
			       const struct summary_status *status)
{
	uint64_t time = summary_share_time(s);

	if (time)
		return (double)status->nsec / (double)time;
	return s->pages ? (double)status->pages / (double)s->pages : 0;
}

/* "100 %", "99.9 %", "< 0.1 %": rounded down, so that 100 is all of it. */
#define SHARE_MAX 16

static void describe_share(double share, char text[static SHARE_MAX])
{
	unsigned int tenths = (unsigned int)(share * 1000);

	if (share >= 1)
		snprintf(text, SHARE_MAX, "100 %%");
	else if (!tenths)
		snprintf(text, SHARE_MAX, "< 0.1 %%");
	else if (tenths % 10)
		snprintf(text, SHARE_MAX, "%u.%u %%", tenths / 10, tenths % 10);
	else
		snprintf(text, SHARE_MAX, "%u %%", tenths / 10);
}

static void print_count(FILE *stream, uint64_t count, const char *what)
{
	fprintf(stream, "%" PRIu64 " %s%s", count, what, count == 1 ? "" : "s");
}

static void print_events(FILE *stream, const struct summary *s)
{
	for (int e = 0; e < EVENT_COUNT; e++) {
		if (s->events[e])
			fprintf(stream, ", %s %" PRIu64, event_kinds[e].name,
				s->events[e]);
	}
}

static void print_status(FILE *stream, const struct summary *s)
{
	const char *separator = "status ";

	for (int i = 0; i < SUMMARY_STATUSES; i++) {
		char word[STATUS_WORD_MAX], share[SHARE_MAX];

		if (!s->status[i].pages)
			continue;
		summary_status_word(s, i, word);
		describe_share(get_status_share(s, &s->status[i]), share);
		fprintf(stream, "%s%s %s", separator, word, share);
		separator = ", ";
	}
	if (s->no_status.pages == s->pages) {
		fputs("no status", stream);
	} else if (s->no_status.pages || s->no_status.nsec) {
		char share[SHARE_MAX];

		describe_share(get_status_share(s, &s->no_status), share);
		fprintf(stream, ", " SUMMARY_NO_STATUS " %s", share);
	}
}

void text_summary(FILE *stream, const struct summary *s, bool events)
{
	char text[DESCRIBE_MAX];
	uint64_t span;

	if (!s->pages && !s->unsettled)
		return;
	print_count(stream, s->pages, "snapshot");
	if (summary_span(s, &span)) {
		describe_duration(span, text);
		fprintf(stream, " in %s", text);
	}
	if (s->unsettled) {
		fputs(", ", stream);
		print_count(stream, s->unsettled, "look");
		fputs(" that did not settle", stream);
	}
	fputs(", ", stream);
	print_count(stream, s->missed, "update");
	fputs(" missed", stream);
	if (events)
		print_events(stream, s);
	fputc('\n', stream);
	if (!s->pages)
		return;
	print_status(stream, s);
	if (s->bounded) {
		describe_duration(s->worst, text);
		fprintf(stream, "; worst bound +/- %s", text);
	} else {
		fputs("; no bounds", stream);
	}
	fputc('\n', stream);
}

static json_t *make_time(bool known, int64_t nsec)
{
	const struct occurrence then = { .has_time = known, .realtime = nsec };
	char text[RFC3339_MAX];

	return occurrence_time(&then, text) ? json_string(text) : json_null();
}

static json_t *make_events(const struct summary *s)
{
	json_auto_t *events = json_object();

	for (int e = 0; e < EVENT_COUNT; e++) {
		if (s->events[e] &&
		    json_object_set_new(
			    events, event_kinds[e].name,
			    json_integer((json_int_t)s->events[e])) < 0)
			return NULL;
	}
	return json_incref(events);
}

static json_t *make_share(const struct summary_status *status)
{
	json_auto_t *share =
		json_pack("{s:I}", "snapshots", (json_int_t)status->pages);

	if (json_set_integer(share, "time_ns", true, status->nsec))
		return NULL;
	return json_incref(share);
}

static json_t *make_status(const struct summary *s)
{
	json_auto_t *all = json_object();

	for (int i = 0; i < SUMMARY_STATUSES; i++) {
		char word[STATUS_WORD_MAX];

		if (!s->status[i].pages)
			continue;
		summary_status_word(s, i, word);
		if (json_object_set_new(all, word, make_share(&s->status[i])) <
		    0)
			return NULL;
	}
	return json_incref(all);
}

json_t *json_summary(const struct summary *s)
{
	json_auto_t *object = json_pack(
		"{s:I, s:I, s:o, s:o, s:o, s:o}", "snapshots",
		(json_int_t)s->pages, "unsettled", (json_int_t)s->unsettled,
		"begin", make_time(s->has_time, s->begin), "end",
		make_time(s->has_time, s->end), "events", make_events(s),
		"status", make_status(s));
	uint64_t span = 0;
	bool has_span = summary_span(s, &span);

	if (!object || json_set_integer(object, "missed", true, s->missed) ||
	    json_set_integer(object, "span_ns", has_span, span) ||
	    json_set_integer(object, "worst_maxerror_ns", s->bounded != 0,
			     s->worst))
		return NULL;
	return json_incref(object);
}
