/* SPDX-License-Identifier: BSD-2-Clause */
/* Where in memory a page lies: as asked for on the command line, and as found.
 */
#ifndef VMCLOCKCTL_IO_SOURCE_MEMORY_PLACE_H
#define VMCLOCKCTL_IO_SOURCE_MEMORY_PLACE_H

#include <stdbool.h>
#include <stdint.h>

enum place_kind {
	PLACE_NONE,   /* a SOURCE that is no memory */
	PLACE_OFFSET, /* `at` bytes from the file's begin */
	PLACE_PHYS,   /* at the address `at` */
	PLACE_SCAN,   /* wherever it is found */
};

/* The option that asks for each; NULL of PLACE_NONE. */
extern const char *const place_options[];

struct place_asked {
	enum place_kind kind;
	uint64_t at;
};

/* A place in a memory image whose header passes for a page. */
struct memory_place {
	uint64_t offset;  /* in the file */
	bool has_address; /* a core says which it is */
	uint64_t address; /* of the guest; in a process's core, the virtual one
			   */
	uint64_t marker;
	uint32_t seq_count;
};

/* So many of those that were found are kept, the first ones. */
#define MEMORY_PLACES_MAX 64u

/* Pages of memory, to which a device's region is aligned. */
#define PLACE_ALIGNMENT UINT64_C(4096)

/* What addresses have at most, in bits. */
#define ADDRESS_BITS 52u

#endif
