/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of a recording after its start line: those that are read without a JSON
 * parser say what the parser reads in them, and are written so. */
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "fuzz.h"
#include "io/snapshot_line.h"
#include "page/page.h"
#include "respelled.h"

static const char start[] = "{\"schema\": \"vmclockctl/record\", "
			    "\"schema_version\": 1, \"type\": \"start\"}\n";

/* A line that is read so is written so, but for the digits of its page: their
 * case, and zeros at their end. */
static void check_line(const char *text, size_t length)
{
	static uint8_t bytes[PAGE_READ_MAX]; /* zeros beyond what is given */
	struct snapshot_line line = { 0 };
	size_t before, after, given;
	char *made, *end;

	if (!snapshot_line_read(text, length, &line))
		return;
	given = line.page.given;
	if (!hex_bytes(line.page.hex, given, bytes)) {
		memset(bytes, 0, given);
		return;
	}
	line.page.bytes = bytes;
	before = line.kind == SNAPSHOT_PAGE ? (size_t)(line.page.hex - text)
					    : length;
	after = length - before - 2 * given;
	made = malloc(SNAPSHOT_LINE_SIZE(line.page.length));
	require(made);
	end = snapshot_line_write(made, &line);
	require((size_t)(end - made) <= length);
	require((size_t)(end - made) >= before + after);
	require(memcmp(made, text, before) == 0);
	require(memcmp(end - after, text + length - after, after) == 0);
	free(made);
	memset(bytes, 0, given);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t length = sizeof(start) - 1 + size;
	char *text = malloc(length);
	const char *at = (const char *)data, *end = at + size, *difference;

	require(text);
	memcpy(text, start, sizeof(start) - 1);
	if (size)
		memcpy(text + sizeof(start) - 1, data, size);
	difference = respelled_difference(text, length);
	if (difference)
		fprintf(stderr, "read differently: %s\n", difference);
	require(!difference);
	free(text);
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t line = (size_t)((newline ? newline + 1 : end) - at);

		check_line(at, line);
		at += line;
	}
	return 0;
}
