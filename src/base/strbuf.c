/* SPDX-License-Identifier: BSD-2-Clause */
/* Text that is cut where its buffer ends. */
#include "strbuf.h"

#include <string.h>

#include "hex.h"
#include "number.h"

struct strbuf strbuf_start(char *text, size_t size)
{
	text[0] = '\0';
	return (struct strbuf){ .to = text, .left = size };
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

static void add_bytes(struct strbuf *buffer, const char *from, size_t length)
{
	while (length-- && buffer->left > 1) {
		*buffer->to++ = *from++;
		buffer->left--;
	}
	*buffer->to = '\0';
}

void strbuf_path(struct strbuf *buffer, const char *path, size_t most)
{
	static const char gap[] = "...";
	size_t length = strlen(path), tail = (most - strlen(gap)) / 2;

	if (length <= most) {
		strbuf_add(buffer, path);
		return;
	}
	add_bytes(buffer, path, most - strlen(gap) - tail);
	strbuf_add(buffer, gap);
	strbuf_add(buffer, path + length - tail);
}

void strbuf_decimal(struct strbuf *buffer, uint64_t value)
{
	char digits[NUMBER_DIGITS_MAX + 1];

	*number_put(digits, value) = '\0';
	strbuf_add(buffer, digits);
}

void strbuf_signed(struct strbuf *buffer, int64_t value)
{
	if (value < 0)
		strbuf_add(buffer, "-");
	strbuf_decimal(buffer, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void strbuf_hex(struct strbuf *buffer, uint64_t value, unsigned int digits)
{
	char text[16 + 1];

	*hex_put(text, value, digits) = '\0';
	strbuf_add(buffer, "0x");
	strbuf_add(buffer, text);
}
