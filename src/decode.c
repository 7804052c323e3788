/* SPDX-License-Identifier: BSD-2-Clause */
/* Decodes bytes into struct page, and finds what its fields allow. */
#include "decode.h"

#include <string.h>

bool page_has_magic(const uint8_t *bytes, size_t length)
{
	return length >= 4 && load_le(bytes, 4) == PAGE_MAGIC;
}

const struct layout *page_layout(const uint8_t *bytes, size_t length)
{
	return &layouts[layout_recognise(bytes, length)];
}

void page_decode_as(const struct layout *layout, const uint8_t *bytes,
		    size_t length, struct page *page)
{
	const struct field *size = &layout->fields[layout->size];
	uint64_t covered = PAGE_HEADER_SIZE;

	memset(page, 0, sizeof(*page));
	page->layout = layout;
	if (field_end(size) <= length) {
		uint64_t published = load_le(bytes + size->offset, size->width);

		if (published > covered)
			covered = published;
	}
	if (covered > length)
		covered = length;
	for (unsigned int i = 0; i < layout->count; i++) {
		const struct field *field = &layout->fields[i];

		if (field_end(field) > covered)
			continue;
		page->present |= UINT64_C(1) << i;
		page->value[i] = load_le(bytes + field->offset, field->width);
	}
}

void page_decode(const uint8_t *bytes, size_t length, struct page *page)
{
	page_decode_as(page_layout(bytes, length), bytes, length, page);
}

/* Whether the value in this row is one that a usable page may have. */
static bool has_usable_value(const struct page *page, int row)
{
	return page_has(page, row) &&
	       value_usable(page->layout->fields[row].usable, page->value[row]);
}

/* A field of the layout has a value that has a name, or is not there. */
static bool is_named(const struct page *page, int row)
{
	return !page_has(page, row) ||
	       field_value_name(&page->layout->fields[row], page->value[row]) !=
		       NULL;
}

bool page_passes(const uint8_t *bytes, size_t length)
{
	struct page page;
	const struct layout *layout;
	uint64_t size;

	if (length < PAGE_HEADER_SIZE || load_le(bytes, 4) != PAGE_MAGIC)
		return false;
	page_decode(bytes, length, &page);
	layout = page.layout;
	size = page_value(&page, layout->size);
	return !layout->partial && size >= PAGE_HEADER_SIZE &&
	       size <= PAGE_READ_MAX &&
	       page_value(&page, layout->version) == PAGE_VERSION &&
	       is_named(&page, layout->counter_id) &&
	       is_named(&page, layout->time_type) &&
	       is_named(&page, layout->clock_status) &&
	       (layout->draft || !page_has(&page, FIELD_pad) ||
		!page.value[FIELD_pad]);
}

bool page_has_counter(const struct page *page)
{
	return has_usable_value(page, page->layout->counter_id);
}

bool page_status_usable(const struct page *page)
{
	return has_usable_value(page, page->layout->clock_status);
}

/* Whether the fields that make up a clock are present and make sense. */
static bool describes_clock(const struct page *page)
{
	const struct layout *l = page->layout;

	if (l->time_type >= 0 && !has_usable_value(page, l->time_type))
		return false;
	return page_has_counter(page) && page_has(page, l->counter_value) &&
	       page_has(page, l->period_shift) && page_has(page, l->period) &&
	       page_has(page, l->time_sec) && page_has(page, l->time_frac) &&
	       page->value[l->period] != 0;
}

enum obstacle page_obstacle(const struct page *page)
{
	if (!describes_clock(page))
		return OBSTACLE_NO_CLOCK;
	if (!page_status_usable(page))
		return OBSTACLE_STATUS;
	if (page_value(page, page->layout->seq_count) & 1)
		return OBSTACLE_UPDATING;
	return OBSTACLE_NONE;
}

/* Why a field has no meaning while these flags are clear. */
static const char *explain_missing(const struct layout *layout, uint64_t flags)
{
	const struct field_name *name = layout->fields[layout->flags].names;

	while (!(name->value & flags))
		name++;
	return name->clear;
}

bool page_meaningful(const struct page *page, int row, const char **why)
{
	const struct layout *layout = page->layout;
	const char *ignored;
	uint64_t needs, missing;

	if (!why)
		why = &ignored;
	*why = "absent";
	if (!page_has(page, row))
		return false;
	needs = layout->fields[row].needs;
	*why = "no counter";
	if (needs & NEEDS_CLOCK && !page_has_counter(page))
		return false;
	*why = "clock_status forbids its use";
	if (needs & NEEDS_CLOCK && !page_status_usable(page))
		return false;
	*why = NULL;
	missing = field_flags(&layout->fields[row]) &
		  ~page_value(page, layout->flags);
	if (!missing)
		return true;
	*why = explain_missing(layout, missing);
	return false;
}
