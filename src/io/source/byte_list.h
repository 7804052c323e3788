/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of the byte arrays and strings of programming languages. */
#ifndef VMCLOCKCTL_IO_SOURCE_BYTE_LIST_H
#define VMCLOCKCTL_IO_SOURCE_BYTE_LIST_H

#include "spelling.h"

/*
 * Read a line of GROUPS_HEX_ARRAY and the kinds after it: elements with commas
 * between, after what opens the array and before what closes it; or a string.
 * Returns NULL, or why it is none; see spelling_line().
 */
const char *byte_list_line(enum groups groups, struct slice line,
			   uint8_t *bytes, size_t room,
			   struct dump_line *found);

#endif
