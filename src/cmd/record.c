/* SPDX-License-Identifier: BSD-2-Clause */
/* record: the snapshots of a live page, over time, as JSON Lines. */
#include <errno.h>
#include <stdlib.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "event/summary.h"
#include "io/output/recorder.h"
#include "io/source/recording.h"
#include "io/system_clock.h"
#include "view/json.h"
#include "view/summary.h"
#include "command.h"
#include "follow.h"
#include "progress.h"
#include "redact.h"

/* A recording in progress. */
struct record_session {
	const struct invocation *invocation;
	struct live *live;
	char *name;
	struct follow follow;
	struct recorder recorder;
	struct output *output;
	bool all;
	uint64_t most;	  /* snapshots, 0: no limit */
	uint64_t written; /* snapshots */
	struct snapshot before;
	struct summary summary;
	struct redaction redaction;
	struct progress progress;
	/* Updates not seen before pages that were not written. */
	uint64_t missed;
};

/* The same but for seq_count, as it is after an update that changed nothing. */
static bool differ_in_seq_only(const struct snapshot *a,
			       const struct snapshot *b)
{
	const struct layout *layout = page_layout(b->bytes, b->length);
	const struct field *field;
	size_t end;

	if (layout->seq_count < 0 || a->length != b->length ||
	    a->kind != b->kind)
		return false;
	field = &layout->fields[layout->seq_count];
	end = field_end(field);
	return end <= b->length &&
	       memcmp(a->bytes, b->bytes, field->offset) == 0 &&
	       memcmp(a->bytes + end, b->bytes + end, b->length - end) == 0;
}

static int write_snapshot(struct record_session *s, struct snapshot *snapshot,
			  struct error *error)
{
	struct snapshot redacted;
	struct page page;

	snapshot->missed += s->missed;
	s->missed = 0;
	snapshot->n = s->recorder.n + 1;
	if (snapshot->kind == SNAPSHOT_PAGE)
		page_decode(snapshot->bytes, snapshot->length, &page);
	summary_take(&s->summary, snapshot, &page);
	redacted = *snapshot;
	redact_snapshot(&s->redaction, &redacted);
	if (recorder_snapshot(&s->recorder, &redacted, error))
		return -1;
	s->written += snapshot->kind == SNAPSHOT_PAGE;
	return output_line(s->output, error);
}

/* A later one under the page written last. */
static void note_reading(struct record_session *s, uint64_t counter)
{
	recorder_reading(&s->recorder, counter + s->redaction.shift);
	summary_reading(&s->summary, counter);
}

static int record_page(struct record_session *s, struct snapshot *snapshot,
		       struct error *error)
{
	bool skip = s->written && !s->all &&
		    differ_in_seq_only(&s->before, snapshot);

	s->before = *snapshot;
	if (!skip)
		return write_snapshot(s, snapshot, error);
	/* Its readings still belong to the page that was written. */
	s->missed += snapshot->missed;
	if (snapshot->has_counter)
		note_reading(s, snapshot->counter_last);
	return 0;
}

static int report_loss(struct record_session *s, struct error *error)
{
	return error_set(error, ERROR_READ, 0,
			 "%s: went away; the recording ends here",
			 live_path(s->live));
}

static void show_progress(struct record_session *s)
{
	if (!progress_due(&s->progress))
		return;
	progress_show(&s->progress,
		      "recording: %" PRIu64 " snapshot%s in %" PRId64
		      " s, %" PRIu64 " missed",
		      s->written, s->written == 1 ? "" : "s",
		      progress_time(&s->progress) / NSEC_PER_SEC,
		      s->summary.missed);
}

/* Record until something ends it. Returns 0, or -1 with *error; what was
 * recorded is whole in both cases. */
static int record_pages(struct record_session *s, struct error *error)
{
	struct snapshot snapshot;
	enum followed found;

	for (;;) {
		found = follow_next(&s->follow, &snapshot, error);
		follow_note_writer(&s->follow);
		if (s->follow.has_last)
			note_reading(s, s->follow.last);
		switch (found) {
		case FOLLOW_PAGE:
			if (record_page(s, &snapshot, error))
				return -1;
			break;
		case FOLLOW_UNSETTLED:
			if (write_snapshot(s, &snapshot, error))
				return -1;
			break;
		case FOLLOW_LOST:
			return report_loss(s, error);
		case FOLLOW_ERROR:
			return -1;
		case FOLLOW_END:
		case FOLLOW_TIME:
		case FOLLOW_STOP:
			return 0;
		case FOLLOW_IDLE:
			break;
		}
		show_progress(s);
		if (s->most && s->written >= s->most)
			return 0;
		if (output_is_closed(s->output))
			return 0;
	}
}

static int redact_start(json_t *start, const void *with)
{
	const struct record_session *s = with;
	const struct source source = {
		.kind = live_kind(s->live),
		.path = s->name,
	};

	return redact_document(s->invocation, &source, start);
}

/* The end line, and what was recorded. */
static int end_recording(struct record_session *s, bool lost,
			 struct error *error)
{
	cleanup_free char *summary = NULL;

	if (!lost)
		summary_until(&s->summary, clock_nsec(CLOCK_MONOTONIC_RAW));
	summary = json_text(json_summary(&s->summary));
	recorder_end(&s->recorder, summary);
	if (output_line(s->output, error))
		return -1;
	if (!s->output->closed_pipe)
		text_summary(stderr, &s->summary, true);
	return 0;
}

static int write_recording(struct output *output, void *answer,
			   struct error *error)
{
	struct record_session *s = answer;
	const struct recorder_origin origin = {
		.kind = live_kind(s->live),
		.path = live_path(s->live),
		.root = s->invocation->root,
		.polls = live_polls(s->live),
		.interval = s->follow.interval,
		.redact = s->redaction.on ? redact_start : NULL,
		.with = s,
	};
	struct error ignored;
	int result;

	s->output = output;
	if (recorder_start(&s->recorder, output->stream, &origin, NULL,
			   error) ||
	    output_line(output, error))
		return -1;
	/* Lines on the same terminal are progress enough. */
	progress_start(&s->progress, isatty(output->fd));
	result = record_pages(s, error);
	progress_end(&s->progress);
	/* A device that went away leaves a whole recording; a disk that is
	 * full does not take its end either. */
	if (!output->closed_pipe &&
	    (result == 0 || error->code != ERROR_WRITE) &&
	    end_recording(s, result != 0, result ? &ignored : error))
		result = -1;
	return result ? -1 : EXIT_YES;
}

static void end_record(struct record_session *s)
{
	follow_end(&s->follow);
	live_close(s->live);
	free(s->name);
	redaction_end(&s->redaction);
}

static int run_record(const struct invocation *invocation, struct error *error)
{
	CLEANUP(end_record)
	struct record_session s = {
		.invocation = invocation,
		.all = option_given(invocation, OPTION_ALL),
		.most = option_number(invocation, OPTION_COUNT),
	};
	int64_t duration = option_nsec(invocation, OPTION_DURATION);
	int status;

	/* Opening a FIFO waits as well. */
	follow_catch_signals();
	s.live = live_open(invocation->arguments[0], invocation->root,
			   option_given(invocation, OPTION_LIVE), error);
	if (!s.live)
		return -1;
	s.name = strdup(live_path(s.live));
	if (!s.name)
		return error_set(error, ERROR_MEMORY, ENOMEM, "record");
	if (redaction_start(invocation,
			    &(struct source){ .kind = live_kind(s.live),
					      .path = s.name },
			    &s.redaction, error))
		return -1;
	follow_start(&s.follow, s.live);
	s.follow.interval = option_nsec(invocation, OPTION_INTERVAL);
	if (duration)
		s.follow.deadline = follow_deadline(duration);
	status = command_answer(invocation, &s, error);
	/* A signal interrupted a write: the recording ends as it should. */
	if (status < 0 && follow_stop && error->code == ERROR_WRITE)
		return EXIT_YES;
	return status;
}

static const struct command_option record_options[] = {
	{ .id = OPTION_LIVE },
	{ .id = OPTION_PHYS },
	{ .id = OPTION_DURATION },
	{ .id = OPTION_COUNT, .type.help = "end after N snapshots" },
	{ .id = OPTION_INTERVAL },
	{ .id = OPTION_ALL,
	  .type.help = "also record updates that change only seq_count" },
	{ .id = OPTION_REDACT },
	{ .id = OPTION_REDACT_KEY },
	{ .id = OPTION_OUTPUT,
	  .type.help = "write each line to FILE as it comes" },
	{ .id = OPTIONS_END },
};

COMMAND(record, write_recording, .arguments = "[SOURCE]",
	.summary = "Record the snapshots of a live page as JSON Lines",
	.details =
		"Writes a line for each change of the page, at once. Ends after -n snapshots,\n"
		"after --duration, or on SIGINT or SIGTERM. -o FILE grows under its final name,\n"
		"so that it is readable whatever happens, and replaces only a recording. A\n"
		"recording is a SOURCE.\n",
	.synonyms = (const char *const[]){ "capture", NULL },
	.options = record_options, .json.continues = recording_begins,
	.most_arguments = 1, .own_page = true, .run = run_record);
