/* SPDX-License-Identifier: BSD-2-Clause */
/* What a SOURCE is: its kinds and forms, what is read from it, and what its
 * name stands for. */
#ifndef VMCLOCKCTL_IO_SOURCE_SOURCE_NAME_H
#define VMCLOCKCTL_IO_SOURCE_SOURCE_NAME_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "page/field.h"
#include "known.h"

/* Where a page is, and what it was read from, each with its word in JSON. A
 * live file is kept by another process, a simulation is in this one. */
#define SOURCE_KINDS(X)                                                        \
	X(SOURCE_DEVICE, "device")                                             \
	X(SOURCE_FILE, "file")                                                 \
	X(SOURCE_STDIN, "stdin")                                               \
	X(SOURCE_LIVE, "live")                                                 \
	X(SOURCE_SIM, "sim")
#define SOURCE_FORMATS(X)                                                      \
	X(FORMAT_RAW, "raw")                                                   \
	X(FORMAT_HEX, "hex")                                                   \
	X(FORMAT_JSON, "json")                                                 \
	X(FORMAT_RECORDING, "recording")

#define SOURCE_ENUMERATOR_(id, word) id,
enum source_kind {
	SOURCE_KINDS(SOURCE_ENUMERATOR_) SOURCE_KIND_COUNT
};
enum source_format {
	SOURCE_FORMATS(SOURCE_ENUMERATOR_) FORMAT_COUNT
};

extern const char *const source_kind_names[SOURCE_KIND_COUNT];
extern const char *const source_format_names[FORMAT_COUNT];

/* Most text that is read of one document, 1 MiB. */
#define TEXT_READ_MAX 1048576u

struct source {
	enum source_kind kind;
	enum source_format format;
	bool text;	/* FORMAT_RAW, but printable text */
	char *path;	/* as the user wrote it, or the device that was found */
	uint8_t *bytes; /* the page, at most PAGE_READ_MAX */
	size_t length;
	/* The layout that a JSON document gave its names by; else NULL. */
	const struct layout *layout;
	struct passed_over passed_over; /* of a document */
	bool noted;			/* what was passed over was told */
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

/* The name as messages write it: the path, or "standard input". */
static inline const char *source_name(const struct source *source)
{
	return source->kind == SOURCE_STDIN ? "standard input" : source->path;
}

/* Whether to do again what has failed, by errno: a signal came, and it is not
 * over. */
static inline bool source_goes_on(const struct source *source)
{
	return errno == EINTR && !(source->over && source->over());
}

/* The one VMClock device below root, as a path to be freed. 0, or -1. */
int source_find_device(const char *root, char **path, struct error *error);

/* Whether a node of this name in /dev is a VMClock device's: vmclock0. */
bool source_is_device_name(const char *name);

/* What a simulation's name begins with. */
#define SIM_PREFIX "sim:"

/* The SCENARIO of a simulation's name, "sim:SCENARIO"; NULL for any other. */
const char *source_scenario(const char *name);

/* Whether the name is that of a live page: NULL, a device, a simulation. A file
 * is one only by --live. */
bool source_is_live(const char *name);

/* ERROR_MEMORY, of reading any source. Returns -1. */
int source_no_memory(struct error *error);

/* A page has a magic and 32 bytes; `name` is for the message. 0, or -1 with
 * *error (ERROR_NOT_A_PAGE). */
int source_check_page(const char *name, const uint8_t *bytes, size_t length,
		      struct error *error);

#endif
