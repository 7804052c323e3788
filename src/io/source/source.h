/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a page comes from: a device, a file, a FIFO, standard input. */
#ifndef VMCLOCKCTL_IO_SOURCE_SOURCE_H
#define VMCLOCKCTL_IO_SOURCE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "event/snapshot.h"
#include "source_name.h"

/*
 * Open a SOURCE and recognise it by content; name NULL: the one VMClock device
 * below `root` ("" for this machine). A page is read. A recording is read only
 * up to its start line: take its last page with
 * source_take_last(), or read `recording` as a
 * stream. This does not check whether the bytes are a page. Nothing is ever
 * opened for writing. Returns 0, or -1 with *error; call source_free() in
 * either case.
 */
int source_open(const char *name, const char *root, struct source *source,
		struct error *error);

/* The same, but when a signal comes and `over` returns true, it stops waiting
 * for input from a FIFO or a pipe and returns an error with EINTR. */
int source_open_until(const char *name, const char *root, bool (*over)(void),
		      struct source *source, struct error *error);

/* The same for a page at a place of a memory image, in a file, a FIFO or on
 * standard input. PLACE_NONE: as source_open(). ERROR_USAGE if the SOURCE is a
 * live page. Where a search finds several, source->places has them, and it is
 * an error. */
int source_open_place(const char *name, const char *root,
		      const struct place_asked *place, struct source *source,
		      struct error *error);

/* Read on in a recording to its last page. It replaces the page of an earlier
 * call. Returns 0, or -1 with *error: ERROR_NOT_A_PAGE if there is none. */
int source_take_last(struct source *source, struct error *error);

/* Make this snapshot, of a page, the page of the SOURCE. Returns 0, or -1 with
 * *error (ERROR_MEMORY). */
int source_keep(struct source *source, const struct snapshot *snapshot,
		struct error *error);

/*
 * Take one consistent snapshot of a live page, with the counter: of a device,
 * of "sim:SCENARIO" or, with `file`, of a file that another process updates.
 * source_open() does this itself for the first two. Returns 0, or -1 with
 * *error (ERROR_UNSETTLED with the seq_count that does not settle); call
 * source_free() in either case.
 */
int source_live(const char *name, const char *root, bool file,
		struct source *source, struct error *error);

/* The first thing read so far that this version does not know and ignored;
 * NULL: there was none. */
const struct passed_over *source_passed_over(const struct source *source);

/* Whether a recording that was read to its end has no end line. false for
 * everything else. */
bool source_is_cut(const struct source *source);

void source_free(struct source *source);

#endif
