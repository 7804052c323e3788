/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The segments of an ELF core: 32 and 64 bits, either byte order. Nothing in
 * the headers is believed: what they say is held against the file.
 */
#ifndef VMCLOCKCTL_IO_SOURCE_ELF_CORE_H
#define VMCLOCKCTL_IO_SOURCE_ELF_CORE_H

#include "image.h"

/* A segment of memory (PT_LOAD). */
struct elf_segment {
	uint64_t offset, file_size; /* in the file; their sum fits 64 bits */
	uint64_t address;	    /* physical; of a process: virtual */
	uint64_t virtual_address;
	uint64_t memory_size; /* what is more than file_size was left out */
};

struct elf_core {
	/* No segment has a physical address: the core of a process. */
	bool process;
	struct elf_segment *segments;
	size_t count;
	/* A segment ends after the file's end: by how many bytes at most. */
	uint64_t missing;
};

/* More segments than any core has. */
#define ELF_SEGMENTS_MAX (1u << 20)

/* Whether the first bytes are those of an ELF file. */
bool elf_begins(const uint8_t *bytes, size_t length);

/* Read the headers. Returns 0, or -1 with *error (ERROR_NOT_A_PAGE: no core;
 * ERROR_DAMAGED: headers that cannot be true). Call elf_free() in either
 * case. */
int elf_read(struct image *image, struct elf_core *core, struct error *error);

/* The first segment of which the file has the address; else the first that
 * covers it and was left out or cut off; else NULL. */
const struct elf_segment *elf_find(const struct elf_core *core,
				   const struct image *image, uint64_t address);

/* How much of the segment the file has, from its begin on. */
static inline uint64_t elf_present(const struct elf_segment *segment,
				   const struct image *image)
{
	uint64_t left = segment->offset < image->size
				? image->size - segment->offset
				: 0;

	return segment->file_size < left ? segment->file_size : left;
}

/* Sort them by their place in the file. */
void elf_sort(struct elf_core *core);

void elf_free(struct elf_core *core);

#endif
