/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one dump that a text may hold, by one spelling. Its bytes come from lines
 * that follow each other: with offsets there is no gap between them; without,
 * all lines but the last have as many bytes, and the whole has the length of a
 * page. Text may stand before and after it.
 */
#ifndef VMCLOCKCTL_IO_SOURCE_DUMP_H
#define VMCLOCKCTL_IO_SOURCE_DUMP_H

#include "spelling.h"

struct dump_fault {
	unsigned int line; /* from 1 */
	const char *reason;
};

struct dump {
	const struct spelling *spelling;
	unsigned int base; /* of the offsets */
	uint8_t *bytes;
	size_t size;
	size_t used;		 /* bytes that were put together */
	uint64_t first;		 /* the first offset */
	unsigned int line;	 /* of the first byte; 0: there is none */
	size_t width;		 /* of the groups, 0: any */
	size_t group;		 /* digits of the first */
	struct slice characters; /* those beside the first line */
	struct dump_fault fault; /* of a dump that is not whole */
};

/*
 * Read the dump of a spelling, with offsets in this base, into at most
 * dump->size bytes. Returns whether there is one; else dump->fault says why
 * not, with line 0 where no line is of this spelling.
 */
bool dump_read(struct dump *dump, struct text_lines lines);

/* The same for a spelling without offsets. */
bool dump_read_plain(struct dump *dump, struct text_lines lines);

/* The bytes of the least page that is told whole: today's last field's end. */
#define DUMP_PAGE_MIN 112u

#endif
