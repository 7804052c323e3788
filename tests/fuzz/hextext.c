/* SPDX-License-Identifier: BSD-2-Clause */
/* Text taken for one of the hex spellings of a page. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "io/hextext.h"
#include "page.h"

static void check_fault(const struct hextext_fault *fault)
{
	require(fault->line >= 1 && fault->reason);
	check_printable(fault->reason);
}

/* As recognised into so many bytes. */
static enum hextext parse(const uint8_t *data, size_t size, uint8_t *bytes,
			  size_t room, size_t *used)
{
	struct hextext_fault fault = { 0, NULL };
	enum hextext result = hextext_parse((const char *)data, size, bytes,
					    room, used, &fault);

	require(*used <= room);
	require(result == HEXTEXT_OK || *used == 0);
	if (result == HEXTEXT_DAMAGED)
		check_fault(&fault);
	return result;
}

static void check_printed(const uint8_t *bytes, size_t length)
{
	FILE *stream = print_start();
	uint8_t *again = malloc(length + 1);
	size_t printed, used;
	char *text;

	require(again);
	hextext_print(stream, bytes, length);
	text = print_end(&printed);
	check_text(text, printed, 80);
	require(parse((uint8_t *)text, printed, again, length, &used) ==
		HEXTEXT_OK);
	require(used == length && memcmp(again, bytes, length) == 0);
	free(text);
	free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *bytes = malloc(PAGE_READ_MAX);
	uint8_t *few;
	size_t used, fewer;

	require(bytes);
	parse(data, size, NULL, 0, &used);
	if (parse(data, size, bytes, PAGE_READ_MAX, &used) == HEXTEXT_OK &&
	    used) {
		check_printed(bytes, used);
		/* What has no room is damaged, and not cut. */
		few = malloc(used - 1 ? used - 1 : 1);
		require(few);
		require(parse(data, size, few, used - 1, &fewer) !=
				HEXTEXT_OK ||
			fewer < used);
		free(few);
	}
	free(bytes);
	return 0;
}
