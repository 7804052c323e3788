/* SPDX-License-Identifier: BSD-2-Clause */
/* watch --exec: a command for each event, one at a time. */
#ifndef VMCLOCKCTL_CMD_HOOK_H
#define VMCLOCKCTL_CMD_HOOK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "view/event.h"

struct hook_call; /* an event that waits for its turn */

/* The most events that wait. */
#define HOOK_QUEUE_MAX 4096

struct hook {
	const char
		*command; /* NULL: none, and the functions below do nothing */
	const char *device;
	pid_t child; /* 0: none runs */
	enum event running;
	struct hook_call *first, **last;
	/* So many wait, of so many at most. */
	unsigned int queued, most;
	/* What comes can wait for room, as a recording's events can. */
	bool patient, warned;
	/* For want of room so many were left out since, up to that one. */
	uint64_t missed, missed_n;
	bool has_time; /* it has one */
	int64_t realtime;
};

void hook_init(struct hook *hook, const char *command, const char *device,
	       bool patient);

/*
 * Queue event number n and, if none runs, begin. `json` is what the command
 * will read; it is taken over and freed. Where HOOK_QUEUE_MAX wait, a patient
 * hook waits for one to end; another leaves the event out, and queues
 * EVENT_MISSED with the number of those in their place, once there is room.
 * Returns 0, or -1 with *error (ERROR_MEMORY). A command that cannot be run, or
 * that fails, is reported on stderr and is not an error.
 */
int hook_add(struct hook *hook, const struct occurrence *occurrence, uint64_t n,
	     char *json, struct error *error);

/* Whether no command runs and no event waits for one. */
bool hook_is_idle(const struct hook *hook);

/* See whether a command has ended, and begin the next. Does not wait. */
void hook_poll(struct hook *hook);

/* Run all queued commands to their end. A further SIGINT or SIGTERM stops that:
 * the command that runs is ended, with all of its process group, by SIGTERM and
 * a second later by SIGKILL, and those that did not run are reported. */
void hook_finish(struct hook *hook);

#endif
