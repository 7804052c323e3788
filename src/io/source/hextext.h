/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A page as text, in the spellings of the table in spelling.c, with any text
 * before and after it. What comes out is the bytes that were dumped, or
 * nothing: every spelling is tried on the whole text, and a dump that is not
 * whole or could mean several things is refused.
 */
#ifndef VMCLOCKCTL_IO_SOURCE_HEXTEXT_H
#define VMCLOCKCTL_IO_SOURCE_HEXTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum hextext {
	HEXTEXT_OK,	 /* decoded */
	HEXTEXT_NO,	 /* no dump at all */
	HEXTEXT_DAMAGED, /* a dump that cannot be relied upon, or read */
};

struct hextext_fault {
	unsigned int line; /* from 1 */
	const char *reason;
	const char *hint; /* what to do, or NULL */
};

/*
 * Decode `length` characters of text into at most `size` bytes. *used is the
 * number of bytes decoded; it is 0 unless HEXTEXT_OK is returned, and the
 * contents of `bytes` are then undefined. On HEXTEXT_DAMAGED *fault says where
 * and why (an odd number of digits, an offset that is not consecutive, a `*`
 * without offsets, octal words, more than `size` bytes).
 */
enum hextext hextext_parse(const char *text, size_t length, uint8_t *bytes,
			   size_t size, size_t *used,
			   struct hextext_fault *fault);

/* Write bytes as `hexdump -C` does, with `*` for repeated lines of one value.
 */
void hextext_print(FILE *stream, const uint8_t *bytes, size_t length);

#endif
