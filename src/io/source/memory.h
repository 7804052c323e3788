/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes a page out of a memory image: an ELF core, or memory as it is. */
#ifndef VMCLOCKCTL_IO_SOURCE_MEMORY_H
#define VMCLOCKCTL_IO_SOURCE_MEMORY_H

#include "source_name.h"

/*
 * Read the page at `place` (not PLACE_NONE) from fd into *source, whose kind
 * and path are set: bytes, length, format, and where it was. Where a search
 * finds several places, source->places has them. Returns 0, or -1 with *error.
 */
int memory_read(int fd, const struct place_asked *place, struct source *source,
		struct error *error);

/* Whether the first bytes are those of a memory image that is no page itself;
 * then *error says how to read it. */
bool memory_is_image(const struct source *source, const uint8_t *bytes,
		     size_t length, struct error *error);

#endif
