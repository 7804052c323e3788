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
#include "cmd/kept_file.h"
#include "event/change.h"

#define BOOT_ID_SIZE 64

struct watch_state {
	struct kept_file file;	 /* if its path is NULL nothing below matters */
	char *device;		 /* its path, with no link in it; or sim:NAME */
	char boot[BOOT_ID_SIZE]; /* of this boot of the machine */
	/* The page of the file: of this boot and of this device. */
	bool found;
	struct page page;
	/* Of each event, as the file has them. */
	uint64_t counts[EVENT_COUNT];
	/* Private. */
	uint64_t noted[EVENT_COUNT]; /* as the document has them */
	json_t *document;	     /* with what later versions add */
};

/*
 * Lock and read the file, which need not be there, or may be empty. One of
 * another boot or of another device is not used, which a line on stderr says.
 * `root` is where /proc is. Returns 0, or -1 with *error: ERROR_DAMAGED for a
 * file that is none of watch's, or of a version that this one does not read,
 * ERROR_OPEN for one that cannot be read, ERROR_WRITE for one that another
 * watch keeps or that cannot be replaced.
 */
int watch_state_open(struct watch_state *state, const char *file,
		     const char *device, const char *root, struct error *error);

void watch_state_close(struct watch_state *state);

/* Note these counts and this page; bytes NULL: the page that there is. Returns
 * 0, or -1 with *error (ERROR_MEMORY). */
int watch_state_note(struct watch_state *state, const uint8_t *bytes,
		     size_t length, const uint64_t counts[static EVENT_COUNT],
		     struct error *error);

/* Replace the file by what is noted, as kept_file_replace(). */
int watch_state_save(struct watch_state *state, bool last, struct error *error);

#endif
