/* SPDX-License-Identifier: BSD-2-Clause */
/* Names that others chose, made fit for a terminal. */
#ifndef VMCLOCKCTL_BASE_PRINTABLE_H
#define VMCLOCKCTL_BASE_PRINTABLE_H

#include <stddef.h>
#include <stdio.h>

/* Copy to printable ASCII, other bytes as \xHH, cut where it would not fit in
 * `size` bytes with the NUL. */
void printable(char *to, size_t size, const char *from);

/* The same to a stream, never cut. */
void printable_put(FILE *stream, const char *text);

#endif
