/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lines of the text report that are read again besides the dump, written by
 * view/report_text.c.
 */
#ifndef VMCLOCKCTL_IO_SOURCE_REPORT_LINES_H
#define VMCLOCKCTL_IO_SOURCE_REPORT_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How long the page is, and how many of its bytes the dump has. */
#define REPORT_PAGE	 "page: "
#define REPORT_PAGE_OF	 " bytes, the first "
#define REPORT_PAGE_REST " of them below, then zeros"

/* The reading of the counter that was taken with the page. */
#define REPORT_COUNTER "counter: "

/* That the page and the counter were redacted. */
#define REPORT_REDACTED "redacted: yes"

struct report_lines {
	bool found;	   /* the page's line */
	unsigned int line; /* its number */
	size_t length, shown;
	bool has_counter;
	uint64_t counter;
	bool redacted;
};

/* Find the lines of a report in a text, quoted or not. */
void report_lines_find(const char *text, size_t length,
		       struct report_lines *found);

#endif
