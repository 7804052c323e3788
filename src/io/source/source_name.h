/* SPDX-License-Identifier: BSD-2-Clause */
/* What a SOURCE is: its kinds and formats, what was read from it, and what its
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
#include "memory_place.h"

/* Where a page is, and the format it was read from, each with its word in JSON.
 * Another process updates a live file; a simulation runs in this one; memory is
 * this machine's, by /dev/mem. */
#define SOURCE_KINDS(X)                                                        \
	X(SOURCE_DEVICE, "device")                                             \
	X(SOURCE_FILE, "file")                                                 \
	X(SOURCE_STDIN, "stdin")                                               \
	X(SOURCE_LIVE, "live")                                                 \
	X(SOURCE_SIM, "sim")                                                   \
	X(SOURCE_MEMORY, "memory")
#define SOURCE_FORMATS(X)                                                      \
	X(FORMAT_RAW, "raw")                                                   \
	X(FORMAT_HEX, "hex")                                                   \
	X(FORMAT_TEXT, "text")                                                 \
	X(FORMAT_JSON, "json")                                                 \
	X(FORMAT_RECORDING, "recording")                                       \
	X(FORMAT_ELF, "elf")                                                   \
	X(FORMAT_IMAGE, "image")

#define SOURCE_ENUMERATOR_(id, word) id,
enum source_kind {
	SOURCE_KINDS(SOURCE_ENUMERATOR_) SOURCE_KIND_COUNT
};
enum source_format {
	SOURCE_FORMATS(SOURCE_ENUMERATOR_) FORMAT_COUNT
};

extern const char *const source_kind_names[SOURCE_KIND_COUNT];
extern const char *const source_format_names[FORMAT_COUNT];

/* The longest document that is read, 1 MiB. */
#define TEXT_READ_MAX 1048576u

struct source {
	enum source_kind kind;
	enum source_format format;
	char *path;	/* as the user wrote it, or the device that was found */
	uint8_t *bytes; /* the page, at most PAGE_READ_MAX */
	size_t length;
	/* The layout that a JSON document names; else NULL. */
	const struct layout *layout;
	struct passed_over passed_over; /* of a document */
	bool noted;			/* passed_over was reported */
	/* A reading of the counter that came with the page. */
	bool has_counter;
	uint64_t counter;
	bool redacted; /* a report says that the counter was moved */
	bool unkept;   /* a file that no program keeps, read as a live page */
	/* FORMAT_RECORDING: the recording, and the number of the snapshot that
	 * the page is; 0 before one was taken. */
	struct recording *recording;
	int fd; /* the recording's */
	uint64_t n;
	/* FORMAT_ELF and FORMAT_IMAGE: where the page is; how many copies that
	 * are not on a boundary a search passed over; and where it found
	 * several, the first of them. */
	bool in_memory;
	struct memory_place at;
	uint64_t copies;
	struct memory_place *places;
	size_t place_count;
	/* After a signal interrupted a wait for a FIFO or a pipe: whether to
	 * stop waiting. NULL: no signal stops it. */
	bool (*over)(void);
};

/* The name for messages: the path, or "standard input". */
static inline const char *source_name(const struct source *source)
{
	return source->kind == SOURCE_STDIN ? "standard input" : source->path;
}

/* Whether to repeat a call that failed, by errno: a signal interrupted it, and
 * `over` does not end the wait. */
static inline bool source_goes_on(const struct source *source)
{
	return errno == EINTR && !(source->over && source->over());
}

/* What to do about a node or a file that cannot be opened, by the errno; "":
 * nothing is known. */
const char *source_open_hint(const char *path, int errnum);

/* Find the one VMClock device below root; *path is to be freed. Returns 0, or
 * -1 with *error. */
int source_find_device(const char *root, char **path, struct error *error);

/* How many nodes of VMClock devices /dev has below root; 0 if it cannot be
 * read. */
unsigned int source_count_devices(const char *root);

/* The prefix of a simulation's name. */
#define SIM_PREFIX "sim:"

/* The SCENARIO of a simulation's name, "sim:SCENARIO"; NULL for any other. */
const char *source_scenario(const char *name);

/* The prefix of a physical address of this machine: "mem:ADDRESS". */
#define MEMORY_PREFIX "mem:"

bool source_is_memory(const char *name);

/* The address in such a name. Returns 0, or -1 with *error (ERROR_USAGE) if no
 * page can be there. */
int source_address(const char *name, uint64_t *address, struct error *error);

/* Why no page can be at the address, or NULL. */
const char *place_fault(uint64_t address);

/* Whether the name is that of a live page: NULL, a device, memory, a
 * simulation. A file is live only with --live. */
bool source_is_live(const char *name);

/* ERROR_MEMORY, for reading any source. Returns -1. */
int source_no_memory(struct error *error);

/* The path as a word of a shell's command line; "FILE" for standard input and
 * for one that a shell or a program would take for something else. */
const char *source_shell_name(const struct source *source);

/* Check that this is a page: a magic and 32 bytes. `name` is for the message.
 * Returns 0, or -1 with *error (ERROR_NOT_A_PAGE). */
int source_check_page(const char *name, const uint8_t *bytes, size_t length,
		      struct error *error);

#endif
