/* SPDX-License-Identifier: BSD-2-Clause */
#include "live.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "live_impl.h"
#include "seqlock.h"

/* How long an update is spun for before it is slept for; every sane one is
 * over by then. */
#define SPIN_NSEC  100000
#define SLEEP_NSEC 20000

struct live *live_open(const char *name, const char *root, bool file,
		       struct error *error)
{
	char *path = NULL;

	if (name && strcmp(name, "-") == 0) {
		error_set(
			error, ERROR_OPEN, 0,
			"standard input: a stream, which holds no page that lives");
		error_hint(error, "name the device, or the file with --live");
		return NULL;
	}
	if (!name) {
		if (source_find_device(root, &path, error))
			return NULL;
	} else {
		path = strdup(name);
		if (!path) {
			error_set(error, ERROR_MEMORY, ENOMEM, "cannot read");
			return NULL;
		}
	}
	if (source_is_simulated(path))
		return live_sim_open(path, error);
	return live_device_open(path, file, error);
}

void live_close(struct live *live)
{
	char *path;

	if (!live)
		return;
	path = live->path;
	live->ops->close(live);
	free(path);
}

enum source_kind live_kind(const struct live *live)
{
	return live->kind;
}

const char *live_path(const struct live *live)
{
	return live->path;
}

enum look live_look(struct live *live, struct snapshot *snapshot,
		    struct error *error)
{
	*snapshot = (struct snapshot){ 0 };
	return live->ops->look(live, snapshot, error);
}

int live_page(struct live *live, struct snapshot *snapshot, struct error *error)
{
	switch (live_look(live, snapshot, error)) {
	case LOOK_PAGE:
		return 0;
	case LOOK_UNSETTLED:
		return error_set(error, ERROR_UNSETTLED, 0,
				 "%s: seq_count stands at %" PRIu32
				 " and does not settle within 100 ms",
				 live->path, snapshot->seq_count);
	case LOOK_LOST:
		return error_set(
			error, ERROR_READ, 0,
			"%s: went away, or was cut short, while it was read",
			live->path);
	case LOOK_END:
		return error_set(error, ERROR_READ, 0, "%s: the story is over",
				 live->path);
	case LOOK_ERROR:
		break;
	}
	return -1;
}

bool live_unchanged(struct live *live, uint64_t *counter)
{
	return live->ops->unchanged(live, counter);
}

bool live_polls(const struct live *live)
{
	return live->ops->polls(live);
}

int live_wait(struct live *live, int64_t nsec)
{
	return live->ops->wait(live, nsec < 0 ? 0 : nsec);
}

int live_sleep(int fd, int64_t nsec, short *events)
{
	struct pollfd poll = { .fd = fd, .events = POLLIN };
	struct timespec timeout = {
		.tv_sec = nsec / NSEC_PER_SEC,
		.tv_nsec = nsec % NSEC_PER_SEC,
	};
	sigset_t mask;
	int result;

	/* Who blocks these elsewhere gets them here and nowhere else, so that
	 * none slips in between a look at a flag and the wait. */
	sigprocmask(SIG_BLOCK, NULL, &mask);
	sigdelset(&mask, SIGINT);
	sigdelset(&mask, SIGTERM);
	sigdelset(&mask, SIGHUP);
	sigdelset(&mask, SIGQUIT);
	result = ppoll(&poll, 1, &timeout, &mask);
	*events = poll.revents;
	return result;
}

void unsettled_note(struct unsettled *unsettled, uint32_t seq_count, bool first,
		    int64_t now)
{
	if (first && (unsettled->seq_count != seq_count || !(seq_count & 1)))
		unsettled->seen = false;
	if (!unsettled->seen)
		*unsettled = (struct unsettled){ .seen = true, .since = now };
	else if ((uint64_t)(now - unsettled->last) > unsettled->look)
		unsettled->look = (uint64_t)(now - unsettled->last);
	unsettled->seq_count = seq_count;
	unsettled->last = now;
}

void unsettled_fill(struct unsettled *unsettled, struct snapshot *snapshot)
{
	int64_t now = clock_nsec(CLOCK_MONOTONIC);

	if (!unsettled->seen)
		return;
	if ((uint64_t)(now - unsettled->last) > unsettled->look)
		unsettled->look = (uint64_t)(now - unsettled->last);
	snapshot->unsettled = (uint64_t)(now - unsettled->since);
	snapshot->unsettled_look = unsettled->look;
}

void unsettled_pause(int64_t waited)
{
	static bool asked;
	const struct timespec nap = { .tv_nsec = SLEEP_NSEC };

	if (waited < SPIN_NSEC) {
		seqlock_pause();
		return;
	}
	/* The default slack would make each sleep three times as long. */
	if (!asked)
		asked = prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0) == 0;
	nanosleep(&nap, NULL);
}
