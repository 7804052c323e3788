/* SPDX-License-Identifier: BSD-2-Clause */
/* Follows a live page from change to change until something ends it. */
#include "follow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "event/change.h"
#include "io/system_clock.h"
#include "command.h"

/* The longest single wait. Some things come without a signal: a pipe is closed,
 * or a child ended just before the wait. */
#define SLICE NSEC_PER_SEC

volatile sig_atomic_t follow_stop;
static volatile sig_atomic_t rung;

/* It may have come just before an open or a read that waits: another follows,
 * which ends that. */
static void note_stop(int signal)
{
	(void)signal;
	follow_stop++;
	alarm(1);
}

static void note_alarm(int signal)
{
	(void)signal;
	rung = 1;
}

static void note_nothing(int signal)
{
	(void)signal;
}

void follow_catch_signals(void)
{
	struct sigaction stop = { .sa_handler = note_stop };
	struct sigaction child = { .sa_handler = note_nothing,
				   .sa_flags = SA_NOCLDSTOP | SA_RESTART };
	struct sigaction ring = { .sa_handler = note_alarm };

	/* Without SA_RESTART: a read that waits, and a write to a pipe that is
	 * full, are to end. */
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGALRM, &ring, NULL);
	sigaction(SIGCHLD, &child, NULL);
}

bool follow_stopped(void)
{
	if (follow_stop)
		alarm(0);
	return follow_stop;
}

bool follow_over(void)
{
	return follow_stop || rung;
}

int64_t follow_now(void)
{
	return clock_nsec(CLOCK_MONOTONIC);
}

int64_t follow_deadline(int64_t duration)
{
	int64_t deadline;

	if (__builtin_add_overflow(follow_now(), duration, &deadline))
		return INT64_MAX;
	return deadline;
}

void follow_start(struct follow *follow, struct live *live)
{
	*follow = (struct follow){
		.live = live,
		.interval = FOLLOW_INTERVAL,
		.deadline = INT64_MAX,
		.turn = 1,
	};
}

/* Keep the page; the one before stays readable. */
static int keep_page(struct follow *follow, struct snapshot *snapshot)
{
	unsigned int turn = follow->turn ^ 1;

	if (follow->room[turn] < snapshot->length) {
		free(follow->pages[turn]);
		follow->room[turn] = 0;
		follow->pages[turn] = malloc(snapshot->length);
		if (!follow->pages[turn])
			return -1;
		follow->room[turn] = snapshot->length;
	}
	memcpy(follow->pages[turn], snapshot->bytes, snapshot->length);
	snapshot->bytes = follow->pages[turn];
	follow->turn = turn;
	return 0;
}

static void note_reading(struct follow *follow, uint64_t counter)
{
	follow->has_last = true;
	follow->last = counter;
}

static bool same_page(const struct follow *follow,
		      const struct snapshot *snapshot)
{
	return follow->latest.bytes &&
	       follow->latest.length == snapshot->length &&
	       memcmp(follow->latest.bytes, snapshot->bytes,
		      snapshot->length) == 0;
}

static enum followed note_page(struct follow *follow, struct snapshot *snapshot,
			       struct error *error)
{
	struct page decoded;

	follow->stands = false;
	if (!follow->lost && same_page(follow, snapshot)) {
		if (snapshot->has_counter)
			note_reading(follow, snapshot->counter_last);
		return FOLLOW_IDLE;
	}
	if (keep_page(follow, snapshot)) {
		error_set(error, ERROR_MEMORY, ENOMEM, "%s",
			  live_path(follow->live));
		return FOLLOW_ERROR;
	}
	page_decode(snapshot->bytes, snapshot->length, &decoded);
	snapshot->missed = 0;
	if (follow->latest.bytes)
		snapshot->missed = change_missed(&follow->decoded, &decoded);
	follow->lost = false;
	follow->latest = *snapshot;
	follow->decoded = decoded;
	return FOLLOW_PAGE;
}

static enum followed look_at_page(struct follow *follow,
				  struct snapshot *snapshot,
				  struct error *error)
{
	enum look found = live_look(follow->live, snapshot, error);

	follow->next_look = follow_deadline(follow->interval);
	snapshot->wake = follow->wake;
	switch (found) {
	case LOOK_PAGE:
		follow->looked = follow_now();
		return note_page(follow, snapshot, error);
	case LOOK_UNSETTLED:
		snapshot->kind = SNAPSHOT_UNSETTLED;
		/* Reported once, however long it lasts. */
		if (follow->stands && follow->stood_at == snapshot->seq_count)
			return FOLLOW_IDLE;
		follow->stands = true;
		follow->stood_at = snapshot->seq_count;
		return FOLLOW_UNSETTLED;
	case LOOK_LOST:
		follow->lost = true;
		follow->stands = false;
		return FOLLOW_LOST;
	case LOOK_END:
		return FOLLOW_END;
	case LOOK_ERROR:
		break;
	}
	return FOLLOW_ERROR;
}

/* Returns as live_wait() does, or -EINTR if a signal was there before. */
static int wait_for(struct follow *follow, int64_t now)
{
	int64_t until = now + SLICE;
	sigset_t stop, before;
	int result = -EINTR;

	if (!live_polls(follow->live) && follow->next_look < until)
		until = follow->next_look;
	if (follow->deadline < until)
		until = follow->deadline;
	/* live_wait() lets these in, so none slips in before it unseen. */
	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	sigprocmask(SIG_BLOCK, &stop, &before);
	if (!follow_stop)
		result = live_wait(follow->live, until - now);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return result;
}

/* Look in the cheap way first. */
static enum followed look_again(struct follow *follow,
				struct snapshot *snapshot, struct error *error)
{
	uint64_t counter;

	if (!follow->stands && live_unchanged(follow->live, &counter)) {
		if (follow->latest.has_counter)
			note_reading(follow, counter);
		follow->looked = follow_now();
		follow->next_look = follow_deadline(follow->interval);
		return FOLLOW_IDLE;
	}
	return look_at_page(follow, snapshot, error);
}

enum followed follow_next(struct follow *follow, struct snapshot *snapshot,
			  struct error *error)
{
	bool polls = live_polls(follow->live);
	int64_t now = follow_now();
	int woken;

	follow->has_last = false;
	if (follow_stopped())
		return FOLLOW_STOP;
	if (!follow->started) {
		follow->started = true;
		follow->wake = polls ? WAKE_POLL : WAKE_INTERVAL;
		return look_at_page(follow, snapshot, error);
	}
	if (now >= follow->deadline) {
		if (follow->late)
			return FOLLOW_TIME;
		follow->late = true;
		return look_again(follow, snapshot, error);
	}
	woken = wait_for(follow, now);
	if (woken < 0)
		return follow_stopped() ? FOLLOW_STOP : FOLLOW_IDLE;
	follow->wake = (enum wake)woken;
	/* A poll that is ready stays so until a look has told the driver. */
	if (woken == WAKE_POLL)
		return look_at_page(follow, snapshot, error);
	if (!polls && follow_now() < follow->next_look)
		return FOLLOW_IDLE;
	return look_again(follow, snapshot, error);
}

void follow_end(struct follow *follow)
{
	free(follow->pages[0]);
	free(follow->pages[1]);
}

/* A writer that opens the file for each update is not seen between two: what
 * has none for so long is told to have none. */
#define UNKEPT_NSEC (2 * (int64_t)NSEC_PER_SEC)

void follow_note_writer(struct follow *follow)
{
	enum keeper keeper = live_keeper(follow->live);

	if (keeper == KEEPER_NONE) {
		follow->unkept_until = follow_deadline(UNKEPT_NSEC);
		follow->unkept_turn = follow->turn;
		return;
	}
	if (follow->unkept_turn != follow->turn)
		follow->unkept_until = 0;
	if (follow->unkept_until && follow_now() >= follow->unkept_until) {
		follow->unkept_until = 0;
		keeper = KEEPER_NONE;
	}
	command_note_keeper(live_path(follow->live), keeper);
}
