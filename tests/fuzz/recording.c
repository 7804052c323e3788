/* SPDX-License-Identifier: BSD-2-Clause */
/* A file taken for a recording: its reader, the rules over what it holds, and
 * the same snapshots written and read again. */
#include "io/output/recorder.h"
#include "io/source/recording.h"
#include "io/source/source.h"

#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "fuzz.h"
#include "verdicts.h"

/* Snapshots that are remembered, to be compared. */
#define KEPT_MAX 256

struct story {
	struct snapshot snapshots[KEPT_MAX];
	unsigned int count;
	bool whole; /* read to its end, without a fault */
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
	if (!snapshot->bytes)
		return;
	bytes = malloc(snapshot->length ? snapshot->length : 1);
	require(bytes);
	memcpy(bytes, snapshot->bytes, snapshot->length);
	kept->bytes = bytes;
}

static void check_snapshot(const struct snapshot *s, uint64_t n)
{
	require(s->n == n);
	require(s->length <= PAGE_READ_MAX);
	require((s->kind == SNAPSHOT_PAGE) == (s->bytes != NULL));
	require((unsigned int)s->wake < WAKE_COUNT);
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
	require(a->seq_count == b->seq_count);
}

/* Read it, with the rules where `verifier` is given. */
static void read_story(struct source *source, struct verifier *verifier,
		       struct story *story)
{
	struct error error = { 0 };
	struct snapshot snapshot, before = { 0 };
	uint64_t n = 0;
	int result;

	while ((result = recording_next(source->recording, &snapshot, &error)) >
	       0) {
		check_snapshot(&snapshot, ++n);
		/* The page before is still what it was. */
		if (before.bytes && story->count < KEPT_MAX)
			require(same_bytes(&before,
					   &story->snapshots[before.n - 1]));
		if (snapshot.kind == SNAPSHOT_PAGE)
			before = snapshot;
		if (story->count < KEPT_MAX)
			story_add(story, &snapshot);
		if (verifier)
			verify_snapshot(verifier, &snapshot);
	}
	if (result < 0)
		check_error(&error);
	story->whole = result == 0 && n == story->count;
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
	require(recorder_end(&recorder, &error) == 0);
	text = print_end(&length);
	check_text(text, length, 0);
	require(source_open(as_file(text, length), "", &source, &error) == 0);
	require(source.recording);
	read_story(&source, NULL, &again);
	require(again.whole && again.count == story->count);
	for (unsigned int i = 0; i < story->count; i++)
		check_same(&again.snapshots[i], &story->snapshots[i]);
	source_free(&source);
	story_free(&again);
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
		verdicts_check(verifier);
		verdicts_print(verifier, (unsigned int)verifier->pages);
	}
	source_free(&source);
	if (story.whole)
		check_again(&story);
	story_free(&story);
	return 0;
}
