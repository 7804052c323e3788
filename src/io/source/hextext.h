/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hex spellings of a page: xxd, hexdump -C, hexdump (16-bit words), od
 * -tx1 (octal offsets), the bytes of QEMU's xp and gdb's x, plain hex digits;
 * `*` for repeated lines expanded. The first offset may be any, and a mail may
 * have quoted every line.
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
 * Decode `length` characters of text into at most `size` bytes. *used is how
 * many bytes there were, 0 unless HEXTEXT_OK: what `bytes` holds then means
 * nothing. On HEXTEXT_DAMAGED *fault says where and why (an odd number of
 * digits, a character that is no digit, an offset that does not follow, words
 * in place of bytes, more than `size` bytes).
 */
enum hextext hextext_parse(const char *text, size_t length, uint8_t *bytes,
			   size_t size, size_t *used,
			   struct hextext_fault *fault);

/* Write bytes as `hexdump -C` does, repeated lines as `*`. */
void hextext_print(FILE *stream, const uint8_t *bytes, size_t length);

#endif
