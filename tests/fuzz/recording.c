/* SPDX-License-Identifier: BSD-2-Clause */
/* A file taken for a recording: its reader, the rules over what it holds, and
 * the same snapshots written and read again, and with what a later version may
 * add. */
#include "io/output/recorder.h"
#include "io/source/recording.h"
#include "io/source/source.h"

#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "fuzz.h"
#include "verdicts.h"

/* No line of it becomes too long. */
#define LATER_INPUT_MAX 65536

/* Snapshots that are remembered, to be compared. */
#define KEPT_MAX 256

struct story {
	struct snapshot snapshots[KEPT_MAX];
	unsigned int count;
	uint64_t last_n; /* of all of its snapshots */
	bool whole;	 /* read to its end, without a fault */
	bool cut;	 /* that end came without an end line */
};

static void story_free(struct story *story)
{
	while (story->count)
		free((uint8_t *)story->snapshots[--story->count].bytes);
}

static void story_add(struct story *story, const struct snapshot *snapshot)
{
	struct snapshot *kept = &story->snapshots[story->count++];
	uint8_t *bytes;

	*kept = *snapshot;
	/* A word that cannot be written again. */
	if (kept->wake == WAKE_UNKNOWN)
		kept->wake = WAKE_POLL;
	if (!snapshot->bytes)
		return;
	bytes = malloc(snapshot->length ? snapshot->length : 1);
	require(bytes);
	memcpy(bytes, snapshot->bytes, snapshot->length);
	kept->bytes = bytes;
}

/* Numbers are left out where lines that are not known may have them. */
static void check_snapshot(const struct source *source,
			   const struct snapshot *s, uint64_t before)
{
	require(s->n > before);
	require(s->n == before + 1 || source_passed_over(source));
	require(s->length <= PAGE_READ_MAX);
	require((s->kind == SNAPSHOT_PAGE) == (s->bytes != NULL));
	require((unsigned int)s->wake < WAKE_COUNT ||
		(s->wake == WAKE_UNKNOWN && source_passed_over(source)));
	require(s->kind == SNAPSHOT_PAGE || (!s->has_counter && !s->length));
}

static bool same_bytes(const struct snapshot *a, const struct snapshot *b)
{
	return a->length == b->length &&
	       (a->length == 0 || memcmp(a->bytes, b->bytes, a->length) == 0);
}

static void check_same(const struct snapshot *a, const struct snapshot *b)
{
	require(a->kind == b->kind && same_bytes(a, b));
	require(a->has_counter == b->has_counter);
	require(!a->has_counter || a->counter == b->counter);
	require(!a->has_counter || a->counter_last == b->counter_last);
	require(a->has_clocks == b->has_clocks);
	require(a->realtime == b->realtime);
	require(a->monotonic_raw == b->monotonic_raw);
	require(a->wake == b->wake && a->missed == b->missed);
	require(a->unsettled == b->unsettled);
	require(a->unsettled_look == b->unsettled_look);
	require(a->has_window == b->has_window);
	require(a->realtime_window == b->realtime_window);
	require(a->seq_count == b->seq_count);
}

/* Read it, with the rules where `verifier` is given. */
static void read_story(struct source *source, struct verifier *verifier,
		       struct story *story)
{
	struct error error = { 0 };
	struct snapshot snapshot, before = { 0 };
	unsigned int n = 0, page = 0; /* lines, that of the page before */
	uint64_t number = 0;
	int result;

	while ((result = recording_next(source->recording, &snapshot, &error)) >
	       0) {
		check_snapshot(source, &snapshot, number);
		number = snapshot.n;
		/* The page before is still what it was. */
		if (before.bytes && story->count < KEPT_MAX)
			require(same_bytes(&before, &story->snapshots[page]));
		if (snapshot.kind == SNAPSHOT_PAGE) {
			before = snapshot;
			page = n;
		}
		n++;
		if (story->count < KEPT_MAX)
			story_add(story, &snapshot);
		if (verifier)
			verify_snapshot(verifier, &snapshot);
	}
	if (result < 0)
		check_error(&error);
	story->last_n = number;
	story->whole = result == 0 && n == story->count;
	story->cut = source_is_cut(source);
}

static void check_again(const struct story *story)
{
	struct story again = { .count = 0 };
	struct recorder recorder;
	struct source source;
	struct error error = { 0 };
	FILE *stream = print_start();
	size_t length;
	char *text;

	require(recorder_start(&recorder, stream, NULL, NULL, &error) == 0);
	for (unsigned int i = 0; i < story->count; i++)
		require(recorder_snapshot(&recorder, &story->snapshots[i],
					  &error) == 0);
	recorder_end(&recorder, NULL);
	text = print_end(&length);
	check_text(text, length, 0);
	require(source_open(as_file(text, length), "", &source, &error) == 0);
	require(source.recording);
	read_story(&source, NULL, &again);
	require(again.whole && !again.cut && again.count == story->count);
	for (unsigned int i = 0; i < story->count; i++)
		check_same(&again.snapshots[i], &story->snapshots[i]);
	require(!source_passed_over(&source));
	source_free(&source);
	story_free(&again);
	free(text);
}

/* Lines of a type that is not known, with a number or without. */
static void print_later_line(FILE *stream, unsigned int n)
{
	static const char *const rests[] = { "", ", \"n\": 1", ", \"n\": []",
					     ", \"schema\": 2",
					     ", \"page\": {}" };

	if (n % 3 == 0)
		fprintf(stream, "{\"type\": \"later\", \"n\": %u}\n", n / 3);
	else if (n % 3 == 1)
		fprintf(stream, "{\"type\": \"later\"%s}\n", rests[n % 5]);
}

static void print_later(FILE *stream, const char *text, size_t length)
{
	const char *end = text + length;
	unsigned int n = 0;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t line = (size_t)((newline ? newline + 1 : end) - text);
		char *later = as_later(text, line);

		if (later) {
			fprintf(stream, "%s\n", later);
			print_later_line(stream, n++);
		} else {
			fwrite(text, 1, line, stream);
		}
		free(later);
		text += line;
	}
}

/* What a later version adds changes nothing of what is read. */
static void check_later(const uint8_t *data, size_t size,
			const struct story *story)
{
	struct story later = { .count = 0 };
	FILE *stream = print_start();
	struct error error = { 0 };
	struct source source;
	size_t length;
	char *text;

	print_later(stream, (const char *)data, size);
	text = print_end(&length);
	if (source_open(as_file(text, length), "", &source, &error)) {
		fprintf(stderr, "%s\n", error.message);
		require(!"what a later version adds is passed over");
	}
	require(source.recording);
	read_story(&source, NULL, &later);
	require(later.whole && later.cut == story->cut);
	require(later.count == story->count);
	for (unsigned int i = 0; i < story->count; i++) {
		require(later.snapshots[i].n == story->snapshots[i].n);
		check_same(&later.snapshots[i], &story->snapshots[i]);
	}
	source_free(&source);
	story_free(&later);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source source;
	struct error error = { 0 };
	struct story story = { .count = 0 };
	struct verifier *verifier;

	if (source_open(as_file(data, size), "", &source, &error)) {
		check_error(&error);
	} else if (source.recording) {
		verifier = verdicts_start(true, &usual_leaps);
		read_story(&source, verifier, &story);
		verdicts_check(verifier, story.last_n);
		verdicts_print(verifier, (unsigned int)verifier->pages);
	}
	source_free(&source);
	if (story.whole) {
		check_again(&story);
		if (size < LATER_INPUT_MAX)
			check_later(data, size, &story);
	}
	story_free(&story);
	return 0;
}
