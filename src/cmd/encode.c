/* SPDX-License-Identifier: BSD-2-Clause */
/* encode: a page from FIELD=VALUE arguments, from another page, from JSON. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "view/json.h"
#include "command.h"

/* FIELD=VALUE; a word with a slash before its = is a file's name. */
static bool is_assignment(const char *word)
{
	const char *equals = strchr(word, '=');
	const char *slash = strchr(word, '/');

	return equals && (!slash || slash > equals);
}

static void store_row(uint8_t *bytes, const struct layout *layout, int row,
		      uint64_t value)
{
	const struct field *field = &layout->fields[row];

	store_le(bytes + field->offset, field->width, value);
}

/* The page to start from when nothing else is named: what QEMU's device shows
 * before any event, a header and no clock. */
static int start_empty(const char *name, struct source *source,
		       struct error *error)
{
	const struct layout *layout = layout_find(name ? name : "vmclock-1");
	uint8_t *bytes;

	*source = (struct source){ .kind = SOURCE_FILE };
	if (!layout || layout->partial) {
		usage_error(error, "--layout %s: no layout to encode", name);
		return error_hint(error, "vmclock-1 or rfc-3");
	}
	bytes = calloc(PAGE_USUAL_SIZE, 1);
	if (!bytes)
		return error_set(error, ERROR_MEMORY, ENOMEM, "encode");
	source->bytes = bytes;
	source->length = PAGE_USUAL_SIZE;
	source->layout = layout;
	/* The magic is the first field of every layout. */
	store_le(bytes, layout->fields[0].width, PAGE_MAGIC);
	store_row(bytes, layout, layout->size, PAGE_USUAL_SIZE);
	store_row(bytes, layout, layout->version, PAGE_VERSION);
	store_row(bytes, layout, layout->counter_id, layout->no_counter);
	return 0;
}

/* Where to start: --from, a SOURCE among the arguments, a document on standard
 * input when there is no argument at all, else nothing. */
static int start(const struct invocation *invocation, const char *name,
		 struct source *source, struct error *error)
{
	const char *layout = invocation->value[OPTION_LAYOUT];
	bool at = invocation->given & TAKES(OPTION_AT);

	if (!name && !layout && !invocation->argument_count) {
		if (isatty(STDIN_FILENO))
			return usage_error(
				error, "encode: needs FIELD=VALUE or a SOURCE");
		name = "-";
	}
	if (!name && at)
		return usage_error(error, "--at: without a recording");
	if (!name)
		return start_empty(layout, source, error);
	if (layout)
		return usage_error(error,
				   "--layout: not with a page to start from");
	if (command_source(invocation, name, source, error))
		return -1;
	/* A document may describe a page that is broken on purpose, and it says
	 * by which layout. */
	if (source->layout)
		return 0;
	source->layout = page_layout(source->bytes, source->length);
	return command_check_page(source, error);
}

static int assign(struct source *source, const char *word, struct error *error)
{
	const struct layout *layout = source->layout;
	const char *value = strchr(word, '=') + 1;
	char name[sizeof(error->message)];
	const struct field *field;
	uint64_t number;
	int row;

	snprintf(name, sizeof(name), "%.*s", (int)(value - word) - 1, word);
	row = field_find(layout, name);
	if (row < 0)
		return unknown_field(layout, name, error);
	/* start() leaves no page without a layout.
	 * NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
	field = &layout->fields[row];
	switch (field_parse(field, value, &number)) {
	case 0:
		break;
	case -ERANGE:
		usage_error(error, "%s: out of range", word);
		return hint_values(field, UINT64_MAX, error);
	default:
		usage_error(error, "%s: no value of this field", word);
		return hint_values(field, UINT64_MAX, error);
	}
	if ((size_t)field->offset + field->width > source->length)
		return usage_error(error, "%s: beyond the page's %zu bytes",
				   word, source->length);
	store_le(source->bytes + field->offset, field->width, number);
	return 0;
}

static int write_page(const struct invocation *invocation,
		      const struct source *source, struct error *error)
{
	struct output output;

	if (output_open(&output, invocation->value[OPTION_OUTPUT], error))
		return -1;
	if (!invocation->json) {
		fwrite(source->bytes, 1, source->length, output.stream);
	} else if (json_write(output.stream, json_encode(source), error)) {
		output_discard(&output);
		return -1;
	}
	return command_finish(&output, EXIT_YES, error);
}

int cmd_encode(const struct invocation *invocation, struct error *error)
{
	const char *from = invocation->value[OPTION_FROM];
	struct source source = { 0 };
	int status = -1;

	for (int i = 0; i < invocation->argument_count; i++) {
		const char *word = invocation->arguments[i];

		if (*word == '=') {
			usage_error(error, "%s: no field before the =", word);
			return error_hint(error, "FIELD=VALUE is one word");
		}
		if (is_assignment(word))
			continue;
		if (from)
			return usage_error(
				error, "%s: a second page to start from", word);
		from = word;
	}
	if (!invocation->json && !invocation->value[OPTION_OUTPUT] &&
	    isatty(STDOUT_FILENO)) {
		usage_error(error,
			    "encode: raw bytes would go to the terminal");
		return error_hint(error, "name a file with -o, or use --json");
	}
	if (start(invocation, from, &source, error))
		goto end;
	for (int i = 0; i < invocation->argument_count; i++) {
		if (is_assignment(invocation->arguments[i]) &&
		    assign(&source, invocation->arguments[i], error))
			goto end;
	}
	status = write_page(invocation, &source, error);
end:
	source_free(&source);
	return status;
}
