/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Detects that jansson ran out of memory. jansson does not always report it: it
 * calls a text that it could not store a syntax error, and a document that it
 * builds may lack a member.
 */
#ifndef VMCLOCKCTL_IO_SOURCE_JSONMEMORY_H
#define VMCLOCKCTL_IO_SOURCE_JSONMEMORY_H

#include <jansson.h>
#include <stdbool.h>

/* Give jansson an allocator that records a failure. Call this before any other
 * use of jansson, so that every block comes from this allocator; without it
 * jsonmemory_failed() never reports a failure. */
void jsonmemory_install(void);

/* Whether an allocation has failed since the last call. */
bool jsonmemory_failed(void);

/* The most arrays and objects within each other; what is written has five. */
#define JSON_DEPTH_MAX 16

/*
 * json_loadb(), but for a text that is nested deeper than JSON_DEPTH_MAX.
 * jansson 2.14 continues after it failed to store a byte of a string, and then
 * writes past the end of another; so when memory runs out, everything it has
 * done so far is dropped. `fault` may be NULL.
 */
json_t *jsonmemory_load(const char *text, size_t length, size_t flags,
			json_error_t *fault);

/* The text of the document, to be freed by the caller; the document is taken
 * over. NULL if memory ran out while either was made. */
char *jsonmemory_text(json_t *document, size_t flags);

#endif
