/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes the snapshots of a SOURCE, and applies the rules to them. */
#include "verify_source.h"
#include "follow.h"
#include "progress.h"

#include <errno.h>
#include <stdlib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/printable.h"
#include "base/strbuf.h"
#include "event/change.h"
#include "io/live/live.h"
#include "io/host/notify.h"
#include "io/host/probe.h"
#include "io/source/recording.h"
#include "io/system_clock.h"
#include "io/sandbox.h"
#include "command.h"

/* Whether the bytes of a dump can be judged as those of a page. */
static int check_dump(const struct source *source, struct error *error)
{
	if (source->length < 4)
		return error_set(error, ERROR_NOT_A_PAGE, 0,
				 "%s: %zu bytes, too few to check",
				 source_name(source), source->length);
	return 0;
}

static void judge_snapshot(const struct verify_source_options *options,
			   struct verifier *verifier,
			   const struct snapshot *snapshot)
{
	verify_snapshot(verifier, snapshot);
	if (options->seen)
		options->seen(options->listener, snapshot);
}

static int judge_dump(const struct verify_source_options *options,
		      struct verifier *verifier, const struct source *source,
		      struct error *error)
{
	struct snapshot snapshot = {
		.bytes = source->bytes,
		.length = source->length,
	};

	if (check_dump(source, error))
		return -1;
	judge_snapshot(options, verifier, &snapshot);
	return 0;
}

/* Looks at the clock, so not after each snapshot. */
#define SNAPSHOTS_UNSHOWN 1024

/* How far a recording was read; a pipe does not say how much is to come. */
static void show_read(struct progress *progress, const struct source *source,
		      uint64_t n)
{
	struct stat status;
	off_t at = lseek(source->fd, 0, SEEK_CUR);

	if (!progress_due(progress))
		return;
	if (at > 0 && fstat(source->fd, &status) == 0 && status.st_size > 0 &&
	    at <= status.st_size)
		progress_show(progress,
			      "snapshot %" PRIu64 ", %" PRIu64 " %% of %s", n,
			      (uint64_t)at * 100 / (uint64_t)status.st_size,
			      source_name(source));
	else
		progress_show(progress, "snapshot %" PRIu64 " of %s", n,
			      source_name(source));
}

static int judge_recording(const struct verify_source_options *options,
			   struct verifier *verifier, struct source *source,
			   struct error *error)
{
	CLEANUP(progress_end) struct progress progress;
	struct snapshot snapshot;
	uint64_t count = 0;
	int result;

	verifier->recording = true;
	progress_start(&progress, options->quiet);
	while ((result = recording_next(source->recording, &snapshot, error)) >
	       0) {
		judge_snapshot(options, verifier, &snapshot);
		if (++count % SNAPSHOTS_UNSHOWN == 0)
			show_read(&progress, source, snapshot.n);
	}
	if (result == 0 && !verifier->pages && !verifier->unsettled)
		return error_set(error, ERROR_NOT_A_PAGE, 0,
				 "%s: a recording without a page",
				 source_name(source));
	return result;
}

/*
 * A live page's snapshots. The rules compare two pages in a row, and the last
 * reading under a page is known when it is gone: so a page is held back until
 * the next one comes, in the other of two buffers.
 */
struct collector {
	const struct verify_source_options *options;
	struct verifier *verifier;
	uint8_t *buffers[2];
	size_t lengths[2];
	struct snapshot held;
	bool holds;
	uint64_t n;
	struct notify notify;
};

static void let_go(struct collector *c)
{
	if (c->holds)
		judge_snapshot(c->options, c->verifier, &c->held);
	c->holds = false;
}

/* Of the page in the other buffer, which was there before. */
static uint64_t count_missed(const struct collector *c,
			     const struct snapshot *snapshot)
{
	struct page before, after;

	if (c->n < 2 || !c->options->seen)
		return 0;
	page_decode(c->buffers[(c->n - 1) % 2], c->lengths[(c->n - 1) % 2],
		    &before);
	page_decode(snapshot->bytes, snapshot->length, &after);
	return change_missed(&before, &after);
}

static void hold_snapshot(struct collector *c, const struct snapshot *snapshot)
{
	uint8_t *to = c->buffers[++c->n % 2];

	let_go(c);
	memcpy(to, snapshot->bytes, snapshot->length);
	c->held = *snapshot;
	c->held.missed = count_missed(c, snapshot);
	c->held.bytes = to;
	c->lengths[c->n % 2] = snapshot->length;
	c->held.n = c->n;
	c->holds = true;
}

/* Returns 1 to go on, 0 at the end, -1 with *error. */
static int collect_page(struct live *live, struct collector *c,
			struct error *error)
{
	struct snapshot snapshot = { 0 };

	if (c->holds && live_unchanged(live, &c->held.counter_last))
		return 1;
	switch (live_look(live, &snapshot, error)) {
	case LOOK_PAGE:
		hold_snapshot(c, &snapshot);
		return 1;
	case LOOK_UNSETTLED:
		let_go(c);
		snapshot.n = c->n + 1;
		judge_snapshot(c->options, c->verifier, &snapshot);
		return 1;
	case LOOK_LOST:
		/* What was seen of it is no verdict on what it became. */
		return live_lost(live, error);
	case LOOK_END:
		return 0;
	case LOOK_ERROR:
		break;
	}
	return -1;
}

/* The page that is held is the one of now. */
static void tell_waiter(struct collector *c)
{
	if (c->holds && c->held.length >= PAGE_HEADER_SIZE)
		notify_step(&c->notify, c->held.bytes,
			    clock_nsec(CLOCK_MONOTONIC));
}

static void show_left(struct progress *progress, struct live *live,
		      const struct verify_source_options *options,
		      uint64_t pages)
{
	progress_show(progress,
		      "%" PRId64 " of %" PRId64 " s, page %" PRIu64 " of %s",
		      progress_time(progress) / NSEC_PER_SEC,
		      options->duration / NSEC_PER_SEC, pages, live_path(live));
}

static int collect_snapshots(struct live *live, struct collector *c,
			     const struct verify_source_options *options,
			     struct error *error)
{
	int64_t until = clock_nsec(CLOCK_MONOTONIC) + options->duration;
	CLEANUP(progress_end) struct progress progress;
	uint64_t looks = 0;
	int result;

	progress_start(&progress, options->quiet);
	do {
		result = collect_page(live, c, error);
		tell_waiter(c);
		if (result <= 0 || ++looks == options->samples)
			break;
		if (progress_due(&progress))
			show_left(&progress, live, options, c->n);
		live_wait(live, NSEC_PER_MSEC);
	} while (!follow_stop && clock_nsec(CLOCK_MONOTONIC) < until);
	let_go(c);
	notify_close(&c->notify, clock_nsec(CLOCK_MONOTONIC));
	return result < 0 ? -1 : 0;
}

/* Where it is asked for, a signal ends the looks; the next ends the program. */
static int collect_until_signal(struct live *live, struct collector *c,
				const struct verify_source_options *options,
				struct error *error)
{
	struct sigaction interrupt, terminate;
	int result;

	if (!options->until_signal)
		return collect_snapshots(live, c, options, error);
	sigaction(SIGINT, NULL, &interrupt);
	sigaction(SIGTERM, NULL, &terminate);
	follow_catch_signals();
	result = collect_snapshots(live, c, options, error);
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGTERM, &terminate, NULL);
	/* Not to be rung after its work is over. */
	follow_stopped();
	return result;
}

static bool wants_probe(const struct verifier *verifier)
{
	for (int i = 0; i < RULE_COUNT; i++) {
		if (verifier->selected[i] && rules[i].needs & NEED_PROBE)
			return true;
	}
	return false;
}

/* Who waits for the updates of a device, where that is to be judged. */
static void begin_waiting(struct live *live, const struct verifier *verifier,
			  struct notify *notify, struct probe_notify *found)
{
	if (live_kind(live) == SOURCE_DEVICE &&
	    verifier->selected[RULE_notify_delivery])
		notify_open(notify, live_path(live), found);
	else
		notify_start(notify, -1, found);
}

static int judge_live_page(struct live *live,
			   const struct verify_source_options *options,
			   struct verifier *verifier, struct source *source,
			   struct error *error)
{
	cleanup_free uint8_t *buffers =
		new_zeros(3 * (size_t)PAGE_READ_MAX, "verify", error);
	struct collector collector = {
		.options = options,
		.verifier = verifier,
	};
	struct probe_notify notified;
	struct probe probe;
	int result;

	source->kind = live_kind(live);
	source->path = strdup(live_path(live));
	if (!buffers)
		return -1;
	if (!source->path)
		return error_set(error, ERROR_MEMORY, ENOMEM, "verify");
	collector.buffers[0] = buffers;
	collector.buffers[1] = buffers + PAGE_READ_MAX;
	source->unkept = live_keeper(live) == KEEPER_NONE;
	verifier->recording = true;
	/* Of a device the driver shows one page, however large it is, and of
	 * memory one is mapped where nobody says how large it is. */
	verifier->region =
		source->kind != SOURCE_DEVICE && source->kind != SOURCE_MEMORY;
	begin_waiting(live, verifier, &collector.notify, &notified);
	result = collect_until_signal(live, &collector, options, error);
	if (result == 0 && wants_probe(verifier)) {
		probe_live(live, options->root, buffers + 2 * PAGE_READ_MAX,
			   &probe);
		probe.notify = notified;
		verifier->probe = &probe;
	}
	verify_end(verifier);
	verifier->probe = NULL;
	return result;
}

int verify_source(const char *name, const struct verify_source_options *options,
		  struct verifier *verifier, struct source *source,
		  struct error *error)
{
	struct live *live;
	int result;

	*source = (struct source){ .kind = SOURCE_FILE };
	if (!options->place.kind && (options->live || source_is_live(name))) {
		live = live_open(name, options->root, options->live, error);
		if (live) {
			result = judge_live_page(live, options, verifier,
						 source, error);
			live_close(live);
			return result;
		}
		/* A file that is no page is judged as it stands. */
		if (!options->live || options->only_live ||
		    error->code != ERROR_NOT_A_PAGE)
			return -1;
	}
	if (source_open_place(name, options->root, &options->place, source,
			      error))
		return -1;
	if (options->last)
		sandbox_end_reading();
	result = source->recording
			 ? judge_recording(options, verifier, source, error)
			 : judge_dump(options, verifier, source, error);
	verify_end(verifier);
	return result;
}

/* One page of several. */
static int open_page(const struct verify_pages *pages, const char *name,
		     const struct verify_source_options *options,
		     struct source *source, struct error *error)
{
	if (source_is_live(name)) {
		usage_error(error, "%s: %s is a live page", pages->option,
			    name);
		return error_hint(error, "take its pages with vmclockctl dump");
	}
	if (source_open_place(name, options->root, &options->place, source,
			      error))
		return -1;
	if (source->recording) {
		usage_error(error, "%s: %s is a recording", pages->option,
			    source_name(source));
		return error_hint(error,
				  "verify judges a recording as it is, between "
				  "its pages too");
	}
	return check_dump(source, error);
}

/* The rules look back by one page, no further. */
static void forget_bytes(struct source *source)
{
	free(source->bytes);
	source->bytes = NULL;
	source->length = 0;
}

static int judge_pages(struct verify_pages *pages,
		       const struct verify_source_options *options,
		       struct verifier *verifier, struct error *error)
{
	pages->failed = pages->before;
	if (pages->before) {
		if (open_page(pages, pages->before, options,
			      &pages->before_source, error))
			return -1;
		verify_before_restores(
			verifier, &(struct snapshot){
					  .bytes = pages->before_source.bytes,
					  .length = pages->before_source.length,
				  });
	}
	for (int i = 0; i < pages->count; i++) {
		struct source *source = &pages->sources[i];

		pages->failed = pages->names[i];
		if (open_page(pages, pages->names[i], options, source, error))
			return -1;
		page_decode(source->bytes, source->length, &pages->decoded[i]);
		judge_snapshot(options, verifier,
			       &(struct snapshot){
				       .n = (uint64_t)i + 1,
				       .bytes = source->bytes,
				       .length = source->length,
			       });
		if (i)
			forget_bytes(&pages->sources[i - 1]);
	}
	return 0;
}

/* The page that had the value before, or NULL. */
static const struct source *find_earlier(const struct verify_pages *pages,
					 int row, size_t at)
{
	uint64_t value = pages->decoded[at].value[row];
	struct page before;

	for (size_t i = 0; i < at; i++) {
		if (page_has(&pages->decoded[i], row) &&
		    pages->decoded[i].value[row] == value)
			return &pages->sources[i];
	}
	if (!pages->before)
		return NULL;
	page_decode(pages->before_source.bytes, pages->before_source.length,
		    &before);
	return page_has(&before, row) && before.value[row] == value
		       ? &pages->before_source
		       : NULL;
}

/* A value that has returned: of the pages it can be said where it was. */
static void name_earlier(const struct verify_pages *pages,
			 struct verifier *verifier, int rule)
{
	struct finding *f = &verifier->findings[rule];
	const struct source *earlier;
	struct strbuf buffer;
	char name[128];

	if (!verifier->selected[rule] || f->verdict != VERDICT_FAIL || !f->n)
		return;
	earlier = find_earlier(pages, rules[rule].row, f->n - 1);
	if (!earlier)
		return;
	printable_ascii(name, sizeof(name), source_name(earlier));
	buffer = strbuf_start(f->message, sizeof(f->message));
	strbuf_add(&buffer, "the same value as in ");
	strbuf_add(&buffer, name);
	strbuf_add(&buffer, pages->restores
				    ? ": the same snapshot restored twice?"
				    : ", and it was left since");
}

int verify_pages(struct verify_pages *pages,
		 const struct verify_source_options *options,
		 struct verifier *verifier, struct error *error)
{
	size_t count = (size_t)pages->count;
	int result;

	pages->sources =
		new_zeros(count * sizeof(*pages->sources), "verify", error);
	pages->decoded =
		new_zeros(count * sizeof(*pages->decoded), "verify", error);
	if (!pages->sources || !pages->decoded)
		return -1;
	verifier->recording = true;
	verifier->pages_alone = true;
	verifier->restores = pages->restores;
	result = judge_pages(pages, options, verifier, error);
	verify_end(verifier);
	name_earlier(pages, verifier, RULE_series_marker_unique);
	name_earlier(pages, verifier, RULE_series_generation_unique);
	return result;
}

void verify_pages_free(struct verify_pages *pages)
{
	source_free(&pages->before_source);
	for (int i = 0; pages->sources && i < pages->count; i++)
		source_free(&pages->sources[i]);
	free(pages->sources);
	free(pages->decoded);
	pages->sources = NULL;
	pages->decoded = NULL;
}
