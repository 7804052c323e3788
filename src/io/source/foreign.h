/* SPDX-License-Identifier: BSD-2-Clause */
/* Texts that hold a page and cannot be read: what they are, and which command
 * makes one that can. */
#ifndef VMCLOCKCTL_IO_SOURCE_FOREIGN_H
#define VMCLOCKCTL_IO_SOURCE_FOREIGN_H

#include <stdbool.h>

#include "hextext.h"
#include "text_lines.h"

/*
 * Find a line that names what the text is: octal words, a log's prefix before a
 * dump. `line` is where a spelling broke, 0: none fits. Returns whether *fault
 * was filled.
 */
bool foreign_find(struct text_lines lines, unsigned int line,
		  struct hextext_fault *fault);

#endif
