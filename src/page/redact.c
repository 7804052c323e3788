/* SPDX-License-Identifier: BSD-2-Clause */
/* Replaces the values on a page that identify the machine. */
#include "redact.h"

#include <string.h>

#include "base/bytes.h"
#include "decode.h"

/* What a hash is of, so that equal values of two kinds do not look equal. */
enum subject {
	SUBJECT_MARKER,
	SUBJECT_GENERATION,
	SUBJECT_COUNTER,
};

static uint64_t hash_value(const struct siphash_key *key, enum subject subject,
			   uint64_t value, const char *boot)
{
	uint8_t text[17];

	text[0] = (uint8_t)subject;
	store_le(text + 1, 8, value);
	store_le(text + 9, 8, siphash(key, boot, strlen(boot)));
	return siphash(key, text, sizeof(text));
}

static uint64_t make_digest(const struct siphash_key *key, enum subject subject,
			    uint64_t value)
{
	uint64_t digest = hash_value(key, subject, value, "");

	/* Only 0 is 0. */
	return value ? digest + !digest : 0;
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

/* What no field accounts for may be anything of the host's memory, or a field
 * of a draft or of a later version that identifies the machine. */
static void clear_rest(uint8_t *bytes, size_t length, const struct page *page)
{
	const struct layout *layout = page->layout;
	uint8_t fields[PAGE_DEFINED] = { 0 };
	size_t end = length < sizeof(fields) ? length : sizeof(fields);

	for (unsigned int row = 0; row < layout->count; row++) {
		const struct field *field = &layout->fields[row];

		if (page_has(page, (int)row))
			memcpy(fields + field->offset, bytes + field->offset,
			       field->width);
	}
	memcpy(bytes, fields, end);
	memset(bytes + end, 0, length - end);
}

uint64_t redact_shift(const struct siphash_key *key, uint64_t marker,
		      const char *boot)
{
	return hash_value(key, SUBJECT_COUNTER, marker, boot);
}

void redact_page(uint8_t *bytes, size_t length, const struct siphash_key *key,
		 const char *boot, uint64_t *counter)
{
	struct page page;
	uint64_t shift;

	page_decode(bytes, length, &page);
	shift = redact_shift(
		key, page_value(&page, page.layout->disruption_marker), boot);
	redact_page_by(bytes, length, key, shift);
	if (counter)
		*counter += shift;
}

void redact_page_by(uint8_t *bytes, size_t length,
		    const struct siphash_key *key, uint64_t shift)
{
	const struct layout *layout;
	uint64_t marker, generation, value;
	struct page page;

	page_decode(bytes, length, &page);
	layout = page.layout;
	marker = page_value(&page, layout->disruption_marker);
	generation = page_value(&page, layout->generation);
	value = page_value(&page, layout->counter_value);
	replace_value(bytes, &page, layout->disruption_marker,
		      make_digest(key, SUBJECT_MARKER, marker));
	replace_value(bytes, &page, layout->generation,
		      make_digest(key, SUBJECT_GENERATION, generation));
	/* A page without a clock has no reference, and none is made up. */
	if (value || page_has_counter(&page))
		replace_value(bytes, &page, layout->counter_value,
			      value + shift);
	clear_rest(bytes, length, &page);
}
