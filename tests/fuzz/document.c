/* SPDX-License-Identifier: BSD-2-Clause */
/* Text taken for the JSON of `show`, or for a bug report. */
#include "io/source/document.h"
#include "io/source/source.h"

#include <string.h>

#include "fuzz.h"

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
	}
	source_free(&source);
	return 0;
}
