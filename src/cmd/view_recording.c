/* SPDX-License-Identifier: BSD-2-Clause */
/* The key w of watch --view: a recording beside the screen. */
#include "view_recording.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/path.h"
#include "base/printable.h"

#define SUFFIX_MAX sizeof("-99.jsonl")

/* The source's last part and the time, in letters that any shell takes. */
static void name_file(struct view_recording *r, const char *source)
{
	static const char safe[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	time_t now = time(NULL);
	struct tm utc = { 0 };
	char when[32] = "";
	char *at = r->file, *suffix;
	struct stat status;

	gmtime_r(&now, &utc);
	strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", &utc);
	snprintf(r->file, sizeof(r->file), "%.200s-%s", path_base_name(source),
		 when);
	/* A name that begins with these would be an option, or hidden. */
	if (*at == '-' || *at == '.')
		*at = '_';
	for (; *at; at++) {
		if (!strchr(safe, *at))
			*at = '_';
	}
	suffix = at;
	snprintf(suffix, SUFFIX_MAX, ".jsonl");
	/* Two in one second; where even the last name is taken, to open it
	 * fails. */
	for (int n = 2; n < 100 && lstat(r->file, &status) == 0; n++)
		snprintf(suffix, SUFFIX_MAX, "-%d.jsonl", n);
}

/* It is a new file, or none. */
static bool is_ours(const uint8_t *head, size_t length)
{
	(void)head;
	(void)length;
	return false;
}

/* Keep what was said of a file for the end: the next one takes its place on the
 * screen. Without memory it was on the screen, at least. */
static void keep_said(struct view_recording *r)
{
	size_t before = r->kept ? strlen(r->kept) : 0;
	size_t length = strlen(r->said);
	char *kept = realloc(r->kept, before + length + 2);

	if (!kept)
		return;
	memcpy(kept + before, r->said, length);
	memcpy(kept + before + length, "\n", 2);
	r->kept = kept;
}

static void say_failure(struct view_recording *r, const struct error *error)
{
	char text[300];

	printable_ascii(text, sizeof(text), error->message);
	snprintf(r->said, sizeof(r->said), "not recording: %s", text);
	/* Of what was refused before it began, the last is said at the end. */
	if (r->on)
		keep_said(r);
	r->refused = !r->on;
	r->on = false;
	output_discard(&r->output);
}

static void say_progress(struct view_recording *r)
{
	snprintf(r->said, sizeof(r->said), "recording: %s, %" PRIu64 " page%s",
		 r->file, r->capture.written,
		 r->capture.written == 1 ? "" : "s");
}

static void begin(struct view_recording *r, const char *root,
		  const struct follow *follow)
{
	const struct recorder_origin origin = {
		.kind = live_kind(follow->live),
		.path = live_path(follow->live),
		.root = root,
		.polls = live_polls(follow->live),
		.interval = follow->interval,
	};
	struct snapshot latest = follow->latest;
	struct error error;

	if (follow->lost) {
		error_set(&error, ERROR_OPEN, 0, "%s: the page is gone",
			  live_path(follow->live));
		say_failure(r, &error);
		return;
	}
	name_file(r, live_path(follow->live));
	memset(&r->capture, 0, sizeof(r->capture));
	if (output_open_growing(&r->output, r->file, is_ours, &error)) {
		say_failure(r, &error);
		return;
	}
	r->on = true;
	r->refused = false;
	latest.missed = 0;
	if (capture_start(&r->capture, &r->output, &origin, &error) ||
	    (latest.bytes &&
	     capture_take(&r->capture, follow, FOLLOW_PAGE, &latest, &error)))
		say_failure(r, &error);
	else
		say_progress(r);
}

static void end(struct view_recording *r, bool lost)
{
	struct error error;

	if (!r->on)
		return;
	if (capture_end(&r->capture, lost, &error) ||
	    output_close(&r->output, &error)) {
		say_failure(r, &error);
		return;
	}
	r->on = false;
	snprintf(r->said, sizeof(r->said), "recorded: %s, %" PRIu64 " page%s",
		 r->file, r->capture.written,
		 r->capture.written == 1 ? "" : "s");
	keep_said(r);
}

void view_recording_toggle(struct view_recording *r, const char *root,
			   const struct follow *follow)
{
	if (r->on)
		end(r, false);
	else
		begin(r, root, follow);
}

void view_recording_take(struct view_recording *r, const struct follow *follow,
			 enum followed found, const struct snapshot *snapshot)
{
	struct snapshot copy = { 0 };
	struct error error;

	if (!r->on)
		return;
	if (found == FOLLOW_PAGE || found == FOLLOW_UNSETTLED)
		copy = *snapshot;
	if (capture_take(&r->capture, follow, found, &copy, &error))
		say_failure(r, &error);
	else if (found == FOLLOW_LOST)
		end(r, true);
	else
		say_progress(r);
}

void view_recording_close(struct view_recording *r)
{
	end(r, false);
	if (r->kept)
		fputs(r->kept, stderr);
	if (r->refused)
		fprintf(stderr, "%s\n", r->said);
	free(r->kept);
	r->kept = NULL;
}
