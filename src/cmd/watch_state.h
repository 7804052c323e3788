/* SPDX-License-Identifier: BSD-2-Clause */
/* watch --state: the page that was seen last, kept over watch's own end. */
#ifndef VMCLOCKCTL_CMD_WATCH_STATE_H
#define VMCLOCKCTL_CMD_WATCH_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "decode.h"

#define BOOT_ID_SIZE 64

struct watch_state {
	const char *file; /* NULL: none is kept, and nothing below matters */
	char *device;	  /* its path, with no link in it; or sim:NAME */
	char boot[BOOT_ID_SIZE]; /* of this boot of the machine */
	/* The page of the file: of this boot and of this device. */
	bool found;
	struct page page;
	bool saved; /* once, by this watch */
};

/*
 * Read the file, which need not be there, or may be empty. One of another boot
 * or of another device is not used, which a line on stderr says. `root` is
 * where /proc is. Returns 0, or -1 with *error (ERROR_OPEN, ERROR_JSON) for a
 * file that is none of watch's or cannot be read.
 */
int watch_state_open(struct watch_state *state, const char *file,
		     const char *device, const char *root, struct error *error);

void watch_state_close(struct watch_state *state);

/* Replace the file by one with this page. Returns 0, or -1 with *error
 * (ERROR_WRITE), and the file is as it was. Once it has been written, a failure
 * is no error: it is said on stderr, and the next may go well. */
int watch_state_save(struct watch_state *state, const uint8_t *bytes,
		     size_t length, struct error *error);

#endif
