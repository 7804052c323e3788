/* SPDX-License-Identifier: BSD-2-Clause */
/* show: a page field by field, and the time it tells. */
#include <stdlib.h>
#include <string.h>

#include "../view/json.h"
#include "../view/text.h"
#include "command.h"

/* `list` with its commas made NULs. */
static int print_fields(FILE *stream, const struct page *page, char *list,
			struct error *error)
{
	const struct layout *layout = page->layout;
	char *rest = list, *name;

	while ((name = strsep(&rest, ","))) {
		char raw[FIELD_TEXT_MAX] = "-";
		int row = field_find(layout, name);

		if (row < 0)
			return unknown_field(layout, name, error);
		if (page_has(page, row))
			field_format(&layout->fields[row], page->value[row],
				     raw);
		fprintf(stream, "%s\n", raw);
	}
	return 0;
}

static int print(const struct invocation *invocation,
		 const struct source *source, const struct reading *reading,
		 struct output *output, struct error *error)
{
	const char *fields = invocation->value[OPTION_FIELDS];
	char *list;
	int result;

	if (invocation->json)
		return json_write(output->stream, json_show(source, reading),
				  error);
	if (!fields) {
		if (invocation->given & TAKES(OPTION_HEX))
			text_hex(output->stream, source, &reading->page);
		else
			text_show(output->stream, source, reading);
		return 0;
	}
	list = strdup(fields);
	if (!list)
		return error_set(error, ERROR_MEMORY, 0, "out of memory");
	result = print_fields(output->stream, &reading->page, list, error);
	free(list);
	return result;
}

/* -F, --hex and --json are three forms of one answer. */
static int check_forms(const struct invocation *invocation, struct error *error)
{
	unsigned int forms =
		invocation->given &
		(TAKES(OPTION_FIELDS) | TAKES(OPTION_HEX) | TAKES(OPTION_JSON));

	if (forms & (forms - 1))
		return usage_error(error,
				   "show: one of -F, --hex and --json at most");
	return 0;
}

static int show(const struct invocation *invocation,
		const struct source *source, const uint64_t *counter,
		struct error *error)
{
	struct reading reading;
	struct output output;

	reading_make(source->bytes, source->length, counter, &reading);
	if (output_open(&output, invocation->value[OPTION_OUTPUT], error))
		return -1;
	if (print(invocation, source, &reading, &output, error)) {
		output_discard(&output);
		return -1;
	}
	return command_finish(&output, EXIT_YES, error);
}

int cmd_show(const struct invocation *invocation, struct error *error)
{
	const char *given = invocation->value[OPTION_COUNTER];
	const uint64_t *counter = NULL;
	struct source source;
	uint64_t number;
	int status;

	if (check_forms(invocation, error))
		return -1;
	if (given && parse_number(given, &number))
		return usage_error(error,
				   "--counter %s: not an unsigned 64-bit "
				   "number",
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
	status = show(invocation, &source, counter, error);
	source_free(&source);
	return status;
}
