/* SPDX-License-Identifier: BSD-2-Clause */
/* record: the snapshots of a live page, over time, as JSON Lines. */
#include <errno.h>
#include <stdlib.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "io/source/recording.h"
#include "view/summary.h"
#include "capture.h"
#include "command.h"
#include "progress.h"

/* A recording in progress. */
struct record_session {
	const struct invocation *invocation;
	struct live *live;
	char *name;
	struct follow follow;
	struct capture capture;
	struct output *output;
	uint64_t most; /* snapshots, 0: no limit */
	struct progress progress;
};

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
		      s->capture.written, s->capture.written == 1 ? "" : "s",
		      progress_time(&s->progress) / NSEC_PER_SEC,
		      s->capture.summary.missed);
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
		if (capture_take(&s->capture, &s->follow, found, &snapshot,
				 error))
			return -1;
		switch (found) {
		case FOLLOW_PAGE:
		case FOLLOW_UNSETTLED:
		case FOLLOW_IDLE:
			break;
		case FOLLOW_LOST:
			return report_loss(s, error);
		case FOLLOW_ERROR:
			return -1;
		case FOLLOW_END:
		case FOLLOW_TIME:
		case FOLLOW_STOP:
			return 0;
		}
		show_progress(s);
		if (s->most && s->capture.written >= s->most)
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
	if (capture_end(&s->capture, lost, error))
		return -1;
	if (!s->output->closed_pipe)
		text_summary(stderr, &s->capture.summary, true);
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
		.redact = s->capture.redaction.on ? redact_start : NULL,
		.with = s,
	};
	struct error ignored;
	int result;

	s->output = output;
	if (capture_start(&s->capture, output, &origin, error))
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
	redaction_end(&s->capture.redaction);
}

static int run_record(const struct invocation *invocation, struct error *error)
{
	CLEANUP(end_record)
	struct record_session s = {
		.invocation = invocation,
		.capture.all = option_given(invocation, OPTION_ALL),
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
			    &s.capture.redaction, error))
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
