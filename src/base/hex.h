/* SPDX-License-Identifier: BSD-2-Clause */
/* Hex digits: read in either case, written in lower case. */
#ifndef VMCLOCKCTL_BASE_HEX_H
#define VMCLOCKCTL_BASE_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each digit's value plus one; 0: no digit. */
extern const uint8_t hex_values[256];

/* The digits that are written, by value. */
extern const char hex_letters[17];

/* The value of a digit, or -1. */
static inline int hex_digit(char c)
{
	return hex_values[(uint8_t)c] - 1;
}

/* Read `count` bytes, of two digits each. Returns false if a character is not a
 * digit. */
bool hex_bytes(const char *text, size_t count, uint8_t *bytes);

/* Write the last `digits` hex digits of the value, without a NUL. Returns where
 * they end. */
char *hex_put(char *to, uint64_t value, unsigned int digits);

/* Write two digits a byte, without a NUL. Returns where they end. */
char *hex_put_bytes(char *to, const uint8_t *bytes, size_t count);

#endif
