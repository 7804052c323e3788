/* SPDX-License-Identifier: BSD-2-Clause */
/* record: the snapshots of a page that lives, over time, as JSON Lines. */
#include <string.h>

#include "io/output/recorder.h"
#include "io/source/recording.h"
#include "command.h"
#include "follow.h"

struct session {
	struct live *live;
	struct follow follow;
	struct recorder recorder;
	struct output output;
	bool all;
	uint64_t most;	  /* snapshots, 0: no limit */
	uint64_t written; /* snapshots */
	struct snapshot before;
	/* Updates not seen before pages that were not written. */
	uint64_t missed;
};

/* The same but for seq_count, as it is after an update that changed nothing. */
static bool only_seq(const struct snapshot *a, const struct snapshot *b)
{
	const struct layout *layout = page_layout(b->bytes, b->length);
	const struct field *field;
	size_t end;

	if (layout->seq_count < 0 || a->length != b->length ||
	    a->kind != b->kind)
		return false;
	field = &layout->fields[layout->seq_count];
	end = (size_t)field->offset + field->width;
	return end <= b->length &&
	       memcmp(a->bytes, b->bytes, field->offset) == 0 &&
	       memcmp(a->bytes + end, b->bytes + end, b->length - end) == 0;
}

static int write_snapshot(struct session *s, struct snapshot *snapshot,
			  struct error *error)
{
	snapshot->missed += s->missed;
	s->missed = 0;
	if (recorder_snapshot(&s->recorder, snapshot, error))
		return -1;
	s->written += snapshot->kind == SNAPSHOT_PAGE;
	return output_line(&s->output, error);
}

static int take_page(struct session *s, struct snapshot *snapshot,
		     struct error *error)
{
	bool skip = s->written && !s->all && only_seq(&s->before, snapshot);

	s->before = *snapshot;
	if (!skip)
		return write_snapshot(s, snapshot, error);
	/* Its readings are under the page that was written all the same. */
	s->missed += snapshot->missed;
	if (snapshot->has_counter)
		recorder_reading(&s->recorder, snapshot->counter_last);
	return 0;
}

static int lost(struct session *s, struct error *error)
{
	return error_set(error, ERROR_READ, 0,
			 "%s: went away; the recording ends here",
			 live_path(s->live));
}

/* Until something ends it. Returns 0, or -1 with *error: then, too, what was
 * recorded is whole. */
static int follow_page(struct session *s, struct error *error)
{
	struct snapshot snapshot;
	enum followed found;

	for (;;) {
		found = follow_next(&s->follow, &snapshot, error);
		if (s->follow.has_last)
			recorder_reading(&s->recorder, s->follow.last);
		switch (found) {
		case FOLLOW_PAGE:
			if (take_page(s, &snapshot, error))
				return -1;
			break;
		case FOLLOW_UNSETTLED:
			if (write_snapshot(s, &snapshot, error))
				return -1;
			break;
		case FOLLOW_LOST:
			return lost(s, error);
		case FOLLOW_ERROR:
			return -1;
		case FOLLOW_END:
		case FOLLOW_TIME:
		case FOLLOW_STOP:
			return 0;
		case FOLLOW_IDLE:
			break;
		}
		if (s->most && s->written >= s->most)
			return 0;
		if (output_is_closed(&s->output))
			return 0;
	}
}

static int run(struct session *s, const char *root, struct error *error)
{
	const struct recorder_origin origin = {
		.kind = live_kind(s->live),
		.path = live_path(s->live),
		.root = root,
		.polls = live_polls(s->live),
		.interval = s->follow.interval,
	};
	struct error ignored;
	int result;

	if (recorder_start(&s->recorder, s->output.stream, &origin, NULL,
			   error) ||
	    output_line(&s->output, error))
		return -1;
	result = follow_page(s, error);
	/* A device that went away leaves a whole recording; a disk that is
	 * full does not take its end either. */
	if (!s->output.closed_pipe &&
	    (result == 0 || error->code != ERROR_WRITE)) {
		recorder_end(&s->recorder, &ignored);
		if (output_line(&s->output, result ? &ignored : error))
			result = -1;
	}
	return result;
}

/* A write that a signal broke off: what was asked for is done. */
static int status_of(const struct error *error)
{
	return follow_stop && error->code == ERROR_WRITE ? EXIT_YES : -1;
}

int cmd_record(const struct invocation *invocation, struct error *error)
{
	struct session s = { .all = invocation->given & TAKES(OPTION_ALL) };
	int64_t duration = 0;
	int result;

	/* Already to open a FIFO waits. */
	follow_catch_signals();
	s.live = live_open(invocation->arguments[0], invocation->root,
			   invocation->given & TAKES(OPTION_LIVE), error);
	if (!s.live)
		return -1;
	follow_start(&s.follow, s.live);
	if (option_duration(invocation, OPTION_INTERVAL, &s.follow.interval,
			    error) ||
	    option_duration(invocation, OPTION_DURATION, &duration, error) ||
	    option_number(invocation, OPTION_COUNT, &s.most, error) ||
	    output_open_growing(&s.output, invocation->value[OPTION_OUTPUT],
				recording_begins, error)) {
		live_close(s.live);
		return status_of(error);
	}
	if (duration)
		s.follow.deadline = follow_deadline(duration);
	result = run(&s, invocation->root, error);
	follow_end(&s.follow);
	live_close(s.live);
	if (result == 0)
		return command_finish(&s.output, EXIT_YES, error);
	output_discard(&s.output);
	return status_of(error);
}
