/* SPDX-License-Identifier: BSD-2-Clause */
/* From pages as they are found to the lines of a recording. */
#include "capture.h"

#include <string.h>

#include "base/cleanup.h"
#include "io/system_clock.h"
#include "view/json.h"
#include "view/summary.h"

int capture_start(struct capture *c, struct output *output,
		  const struct recorder_origin *origin, struct error *error)
{
	c->output = output;
	if (recorder_start(&c->recorder, output->stream, origin, NULL, error))
		return -1;
	return output_line(output, error);
}

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

static int write_snapshot(struct capture *c, struct snapshot *snapshot,
			  struct error *error)
{
	struct snapshot redacted;
	struct page page;

	snapshot->missed += c->missed;
	c->missed = 0;
	snapshot->n = c->recorder.n + 1;
	if (snapshot->kind == SNAPSHOT_PAGE)
		page_decode(snapshot->bytes, snapshot->length, &page);
	summary_take(&c->summary, snapshot, &page);
	redacted = *snapshot;
	redact_snapshot(&c->redaction, &redacted);
	if (recorder_snapshot(&c->recorder, &redacted, error))
		return -1;
	c->written += snapshot->kind == SNAPSHOT_PAGE;
	return output_line(c->output, error);
}

/* A later one under the page written last. */
static void note_reading(struct capture *c, uint64_t counter)
{
	recorder_reading(&c->recorder, counter + c->redaction.shift);
	summary_reading(&c->summary, counter);
}

static int record_page(struct capture *c, struct snapshot *snapshot,
		       struct error *error)
{
	bool skip = c->written && !c->all &&
		    differ_in_seq_only(&c->before, snapshot);

	c->before = *snapshot;
	if (!skip)
		return write_snapshot(c, snapshot, error);
	/* Its readings still belong to the page that was written. */
	c->missed += snapshot->missed;
	if (snapshot->has_counter)
		note_reading(c, snapshot->counter_last);
	return 0;
}

int capture_take(struct capture *c, const struct follow *follow,
		 enum followed found, struct snapshot *snapshot,
		 struct error *error)
{
	if (follow->has_last)
		note_reading(c, follow->last);
	if (found == FOLLOW_PAGE)
		return record_page(c, snapshot, error);
	return found == FOLLOW_UNSETTLED ? write_snapshot(c, snapshot, error)
					 : 0;
}

int capture_end(struct capture *c, bool lost, struct error *error)
{
	cleanup_free char *summary = NULL;

	if (!lost)
		summary_until(&c->summary, clock_nsec(CLOCK_MONOTONIC_RAW));
	summary = json_text(json_summary(&c->summary));
	recorder_end(&c->recorder, summary);
	return output_line(c->output, error);
}
