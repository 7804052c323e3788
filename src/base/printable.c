/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes spelt in printable ASCII. */
#include "printable.h"

#include "hex.h"

/* Returns how many characters were made of it. */
static size_t spell_byte(char to[static 4], unsigned char c)
{
	if (c >= 0x20 && c < 0x7f) {
		to[0] = (char)c;
		return 1;
	}
	to[0] = '\\';
	to[1] = 'x';
	hex_put(to + 2, c, 2);
	return 4;
}

void printable(char *to, size_t size, const char *from)
{
	size_t used = 0;

	for (; *from; from++) {
		char text[4];
		size_t length = spell_byte(text, (unsigned char)*from);

		if (used + length >= size)
			break;
		for (size_t i = 0; i < length; i++)
			to[used++] = text[i];
	}
	to[used] = '\0';
}

void printable_put(FILE *stream, const char *text)
{
	for (; *text; text++) {
		char spelt[4];
		size_t length = spell_byte(spelt, (unsigned char)*text);

		fwrite(spelt, 1, length, stream);
	}
}
