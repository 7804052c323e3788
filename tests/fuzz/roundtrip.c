/* SPDX-License-Identifier: BSD-2-Clause */
/* Decode, print, parse, encode: the page again, in each way it is written. */
#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "fuzz.h"
#include "io/source/hextext.h"
#include "io/source/source.h"

/* What encode makes of the text is the page. */
static void check_encode(const void *text, size_t size, const uint8_t *bytes,
			 size_t length)
{
	char name[] = "vmclockctl", encode[] = "encode", path[64];
	char *argv[] = { name, encode, path, NULL };
	struct error error = { 0 };
	uint8_t *out;
	size_t encoded;

	snprintf(path, sizeof(path), "%s", as_file(text, size));
	if (run_command(3, argv, &out, &encoded, &error) != EXIT_YES) {
		fprintf(stderr, "%s\n", error.message);
		require(!"encode takes what was printed");
	}
	require(encoded == length && memcmp(out, bytes, length) == 0);
	free(out);
}

static void check_json(const uint8_t *bytes, size_t length,
		       const uint64_t *counter)
{
	char *text = show_json(bytes, length, counter);

	check_encode(text, strlen(text), bytes, length);
	free(text);
}

static void check_hex(const uint8_t *bytes, size_t length)
{
	FILE *stream = print_start();
	size_t size;
	char *text;

	hextext_print(stream, bytes, length);
	text = print_end(&size);
	check_encode(text, size, bytes, length);
	free(text);
}

/* Every field in words, and the words as fields. */
static void check_fields(const uint8_t *bytes, size_t length)
{
	uint8_t *copy = calloc(length + 1, 1);
	struct page page, again;

	require(copy);
	page_decode(bytes, length, &page);
	for (unsigned int i = 0; i < page.layout->count; i++) {
		const struct field *field = &page.layout->fields[i];
		char text[FIELD_TEXT_MAX];
		uint64_t value;

		if (!page_has(&page, (int)i))
			continue;
		field_format(field, page.value[i], text);
		require(field_parse(field, text, &value) == 0);
		store_le(copy + field->offset, field->width, value);
	}
	page_decode_as(page.layout, copy, length, &again);
	require(again.present == page.present);
	require(memcmp(again.value, page.value, sizeof(page.value)) == 0);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	unsigned int with = (unsigned int)input_number(&input, 1);
	bool has_counter = with & 1;
	uint64_t counter = input_number(&input, 8);
	size_t length;
	uint8_t *bytes = input_page(&input, &length);
	struct error error;

	/* A file that begins otherwise is not taken for a page. */
	if (length >= 4)
		store_le(bytes, 4, PAGE_MAGIC);
	check_show(bytes, length, has_counter ? &counter : NULL);
	check_fields(bytes, length);
	if (source_check_page("page", bytes, length, &error) == 0) {
		if (with & 2)
			check_json(bytes, length,
				   has_counter ? &counter : NULL);
		else if (with & 4)
			check_hex(bytes, length);
		else
			check_encode(bytes, length, bytes, length);
	}
	free(bytes);
	return 0;
}
