/* SPDX-License-Identifier: BSD-2-Clause */
/* What is wrapped around a page: compression, an archive, a wide encoding. */
#ifndef VMCLOCKCTL_IO_SOURCE_PACKED_H
#define VMCLOCKCTL_IO_SOURCE_PACKED_H

#include <stddef.h>
#include <stdint.h>

struct packed {
	const char *name; /* "gzip-compressed" */
	/* Writes what is in a file, named after it, to standard output. */
	const char *command;
};

/* What begins with these bytes, or NULL. */
const struct packed *packed_find(const uint8_t *bytes, size_t length);

#endif
