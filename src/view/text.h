/* SPDX-License-Identifier: BSD-2-Clause */
/* Output for people: ASCII except for file names, at most 80 columns. */
#ifndef VMCLOCKCTL_VIEW_TEXT_H
#define VMCLOCKCTL_VIEW_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "event/change.h"
#include "io/source/source.h"
#include "clock/reading.h"

#define TEXT_COLUMNS 80

/*
 * Print words after what stands on the line already (`column` characters),
 * broken at blanks and indented by `indent` on later lines, within 80 columns.
 * Ends the line.
 */
void text_wrap(FILE *stream, unsigned int column, unsigned int indent,
	       const char *words);

/* `show`: whether the clock can be used, the fields by group, the time. */
void text_show(FILE *stream, const struct source *source,
	       const struct reading *reading, bool color);

/* `show --hex`: the bytes with the name of the field they belong to. */
void text_hex(FILE *stream, const struct source *source,
	      const struct page *page);

/* Whether a text of text_diff() may begin with this line: a field's. */
bool text_diff_begins(const char *line);

/* `diff` of two pages of one layout; `rows` as change_fields() gives them. */
void text_diff(FILE *stream, const struct reading *before,
	       const struct reading *after, uint64_t rows, unsigned int events,
	       bool color);

/* An error, and its hint. */
void text_error(FILE *stream, const struct error *error);

#endif
