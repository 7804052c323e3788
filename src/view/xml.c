/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes markup: the one place where text becomes part of it. */
#include "xml.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/printable.h"

static const char *find_reference(unsigned char c)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static void put_text(FILE *stream, const char *text)
{
	while (*text) {
		const char *reference = find_reference((unsigned char)*text);
		size_t length = printable_utf8(text);

		if (reference)
			fputs(reference, stream);
		else if (length)
			fwrite(text, 1, length, stream);
		else
			fprintf(stream, "\\x%02x", (unsigned char)*text);
		text += length ? length : 1;
	}
}

/* "12.5" */
static void put_hundredths(FILE *stream, int64_t hundredths)
{
	uint64_t size =
		hundredths < 0 ? -(uint64_t)hundredths : (uint64_t)hundredths;
	/* A tenth of a unit is finer than any screen. */
	uint64_t tenths = (size + 5) / 10;

	if (hundredths < 0 && tenths)
		fputc('-', stream);
	fprintf(stream, "%" PRIu64, tenths / 10);
	if (tenths % 10)
		fprintf(stream, ".%" PRIu64, tenths % 10);
}

void xml_put(FILE *stream, const char *template, ...)
{
	va_list values;

	va_start(values, template);
	while (*template) {
		size_t plain = strcspn(template, "%");

		fwrite(template, 1, plain, stream);
		template += plain;
		if (!*template)
			break;
		switch (template[1]) {
		case 's':
			put_text(stream, va_arg(values, const char *));
			break;
		case 'd':
			fprintf(stream, "%d", va_arg(values, int));
			break;
		case 'u':
			fprintf(stream, "%u", va_arg(values, unsigned int));
			break;
		case 'p':
			put_hundredths(stream, va_arg(values, int64_t));
			break;
		case 'n':
			fprintf(stream, "%" PRIu64, va_arg(values, uint64_t));
			break;
		default:
			fputc(template[1], stream);
			break;
		}
		template += 2;
	}
	va_end(values);
}
