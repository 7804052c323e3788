/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file, taken for a memory image: eight bytes are the address or the offset
 * that is asked for, the rest is the file. What is taken lies where it is said
 * to, and is the same through a pipe.
 */
#include "io/source/elf_core.h"
#include "io/source/source.h"

#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "fuzz.h"

/* What was taken is what the file has at that place, but for a hole's zeros. */
static void check_taken(const struct source *source, const uint8_t *file,
			size_t size)
{
	require(source->in_memory);
	require(source->length <= PAGE_READ_MAX);
	require(source->at.offset < size);
	require(source->length <= size - source->at.offset);
	require(memcmp(source->bytes, file + source->at.offset,
		       source->length) == 0);
	require(source->format ==
		(elf_begins(file, size) ? FORMAT_ELF : FORMAT_IMAGE));
}

static void check_refused(const struct source *source,
			  const struct error *error)
{
	check_error(error);
	require(!source->place_count || source->place_count > 1);
	require(source->place_count <= MEMORY_PLACES_MAX);
	for (size_t i = 1; i < source->place_count; i++)
		require(source->places[i].offset >
			source->places[i - 1].offset);
}

static void try_place(const struct place_asked *place, const uint8_t *file,
		      size_t size)
{
	struct source source;
	struct error error = { 0 };
	const char *path = as_file(file, size);

	if (source_open_place(path, "", place, &source, &error)) {
		check_refused(&source, &error);
	} else {
		check_taken(&source, file, size);
		if (place->kind == PLACE_SCAN)
			require(page_passes(source.bytes, source.length));
		if (place->kind == PLACE_PHYS)
			require(source.at.address == place->at);
		if (place->kind == PLACE_OFFSET)
			require(source.at.offset == place->at);
	}
	source_free(&source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	struct place_asked place = { .at = input_number(&input, 8) };

	for (place.kind = PLACE_OFFSET; place.kind <= PLACE_SCAN; place.kind++)
		try_place(&place, input.at, input.left);
	return 0;
}
