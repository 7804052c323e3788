/* SPDX-License-Identifier: BSD-2-Clause */
/* watch --exec: a command for each event, one at a time and none left out. */
#ifndef VMCLOCKCTL_CMD_HOOK_H
#define VMCLOCKCTL_CMD_HOOK_H

#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "view/event.h"

struct hook_call; /* an event that waits for its turn */

struct hook {
	const char
		*command; /* NULL: none, and the functions below do nothing */
	const char *device;
	pid_t child; /* 0: none runs */
	enum event running;
	struct hook_call *first, **last;
};

void hook_init(struct hook *hook, const char *command, const char *device);

/*
 * Queue the event and, if none runs, begin. `json` is what the command will
 * read; it is taken over and freed. Returns 0, or -1 with *error
 * (ERROR_MEMORY). A command that cannot be run, or that fails, is reported on
 * stderr and is not an error.
 */
int hook_add(struct hook *hook, const struct occurrence *occurrence, char *json,
	     struct error *error);

/* See whether a command has ended, and begin the next. Does not wait. */
void hook_poll(struct hook *hook);

/* Run all queued commands to their end. A further SIGINT or SIGTERM stops that;
 * the commands that did not run are then reported. */
void hook_finish(struct hook *hook);

#endif
