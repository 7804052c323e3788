/* SPDX-License-Identifier: BSD-2-Clause */
/* show: a page field by field, and the time it tells. */
#include <string.h>

#include "base/number.h"
#include "view/json.h"
#include "view/openmetrics.h"
#include "view/text.h"
#include "command.h"

/* Names in one -F; each field may well be asked for twice. */
#define FIELDS_ASKED_MAX (4 * FIELDS_MAX)

/* Find the rows of a comma list of names. Returns how many, or -1. */
static int find_fields(const struct layout *layout, const char *list,
		       int rows[static FIELDS_ASKED_MAX], struct error *error)
{
	int count = 0;

	for (;;) {
		size_t length = strcspn(list, ",");
		char name[64] = "";

		if (!length)
			return usage_error(error, "-F: a comma too many");
		if (length < sizeof(name))
			memcpy(name, list, length);
		if (count == FIELDS_ASKED_MAX)
			return usage_error(error, "-F: more than %d fields",
					   FIELDS_ASKED_MAX);
		rows[count] = field_find(layout, name);
		if (rows[count++] < 0)
			return unknown_field(layout, name, error);
		if (!list[length])
			return count;
		list += length + 1;
	}
}

static int print_fields(FILE *stream, const struct page *page, const char *list,
			struct error *error)
{
	int rows[FIELDS_ASKED_MAX] = { 0 };
	int count = find_fields(page->layout, list, rows, error);

	for (int i = 0; i < count; i++) {
		char raw[FIELD_TEXT_MAX] = "-";

		if (page_has(page, rows[i]))
			field_format(&page->layout->fields[rows[i]],
				     page->value[rows[i]], raw);
		fprintf(stream, "%s\n", raw);
	}
	return count < 0 ? -1 : 0;
}

static int print(const struct invocation *invocation, const char *format,
		 const struct source *source, const struct reading *reading,
		 struct output *output, struct error *error)
{
	const char *fields = invocation->value[OPTION_FIELDS];

	if (strcmp(format, "json") == 0)
		return json_write(output->stream, json_show(source, reading),
				  error);
	if (fields)
		return print_fields(output->stream, &reading->page, fields,
				    error);
	if (invocation->given & TAKES(OPTION_HEX))
		text_hex(output->stream, source, &reading->page);
	else if (strcmp(format, "openmetrics") == 0)
		openmetrics_show(output->stream, source, reading);
	else
		text_show(output->stream, source, reading);
	return 0;
}

/* -F, --hex and the formats are forms of one answer. */
static int check_forms(const struct invocation *invocation, struct error *error)
{
	uint64_t forms =
		invocation->given & (TAKES(OPTION_FIELDS) | TAKES(OPTION_HEX) |
				     TAKES(OPTION_JSON) | TAKES(OPTION_FORMAT));

	/* These two agree, or it was said already. */
	if (forms == (TAKES(OPTION_JSON) | TAKES(OPTION_FORMAT)))
		return 0;
	if (forms & (forms - 1))
		return usage_error(
			error,
			"show: one of -F, --hex, --format and --json at most");
	if (invocation->given & TAKES(OPTION_COUNTER) &&
	    forms & (TAKES(OPTION_FIELDS) | TAKES(OPTION_HEX)))
		return usage_error(
			error, "--counter: neither -F nor --hex shows a time");
	return 0;
}

static int show(const struct invocation *invocation, const char *format,
		const struct source *source, const uint64_t *counter,
		struct error *error)
{
	struct reading reading;
	struct output output;

	reading_make(source->bytes, source->length, counter, &reading);
	if (output_open(&output, invocation->value[OPTION_OUTPUT], error))
		return -1;
	if (print(invocation, format, source, &reading, &output, error)) {
		output_discard(&output);
		return -1;
	}
	return command_finish(&output, EXIT_YES, error);
}

int cmd_show(const struct invocation *invocation, struct error *error)
{
	const char *given = invocation->value[OPTION_COUNTER];
	const char *format = command_format(invocation, error);
	const uint64_t *counter = NULL;
	struct source source;
	uint64_t number;
	int status;

	if (!format || check_forms(invocation, error))
		return -1;
	if (given && number_parse(given, &number))
		return usage_error(
			error, "--counter %s: not an unsigned 64-bit number",
			given);
	if (command_page(invocation, invocation->arguments[0], &source,
			 error)) {
		source_free(&source);
		return -1;
	}
	if (given)
		counter = &number;
	else if (source.has_counter)
		counter = &source.counter;
	status = show(invocation, format, &source, counter, error);
	source_free(&source);
	return status;
}
