/* SPDX-License-Identifier: BSD-2-Clause */
/* show: a page field by field, and the time it gives. */
#include <string.h>

#include "base/cleanup.h"
#include "base/hex.h"
#include "base/number.h"
#include "view/json.h"
#include "view/openmetrics.h"
#include "view/text.h"
#include "io/sandbox.h"
#include "command.h"

/* Names in one -F; each field may well be asked for twice. */
#define FIELDS_ASKED_MAX (4 * FIELDS_MAX)

/* What is shown. */
struct shown {
	const struct source *source;
	struct reading reading;
	const char *fields; /* of -F */
};

static int write_show_text(struct output *output, void *answer,
			   struct error *error)
{
	const struct shown *shown = answer;

	(void)error;
	text_show(output->stream, shown->source, &shown->reading,
		  output->color);
	return EXIT_YES;
}

static int write_show_openmetrics(struct output *output, void *answer,
				  struct error *error)
{
	const struct shown *shown = answer;

	(void)error;
	openmetrics_show(output->stream, shown->source, &shown->reading);
	return EXIT_YES;
}

static int write_show_json(struct output *output, void *answer,
			   struct error *error)
{
	const struct shown *shown = answer;

	return json_write(output->stream,
			  json_show(shown->source, &shown->reading), error);
}

static int write_show_hex(struct output *output, void *answer,
			  struct error *error)
{
	const struct shown *shown = answer;

	(void)error;
	text_hex(output->stream, shown->source, &shown->reading.page);
	return EXIT_YES;
}

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

static int write_values(struct output *output, void *answer,
			struct error *error)
{
	const struct shown *shown = answer;
	const struct page *page = &shown->reading.page;
	int rows[FIELDS_ASKED_MAX] = { 0 };
	int count = find_fields(page->layout, shown->fields, rows, error);

	for (int i = 0; i < count; i++) {
		char raw[FIELD_TEXT_MAX] = "-";

		if (page_has(page, rows[i]))
			field_format(&page->layout->fields[rows[i]],
				     page->value[rows[i]], raw);
		fprintf(output->stream, "%s\n", raw);
	}
	return count < 0 ? -1 : EXIT_YES;
}

/* What write_values() begins with: a number as field_format() writes it, which
 * no mark tells from others; of hex digits without 0x only those that are
 * decimal ones as well. */
static bool is_value(const char *line)
{
	bool hex = strncmp(line, "0x", 2) == 0;
	const char *digits = hex ? line + 2 : line;
	size_t count = strspn(digits, hex ? hex_letters : DECIMAL_DIGITS);

	return strcmp(line, "-") == 0 ||
	       (count && count <= (hex ? 16 : NUMBER_DIGITS_MAX) &&
		!digits[count]);
}

/* Outputs that are no formats. */
static const struct format values_form = {
	.name = "values",
	.write = write_values,
	.begins = is_value,
};
static const struct format hex_form = { .name = "hex",
					.write = write_show_hex };

/* -F, --hex and the formats are forms of one answer. */
static int check_forms(const struct invocation *invocation, struct error *error)
{
	int others = option_given(invocation, OPTION_FIELDS) +
		     option_given(invocation, OPTION_HEX);
	/* Options that contradict each other were refused before. */
	int formats = option_given(invocation, OPTION_JSON) ||
		      option_given(invocation, OPTION_FORMAT);

	if (others + formats > 1)
		return usage_error(
			error,
			"show: takes at most one of -F, --hex, --format and --json");
	if (option_given(invocation, OPTION_COUNTER) && others)
		return usage_error(
			error, "--counter: neither -F nor --hex shows a time");
	return 0;
}

/* The reading of the counter that was given, or that came with the page. */
static const uint64_t *find_counter(const struct invocation *invocation,
				    const struct source *source)
{
	if (option_given(invocation, OPTION_COUNTER))
		return &invocation->options[OPTION_COUNTER].number;
	return source->has_counter ? &source->counter : NULL;
}

static int run_show(const struct invocation *invocation, struct error *error)
{
	CLEANUP(source_free) struct source source = { 0 };
	struct shown shown = {
		.source = &source,
		.fields = option_text(invocation, OPTION_FIELDS),
	};
	const struct format *form = invocation->format;

	if (check_forms(invocation, error) ||
	    command_page(invocation, invocation->arguments[0], &source, error))
		return -1;
	sandbox_end_reading();
	reading_make(source.bytes, source.length,
		     find_counter(invocation, &source), &shown.reading);
	if (shown.fields)
		form = &values_form;
	else if (option_given(invocation, OPTION_HEX))
		form = &hex_form;
	return command_answer_as(invocation, form, &shown, error);
}

static const struct format show_formats[] = {
	{ .name = "text", .write = write_show_text },
	{ .name = "openmetrics", .write = write_show_openmetrics },
	{ .name = NULL },
};

static const struct command_option show_options[] = {
	{ .id = OPTION_FIELDS },  { .id = OPTION_HEX },
	{ .id = OPTION_COUNTER }, { .id = OPTION_FORMAT },
	{ .id = OPTION_LIVE },	  { .id = OPTION_AT },
	{ .id = OPTION_PHYS },	  { .id = OPTION_OFFSET },
	{ .id = OPTION_SCAN },	  { .id = OPTIONS_END },
};

COMMAND(show, write_show_json, .arguments = "[SOURCE]",
	.summary = "Show a page field by field, and the time it gives",
	.details =
		"Prints every field with its offset, raw value and meaning, the reference time,\n"
		"and with a counter the time now and its bounds. A value that the page does not\n"
		"mark valid is shown as -; -F, --hex and --json give the raw values of all.\n",
	.synonyms = (const char *const[]){ "decode", "print", "info", NULL },
	.options = show_options, .formats = show_formats, .most_arguments = 1,
	.own_page = true, .only_reads = true, .run = run_show);
