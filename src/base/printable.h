/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes foreign names safe for a terminal. */
#ifndef VMCLOCKCTL_BASE_PRINTABLE_H
#define VMCLOCKCTL_BASE_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A space is printable, a control character is not. */
static inline bool is_printable_ascii(unsigned char c)
{
	return c >= 0x20 && c < 0x7f;
}

/*
 * Copy, cut where it would not fit in `size` bytes with the NUL. If the user's
 * locale (the environment's LC_CTYPE) is UTF-8, every character that has a
 * shape stays as it is, in any other one printable ASCII. All else comes out as
 * \xHH, a byte each: controls, what turns the direction of text or hides in it,
 * and bytes that are not UTF-8.
 */
void printable(char *to, size_t size, const char *from);

/* The same to a stream, never cut. */
void printable_put(FILE *stream, const char *text);

/* The same in ASCII, whatever the locale: for what programs read. */
void printable_ascii(char *to, size_t size, const char *from);

/* How many bytes the character has that the text begins with, read as UTF-8 in
 * any locale; 0 where it is none of those that stay as they are. */
size_t printable_utf8(const char *text);

/* How many columns of a terminal the first bytes of such a text take. */
unsigned int printable_columns(const char *text, size_t length);

#endif
