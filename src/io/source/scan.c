/* SPDX-License-Identifier: BSD-2-Clause */
/* Searches a memory image for pages, a piece of it at a time. */
#include "scan.h"

#include <stdlib.h>
#include <string.h>

#include "decode.h"

/* What is read at a time stays in a processor's second cache; behind it there
 * is room for a page that begins at its end, and for one that ends in a hole.
 */
#define PIECE  (1024u * 1024u)
#define WINDOW (PIECE + PAGE_READ_MAX)
#define BUFFER (WINDOW + PAGE_READ_MAX)

/* A shorter hole is read. */
#define HOLE_LEAST (4u * PAGE_READ_MAX)

/* Words that are held against the magic at once. */
#define BLOCK 64u

int scan_start(struct scan *scan, struct image *image, struct error *error)
{
	*scan = (struct scan){ .image = image };
	scan->buffer = malloc(BUFFER);
	scan->aligned.page = malloc(PAGE_READ_MAX);
	scan->others.page = malloc(PAGE_READ_MAX);
	if (scan->buffer && scan->aligned.page && scan->others.page)
		return 0;
	return source_no_memory(error);
}

void scan_end(struct scan *scan)
{
	free(scan->buffer);
	free(scan->aligned.page);
	free(scan->others.page);
	scan->buffer = scan->aligned.page = scan->others.page = NULL;
}

/* A range of the file, and what of it is in the buffer. */
struct window {
	uint64_t start, end;	 /* of the range */
	const uint64_t *address; /* of its first byte */
	uint64_t base;		 /* where the buffer's first byte is */
	size_t filled;
};

static void keep_place(struct scan_found *found,
		       const struct memory_place *place, const uint8_t *bytes,
		       size_t length)
{
	if (!found->count) {
		memcpy(found->page, bytes, length);
		found->length = length;
	}
	if (found->count < MEMORY_PLACES_MAX)
		found->places[found->count] = *place;
	found->count++;
}

/* The magic stands here. */
static void take_place(struct scan *scan, const struct window *window,
		       size_t at, size_t valid)
{
	const uint8_t *bytes = scan->buffer + at;
	size_t length = valid - at;
	struct memory_place place = { .offset = window->base + at };
	struct page page;
	uint64_t by;

	if (length > PAGE_READ_MAX)
		length = PAGE_READ_MAX;
	if (window->address) {
		place.has_address = true;
		place.address =
			*window->address + (place.offset - window->start);
	}
	by = place.has_address ? place.address : place.offset;
	if (by % 8 || !page_passes(bytes, length)) {
		scan->magics++;
		return;
	}
	page_decode(bytes, length, &page);
	if (page_value(&page, page.layout->size) < length)
		length = (size_t)page_value(&page, page.layout->size);
	place.marker = page_value(&page, page.layout->disruption_marker);
	place.seq_count = (uint32_t)page_value(&page, page.layout->seq_count);
	keep_place(by % PLACE_ALIGNMENT ? &scan->others : &scan->aligned,
		   &place, bytes, length);
}

/* Whether one of the words is the magic: a loop that the compiler turns into
 * comparisons of many words at once. */
static bool block_has(const uint32_t words[static BLOCK], uint32_t magic)
{
	uint32_t any = 0;

	for (unsigned int i = 0; i < BLOCK; i++)
		any |= words[i] == magic ? 1u : 0u;
	return any;
}

/* The first `length` bytes of the buffer, of which `valid` have a meaning. */
static void examine_window(struct scan *scan, const struct window *window,
			   size_t length, size_t valid)
{
	const uint32_t *words = (const uint32_t *)(void *)scan->buffer;
	const uint32_t magic = htole32(PAGE_MAGIC);
	size_t count = length / 4;

	for (size_t i = 0; i < count; i += BLOCK) {
		/* Beyond what is filled there may be remains; the buffer ends
		 * later. */
		if (!block_has(words + i, magic))
			continue;
		for (size_t j = i; j < i + BLOCK && j < count; j++) {
			if (words[j] == magic)
				take_place(scan, window, 4 * j, valid);
		}
	}
}

/* All that is in the buffer; what follows it is a hole of so many bytes, or the
 * end (0). */
static void examine_rest(struct scan *scan, struct window *window,
			 uint64_t hole)
{
	size_t more = hole < PAGE_READ_MAX ? (size_t)hole : PAGE_READ_MAX;

	memset(scan->buffer + window->filled, 0, PAGE_READ_MAX);
	examine_window(scan, window, window->filled, window->filled + more);
	window->base += window->filled;
	window->filled = 0;
}

/* Past a hole, to a place that is as far from a boundary as the range. */
static void pass_hole(struct scan *scan, struct window *window)
{
	uint64_t at = window->base + window->filled;
	uint64_t data = image_skip_hole(scan->image, at, window->end);

	if (data - at < HOLE_LEAST)
		return;
	examine_rest(scan, window, data - at);
	data = window->start +
	       (data - window->start) / PLACE_ALIGNMENT * PLACE_ALIGNMENT;
	scan->looked += data - at;
	window->base = data;
}

int scan_range(struct scan *scan, uint64_t offset, uint64_t end,
	       const uint64_t *address, struct error *error)
{
	struct window window = { .start = offset, .base = offset };
	int64_t got;
	size_t wanted;

	window.end = end < scan->image->size ? end : scan->image->size;
	window.address = address;
	for (;;) {
		uint64_t left;

		pass_hole(scan, &window);
		left = window.end - window.base - window.filled;
		wanted = WINDOW - window.filled;
		if (left < wanted)
			wanted = (size_t)left;
		got = image_read(scan->image, window.base + window.filled,
				 scan->buffer + window.filled, wanted, error);
		if (got < 0)
			return -1;
		window.filled += (size_t)got;
		scan->looked += (uint64_t)got;
		if (window.filled < WINDOW)
			break;
		examine_window(scan, &window, PIECE, WINDOW);
		memcpy(scan->buffer, scan->buffer + PIECE, PAGE_READ_MAX);
		window.base += PIECE;
		window.filled = PAGE_READ_MAX;
	}
	examine_rest(scan, &window, 0);
	return 0;
}
