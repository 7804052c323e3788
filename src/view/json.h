/* SPDX-License-Identifier: BSD-2-Clause */
/* The JSON documents, by the rules of vmclockctl(1), JSON. */
#ifndef VMCLOCKCTL_VIEW_JSON_H
#define VMCLOCKCTL_VIEW_JSON_H

#include <jansson.h>
#include <stdio.h>

#include "event/change.h"
#include "base/error.h"
#include "io/source/source.h"
#include "clock/reading.h"
#include "event.h"

/* The makers below return NULL when memory runs out, and json_pack() passes
 * that on; json_write() is where it becomes an error. */

/* A text that may contain file names, as ASCII in any locale. */
json_t *json_ascii(const char *text);

/* Set key to an integer, to null where it is not known, or to null with
 * "overflow" beside it where it is beyond 2^53 - 1. Returns 0, or -1 where
 * memory runs out. */
int json_set_integer(json_t *object, const char *key, bool known,
		     uint128 value);

/* The length of a page, and its bytes without trailing zeros. */
json_t *json_page(const uint8_t *bytes, size_t whole);

/* Where the page came from. */
json_t *json_source(const struct source *source);

/* Whether a recording that was read to its end has an end line; null if it is
 * not a recording. */
json_t *json_complete(const struct source *source);

/* A raw value, typed by the width of the field. */
json_t *json_raw_value(const struct field *field, uint64_t value);

/* The member `decoded` of show. */
json_t *json_decoded(const struct reading *reading);

/* The whole document of `show`. */
json_t *json_show(const struct source *source, const struct reading *reading);

/* The document of `encode`: the page, and its values by its layout. */
json_t *json_encode(const struct source *source);

/* {"schema": "vmclockctl/COMMAND", "schema_version": 1, "error": {...}}, and
 * the SOURCE that was named, unless NULL. */
json_t *json_failure(const char *command, const char *source,
		     const struct error *error);

/* The names of the events in the mask. */
json_t *json_events(unsigned int events);

/* Add time_step_ns and frequency_step_ppm to an event. Returns 0, or -1 where
 * memory runs out. */
int json_add_step(json_t *event, const struct clock_step *step);

/* A line of `watch`: its n-th event. */
json_t *json_event(const struct occurrence *occurrence, uint64_t n);

/* A document as text, to be freed, and release it. NULL: no memory. */
char *json_text(json_t *document);

/* Write one document and a newline, and release it. NULL is out of memory.
 * Returns 0, or -1 with *error; write errors are left to the stream. */
int json_write(FILE *stream, json_t *document, struct error *error);

/* The same, indented, a member a line: for people, and for mails. */
int json_write_lines(FILE *stream, json_t *document, struct error *error);

#endif
