/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the JSON of `show` back into a page. */
#ifndef VMCLOCKCTL_IO_SOURCE_DOCUMENT_H
#define VMCLOCKCTL_IO_SOURCE_DOCUMENT_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "source_name.h"

/*
 * Fill bytes, length and counter of *source from the text of a document: the
 * bytes of `page`, with `raw` written over them. Members that only follow from
 * these (decoded, time, ...) are not read but computed again. Every member that
 * the first version wrote must be there; the members of page and raw, the
 * counter and the layout must have the right type and be in range. A field
 * added since may be missing: the bytes then give its value. An unknown member,
 * at any depth, is ignored; source->passed_over holds the first one. Returns 0,
 * or -1 with *error (ERROR_DAMAGED), which names the member.
 */
int document_read(const char *text, size_t length, struct source *source,
		  struct error *error);

/*
 * The bytes of a page's member `hex`, here and in a recording: two digits each,
 * at most `length`. Returns NULL with their number in *count, or what is wrong
 * with the member.
 */
const char *document_hex(const json_t *hex, size_t length, uint8_t *bytes,
			 size_t *count);

/* A file name as a JSON string; bytes that are not UTF-8 are written as \xHH.
 * NULL when memory runs out. */
json_t *document_name(const char *name);

#endif
