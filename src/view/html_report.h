/* SPDX-License-Identifier: BSD-2-Clause */
/* The documents of `report`. */
#ifndef VMCLOCKCTL_VIEW_HTML_REPORT_H
#define VMCLOCKCTL_VIEW_HTML_REPORT_H

#include <stdio.h>

#include "story.h"

/* One HTML file that is XML too, and complete in itself: no script, nothing to
 * fetch. `command` is the command line that makes it again. */
void html_report(FILE *f, const struct story *stories, size_t count,
		 const char *command);

/* The pictures alone, one below the other. */
void svg_report(FILE *f, const struct story *stories, size_t count);

/* The numbers; NULL: no memory. */
json_t *json_report(const struct story *stories, size_t count);

/* Whether a file with this first line holds such a document. */
bool html_report_begins(const char *line);
bool svg_report_begins(const char *line);

#endif
