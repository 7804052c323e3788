/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a page comes from: a device, a file, a FIFO, standard input. */
#ifndef VMCLOCKCTL_IO_SOURCE_SOURCE_H
#define VMCLOCKCTL_IO_SOURCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "page/field.h"

/* Most text that is read of one document, 1 MiB. */
#define TEXT_READ_MAX 1048576u

enum source_kind {
	SOURCE_DEVICE,
	SOURCE_FILE,
	SOURCE_STDIN,
	SOURCE_LIVE, /* a file that another process keeps */
	SOURCE_SIM,  /* a simulation in this process */
	SOURCE_KIND_COUNT,
};

enum source_format {
	FORMAT_RAW,
	FORMAT_HEX,
	FORMAT_JSON,
	FORMAT_RECORDING,
	FORMAT_COUNT,
};

extern const char *const source_kind_names[SOURCE_KIND_COUNT];
extern const char *const source_format_names[FORMAT_COUNT];

struct source {
	enum source_kind kind;
	enum source_format format;
	bool text;	/* FORMAT_RAW, but printable text */
	char *path;	/* as the user wrote it, or the device that was found */
	uint8_t *bytes; /* the page, at most PAGE_READ_MAX */
	size_t length;
	/* The layout that a JSON document gave its names by; else NULL. */
	const struct layout *layout;
	/* A reading of the counter that came with the page. */
	bool has_counter;
	uint64_t counter;
	/* FORMAT_RECORDING: what is read from it, and which of its snapshots
	 * the page is; 0 before one was taken. */
	struct recording *recording;
	int fd; /* the recording's */
	uint64_t n;
	/* Where a signal broke off a wait for a FIFO or a pipe: whether that
	 * was to end it. NULL: no signal does. */
	bool (*over)(void);
};

/*
 * Read a page and recognise it by content; of a recording, its last. name NULL:
 * the one VMClock device below `root` ("" for the machine's own). Whether the
 * bytes are a page is not judged here. Nothing is ever opened for writing.
 * Returns 0 or -1 with *error; source_free() in either case.
 */
int source_read(const char *name, const char *root, struct source *source,
		struct error *error);

/* The same, but of a recording nothing is read beyond its start line: take
 * pages with source_take(), or read `recording` as a stream. */
int source_open(const char *name, const char *root, struct source *source,
		struct error *error);

/* The same, but when a signal comes and `over` says so, it gives up waiting for
 * what comes through a FIFO or a pipe: an error with EINTR. */
int source_open_until(const char *name, const char *root, bool (*over)(void),
		      struct source *source, struct error *error);

/* Whether to do again what has failed, by errno: a signal came, and it is not
 * over. */
bool source_goes_on(const struct source *source);

/*
 * Read on in a recording to its snapshot number `at`, 0: to the last page. The
 * page of an earlier call is replaced. Returns 0, or -1 with *error:
 * ERROR_USAGE where there is no such snapshot ahead, ERROR_UNSETTLED where
 * there was no page to be had, ERROR_NOT_A_PAGE where the recording has none at
 * all.
 */
int source_take(struct source *source, uint64_t at, struct error *error);

/*
 * One consistent snapshot of a page that lives, with the counter: of a device,
 * of "sim:SCENARIO", with `file` of a file that another process keeps. What
 * source_open() does by itself for the first two. Returns 0 or -1 with *error
 * (ERROR_UNSETTLED with the seq_count that stands); source_free() in either
 * case.
 */
int source_live(const char *name, const char *root, bool file,
		struct source *source, struct error *error);

/* The one VMClock device below root, as a path to be freed. 0, or -1. */
int source_find_device(const char *root, char **path, struct error *error);

/* Whether a node of this name in /dev is a VMClock device's: vmclock0. */
bool source_is_device_name(const char *name);

/* Whether the name is that of a simulation. */
bool source_is_simulated(const char *name);

/* Whether the name is that of a page that lives: none, a device, a simulation.
 * Of a file it is said by --live. */
bool source_is_live(const char *name);

/* A page has a magic and 32 bytes; `name` is for the message. 0, or -1 with
 * *error (ERROR_NOT_A_PAGE). */
int source_check_page(const char *name, const uint8_t *bytes, size_t length,
		      struct error *error);

/* The name as messages write it: the path, or "standard input". */
const char *source_name(const struct source *source);

void source_free(struct source *source);

#endif
