/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the JSON of `show` back into a page. */
#ifndef VMCLOCKCTL_IO_SOURCE_DOCUMENT_H
#define VMCLOCKCTL_IO_SOURCE_DOCUMENT_H

#include <stddef.h>

#include "source_name.h"

/*
 * Fill bytes, length and counter of *source from the text of a document: the
 * bytes of `page`, with `raw` laid over them. What only follows from these
 * (decoded, time, ...) is made anew and not read. Every member that the first
 * version wrote must be there; those of page and raw, the counter and the
 * layout of the right type and in range. A field added since may be missing: it
 * is as the bytes have it. A member that is not known, at any depth, is passed
 * over, and source->passed_over has the first one. Returns 0, or -1 with *error
 * (ERROR_DAMAGED), the member named.
 */
int document_read(const char *text, size_t length, struct source *source,
		  struct error *error);

/* A file name as a JSON string; where it is no UTF-8, with \xHH for its bytes.
 * NULL when memory runs out. */
struct json_t *document_name(const char *name);

#endif
