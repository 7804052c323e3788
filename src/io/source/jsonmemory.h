/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether jansson ever ran out of memory. It does not always say: a text that
 * could not be taken in is a syntax error to it, and of a document that was
 * being made a member may be missing.
 */
#ifndef VMCLOCKCTL_IO_SOURCE_JSONMEMORY_H
#define VMCLOCKCTL_IO_SOURCE_JSONMEMORY_H

#include <jansson.h>
#include <stdbool.h>

/* Give jansson an allocator that notices. To be called first of all, so that no
 * block is of another kind; without it memory is never said to have run out. */
void jsonmemory_install(void);

/* Since the last call of it. */
bool jsonmemory_failed(void);

/*
 * json_loadb(). jansson 2.14 goes on after it could not store a byte of a
 * string, and then writes past the end of another; so what it did so far is
 * dropped when memory runs out.
 */
json_t *jsonmemory_load(const char *text, size_t length, size_t flags,
			json_error_t *fault);

/* The text of the document, which is taken over; the caller's to free. NULL
 * where there was not the memory for the whole of both. */
char *jsonmemory_text(json_t *document, size_t flags);

#endif
