/* SPDX-License-Identifier: BSD-2-Clause */
/* Hex digits, in either case. */
#ifndef VMCLOCKCTL_BASE_HEX_H
#define VMCLOCKCTL_BASE_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each digit's value plus one; 0: no digit. */
extern const uint8_t hex_values[256];

/* The value of a digit, or -1. */
static inline int hex_digit(char c)
{
	return hex_values[(uint8_t)c] - 1;
}

/* So many bytes, of two digits each. false: a character that is no digit. */
bool hex_bytes(const char *text, size_t count, uint8_t *bytes);

#endif
