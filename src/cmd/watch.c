/* SPDX-License-Identifier: BSD-2-Clause */
/* watch: the events of a page that lives, or of a recording, as they come. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "io/source/document.h"
#include "io/source/recording.h"
#include "base/number.h"
#include "base/printable.h"
#include "base/schema.h"
#include "view/json.h"
#include "command.h"
#include "follow.h"
#include "hook.h"
#include "until.h"
#include "watch.h"
#include "version.h"

const char *const ending_names[ENDINGS_END] = {
	[ENDING_SIGNAL] = "signal", [ENDING_COUNT] = "count",
	[ENDING_UNTIL] = "until",   [ENDING_TIMEOUT] = "timeout",
	[ENDING_SOURCE] = "source", [ENDING_PIPE] = "closed-pipe",
};

struct session {
	/* One of the two; the source is a recording then. */
	struct live *live;
	struct source source;
	const char *path;
	struct follow follow;
	struct output output;
	struct hook hook;
	bool json, color;
	unsigned int shown; /* events, bit e for event e */
	struct until until;
	uint64_t most; /* events, 0: no limit */
	uint64_t n;    /* events so far */
	uint64_t counts[EVENT_COUNT];
	bool early; /* it ended before the source had begun */
	bool has_page, unsettled, lost;
	struct page page; /* the one before */
	enum ending ending;
};

static int print_event(struct session *s, const struct occurrence *occurrence,
		       struct error *error)
{
	if (s->json) {
		if (json_write(s->output.stream, json_event(occurrence, s->n),
			       error))
			return -1;
	} else {
		text_event(s->output.stream, occurrence, s->color);
	}
	return output_line(&s->output, error);
}

/* Returns 0 to go on, 1 at an end, -1 with *error. */
static int take_event(struct session *s, const struct occurrence *occurrence,
		      struct error *error)
{
	enum event event = occurrence->event;

	if (!(s->shown >> event & 1))
		return 0;
	s->n++;
	s->counts[event]++;
	if (s->hook.command &&
	    hook_add(&s->hook, occurrence,
		     json_text(json_event(occurrence, s->n)), error))
		return -1;
	if (print_event(s, occurrence, error))
		return -1;
	if (s->output.closed_pipe) {
		s->ending = ENDING_PIPE;
		return 1;
	}
	if (s->until.given && event == s->until.event &&
	    (!s->until.value || (occurrence->after &&
				 until_shows(occurrence->after, &s->until)))) {
		s->ending = ENDING_UNTIL;
		return 1;
	}
	s->ending = ENDING_COUNT;
	return s->most && s->n >= s->most;
}

/* Each of the events, in the order of their table but for what was missed,
 * which came before. */
static int take_events(struct session *s, struct occurrence *occurrence,
		       unsigned int events, struct error *error)
{
	int result = 0;

	if (s->lost) {
		occurrence->event = EVENT_FOUND;
		result = take_event(s, occurrence, error);
	}
	if (!result && occurrence->missed) {
		occurrence->event = EVENT_MISSED;
		result = take_event(s, occurrence, error);
	}
	for (unsigned int e = 0; e < EVENT_COUNT && !result; e++) {
		if (!(events >> e & 1))
			continue;
		occurrence->event = (enum event)e;
		result = take_event(s, occurrence, error);
	}
	return result;
}

static int take_page(struct session *s, const struct snapshot *snapshot,
		     struct error *error)
{
	struct occurrence occurrence = {
		.before = &s->page,
		.has_time = snapshot->has_clocks,
		.realtime = snapshot->realtime,
		.missed = snapshot->missed,
	};
	struct page page;
	int result = 0;

	page_decode(snapshot->bytes, snapshot->length, &page);
	occurrence.after = &page;
	if (s->has_page) {
		result = take_events(s, &occurrence,
				     change_events(&s->page, &page), error);
	} else if (until_shows(&page, &s->until)) {
		s->ending = ENDING_UNTIL;
		result = 1;
	}
	s->has_page = true;
	s->lost = false;
	s->page = page;
	return result;
}

static int take_loss(struct session *s, const struct snapshot *snapshot,
		     struct error *error)
{
	const struct occurrence occurrence = {
		.event = EVENT_LOST,
		.before = s->has_page ? &s->page : NULL,
		.has_time = snapshot->has_clocks,
		.realtime = snapshot->realtime,
	};

	/* Told once, and not of what was never there. */
	if (s->lost || !s->has_page)
		return 0;
	s->lost = true;
	return take_event(s, &occurrence, error);
}

static void note_unsettled(const struct session *s,
			   const struct snapshot *snapshot)
{
	char path[PATH_MAX];

	printable(path, sizeof(path), s->path);
	fprintf(stderr,
		"%s: seq_count stands at %" PRIu32
		" and did not settle within 100 ms\n",
		path, snapshot->seq_count);
}

/* As follow_next(), of a recording. */
static enum followed replay_next(struct session *s, struct snapshot *snapshot,
				 struct error *error)
{
	if (follow_stopped())
		return FOLLOW_STOP;
	if (follow_now() >= s->follow.deadline)
		return FOLLOW_TIME;
	switch (recording_next(s->source.recording, snapshot, error)) {
	case 1:
		return snapshot->kind == SNAPSHOT_PAGE ? FOLLOW_PAGE
						       : FOLLOW_UNSETTLED;
	case 0:
		return FOLLOW_END;
	default:
		return error->errnum == EINTR ? FOLLOW_IDLE : FOLLOW_ERROR;
	}
}

/* Returns 0 to go on, 1 at an end, -1 with *error. */
static int step(struct session *s, struct error *error)
{
	struct snapshot snapshot;
	enum followed found =
		s->live ? follow_next(&s->follow, &snapshot, error)
			: replay_next(s, &snapshot, error);

	hook_poll(&s->hook);
	switch (found) {
	case FOLLOW_PAGE:
		return take_page(s, &snapshot, error);
	case FOLLOW_LOST:
		return take_loss(s, &snapshot, error);
	case FOLLOW_UNSETTLED:
		note_unsettled(s, &snapshot);
		s->unsettled = true;
		return 0;
	case FOLLOW_END:
		s->ending = ENDING_SOURCE;
		return 1;
	case FOLLOW_TIME:
		s->ending = ENDING_TIMEOUT;
		return 1;
	case FOLLOW_STOP:
		s->ending = ENDING_SIGNAL;
		return 1;
	case FOLLOW_ERROR:
		return -1;
	case FOLLOW_IDLE:
		break;
	}
	s->ending = ENDING_PIPE;
	return output_is_closed(&s->output);
}

static json_t *start_line(const struct session *s)
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

static int start(struct session *s, struct error *error)
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
	if (json_write(s->output.stream, start_line(s), error))
		return -1;
	return output_line(&s->output, error);
}

static json_t *count_object(const struct session *s)
{
	json_t *counts = json_object();

	for (int e = 0; e < EVENT_COUNT; e++) {
		if (s->counts[e] &&
		    json_object_set_new(
			    counts, event_kinds[e].name,
			    json_integer((json_int_t)s->counts[e])) < 0) {
			json_decref(counts);
			return NULL;
		}
	}
	return counts;
}

static int finish(struct session *s, struct error *error)
{
	/* Else there was more to come. */
	bool ended = s->ending == ENDING_SOURCE;
	const char *separator = ": ";

	if (s->ending == ENDING_PIPE)
		return 0;
	command_note_source(&s->source);
	fprintf(stderr, "%" PRIu64 " event%s", s->n, s->n == 1 ? "" : "s");
	for (int e = 0; e < EVENT_COUNT; e++) {
		if (!s->counts[e])
			continue;
		fprintf(stderr, "%s%s %" PRIu64, separator, event_kinds[e].name,
			s->counts[e]);
		separator = ", ";
	}
	if (ended && source_is_cut(&s->source))
		fputs("; the recording was cut off", stderr);
	fputc('\n', stderr);
	if (!s->json)
		return 0;
	if (json_write(
		    s->output.stream,
		    json_pack("{s:s, s:s, s:I, s:o, s:o}", "type", "end",
			      "reason", ending_names[s->ending], "n",
			      (json_int_t)s->n, "counts", count_object(s),
			      "complete",
			      ended ? json_complete(&s->source) : json_null()),
		    error))
		return -1;
	return output_line(&s->output, error);
}

/* Nothing was seen in which an event could have been. */
static int no_page(const struct session *s, struct error *error)
{
	if (s->live || s->unsettled)
		return error_set(error, ERROR_UNSETTLED, 0,
				 "%s: seq_count never settled", s->path);
	return error_set(error, ERROR_NOT_A_PAGE, 0,
			 "%s: a recording without a page", s->path);
}

static int status_of(const struct session *s, struct error *error)
{
	switch (s->ending) {
	case ENDING_SIGNAL:
	case ENDING_UNTIL:
	case ENDING_PIPE:
		return EXIT_YES;
	case ENDING_COUNT:
		return s->until.given ? EXIT_NO : EXIT_YES;
	case ENDING_TIMEOUT:
		return s->live && !s->has_page ? no_page(s, error) : EXIT_NO;
	case ENDING_SOURCE:
	case ENDINGS_END:
		break;
	}
	if (!s->has_page)
		return no_page(s, error);
	return s->until.given ? EXIT_NO : EXIT_YES;
}

static int watch(struct session *s, struct error *error)
{
	int result = start(s, error);

	if (result == 0 && s->output.closed_pipe)
		return EXIT_YES;
	if (result == 0)
		result = s->early;
	while (result == 0)
		result = step(s, error);
	/* Events that were seen get their command, whatever ended the watch. */
	hook_finish(&s->hook);
	if (result > 0)
		result = finish(s, error);
	return result < 0 ? -1 : status_of(s, error);
}

/* A recording may come through a pipe, and be waited for. More than once, for
 * the first may come just before the wait. */
static void set_alarm(int64_t nsec)
{
	struct itimerval timer = {
		.it_value = { .tv_sec = nsec / NSEC_PER_SEC,
			      .tv_usec = nsec % NSEC_PER_SEC / 1000 },
		.it_interval = { .tv_usec = 100000 },
	};

	/* Zero would be no timer at all. */
	timer.it_value.tv_usec +=
		!timer.it_value.tv_sec && !timer.it_value.tv_usec;
	setitimer(ITIMER_REAL, &timer, NULL);
}

static int open_live(struct session *s, const struct invocation *invocation,
		     struct error *error)
{
	s->live = live_open(invocation->arguments[0], invocation->root,
			    invocation->given & TAKES(OPTION_LIVE), error);
	if (!s->live)
		return -1;
	s->path = live_path(s->live);
	return 0;
}

/* Where a signal or the alarm comes before the recording has begun, that is an
 * end as any other. */
static int open_recording(struct session *s,
			  const struct invocation *invocation,
			  struct error *error)
{
	int result =
		source_open_until(invocation->arguments[0], invocation->root,
				  follow_over, &s->source, error);

	s->path = source_name(&s->source);
	if (result && error->errnum == EINTR && follow_over()) {
		s->early = true;
		s->ending = follow_stopped() ? ENDING_SIGNAL : ENDING_TIMEOUT;
		return 0;
	}
	if (result)
		return -1;
	if (s->source.recording && invocation->given & TAKES(OPTION_INTERVAL))
		return usage_error(error, "--interval: %s is replayed at once",
				   s->path);
	if (s->source.recording) {
		recording_interrupt(s->source.recording);
		return 0;
	}
	error_set(error, ERROR_OPEN, 0, "%s: a dump, which does not change",
		  s->path);
	return error_hint(error, "--live if another process keeps it");
}

/* What watch wrote before: a start line, or an event's date. */
static bool begins_as_watch(const uint8_t *head, size_t length)
{
	static const char start[] = "{\"schema\": \"vmclockctl/watch\"";
	static const char date[] = "dddd-dd-ddTdd:dd:dd.";

	if (length >= sizeof(start) - 1 &&
	    memcmp(head, start, sizeof(start) - 1) == 0)
		return true;
	for (size_t i = 0; i < sizeof(date) - 1; i++) {
		bool digit = i < length && is_decimal_digit((char)head[i]);

		if (i >= length ||
		    (date[i] == 'd' ? !digit : (char)head[i] != date[i]))
			return false;
	}
	return true;
}

static int prepare(struct session *s, const struct invocation *invocation,
		   struct error *error)
{
	int64_t interval = FOLLOW_INTERVAL, timeout = 0, deadline = INT64_MAX;
	bool lives = invocation->given & TAKES(OPTION_LIVE) ||
		     source_is_live(invocation->arguments[0]);

	if (until_parse(invocation->value[OPTION_UNTIL], &s->until, error) ||
	    option_duration(invocation, OPTION_INTERVAL, &interval, error) ||
	    option_duration(invocation, OPTION_TIMEOUT, &timeout, error) ||
	    option_number(invocation, OPTION_COUNT, &s->most, error))
		return -1;
	/* Already to open a FIFO waits. */
	follow_catch_signals();
	if (timeout)
		deadline = follow_deadline(timeout);
	if (timeout && !lives)
		set_alarm(timeout);
	if (lives ? open_live(s, invocation, error)
		  : open_recording(s, invocation, error))
		return -1;
	follow_start(&s->follow, s->live);
	s->follow.interval = interval;
	s->follow.deadline = deadline;
	for (int e = 0; e < EVENT_COUNT; e++) {
		if (!event_kinds[e].routine ||
		    invocation->given & TAKES(OPTION_ALL) ||
		    (s->until.given && (int)s->until.event == e))
			s->shown |= 1u << e;
	}
	hook_init(&s->hook, invocation->value[OPTION_EXEC], s->path);
	/* Of a page that lives it is asked at each look; but to open a FIFO
	 * waits as well. */
	if (timeout && lives)
		set_alarm(timeout);
	/* Each line is to be there when it comes, in a file too. */
	if (output_open_growing(&s->output, invocation->value[OPTION_OUTPUT],
				begins_as_watch, error))
		return -1;
	if (lives)
		alarm(0);
	s->color = command_color(invocation, s->output.stream);
	return 0;
}

/* Where a signal broke off a wait for who reads the answer, the status of what
 * it was to end; else -1. */
static int broken_off(const struct session *s, const struct error *error)
{
	if (error->code != ERROR_WRITE || error->errnum != EINTR)
		return -1;
	if (follow_stop)
		return EXIT_YES;
	return follow_now() >= s->follow.deadline ? EXIT_NO : -1;
}

int cmd_watch(const struct invocation *invocation, struct error *error)
{
	struct session s = { .json = invocation->json };
	int status = prepare(&s, invocation, error);

	if (status == 0) {
		status = watch(&s, error);
		if (status >= 0)
			status = command_finish(&s.output, status, error);
		else
			output_discard(&s.output);
	}
	if (status < 0)
		status = broken_off(&s, error);
	follow_end(&s.follow);
	live_close(s.live);
	source_free(&s.source);
	return status;
}
