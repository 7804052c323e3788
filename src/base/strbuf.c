/* SPDX-License-Identifier: BSD-2-Clause */
#include "strbuf.h"

#include <string.h>

struct strbuf strbuf_start(char *text, size_t size)
{
	text[0] = '\0';
	return (struct strbuf){ .to = text, .left = size };
}

static void add_letter(struct strbuf *buffer, char letter)
{
	if (buffer->left < 2)
		return;
	*buffer->to++ = letter;
	*buffer->to = '\0';
	buffer->left--;
}

void strbuf_add(struct strbuf *buffer, const char *text)
{
	size_t length = strlen(text);

	if (!buffer->left)
		return;
	if (length >= buffer->left)
		length = buffer->left - 1;
	memcpy(buffer->to, text, length);
	buffer->to += length;
	*buffer->to = '\0';
	buffer->left -= length;
}

void strbuf_decimal(struct strbuf *buffer, uint64_t value)
{
	if (value >= 10)
		strbuf_decimal(buffer, value / 10);
	add_letter(buffer, (char)('0' + value % 10));
}

void strbuf_signed(struct strbuf *buffer, int64_t value)
{
	if (value < 0)
		add_letter(buffer, '-');
	strbuf_decimal(buffer, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void strbuf_hex(struct strbuf *buffer, uint64_t value, unsigned int digits)
{
	strbuf_add(buffer, "0x");
	while (digits--)
		add_letter(buffer,
			   "0123456789abcdef"[value >> 4 * digits & 15]);
}
