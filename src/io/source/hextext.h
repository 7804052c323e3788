/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A page as hex text, in these spellings: xxd, hexdump -C, hexdump (16-bit
 * words), od -tx1 (octal offsets), the bytes of QEMU's xp and gdb's x, plain
 * hex digits. A `*` for repeated lines is expanded. The first offset may have
 * any value, and every line may be quoted as in a mail.
 */
#ifndef VMCLOCKCTL_IO_SOURCE_HEXTEXT_H
#define VMCLOCKCTL_IO_SOURCE_HEXTEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum hextext {
	HEXTEXT_OK,	 /* decoded */
	HEXTEXT_NO,	 /* not hex text at all */
	HEXTEXT_DAMAGED, /* begins as one of the spellings, then breaks it */
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
 * and why (an odd number of digits, a character that is not a digit, an offset
 * that is not consecutive, words instead of bytes, more than `size` bytes).
 */
enum hextext hextext_parse(const char *text, size_t length, uint8_t *bytes,
			   size_t size, size_t *used,
			   struct hextext_fault *fault);

/* Write bytes as `hexdump -C` does, with `*` for repeated lines. */
void hextext_print(FILE *stream, const uint8_t *bytes, size_t length);

#endif
