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

/* What was printed is recognised as the bytes, or refused; never as others. */
static enum hextext check_again(const char *text, size_t printed,
				const uint8_t *bytes, size_t length)
{
	uint8_t *again = malloc(length + 16);
	enum hextext result;
	size_t used;

	require(again);
	/* The last word may have bytes more. */
	result = parse((const uint8_t *)text, printed, again, length + 16,
		       &used);
	require(result != HEXTEXT_OK ||
		(used <= length && memcmp(again, bytes, used) == 0));
	free(again);
	return result;
}

/* As others print it: xxd, hexdump, od and od -A x, QEMU and gdb. */
static const struct form {
	int digits;
	int base;
	const char *before, *prefix, *after; /* the bytes of a line */
	size_t width;			     /* bytes of a word */
	size_t columns;
} forms[] = {
	{ 8, 16, ":", " ", "  |a 0", 1, 16 }, { 7, 16, "", " ", "", 2, 16 },
	{ 7, 8, "", " ", "", 2, 16 },	      { 7, 8, "", " ", "", 1, 16 },
	{ 6, 16, "", " ", "  >z 0<", 1, 16 }, { 7, 10, "", " ", "", 4, 16 },
	{ 16, 16, ":", " 0x", "", 1, 8 },     { 16, 16, ":", " 0x", "", 8, 16 },
	{ 4, 16, "", " ", "", 1, 16 },
};

static void print_offset(FILE *stream, const struct form *form, size_t offset)
{
	fprintf(stream,
		form->base == 8	   ? "%0*zo"
		: form->base == 10 ? "%0*zu"
				   : "%0*zx",
		form->digits, offset);
}

static void print_line(FILE *stream, const struct form *form,
		       const uint8_t *bytes, size_t length, size_t line)
{
	print_offset(stream, form, line);
	fputs(form->before, stream);
	for (size_t i = line; i < line + form->columns && i < length;
	     i += form->width) {
		fputs(form->prefix, stream);
		/* Beyond the end a word has zeros. */
		for (size_t j = i + form->width; j-- > i;)
			fprintf(stream, "%02x", j < length ? bytes[j] : 0);
	}
	fprintf(stream, "%s\n", form->after);
}

/* `lost` and `twice` are lines that are not there, or two times. */
static void print_form(FILE *stream, const struct form *form,
		       const uint8_t *bytes, size_t length, size_t lost,
		       size_t twice)
{
	for (size_t line = 0; line < length; line += form->columns) {
		if (line / form->columns != lost)
			print_line(stream, form, bytes, length, line);
		if (line / form->columns == twice)
			print_line(stream, form, bytes, length, line);
	}
	if (*form->before)
		return;
	print_offset(stream, form, length);
	fputc('\n', stream);
}

static void check_form(const struct form *form, const uint8_t *bytes,
		       size_t length, size_t lost, size_t twice)
{
	size_t printed;
	char *text;

	print_form(print_start(), form, bytes, length, lost, twice);
	text = print_end(&printed);
	check_again(text, printed, bytes, length);
	free(text);
}

#define LENGTH_HARMED 192

/* Of a page in whole words, which is what programs dump. */
static void check_forms(const uint8_t *bytes, size_t length, size_t damage)
{
	size_t printed;
	char *text;

	hextext_print(print_start(), bytes, length);
	text = print_end(&printed);
	check_text(text, printed, 80);
	require(check_again(text, printed, bytes, length) == HEXTEXT_OK);
	free(text);
	/* A few lines are enough, and many take long. */
	length = length < LENGTH_HARMED ? length - length % 8 : LENGTH_HARMED;
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		size_t line = damage % (length / forms[i].columns + 1);

		check_form(&forms[i], bytes, length, SIZE_MAX, SIZE_MAX);
		check_form(&forms[i], bytes, length, line, SIZE_MAX);
		check_form(&forms[i], bytes, length, SIZE_MAX, line);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *bytes = malloc(PAGE_READ_MAX);
	uint8_t *few;
	size_t used, fewer;

	require(bytes);
	if (parse(data, size, bytes, PAGE_READ_MAX, &used) == HEXTEXT_OK &&
	    used) {
		if (used >= PAGE_HEADER_SIZE && memcmp(bytes, "VCLK", 4) == 0)
			check_forms(bytes, used, size);
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
