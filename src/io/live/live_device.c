/* SPDX-License-Identifier: BSD-2-Clause */
/* A page in a device, in memory, or in a file that another process updates. */
#include "live_device.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/output/filelock.h"
#include "attach.h"
#include "notification.h"
#include "seqlock.h"

/* Full copies that may fail before only the head is taken. */
#define FULL_TRIES 16

/* What one attempt found. */
enum attempt {
	ATTEMPT_PAGE,
	ATTEMPT_MOVING,
	ATTEMPT_LOST,
};

static struct live_device *live_device_of(struct live *live)
{
	return (struct live_device *)live;
}

/* The copy under the seqlock, in a form that can be guarded. */
struct copy {
	struct live_device *mapped;
	bool split; /* the head under the seqlock, the rest beside it */
	bool moving;
	uint32_t seq;
	uint64_t counter;
};

/*
 * The bytes beyond the fields hardly ever change, and at a million updates a
 * second there is no time to copy them between two: then they are copied
 * before, and must be the same after.
 */
static bool is_same_tail(const struct live_device *m, size_t head)
{
	for (size_t i = head / 8; i < whole_words(m->length) / 8; i++) {
		if (shared_load64(m->map + 8 * i) != m->bytes[i])
			return false;
	}
	return true;
}

static void copy_page(void *context)
{
	struct copy *copy = context;
	struct live_device *m = copy->mapped;
	const uint8_t *seq_count = m->map + m->seq_offset;
	size_t length = whole_words(m->length);
	size_t head =
		copy->split && length > PAGE_DEFINED ? PAGE_DEFINED : length;

	if (head < length)
		shared_copy(m->bytes + head / 8, m->map + head, length - head);
	copy->moving = true;
	copy->seq = seqlock_begin(seq_count);
	if (copy->seq & 1)
		return;
	shared_copy(m->bytes, m->map, head);
	copy->counter = counter_read();
	if (seqlock_moved_since(seq_count, copy->seq, copy->counter))
		return;
	/* seq_count was loaded apart from the words around it. */
	copy->moving = seq_of(m, m->bytes) != copy->seq ||
		       (head < length && !is_same_tail(m, head));
}

static enum attempt attempt_map(struct live_device *m, bool split,
				struct snapshot *snapshot)
{
	struct copy copy = { .mapped = m, .split = split };

	if (!with_map(m, copy_page, &copy))
		return ATTEMPT_LOST;
	snapshot->counter = copy.counter;
	snapshot->seq_count = copy.seq;
	return copy.moving ? ATTEMPT_MOVING : ATTEMPT_PAGE;
}

/* The same page before and after the counter was read. The driver reads it
 * under the seqlock; a file is copied in order, so that two copies with one
 * even seq_count that are the same had no update between. */
static enum attempt attempt_read(struct live_device *m,
				 struct snapshot *snapshot)
{
	int errnum = read_page(m, m->bytes);

	if (errnum) {
		if (errnum != ETIMEDOUT)
			return ATTEMPT_LOST;
		/* All that is known of it. */
		snapshot->seq_count |= 1;
		return ATTEMPT_MOVING;
	}
	snapshot->counter = counter_read();
	snapshot->seq_count = seq_of(m, m->bytes);
	if (snapshot->seq_count & 1)
		return ATTEMPT_MOVING;
	errnum = read_page(m, m->second);
	if (errnum)
		return errnum == ETIMEDOUT ? ATTEMPT_MOVING : ATTEMPT_LOST;
	return memcmp(m->bytes, m->second, m->length) ? ATTEMPT_MOVING
						      : ATTEMPT_PAGE;
}

/* Attempts, until one succeeds or the time is over; the last began at *since,
 * by CLOCK_MONOTONIC_RAW. */
static enum attempt settle_page(struct live_device *m,
				struct snapshot *snapshot, int64_t *since)
{
	int64_t start = clock_nsec(CLOCK_MONOTONIC), standing = start;
	uint32_t last = 0;

	for (unsigned int i = 0;; i++) {
		enum attempt attempt;
		int64_t now;

		*since = clock_nsec(CLOCK_MONOTONIC_RAW);
		attempt = m->map ? attempt_map(m, i >= FULL_TRIES, snapshot)
				 : attempt_read(m, snapshot);
		now = clock_nsec(CLOCK_MONOTONIC);
		if (attempt != ATTEMPT_MOVING)
			return attempt;
		unsettled_note(&m->unsettled, snapshot->seq_count, i == 0, now);
		if (now - start >= UNSETTLED_NSEC)
			return ATTEMPT_MOVING;
		/* Where it moves, an update takes no time, and the next moment
		 * may do; one that stands may stand long. */
		if (snapshot->seq_count != last)
			standing = now;
		last = snapshot->seq_count;
		unsettled_pause(now - standing);
	}
}

static enum look live_device_look(struct live *live, struct snapshot *snapshot,
				  struct error *error)
{
	struct live_device *m = live_device_of(live);
	enum attempt attempt;
	int64_t since;

	/* What comes back may be of another making, or be no page yet. */
	if (m->fd < 0 && attach_device(m, error))
		return LOOK_LOST;
	if (m->notifies)
		notification_acknowledge(m->fd);
	attempt = settle_page(m, snapshot, &since);
	live_read_clocks(snapshot, since);
	/* After the copy: what was copied before a file was cut short or
	 * replaced is good, what came after is not. */
	if (attempt == ATTEMPT_LOST || !is_still_there(m)) {
		detach_device(m);
		return LOOK_LOST;
	}
	unsettled_fill(&m->unsettled, snapshot);
	m->looked = attempt == ATTEMPT_PAGE;
	if (attempt == ATTEMPT_MOVING) {
		snapshot->kind = SNAPSHOT_UNSETTLED;
		return LOOK_UNSETTLED;
	}
	m->unsettled = (struct unsettled){ 0 };
	snapshot->kind = SNAPSHOT_PAGE;
	snapshot->bytes = (const uint8_t *)m->bytes;
	snapshot->length = m->length;
	snapshot->has_counter = m->own_counter;
	snapshot->counter_last = snapshot->counter;
	return LOOK_PAGE;
}

struct page_comparison {
	const struct live_device *mapped;
	bool same;
	uint64_t counter;
};

static void compare_page(void *context)
{
	struct page_comparison *c = context;
	const struct live_device *m = c->mapped;
	const uint8_t *seq_count = m->map + m->seq_offset;
	uint32_t seq = seqlock_begin(seq_count);

	c->same = false;
	if (seq != seq_of(m, m->bytes))
		return;
	for (size_t i = 0; i < whole_words(m->length) / 8; i++) {
		if (shared_load64(m->map + 8 * i) != m->bytes[i])
			return;
	}
	c->counter = counter_read();
	c->same = !seqlock_moved_since(seq_count, seq, c->counter);
}

static bool live_device_unchanged(struct live *live, uint64_t *counter)
{
	struct live_device *m = live_device_of(live);
	struct page_comparison comparison = { .mapped = m };

	if (!m->looked || !is_still_there(m))
		return false;
	/* The look may have seen a later update than was acknowledged, for
	 * which poll would be ready again and again. */
	if (m->notifies)
		notification_acknowledge(m->fd);
	if (m->map) {
		if (!with_map(m, compare_page, &comparison) || !comparison.same)
			return false;
		*counter = comparison.counter;
		return true;
	}
	if (read_page(m, m->second) ||
	    memcmp(m->bytes, m->second, m->length) != 0)
		return false;
	*counter = counter_read();
	return read_page(m, m->second) == 0 &&
	       memcmp(m->bytes, m->second, m->length) == 0;
}

static bool live_device_polls(const struct live *live)
{
	return ((const struct live_device *)live)->notifies;
}

static enum keeper live_device_keeper(struct live *live)
{
	struct live_device *m = live_device_of(live);
	bool kept = m->kept, asked = m->asked;

	if (!m->file || m->fd < 0)
		return KEEPER_UNKNOWN;
	m->asked = true;
	m->kept = filelock_is_taken(m->fd, FILELOCK_WRITER);
	if (m->kept)
		return KEEPER_UNKNOWN;
	if (kept)
		return KEEPER_GONE;
	/* One that takes no lock has the file open. */
	return !asked && filelock_has_no_writer(m->fd) ? KEEPER_NONE
						       : KEEPER_UNKNOWN;
}

static int live_device_wait(struct live *live, int64_t nsec)
{
	struct live_device *m = live_device_of(live);
	short events = 0;
	int ready = live_sleep(m->notifies ? m->fd : -1, nsec, &events);

	if (ready < 0)
		return -errno;
	if (ready == 0)
		return WAKE_INTERVAL;
	/* Always ready for this reason, so no reason to wait for. */
	if (events & (POLLHUP | POLLERR | POLLNVAL))
		m->notifies = false;
	return WAKE_POLL;
}

static void live_device_close(struct live *live)
{
	detach_device(live_device_of(live));
	free(live);
}

static const struct live_ops live_device_ops = {
	.look = live_device_look,
	.unchanged = live_device_unchanged,
	.polls = live_device_polls,
	.wait = live_device_wait,
	.keeper = live_device_keeper,
	.close = live_device_close,
};

static struct live_device *make_device(char *path, struct error *error)
{
	struct live_device *m = calloc(1, sizeof(*m));

	if (!m) {
		free(path);
		source_no_memory(error);
		return NULL;
	}
	m->live = (struct live){ .ops = &live_device_ops, .path = path };
	m->fd = -1;
	m->below = "";
	return m;
}

struct live *live_memory_open(char *path, const char *root, uint64_t address,
			      struct error *error)
{
	struct live_device *m = make_device(path, error);

	if (!m)
		return NULL;
	m->root = root;
	m->address = address;
	m->live.kind = SOURCE_MEMORY;
	if (attach_device(m, error) == 0)
		return &m->live;
	live_device_close(&m->live);
	free(path);
	return NULL;
}

struct live *live_device_open(char *path, const char *below, bool file,
			      struct error *error)
{
	struct live_device *m = make_device(path, error);
	bool attached;

	if (!m)
		return NULL;
	m->below = below;
	attached = attach_device(m, error) == 0;
	if (attached && (!m->file || file))
		return &m->live;
	if (m->file && !file && (attached || error->code == ERROR_NOT_A_PAGE)) {
		error_set(error, ERROR_OPEN, 0,
			  "%s: a %s, which does not change", path,
			  attached ? "dump" : "file");
		error_hint(error, "use --live if another process updates %s",
			   attached ? "it" : "a page in it");
	}
	live_device_close(&m->live);
	free(path);
	return NULL;
}
