/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory as it is: four bytes say how many zeros stand before the rest, so that
 * it may lie across the end of what is read at once. A search finds what
 * looking at each place, one by one, finds.
 */
#include "io/source/source.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "decode.h"
#include "fuzz.h"

/* More than is read at once, by little. */
#define BEFORE_MAX (1u << 21)

/* The places on a boundary, or off it. */
struct places {
	uint64_t count, first;
};

static void look(const uint8_t *memory, size_t size, struct places *aligned,
		 struct places *others)
{
	for (size_t at = 0; at + PAGE_HEADER_SIZE <= size; at += 8) {
		struct places *places = at % PLACE_ALIGNMENT ? others : aligned;
		size_t left = size - at;

		if (load_le(memory + at, 4) != PAGE_MAGIC ||
		    !page_passes(memory + at,
				 left < PAGE_READ_MAX ? left : PAGE_READ_MAX))
			continue;
		if (!places->count++)
			places->first = at;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct place_asked scan = { .kind = PLACE_SCAN };
	struct input input = { data, size };
	size_t before = (size_t)input_number(&input, 4) % BEFORE_MAX;
	size_t length = before + input.left;
	uint8_t *memory = calloc(1, length + 1);
	struct places aligned = { 0 }, others = { 0 };
	const struct places *chosen;
	struct source source;
	struct error error = { 0 };

	require(memory);
	if (input.left)
		memcpy(memory + before, input.at, input.left);
	/* Not what is read as something else: a core, a compressed dump. */
	if (memory[0] == 0x7f || memory[0] == 'K' || memory[0] == 'm')
		memory[0] = 0;
	look(memory, length, &aligned, &others);
	chosen = aligned.count ? &aligned : &others;
	if (source_open_place(as_file(memory, length), "", &scan, &source,
			      &error)) {
		check_error(&error);
		require(error.code == ERROR_NOT_A_PAGE);
		require(chosen->count != 1);
		require(source.place_count ==
			(chosen->count > MEMORY_PLACES_MAX ? MEMORY_PLACES_MAX
			 : chosen->count > 1		   ? chosen->count
							   : 0));
	} else {
		require(chosen->count == 1);
		require(source.at.offset == chosen->first);
		require(memcmp(source.bytes, memory + chosen->first,
			       source.length) == 0);
		require(source.copies ==
			(chosen == &aligned ? others.count : 0));
	}
	source_free(&source);
	free(memory);
	return 0;
}
