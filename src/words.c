/* SPDX-License-Identifier: BSD-2-Clause */
#include "words.h"

#include <string.h>

struct words words_start(char *text, size_t size)
{
	text[0] = '\0';
	return (struct words){ .to = text, .left = size };
}

static void add_letter(struct words *words, char letter)
{
	if (words->left < 2)
		return;
	*words->to++ = letter;
	*words->to = '\0';
	words->left--;
}

void words_add(struct words *words, const char *text)
{
	size_t length = strlen(text);

	if (!words->left)
		return;
	if (length >= words->left)
		length = words->left - 1;
	memcpy(words->to, text, length);
	words->to += length;
	*words->to = '\0';
	words->left -= length;
}

void words_decimal(struct words *words, uint64_t value)
{
	if (value >= 10)
		words_decimal(words, value / 10);
	add_letter(words, (char)('0' + value % 10));
}

void words_signed(struct words *words, int64_t value)
{
	if (value < 0)
		add_letter(words, '-');
	words_decimal(words, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void words_hex(struct words *words, uint64_t value, unsigned int digits)
{
	words_add(words, "0x");
	while (digits--)
		add_letter(words, "0123456789abcdef"[value >> 4 * digits & 15]);
}
