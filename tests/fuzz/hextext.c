/* SPDX-License-Identifier: BSD-2-Clause */
/* Text taken for one of the hex spellings of a page. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "io/source/hextext.h"
#include "page/page.h"

static void check_fault(const struct hextext_fault *fault)
{
	require(fault->line >= 1 && fault->reason);
	check_printable(fault->reason);
}

/* As recognised into so many bytes. */
static enum hextext parse(const uint8_t *data, size_t size, uint8_t *bytes,
			  size_t room, size_t *used)
{
	struct hextext_fault fault = { 0 };
	enum hextext result = hextext_parse((const char *)data, size, bytes,
					    room, used, &fault);

	require(*used <= room);
	require(result == HEXTEXT_OK || *used == 0);
	if (result == HEXTEXT_DAMAGED)
		check_fault(&fault);
	return result;
}

/* What was printed is recognised as the bytes. */
static void check_printed(const uint8_t *bytes, size_t length)
{
	uint8_t *again = malloc(length + 1);
	size_t printed, used;
	char *text = print_end(&printed);

	require(again);
	check_text(text, printed, 80);
	/* The last word may have a byte more. */
	require(parse((uint8_t *)text, printed, again, length + 1, &used) ==
		HEXTEXT_OK);
	require(used == length && memcmp(again, bytes, length) == 0);
	free(text);
	free(again);
}

/* As others print it: xxd, hexdump, od and od -A x. */
static const struct form {
	int digits;
	bool octal;
	const char *before, *after; /* the bytes of a line */
	size_t width;		    /* 2: words of the machine's order */
} forms[] = {
	{ 8, false, ":", "  |a 0", 1 },
	{ 7, false, "", "", 2 },
	{ 7, true, "", "", 2 },
	{ 6, false, "", "  >z 0<", 1 },
};

static void print_offset(FILE *stream, const struct form *form, size_t offset)
{
	fprintf(stream, form->octal ? "%0*zo" : "%0*zx", form->digits, offset);
}

/* The second byte of the last word may be beyond the end: zero. */
static void print_form(FILE *stream, const struct form *form,
		       const uint8_t *bytes, size_t length)
{
	for (size_t line = 0; line < length; line += 16) {
		print_offset(stream, form, line);
		fputs(form->before, stream);
		for (size_t i = line; i < line + 16 && i < length;
		     i += form->width) {
			fputc(' ', stream);
			for (size_t j = i + form->width; j-- > i;)
				fprintf(stream, "%02x",
					j < length ? bytes[j] : 0);
		}
		fprintf(stream, "%s\n", form->after);
	}
	if (*form->before)
		return;
	print_offset(stream, form, length);
	fputc('\n', stream);
}

static void check_forms(const uint8_t *bytes, size_t length)
{
	hextext_print(print_start(), bytes, length);
	check_printed(bytes, length);
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		print_form(print_start(), &forms[i], bytes, length);
		check_printed(bytes, length);
	}
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
		check_forms(bytes, used);
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
