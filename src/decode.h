/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes <-> struct page: which layout, which fields are there, their values. */
#ifndef VMCLOCKCTL_DECODE_H
#define VMCLOCKCTL_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "page/field.h"

struct page {
	const struct layout *layout; /* never NULL after page_decode() */
	uint64_t present;	     /* bit i: value[i] is on the page */
	uint64_t value[FIELDS_MAX];  /* by row, zero-extended; 0 if absent */
};

/* The layout of the bytes, by layout_recognise(). */
const struct layout *page_layout(const uint8_t *bytes, size_t length);

/* Decode. The header (0x20 bytes) is decoded as far as `length` reaches; a
 * later field is present if `size` and `length` both cover its last byte. */
void page_decode(const uint8_t *bytes, size_t length, struct page *page);

/* The same with the layout given, for encode and for a JSON document. */
void page_decode_as(const struct layout *layout, const uint8_t *bytes,
		    size_t length, struct page *page);

static inline bool page_has(const struct page *page, int row)
{
	return row >= 0 && (page->present >> row & 1) != 0;
}

/* The value in a row, zero-extended; 0 if the layout has no such row (-1) or
 * the page ends before it. */
static inline uint64_t page_value(const struct page *page, int row)
{
	return row < 0 ? 0 : page->value[row];
}

/* Whether the field is present, and the flags it needs are set. */
static inline bool page_flagged(const struct page *page, int row)
{
	const struct layout *layout = page->layout;

	return page_has(page, row) && !(field_flags(&layout->fields[row]) &
					~page_value(page, layout->flags));
}

/* Whether the bytes can be a page: 4 bytes or more that begin with the
 * magic. */
bool page_has_magic(const uint8_t *bytes, size_t length);

/*
 * Whether the first bytes (PAGE_PASSES_SIZE of them where there are so many)
 * pass for a page amid other memory: the magic, a size from 0x20 bytes to
 * PAGE_READ_MAX, a version that there is, a counter_id, a time_type and a
 * clock_status that have a name, and nothing in pad.
 */
#define PAGE_PASSES_SIZE 0x28u
bool page_passes(const uint8_t *bytes, size_t length);

/* Whether the page names a counter that a clock can be based on. */
bool page_has_counter(const struct page *page);

/* Whether its clock_status lets the clock be used. */
bool page_status_usable(const struct page *page);

/* What keeps a page from being usable (vmclockctl(1), TIME); the first that
 * does. */
enum obstacle {
	OBSTACLE_NONE,	   /* the page is usable: it gives a time */
	OBSTACLE_NO_CLOCK, /* what makes a clock is missing, or makes no sense
			    */
	OBSTACLE_STATUS,   /* clock_status forbids the use of the clock */
	OBSTACLE_UPDATING, /* seq_count is odd */
};

enum obstacle page_obstacle(const struct page *page);

/* Whether a field's value means something: it is present, the flags it needs
 * are set, and if it needs the clock, counter and status are usable.
 * Otherwise *why (if not NULL) is a short reason, such as
 * "TAI_OFFSET_VALID clear". */
bool page_meaningful(const struct page *page, int row, const char **why);

#endif
