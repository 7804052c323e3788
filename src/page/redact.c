/* SPDX-License-Identifier: BSD-2-Clause */
/* Replaces the values on a page that identify the machine. */
#include "redact.h"

#include "decode.h"

/* Spread over all bits: rounds of multiplying by an odd number and folding the
 * upper half, where the product's mixture is, into the lower. */
static uint64_t mix_bits(uint64_t value)
{
	for (int i = 0; i < 4; i++) {
		value = (value ^ UINT64_C(0x5851f42d4c957f2d)) *
			UINT64_C(0xd6e8feb86659fd93);
		value ^= value >> 32;
	}
	return value;
}

/* Half of the bits: 2^32 values have the same digest. */
static uint64_t make_digest(uint64_t value)
{
	return value ? mix_bits(value) >> 32 | 1 : 0;
}

uint64_t redact_salt(const char *text)
{
	uint64_t salt = 0;

	for (; *text; text++)
		salt = mix_bits(salt ^ (uint8_t)*text);
	return salt;
}

/* Replace the value of a field that the page has. */
static void replace_value(uint8_t *bytes, const struct page *page, int row,
			  uint64_t value)
{
	const struct field *field;

	if (!page_has(page, row))
		return;
	field = &page->layout->fields[row];
	store_le(bytes + field->offset, field->width, value);
}

void redact_page(uint8_t *bytes, size_t length, uint64_t salt,
		 uint64_t *counter)
{
	const struct layout *layout;
	uint64_t marker, shift = salt;
	struct page page;

	page_decode(bytes, length, &page);
	layout = page.layout;
	marker = page_value(&page, layout->disruption_marker);
	if (page_has(&page, layout->disruption_marker))
		shift = mix_bits(salt ^ mix_bits(marker));
	replace_value(bytes, &page, layout->disruption_marker,
		      make_digest(marker));
	replace_value(bytes, &page, layout->generation,
		      make_digest(page_value(&page, layout->generation)));
	/* Without a clock the counter identifies nothing. */
	if (!page_value(&page, layout->counter_value))
		return;
	replace_value(bytes, &page, layout->counter_value,
		      page_value(&page, layout->counter_value) + shift);
	if (counter)
		*counter += shift;
}
