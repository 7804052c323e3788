/* SPDX-License-Identifier: BSD-2-Clause */
/* The bug report as text for a mail, which is a SOURCE again. */
#ifndef VMCLOCKCTL_VIEW_REPORT_TEXT_H
#define VMCLOCKCTL_VIEW_REPORT_TEXT_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Write the document of dump in lines of at most 76 characters: the page as
 * `xxd -g1` shows it up to its last byte that is not zero, and "KEY: VALUE" for
 * the rest; see io/source/report_lines.h for what is read back.
 */
void text_report(FILE *stream, const json_t *document, const uint8_t *bytes,
		 size_t length);

#endif
