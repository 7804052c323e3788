/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads and writes hexadecimal digits, and bytes of two digits. */
#include "hex.h"

const char hex_letters[17] = "0123456789abcdef";

const uint8_t hex_values[256] = {
	['0'] = 1,  ['1'] = 2,	['2'] = 3,  ['3'] = 4,	['4'] = 5,  ['5'] = 6,
	['6'] = 7,  ['7'] = 8,	['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
	['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

bool hex_bytes(const char *text, size_t count, uint8_t *bytes)
{
	for (size_t i = 0; i < count; i++) {
		int high = hex_digit(text[2 * i]);
		int low = hex_digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

char *hex_put(char *to, uint64_t value, unsigned int digits)
{
	while (digits--)
		*to++ = hex_letters[value >> 4 * digits & 15];
	return to;
}

char *hex_put_bytes(char *to, const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		*to++ = hex_letters[bytes[i] >> 4];
		*to++ = hex_letters[bytes[i] & 15];
	}
	return to;
}
