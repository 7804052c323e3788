/* SPDX-License-Identifier: BSD-2-Clause */
/* Measures the clocks round after round, or snapshot after snapshot. */
#include "compare_rounds.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/source/recording.h"
#include "io/system_clock.h"
#include "follow.h"

static bool is_limited(const struct compare_session *s,
		       const struct compared *compared)
{
	return !s->phc_given || compared->kind == COMPARED_PHC;
}

static uint128 magnitude(int128 value)
{
	return value < 0 ? -(uint128)value : (uint128)value;
}

static int keep_value(struct compared *compared, int128 value,
		      struct error *error)
{
	size_t room = compared->room ? 2 * compared->room : 64;
	int128 *values;

	series_add(&compared->series, value);
	if (compared->count == COMPARED_VALUES)
		return 0;
	if (compared->count == compared->room) {
		values = reallocarray(compared->values, room, sizeof(*values));
		if (!values)
			return error_set(error, ERROR_MEMORY, ENOMEM,
					 "compare");
		compared->values = values;
		compared->room = room;
	}
	compared->values[compared->count++] = value;
	return 0;
}

static int keep_measurement(struct compare_session *s,
			    struct compared *compared,
			    const struct measurement *m, struct error *error)
{
	struct comparing *c = &s->comparing;

	compared->latest = *m;
	if (m->failed) {
		compared->failed++;
		compared->errnum = m->errnum;
		return 0;
	}
	compared->measured = c->measured = true;
	compared->last = m->offset;
	c->tai_minus_utc = m->offset.tai_minus_utc;
	if (magnitude(m->offset.nsec) >= magnitude(compared->farthest))
		compared->farthest = m->offset.nsec;
	if (c->max_offset && is_limited(s, compared) &&
	    magnitude(m->offset.nsec) > (uint128)c->max_offset) {
		compared->over = true;
		c->within = false;
	}
	return keep_value(compared, m->offset.nsec, error);
}

static int append_value(json_t *array, json_t *value, struct error *error)
{
	if (json_array_append_new(array, value) < 0)
		return error_set(error, ERROR_MEMORY, ENOMEM, "JSON");
	return 0;
}

static int pass_on(struct compare_session *s, const struct compare_sink *sink,
		   const struct measurement *m, struct error *error)
{
	if (keep_measurement(s, &s->clocks[m->clock], m, error))
		return -1;
	if (sink->line)
		sink->line(sink->output->stream, &s->comparing, m);
	return sink->measurements
		       ? append_value(sink->measurements,
				      json_measurement(&s->comparing, m), error)
		       : 0;
}

/* Before what is measured under another clock_status. */
static int pass_status(struct compare_session *s, const struct page *page,
		       uint64_t n, const struct compare_sink *sink,
		       struct error *error)
{
	struct comparing *c = &s->comparing;
	const struct status_change change = { n, c->status,
					      compared_status(page) };

	if (strcmp(change.from, change.to) == 0)
		return 0;
	c->status = change.to;
	if (sink->status)
		sink->status(sink->output->stream, c, &change);
	return sink->status_changes
		       ? append_value(sink->status_changes,
				      json_status_change(&change), error)
		       : 0;
}

/* The page could not be read, or had no time. It may the next time. */
static bool is_passing(const struct compare_session *s,
		       const struct error *error)
{
	return s->comparing.rounds != 1 && error->code != ERROR_MEMORY;
}

static void fail_measurement(struct compare_session *s, struct measurement *m,
			     const char *reason)
{
	snprintf(s->fault, sizeof(s->fault), "%s", reason);
	m->failed = true;
	m->errnum = 0;
	m->reason = s->fault;
}

int compare_round(struct compare_session *s, uint64_t n,
		  const struct compare_sink *sink, struct error *error)
{
	const struct page *page = &s->measurer.stamper.page.page;
	struct error ignored;

	/* Without a clock nothing else looks at the page. */
	if (*s->measurer.no_clock)
		cross_timestamp_look(&s->measurer.stamper, &ignored);
	for (unsigned int i = 0; i < s->comparing.count; i++) {
		struct measurement m = { .n = n, .clock = i };

		if (!s->clocks[i].open || s->clocks[i].monotonic)
			continue;
		if (measure(&s->measurer, &s->clocks[i], &m, error)) {
			if (!is_passing(s, error))
				return -1;
			fail_measurement(s, &m, error->message);
		}
		if (pass_status(s, page, n, sink, error) ||
		    pass_on(s, sink, &m, error))
			return -1;
	}
	return 0;
}

static void pause_until(int64_t deadline)
{
	while (!follow_stop && follow_now() < deadline) {
		int64_t left = deadline - follow_now();

		if (left > 0)
			sleep_nsec(left);
	}
}

static int measure_rounds(struct compare_session *s,
			  const struct compare_sink *sink, struct error *error)
{
	uint64_t most = s->comparing.rounds ? s->comparing.rounds : UINT64_MAX;
	int64_t deadline = follow_now();

	for (uint64_t n = 1; n <= most && !follow_stop; n++) {
		pause_until(deadline);
		if (follow_stop && n > 1)
			break;
		if (compare_round(s, n, sink, error) ||
		    (sink->output && output_line(sink->output, error)))
			return -1;
		if (sink->output && sink->output->closed_pipe)
			break;
		/* Rounds that took too long are left out, not made up for. */
		if (__builtin_add_overflow(deadline, s->interval, &deadline))
			deadline = INT64_MAX;
		if (deadline < follow_now())
			deadline = follow_now();
	}
	return 0;
}

/* CLOCK_REALTIME in a snapshot against its page. */
static void measure_snapshot(struct compare_session *s,
			     const struct snapshot *snapshot,
			     struct measurement *m)
{
	struct reading *page = &s->measurer.stamper.page;
	struct difference d;
	bool judged;

	m->n = snapshot->n;
	m->realtime = snapshot->realtime;
	m->method = METHOD_READ;
	m->no_window = !snapshot->has_window;
	if (snapshot->kind != SNAPSHOT_PAGE) {
		fail_measurement(s, m, "seq_count did not settle");
		return;
	}
	reading_make(snapshot->bytes, snapshot->length,
		     snapshot->has_counter ? &snapshot->counter : NULL, page);
	if (page->reason != READING_TIME) {
		fail_measurement(s, m,
				 page->reason == READING_NO_COUNTER
					 ? "the snapshot has no counter"
					 : reading_obstacle(page));
		return;
	}
	judged = difference_until(
			 &page->clock, snapshot->counter,
			 snapshot->has_window ? snapshot->realtime_window : 0,
			 timestamp_from_nsec(snapshot->realtime), &d) &&
		 offset_judge_by(&page->clock, &d, EXPECT_UTC,
				 s->measurer.leaps, &m->offset);
	if (!snapshot->has_clocks)
		fail_measurement(s, m, "the snapshot has no CLOCK_REALTIME");
	else if (!judged)
		fail_measurement(
			s, m, "the page's time has no UTC, or is out of range");
}

static int compare_snapshots(struct compare_session *s,
			     const struct compare_sink *sink,
			     struct error *error)
{
	struct snapshot snapshot = s->first;
	uint64_t done = 0;
	int result;

	do {
		struct measurement m = { .clock = 0 };

		measure_snapshot(s, &snapshot, &m);
		if (snapshot.kind == SNAPSHOT_PAGE &&
		    pass_status(s, &s->measurer.stamper.page.page, snapshot.n,
				sink, error))
			return -1;
		if (pass_on(s, sink, &m, error))
			return -1;
		if (sink->output && output_line(sink->output, error))
			return -1;
		if (sink->output && sink->output->closed_pipe)
			return 0;
		if (++done == s->comparing.rounds || follow_stop)
			return 0;
		result = recording_next(s->source.recording, &snapshot, error);
	} while (result > 0);
	s->comparing.cut = result == 0 && source_is_cut(&s->source);
	return result;
}

int compare_rounds(struct compare_session *s, const struct compare_sink *sink,
		   struct error *error)
{
	if (s->comparing.recording)
		return compare_snapshots(s, sink, error);
	follow_catch_signals();
	return measure_rounds(s, sink, error);
}

/* A clock that could not be read counts more than one beyond the limit. */
int compare_status(const struct compare_session *s)
{
	int status = s->comparing.within ? EXIT_YES : EXIT_NO;

	for (unsigned int i = 0; i < s->comparing.count; i++) {
		const struct compared *compared = &s->clocks[i];

		if (!compared->open)
			return error_status(compared->error.code);
		if (compared->failed || (compared->monotonic && s->phc_named))
			status = EXIT_UNDECIDED;
	}
	return s->comparing.measured ? status : EXIT_UNDECIDED;
}
