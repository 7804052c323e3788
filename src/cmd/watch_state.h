/* SPDX-License-Identifier: BSD-2-Clause */
/* watch --state: the page that was seen last and how many events there were,
 * kept over watch's own end. */
#ifndef VMCLOCKCTL_CMD_WATCH_STATE_H
#define VMCLOCKCTL_CMD_WATCH_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/error.h"
#include "event/change.h"

#define BOOT_ID_SIZE 64

struct watch_state {
	const char *file; /* NULL: none is kept, and nothing below matters */
	char *device;	  /* its path, with no link in it; or sim:NAME */
	char boot[BOOT_ID_SIZE]; /* of this boot of the machine */
	/* The page of the file: of this boot and of this device. */
	bool found;
	struct page page;
	/* Of each event, as the file has them. */
	uint64_t counts[EVENT_COUNT];
	/* Private. */
	bool saved;   /* once, by this watch */
	int lock;     /* the file, with its writer's lock; -1: none */
	json_t *kept; /* the page as the file has it; NULL: it has none */
};

/*
 * Lock and read the file, which need not be there, or may be empty. One of
 * another boot or of another device is not used, which a line on stderr says.
 * `root` is where /proc is. Returns 0, or -1 with *error: ERROR_DAMAGED for a
 * file that is none of watch's, ERROR_OPEN for one that cannot be read,
 * ERROR_WRITE for one that another watch keeps or that cannot be replaced.
 */
int watch_state_open(struct watch_state *state, const char *file,
		     const char *device, const char *root, struct error *error);

void watch_state_close(struct watch_state *state);

/* Replace the file by one with these counts and this page; bytes NULL: with the
 * page that it has. Returns 0, or -1 with *error (ERROR_WRITE), and the file is
 * as it was. Once it has been written, a failure is no error: it is said on
 * stderr, and the next may go well. */
int watch_state_save(struct watch_state *state, const uint8_t *bytes,
		     size_t length, const uint64_t counts[static EVENT_COUNT],
		     struct error *error);

#endif
