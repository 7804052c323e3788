/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a page comes from: a device, a file, a FIFO, standard input. */
#ifndef VMCLOCKCTL_IO_SOURCE_SOURCE_H
#define VMCLOCKCTL_IO_SOURCE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "source_name.h"

/*
 * Open a SOURCE and recognise it by content; name NULL: the one VMClock device
 * below `root` ("" for the machine's own). A page is read. Of a recording
 * nothing is read beyond its start line: take pages with source_take(), or read
 * `recording` as a stream. Whether the bytes are a page is not asked here.
 * Nothing is ever opened for writing. Returns 0 or -1 with *error;
 * source_free() in either case.
 */
int source_open(const char *name, const char *root, struct source *source,
		struct error *error);

/* The same, but when a signal comes and `over` says so, it gives up waiting for
 * what comes through a FIFO or a pipe: an error with EINTR. */
int source_open_until(const char *name, const char *root, bool (*over)(void),
		      struct source *source, struct error *error);

/*
 * Read on in a recording to its snapshot number `at`, 0: to the last page. The
 * page of an earlier call is replaced. Returns 0, or -1 with *error:
 * ERROR_USAGE where there is no such snapshot ahead, ERROR_UNSETTLED where
 * there was no page to be had, ERROR_NOT_A_PAGE where the recording has none at
 * all.
 */
int source_take(struct source *source, uint64_t at, struct error *error);

/*
 * One consistent snapshot of a live page, with the counter: of a device,
 * of "sim:SCENARIO", with `file` of a file that another process keeps. What
 * source_open() does by itself for the first two. Returns 0 or -1 with *error
 * (ERROR_UNSETTLED with the seq_count that stands); source_free() in either
 * case.
 */
int source_live(const char *name, const char *root, bool file,
		struct source *source, struct error *error);

/* The first thing in what was read so far that this version does not know and
 * passed over; NULL: there was nothing. */
const struct passed_over *source_passed_over(const struct source *source);

/* Of a recording that was read to its end, whether that came without an end
 * line. false for all else. */
bool source_is_cut(const struct source *source);

void source_free(struct source *source);

#endif
