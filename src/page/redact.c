/* SPDX-License-Identifier: BSD-2-Clause */
#include "redact.h"

#include "decode.h"

/* Spread over all bits: rounds of multiplying by an odd number and folding the
 * upper half, where the product's mixture is, into the lower. */
static uint64_t mix(uint64_t value)
{
	for (int i = 0; i < 4; i++) {
		value = (value ^ UINT64_C(0x5851f42d4c957f2d)) *
			UINT64_C(0xd6e8feb86659fd93);
		value ^= value >> 32;
	}
	return value;
}

/* Half of the bits: 2^32 values have the same digest. */
static uint64_t digest(uint64_t value)
{
	return value ? mix(value) >> 32 | 1 : 0;
}

uint64_t redact_salt(const char *text)
{
	uint64_t salt = 0;

	for (; *text; text++)
		salt = mix(salt ^ (uint8_t)*text);
	return salt;
}

/* A field by its name, where the layout has it and the page too. */
static const struct field *find(const struct page *page, const char *name,
				uint64_t *value)
{
	int row = field_find(page->layout, name);

	if (!page_has(page, row))
		return NULL;
	*value = page->value[row];
	return &page->layout->fields[row];
}

void redact_page(uint8_t *bytes, size_t length, uint64_t salt,
		 uint64_t *counter)
{
	static const char *const identities[] = { "disruption_marker",
						  "vm_generation_counter" };
	const struct field *field;
	struct page page;
	uint64_t value, shift = salt;

	page_decode(bytes, length, &page);
	if (find(&page, "disruption_marker", &value))
		shift = mix(salt ^ mix(value));
	for (size_t i = 0; i < sizeof(identities) / sizeof(*identities); i++) {
		field = find(&page, identities[i], &value);
		if (field)
			store_le(bytes + field->offset, field->width,
				 digest(value));
	}
	field = find(&page, "counter_value", &value);
	/* Without a clock there is nothing that hides in it. */
	if (!field || !value)
		return;
	store_le(bytes + field->offset, field->width, value + shift);
	if (counter)
		*counter += shift;
}
