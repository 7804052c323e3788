/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes the snapshots of a SOURCE, and applies the rules to them. */
#include "verify_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/live/live.h"
#include "io/host/notify.h"
#include "io/host/probe.h"
#include "io/source/recording.h"
#include "io/system_clock.h"

static int judge_dump(struct verifier *verifier, const struct source *source,
		      struct error *error)
{
	struct snapshot snapshot = {
		.bytes = source->bytes,
		.length = source->length,
	};

	if (source->length < 4)
		return error_set(error, ERROR_NOT_A_PAGE, 0,
				 "%s: %zu bytes, too few to check",
				 source_name(source), source->length);
	verify_snapshot(verifier, &snapshot);
	return 0;
}

static int judge_recording(struct verifier *verifier, struct source *source,
			   struct error *error)
{
	struct snapshot snapshot;
	int result;

	verifier->recording = true;
	while ((result = recording_next(source->recording, &snapshot, error)) >
	       0)
		verify_snapshot(verifier, &snapshot);
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
	struct verifier *verifier;
	uint8_t *buffers[2];
	struct snapshot held;
	bool holds;
	uint64_t n;
	struct notify notify;
};

static void let_go(struct collector *c)
{
	if (c->holds)
		verify_snapshot(c->verifier, &c->held);
	c->holds = false;
}

static void hold(struct collector *c, const struct snapshot *snapshot)
{
	uint8_t *to = c->buffers[++c->n % 2];

	let_go(c);
	memcpy(to, snapshot->bytes, snapshot->length);
	c->held = *snapshot;
	c->held.bytes = to;
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
		hold(c, &snapshot);
		return 1;
	case LOOK_UNSETTLED:
		let_go(c);
		snapshot.n = c->n + 1;
		verify_snapshot(c->verifier, &snapshot);
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

static int collect(struct live *live, struct collector *c,
		   const struct verify_source_options *options,
		   struct error *error)
{
	int64_t until = clock_nsec(CLOCK_MONOTONIC) + options->duration;
	uint64_t looks = 0;
	int result;

	do {
		result = collect_page(live, c, error);
		tell_waiter(c);
		if (result <= 0 || ++looks == options->samples)
			break;
		live_wait(live, NSEC_PER_MSEC);
	} while (clock_nsec(CLOCK_MONOTONIC) < until);
	let_go(c);
	notify_close(&c->notify, clock_nsec(CLOCK_MONOTONIC));
	return result < 0 ? -1 : 0;
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
	uint8_t *buffers = malloc(3 * (size_t)PAGE_READ_MAX);
	struct collector collector = {
		.verifier = verifier,
		.buffers = { buffers, buffers + PAGE_READ_MAX },
	};
	struct probe_notify notified;
	struct probe probe;
	int result;

	source->kind = live_kind(live);
	source->path = strdup(live_path(live));
	if (!buffers || !source->path) {
		free(buffers);
		return error_set(error, ERROR_MEMORY, ENOMEM, "verify");
	}
	verifier->recording = true;
	/* Of a device the driver shows one page, however large it is. */
	verifier->region = source->kind != SOURCE_DEVICE;
	begin_waiting(live, verifier, &collector.notify, &notified);
	result = collect(live, &collector, options, error);
	if (result == 0 && wants_probe(verifier)) {
		probe_live(live, options->root, buffers + 2 * PAGE_READ_MAX,
			   &probe);
		probe.notify = notified;
		verifier->probe = &probe;
	}
	verify_end(verifier);
	verifier->probe = NULL;
	free(buffers);
	return result;
}

int verify_source(const char *name, const struct verify_source_options *options,
		  struct verifier *verifier, struct source *source,
		  struct error *error)
{
	struct live *live;
	int result;

	*source = (struct source){ .kind = SOURCE_FILE };
	if (options->live || source_is_live(name)) {
		live = live_open(name, options->root, options->live, error);
		if (live) {
			result = judge_live_page(live, options, verifier,
						 source, error);
			live_close(live);
			return result;
		}
		/* A file that is no page is judged as it stands. */
		if (!options->live || error->code != ERROR_NOT_A_PAGE)
			return -1;
	}
	if (source_open(name, options->root, source, error))
		return -1;
	result = source->recording ? judge_recording(verifier, source, error)
				   : judge_dump(verifier, source, error);
	verify_end(verifier);
	return result;
}
