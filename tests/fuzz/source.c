/* SPDX-License-Identifier: BSD-2-Clause */
/* Any file taken for a SOURCE: what it is, by its content, and what verify says
 * of it. */
#include "io/source/source.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "decode.h"
#include "fuzz.h"

/* Whether the bytes are surely no lines of text. */
static bool is_binary(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size && i < PAGE_READ_MAX; i++) {
		if (data[i] < 0x20 &&
		    !(data[i] && strchr("\t\n\r\f\x1b", data[i])))
			return true;
	}
	return !memchr(data, '\n', size);
}

static void check_raw(const struct source *source, const uint8_t *data,
		      size_t size)
{
	size_t most = size < PAGE_READ_MAX ? size : PAGE_READ_MAX;

	require(source->length == most);
	require(most == 0 || memcmp(source->bytes, data, most) == 0);
}

static void check_source(const struct source *source, const uint8_t *data,
			 size_t size)
{
	struct error error = { 0 };

	require(source->format < FORMAT_COUNT);
	require(source->length <= PAGE_READ_MAX);
	require((source->format == FORMAT_JSON) == (source->layout != NULL));
	require((source->format == FORMAT_RECORDING) ==
		(source->recording != NULL));
	if (source->format == FORMAT_RAW)
		check_raw(source, data, size);
	if (source_check_page("page", source->bytes, source->length, &error)) {
		check_error(&error);
		require(error.code == ERROR_NOT_A_PAGE);
	} else {
		check_show(source->bytes, source->length,
			   source->has_counter ? &source->counter : NULL);
	}
}

/* A judgement, yes or no, of what can be read, and readable itself. */
static void check_verify(const char *file, const struct source *source)
{
	static const char *const formats[] = { "text", "tap", "junit", "json" };
	char name[] = "vmclockctl", verify[] = "verify", verbose[] = "-v";
	/* Below it is no leap-second table. */
	char root[] = "--root=/dev/null", format[20], path[64];
	char *argv[] = { name, verify, verbose, format, root, path, NULL };
	struct error error = { 0 };
	uint8_t *out;
	size_t length;
	int status;

	snprintf(format, sizeof(format), "--format=%s",
		 formats[source->length % 4]);
	snprintf(path, sizeof(path), "%s", file);
	status = run_command(6, argv, &out, &length, &error);
	require(status == EXIT_YES || status == EXIT_NO);
	/* What has no magic is no page that conforms. */
	require(status == EXIT_NO ||
		page_has_magic(source->bytes, source->length));
	require(length);
	check_text((char *)out, length, 0);
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = as_file(data, size);
	struct source source;
	struct error error = { 0 };

	if (source_open(path, "", &source, &error) ||
	    (source.recording && source_take_last(&source, &error))) {
		check_error(&error);
		/* Raw bytes are taken as they are. */
		require(!page_has_magic(data, size) || !is_binary(data, size));
	} else {
		check_source(&source, data, size);
		if (page_has_magic(data, size) && is_binary(data, size))
			require(source.format == FORMAT_RAW);
		/* Of a recording that is the target of its own. */
		if (source.length >= 4 && source.format != FORMAT_RECORDING)
			check_verify(path, &source);
	}
	source_free(&source);
	return 0;
}
