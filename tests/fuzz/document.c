/* SPDX-License-Identifier: BSD-2-Clause */
/* Text taken for the JSON of `show`, or for a bug report; and the same with
 * members of a later version, which change nothing. */
#include "io/source/document.h"
#include "io/source/source.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static void check_later(const uint8_t *data, size_t size,
			const struct source *source)
{
	struct source read = { .kind = SOURCE_FILE, .path = strdup("later") };
	char *text = as_later((const char *)data, size);
	struct error error = { 0 };

	require(read.path && text);
	if (document_read(text, strlen(text), &read, &error)) {
		fprintf(stderr, "%s\n", error.message);
		require(!"what a later version adds is passed over");
	}
	require(source_passed_over(&read));
	require(read.layout == source->layout);
	require(read.length == source->length);
	require(memcmp(read.bytes, source->bytes, read.length) == 0);
	require(read.has_counter == source->has_counter);
	require(read.counter == source->counter);
	free(text);
	source_free(&read);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source source = { .kind = SOURCE_FILE, .path = strdup("text") };
	struct error error = { 0 };

	require(source.path);
	if (document_read((const char *)data, size, &source, &error)) {
		check_error(&error);
	} else {
		require(source.length <= PAGE_READ_MAX);
		require(source.bytes && source.layout);
		check_show(source.bytes, source.length,
			   source.has_counter ? &source.counter : NULL);
		check_later(data, size, &source);
	}
	source_free(&source);
	return 0;
}
