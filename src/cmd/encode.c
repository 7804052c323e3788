/* SPDX-License-Identifier: BSD-2-Clause */
/* encode: a page from FIELD=VALUE arguments, from another page, from JSON. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "view/json.h"
#include "assign.h"
#include "io/sandbox.h"
#include "command.h"

static void store_row(uint8_t *bytes, const struct layout *layout, int row,
		      uint64_t value)
{
	const struct field *field = &layout->fields[row];

	store_le(bytes + field->offset, field->width, value);
}

/* The page to start from when nothing else is named: what QEMU's device shows
 * before any event, a header and no clock. */
static int make_empty_page(const struct layout *layout, struct source *source,
			   struct error *error)
{
	uint8_t *bytes = calloc(PAGE_USUAL_SIZE, 1);

	if (!bytes)
		return error_set(error, ERROR_MEMORY, ENOMEM, "encode");
	*source = (struct source){
		.kind = SOURCE_FILE,
		.bytes = bytes,
		.length = PAGE_USUAL_SIZE,
		.layout = layout,
	};
	/* The magic is the first field of every layout. */
	store_le(bytes, layout->fields[0].width, PAGE_MAGIC);
	store_row(bytes, layout, layout->size, PAGE_USUAL_SIZE);
	store_row(bytes, layout, layout->version, PAGE_VERSION);
	store_row(bytes, layout, layout->counter_id, layout->no_counter);
	return 0;
}

/* Where to start: --from, a SOURCE among the arguments, a document on standard
 * input when there is no argument at all, else nothing. */
static int make_first_page(const struct invocation *invocation,
			   const char *name, struct source *source,
			   struct error *error)
{
	const struct layout *layout = invocation->options[OPTION_LAYOUT].layout;

	if (!name && !layout && !invocation->argument_count) {
		if (isatty(STDIN_FILENO))
			return usage_error(
				error, "encode: needs FIELD=VALUE or a SOURCE");
		name = "-";
	}
	if (!name && option_given(invocation, OPTION_AT))
		return usage_error(error, "--at: needs a recording");
	if (!name && command_place(invocation).kind)
		return usage_error(
			error, "%s: needs a memory image to start from",
			place_options[command_place(invocation).kind]);
	if (!name)
		return make_empty_page(layout ? layout
					      : &layouts[LAYOUT_VMCLOCK_1],
				       source, error);
	if (layout)
		return usage_error(
			error,
			"--layout: cannot be combined with a page to start from");
	if (command_source(invocation, name, source, error))
		return -1;
	/* A document may describe a page that is broken on purpose, and it says
	 * by which layout. */
	if (source->layout)
		return 0;
	source->layout = page_layout(source->bytes, source->length);
	return command_check_page(source, error);
}

static int write_encode_raw(struct output *output, void *answer,
			    struct error *error)
{
	const struct source *source = answer;

	(void)error;
	fwrite(source->bytes, 1, source->length, output->stream);
	return EXIT_YES;
}

static int write_encode_json(struct output *output, void *answer,
			     struct error *error)
{
	return json_write(output->stream, json_encode(answer), error);
}

/* The page to start from: --from, or the one argument that is no assignment. */
static int find_from(const struct invocation *invocation, const char **from,
		     struct error *error)
{
	*from = option_text(invocation, OPTION_FROM);
	for (int i = 0; i < invocation->argument_count; i++) {
		const char *word = invocation->arguments[i];

		if (*word == '=') {
			usage_error(error, "%s: no field before the =", word);
			return error_hint(error, "FIELD=VALUE is one word");
		}
		if (is_assignment(word))
			continue;
		if (*from)
			return usage_error(
				error, "%s: a second page to start from", word);
		*from = word;
	}
	return 0;
}

static int run_encode(const struct invocation *invocation, struct error *error)
{
	CLEANUP(source_free) struct source source = { 0 };
	const char *from;

	if (find_from(invocation, &from, error))
		return -1;
	if (!invocation->json && !option_given(invocation, OPTION_OUTPUT) &&
	    isatty(STDOUT_FILENO)) {
		usage_error(error,
			    "encode: raw bytes would go to the terminal");
		return error_hint(error, "name a file with -o, or use --json");
	}
	if (make_first_page(invocation, from, &source, error))
		return -1;
	sandbox_end_reading();
	if (assign_all(&source, invocation->arguments,
		       invocation->argument_count, error))
		return -1;
	return command_answer(invocation, &source, error);
}

static const struct format encode_formats[] = {
	{ .name = "raw", .write = write_encode_raw },
	{ .name = NULL },
};

static const struct command_option encode_options[] = {
	{ .id = OPTION_FROM }, { .id = OPTION_LAYOUT }, { .id = OPTION_LIVE },
	{ .id = OPTION_PHYS }, { .id = OPTION_OFFSET }, { .id = OPTION_SCAN },
	{ .id = OPTION_AT },   { .id = OPTIONS_END },
};

COMMAND(encode, write_encode_json, .arguments = "[SOURCE] [FIELD=VALUE...]",
	.summary = "Make a page from fields, or from the JSON of show",
	.details =
		"Starts from SOURCE (or --from), from the document on standard input if there are\n"
		"no arguments, else from a page of 4096 bytes with a header and no clock.\n"
		"VALUE is a number (decimal or 0x hex), the name of a value, or a comma list of\n"
		"flags, which += and -= set and clear; two hex digits per byte for pad. Only type\n"
		"and range are checked, so that broken pages can be made. time=RFC3339,\n"
		"frequency=2.5GHz, maxerror=50us and drift=50ppm fill the fields that say so.\n",
	.synonyms = (const char *const[]){ "make", "create", NULL },
	.options = encode_options, .formats = encode_formats,
	.most_arguments = 1000, .only_reads = true, .run = run_encode);
