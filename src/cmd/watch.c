/* SPDX-License-Identifier: BSD-2-Clause */
/* watch: the events of a live page, or of a recording, as they come. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/printable.h"
#include "base/schema.h"
#include "io/output/journal.h"
#include "io/source/recording.h"
#include "io/system_clock.h"
#include "view/json.h"
#include "command.h"
#include "watch_session.h"

static int print_event(struct watch_session *s,
		       const struct occurrence *occurrence, struct error *error)
{
	if (s->view) {
		watch_view_event(s->view, occurrence);
		return 0;
	}
	if (s->json) {
		if (json_write(s->output->stream, json_event(occurrence, s->n),
			       error))
			return -1;
	} else {
		text_event(s->output->stream, occurrence, s->output->color);
	}
	return output_line(s->output, error);
}

/* Returns 0, or -1 with *error. */
static int tell_event(struct watch_session *s,
		      const struct occurrence *occurrence, struct error *error)
{
	s->n++;
	s->counts[occurrence->event]++;
	if (watch_journal_event(s, occurrence, error))
		return -1;
	if (s->hook.command &&
	    hook_add(&s->hook, occurrence, s->n,
		     json_text(json_event(occurrence, s->n)), error))
		return -1;
	return print_event(s, occurrence, error);
}

/* What is waited for ends the watch also where it is not shown. Returns 0 to go
 * on, 1 at an end, -1 with *error. */
static int take_event(struct watch_session *s,
		      const struct occurrence *occurrence, struct error *error)
{
	bool shown = s->shown >> occurrence->event & 1;

	s->totals[occurrence->event]++;
	if (shown && tell_event(s, occurrence, error))
		return -1;
	if (shown && s->output->closed_pipe) {
		s->ending = ENDING_PIPE;
		return 1;
	}
	if (until_is(&s->until, occurrence)) {
		s->ending = ENDING_UNTIL;
		return 1;
	}
	s->ending = ENDING_COUNT;
	return shown && s->most && s->n >= s->most;
}

/* Each of the events, in the order of their table but for what was missed,
 * which came before. */
static int take_events(struct watch_session *s, struct occurrence *occurrence,
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
		events &= ~(1u << e);
	}
	/* The watch ends amid them: the next one has to tell the others. */
	s->untold = result && events & s->shown;
	return result;
}

/* The rules whose violation is news. `occurrence` has the pages and the time.
 */
static int tell_violations(struct watch_session *s,
			   struct occurrence *occurrence, struct error *error)
{
	char message[WATCH_RULE_MAX];
	int result = 0;

	occurrence->event = EVENT_VIOLATION;
	occurrence->message = message;
	for (int i = 0; i < RULE_COUNT && !result; i++) {
		if (!s->rules.news[i])
			continue;
		occurrence->rule = rules[i].id;
		watch_rules_message(&s->rules, i, message);
		result = take_event(s, occurrence, error);
	}
	occurrence->message = NULL;
	return result;
}

/* What the snapshot breaks. */
static int take_violations(struct watch_session *s,
			   const struct snapshot *snapshot,
			   const struct page *page, struct error *error)
{
	struct occurrence occurrence = {
		.before = s->has_page ? &s->page : NULL,
		.after = page,
		.has_time = snapshot->has_clocks,
		.realtime = snapshot->realtime,
		.snapshot = s->live ? 0 : snapshot->n,
	};

	if (!watch_rules_take(&s->rules, snapshot))
		return 0;
	return tell_violations(s, &occurrence, error);
}

/* The source is over, or the watch: some of the rules have their answer only
 * then. Returns 1, or -1 with *error. */
static int take_end(struct watch_session *s, enum ending ending,
		    struct error *error)
{
	struct occurrence occurrence = {
		.before = s->has_page ? &s->page : NULL,
		.after = s->has_page ? &s->page : NULL,
		.has_time = s->has_time,
		.realtime = s->realtime,
		.snapshot = s->snapshot,
	};
	int result = 0;

	if (watch_rules_end(&s->rules))
		result = tell_violations(s, &occurrence, error);
	if (result == 0)
		s->ending = ending;
	return result < 0 ? -1 : 1;
}

static int watch_snapshot(struct watch_session *s,
			  const struct snapshot *snapshot, struct error *error)
{
	struct occurrence occurrence = {
		.before = &s->page,
		.has_time = snapshot->has_clocks,
		.realtime = snapshot->realtime,
		.missed = snapshot->missed,
		.snapshot = s->live ? 0 : snapshot->n,
	};
	struct page page;
	unsigned int events;
	int result = 0;

	page_decode(snapshot->bytes, snapshot->length, &page);
	events = summary_take(&s->summary, snapshot, &page);
	occurrence.after = &page;
	if (!s->has_page && s->state.found) {
		/* What happened since an earlier watch saw it. */
		occurrence.before = &s->state.page;
		events = change_events(&s->state.page, &page);
	}
	if (s->has_page || s->state.found)
		result = take_events(s, &occurrence, events, error);
	if (!s->has_page || events & ~(1u << EVENT_CALIBRATION))
		s->unsaved = true;
	watch_note_hopeless(s, &page);
	if (!result && !s->has_page && until_shows(&page, &s->until)) {
		s->ending = ENDING_UNTIL;
		s->at_once = true;
		result = 1;
	}
	if (!result)
		result = take_violations(s, snapshot, &page, error);
	s->has_page = true;
	s->lost = false;
	s->page = page;
	s->has_time = snapshot->has_clocks;
	s->realtime = snapshot->realtime;
	s->snapshot = s->live ? 0 : snapshot->n;
	return result;
}

static int take_loss(struct watch_session *s, const struct snapshot *snapshot,
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
	summary_break(&s->summary);
	watch_rules_break(&s->rules);
	return take_event(s, &occurrence, error);
}

static void note_unsettled(const struct watch_session *s,
			   const struct snapshot *snapshot)
{
	char path[PATH_MAX];

	printable(path, sizeof(path), s->path);
	fprintf(stderr,
		"%s: seq_count is %" PRIu32
		" and did not settle within 100 ms\n",
		path, snapshot->seq_count);
}

/* As follow_next(), of a recording. */
static enum followed replay_next(struct watch_session *s,
				 struct snapshot *snapshot, struct error *error)
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
static int take_next(struct watch_session *s, struct error *error)
{
	struct snapshot snapshot;
	enum followed found =
		s->live ? follow_next(&s->follow, &snapshot, error)
			: replay_next(s, &snapshot, error);

	service_alive(&s->service);
	if (s->live && !s->view)
		follow_note_writer(&s->follow);
	hook_poll(&s->hook);
	if (s->live && s->follow.has_last) {
		watch_rules_reading(&s->rules, s->follow.last);
		summary_reading(&s->summary, s->follow.last);
	}
	if (s->view && !watch_view_step(s->view, &s->follow, found, &snapshot))
		return take_end(s, ENDING_SIGNAL, error);
	switch (found) {
	case FOLLOW_PAGE:
		s->present = true;
		service_ready(&s->service);
		return watch_snapshot(s, &snapshot, error);
	case FOLLOW_LOST:
		s->present = false;
		return take_loss(s, &snapshot, error);
	case FOLLOW_UNSETTLED:
		if (!s->view)
			note_unsettled(s, &snapshot);
		s->unsettled = true;
		s->present = false;
		summary_take(&s->summary, &snapshot, NULL);
		return take_violations(s, &snapshot,
				       s->has_page ? &s->page : NULL, error);
	case FOLLOW_END:
		return take_end(s, ENDING_SOURCE, error);
	case FOLLOW_TIME:
		return take_end(s, ENDING_TIMEOUT, error);
	case FOLLOW_STOP:
		return take_end(s, ENDING_SIGNAL, error);
	case FOLLOW_ERROR:
		return -1;
	case FOLLOW_IDLE:
		break;
	}
	s->ending = ENDING_PIPE;
	return output_is_closed(s->output);
}

/* Nothing was seen in which an event could have been. */
static int report_no_page(const struct watch_session *s, struct error *error)
{
	if (s->live || s->unsettled)
		return error_set(error, ERROR_UNSETTLED, 0,
				 "%s: seq_count never settled", s->path);
	return error_set(error, ERROR_NOT_A_PAGE, 0,
			 "%s: a recording without a page", s->path);
}

static int watch_status(const struct watch_session *s, struct error *error)
{
	switch (s->ending) {
	case ENDING_SIGNAL:
	case ENDING_UNTIL:
	case ENDING_PIPE:
		return EXIT_YES;
	case ENDING_COUNT:
		return s->until.given ? EXIT_NO : EXIT_YES;
	case ENDING_TIMEOUT:
		return s->live && !s->has_page ? report_no_page(s, error)
					       : EXIT_NO;
	case ENDING_SOURCE:
	case ENDINGS_END:
		break;
	}
	if (!s->has_page)
		return report_no_page(s, error);
	return s->until.given ? EXIT_NO : EXIT_YES;
}

/* Of a file that a later try may replace, its name and why are said once, and
 * not into the picture of a view. */
static int note_kept(struct watch_session *s, bool was_behind, int result,
		     const struct error *error)
{
	s->kept_failed |= result < 0;
	if (result > 0 && !was_behind && !s->view)
		fprintf(stderr, "vmclockctl: %s\n", error->message);
	return result < 0 ? -1 : 0;
}

/* Only what has been told, to the command of --exec as well, counts as seen: an
 * event may be told twice, and never not at all. */
static int save_state(struct watch_session *s, bool last, struct error *error)
{
	const struct snapshot *latest = &s->follow.latest;
	bool told = !s->untold && hook_is_idle(&s->hook);
	bool behind = s->state.file.behind;

	if (watch_state_note(&s->state, told ? latest->bytes : NULL,
			     latest->length, s->totals, error) ||
	    note_kept(s, behind, watch_state_save(&s->state, last, error),
		      error))
		return -1;
	s->unsaved &= !told || s->state.file.behind;
	return 0;
}

/* At the end in any case, for somebody may have removed the file. */
static int keep_state(struct watch_session *s, bool last, struct error *error)
{
	bool news = s->unsaved && !s->untold && hook_is_idle(&s->hook);

	if (!s->state.file.path ||
	    !(last || ((news || s->state.file.behind) &&
		       kept_file_is_due(&s->state.file))))
		return 0;
	return save_state(s, last, error);
}

static int write_metrics(struct watch_session *s, bool last,
			 struct watch_figures *figures, struct error *error)
{
	bool behind = s->metrics.file.behind;

	/* A counter that somebody has read never goes back: what the state does
	 * not have is not in the metrics. */
	if (s->state.file.path)
		figures->counts = s->state.counts;
	return note_kept(s, behind,
			 watch_metrics_write(&s->metrics, last, figures, error),
			 error);
}

static int keep_metrics(struct watch_session *s, bool last, struct error *error)
{
	struct watch_figures figures = {
		.source = s->path,
		.counts = s->totals,
		.page = s->present ? &s->page : NULL,
		.has_look = s->follow.looked,
		.look = clock_nsec(CLOCK_REALTIME) -
			(follow_now() - s->follow.looked),
	};

	if (!s->metrics.file.path ||
	    (!last && !watch_metrics_due(&s->metrics, &figures)))
		return 0;
	if (!last && s->state.file.path &&
	    memcmp(s->totals, s->state.counts, sizeof(s->totals)) != 0 &&
	    kept_file_is_due(&s->state.file) && save_state(s, false, error))
		return -1;
	return write_metrics(s, last, &figures, error);
}

static int keep_at_end(struct watch_session *s, struct error *error)
{
	struct error other;
	int state = keep_state(s, true, error);
	int metrics = keep_metrics(s, true, state ? &other : error);

	return state || metrics ? -1 : 0;
}

static int write_events(struct watch_session *s, struct output *output,
			struct error *error)
{
	int result;

	/* What rang, if it waited, was the alarm of the wait for a reader. */
	if (s->live)
		alarm(0);
	s->output = output;
	if (s->wants_view) {
		s->view = watch_view_open(s->invocation, s->live, &s->summary,
					  error);
		if (!s->view)
			return -1;
	}
	result = s->view ? 0 : watch_write_start(s, error);
	if (result == 0 && output->closed_pipe)
		return EXIT_YES;
	if (result == 0)
		result = s->early;
	while (result == 0) {
		result = take_next(s, error);
		if (result == 0)
			result = keep_state(s, false, error);
		if (result == 0)
			result = keep_metrics(s, false, error);
	}
	watch_view_close(s->view);
	s->view = NULL;
	/* Events that were seen get their command, whatever ended the watch. */
	hook_finish(&s->hook);
	if (result > 0 && keep_at_end(s, error))
		result = -1;
	if (result > 0)
		result = watch_write_end(s, error);
	return result < 0 ? -1 : watch_status(s, error);
}

static int write_watch_text(struct output *output, void *answer,
			    struct error *error)
{
	return write_events(answer, output, error);
}

static int write_watch_json(struct output *output, void *answer,
			    struct error *error)
{
	struct watch_session *s = answer;

	s->json = true;
	return write_events(s, output, error);
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

static int open_live(struct watch_session *s,
		     const struct invocation *invocation, struct error *error)
{
	s->live = live_open(invocation->arguments[0], invocation->root,
			    option_given(invocation, OPTION_LIVE), error);
	if (!s->live)
		return -1;
	s->path = live_path(s->live);
	return 0;
}

/* Where a signal or the alarm comes before the recording has begun, that is an
 * end as any other. */
static int open_recording(struct watch_session *s,
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
	if (s->source.recording && option_given(invocation, OPTION_INTERVAL))
		return usage_error(error, "--interval: %s is replayed at once",
				   s->path);
	if (s->source.recording) {
		recording_interrupt(s->source.recording);
		return 0;
	}
	error_set(error, ERROR_OPEN, 0, "%s: a dump, which does not change",
		  s->path);
	return error_hint(error, "use --live if another process updates it");
}

/* What watch wrote before: a start line, or an event's date. */
static bool begins_as_watch(const uint8_t *head, size_t length)
{
	static const char start[] = "{\"schema\": \"" SCHEMA_WATCH "\"";
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

/* Files that are replaced as the watch goes on. */
static int check_kept(const struct watch_session *s,
		      const struct invocation *invocation, enum option_id id,
		      struct error *error)
{
	const char *name = option_rows[id].name;

	if (!s->live)
		return usage_error(
			error,
			"--%s: %s is a recording, which is read from its beginning",
			name, s->path);
	if (strcmp(option_text(invocation, id), "-") == 0)
		return usage_error(error, "--%s -: not a file", name);
	return 0;
}

static int open_kept(struct watch_session *s,
		     const struct invocation *invocation, struct error *error)
{
	const char *metrics = option_text(invocation, OPTION_OPENMETRICS);
	const char *state = option_text(invocation, OPTION_STATE);

	if (metrics && (check_kept(s, invocation, OPTION_OPENMETRICS, error) ||
			kept_file_claim(&s->metrics.file, metrics, error)))
		return -1;
	if (!state)
		return 0;
	if (check_kept(s, invocation, OPTION_STATE, error) ||
	    watch_state_open(&s->state, state, s->path, invocation->root,
			     error))
		return -1;
	memcpy(s->totals, s->state.counts, sizeof(s->totals));
	return 0;
}

static int open_watched(struct watch_session *s,
			const struct invocation *invocation,
			struct error *error)
{
	int64_t timeout = option_nsec(invocation, OPTION_TIMEOUT);
	int64_t deadline = INT64_MAX;
	bool lives = option_given(invocation, OPTION_LIVE) ||
		     source_is_live(invocation->arguments[0]);

	/* Already to open a FIFO waits. */
	follow_catch_signals();
	if (timeout)
		deadline = follow_deadline(timeout);
	if (timeout && !lives)
		set_alarm(timeout);
	if (lives ? open_live(s, invocation, error)
		  : open_recording(s, invocation, error))
		return -1;
	if (open_kept(s, invocation, error)) {
		s->kept_failed = true;
		return -1;
	}
	follow_start(&s->follow, s->live);
	s->follow.interval = option_nsec(invocation, OPTION_INTERVAL);
	s->follow.deadline = deadline;
	/* Of a page that lives it is asked at each look; but to open a FIFO
	 * waits as well. */
	if (timeout && lives)
		set_alarm(timeout);
	return 0;
}

/* The events that are shown, bit e for event e. */
static unsigned int shown_events(const struct invocation *invocation,
				 const struct until *until)
{
	unsigned int shown = 0;

	if (option_given(invocation, OPTION_EVENTS))
		return invocation->options[OPTION_EVENTS].events;
	for (int e = 0; e < EVENT_COUNT; e++) {
		if (!event_kinds[e].routine ||
		    option_given(invocation, OPTION_ALL) ||
		    (until->given && (int)until->event == e))
			shown |= 1u << e;
	}
	return shown;
}

/* Where a signal broke off a wait for who reads the answer, the status of what
 * it was to end; else -1. */
static int status_broken_off(const struct watch_session *s,
			     const struct error *error)
{
	if (s->kept_failed || error->code != ERROR_WRITE ||
	    error->errnum != EINTR)
		return -1;
	if (follow_stop)
		return EXIT_YES;
	return follow_now() >= s->follow.deadline ? EXIT_NO : -1;
}

static void end_watch(struct watch_session *s)
{
	service_close(&s->service);
	watch_state_close(&s->state);
	kept_file_close(&s->metrics.file);
	if (s->journal >= 0)
		close(s->journal);
	watch_view_close(s->view);
	watch_rules_close(&s->rules);
	follow_end(&s->follow);
	live_close(s->live);
	source_free(&s->source);
}

/* Whether a violation is told, counted or waited for. */
static bool looks_after_rules(const struct watch_session *s,
			      const struct invocation *invocation)
{
	return s->shown >> EVENT_VIOLATION & 1 ||
	       option_given(invocation, OPTION_OPENMETRICS) ||
	       (s->until.given && s->until.event == EVENT_VIOLATION);
}

static int run_watch(const struct invocation *invocation, struct error *error)
{
	CLEANUP(end_watch)
	struct watch_session s = {
		.invocation = invocation,
		.until = invocation->options[OPTION_UNTIL].until,
		.journal = -1,
		.most = option_number(invocation, OPTION_COUNT),
	};
	int status;

	s.shown = shown_events(invocation, &s.until);
	if (option_given(invocation, OPTION_ALL) &&
	    option_given(invocation, OPTION_EVENTS))
		return usage_error(error,
				   "--all: cannot be combined with --event");
	if (looks_after_rules(&s, invocation) &&
	    watch_rules_open(&s.rules, invocation->root, error))
		return -1;
	service_open(&s.service);
	s.wants_view = option_given(invocation, OPTION_VIEW);
	if (s.wants_view && watch_view_check(invocation, error))
		return -1;
	status = open_watched(&s, invocation, error);
	if (status == 0 && option_given(invocation, OPTION_JOURNAL)) {
		s.journal = journal_open(invocation->root, error);
		status = s.journal < 0 ? -1 : 0;
	}
	if (status == 0) {
		hook_init(&s.hook, option_text(invocation, OPTION_EXEC), s.path,
			  !s.live);
		status = command_answer(invocation, &s, error);
	}
	return status < 0 ? status_broken_off(&s, error) : status;
}

static const struct format watch_formats[] = {
	{ .name = "text",
	  .write = write_watch_text,
	  .continues = begins_as_watch },
	{ .name = NULL },
};

static const struct command_option watch_options[] = {
	{ .id = OPTION_LIVE },
	{ .id = OPTION_PHYS },
	{ .id = OPTION_COUNT, .type.help = "end after N events" },
	{ .id = OPTION_INTERVAL },
	{ .id = OPTION_ALL },
	{ .id = OPTION_EVENTS },
	{ .id = OPTION_UNTIL },
	{ .id = OPTION_TIMEOUT },
	{ .id = OPTION_STATE },
	{ .id = OPTION_OPENMETRICS },
	{ .id = OPTION_JOURNAL },
	{ .id = OPTION_EXEC },
	{ .id = OPTION_VIEW },
	{ .id = OPTION_OUTPUT,
	  .type.help = "write each line to FILE as it comes" },
	{ .id = OPTIONS_END },
};

COMMAND(watch, write_watch_json, .arguments = "[SOURCE]",
	.summary = "Print each event of a live page or a recording",
	.details =
		"Prints one line per event: the time, the kind, what changed, and for a\n"
		"disruption the step in time and frequency that the two pages imply. CMD gets the\n"
		"event as JSON on stdin and in VMCLOCK_EVENT, VMCLOCK_DEVICE, VMCLOCK_MARKER_OLD,\n"
		"VMCLOCK_MARKER_NEW, VMCLOCK_GENERATION_OLD, VMCLOCK_GENERATION_NEW and\n"
		"VMCLOCK_RULE; one runs at a time, and none is skipped.\n",
	.synonyms = (const char *const[]){ "monitor", "follow", NULL },
	.options = watch_options, .formats = watch_formats,
	.json.continues = begins_as_watch, .most_arguments = 1,
	.own_page = true, .run = run_watch);
