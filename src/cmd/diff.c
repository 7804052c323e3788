/* SPDX-License-Identifier: BSD-2-Clause */
/* diff: the fields in which two pages differ, and the events they make. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/schema.h"
#include "view/json.h"
#include "view/text.h"
#include "command.h"

struct comparison {
	const struct source *a, *b;
	struct reading before, after;
	bool same_layout;
	uint64_t rows;	     /* fields that differ */
	unsigned int events; /* what they make */
	size_t bytes;	     /* bytes outside the fields that differ */
	size_t first;	     /* the first of them */
};

/* Whether the byte belongs to one of the fields that differ. */
static bool accounted(const struct comparison *c, size_t offset)
{
	const struct layout *layout = c->before.page.layout;

	for (unsigned int i = 0; i < layout->count; i++) {
		const struct field *field = &layout->fields[i];

		if (c->rows >> i & 1 && offset >= field->offset &&
		    offset < (size_t)field->offset + field->width)
			return true;
	}
	return false;
}

/* Bytes that no field accounts for: past the layout, or absent by `size`. */
static void compare_rest(struct comparison *c)
{
	size_t most = c->a->length > c->b->length ? c->a->length : c->b->length;

	for (size_t i = 0; i < most; i++) {
		bool both = i < c->a->length && i < c->b->length;

		if (both && c->a->bytes[i] == c->b->bytes[i])
			continue;
		if (accounted(c, i))
			continue;
		if (!c->bytes++)
			c->first = i;
	}
}

static void compare(const struct source *a, const struct source *b,
		    struct comparison *c)
{
	*c = (struct comparison){ .a = a, .b = b };
	reading_make(a->bytes, a->length, NULL, &c->before);
	reading_make(b->bytes, b->length, NULL, &c->after);
	c->same_layout = c->before.page.layout == c->after.page.layout;
	if (c->same_layout)
		c->rows = change_fields(&c->before.page, &c->after.page);
	c->events = change_events(&c->before.page, &c->after.page);
	compare_rest(c);
}

static json_t *side(const struct page *page, int row)
{
	return page_has(page, row) ? json_raw_value(&page->layout->fields[row],
						    page->value[row])
				   : json_null();
}

static json_t *changed_fields(const struct comparison *c)
{
	const struct layout *layout = c->before.page.layout;
	json_t *fields = json_array();

	for (unsigned int i = 0; i < layout->count; i++) {
		if (!(c->rows >> i & 1))
			continue;
		if (json_array_append_new(
			    fields,
			    json_pack("{s:s, s:i, s:o, s:o}", "name",
				      layout->fields[i].name, "offset",
				      layout->fields[i].offset, "a",
				      side(&c->before.page, (int)i), "b",
				      side(&c->after.page, (int)i))) < 0) {
			json_decref(fields);
			return NULL;
		}
	}
	return fields;
}

static json_t *make_document(const struct comparison *c, bool same)
{
	return json_pack("{s:s, s:i, s:o, s:o, s:s, s:s, s:b, s:o, s:I, s:o}",
			 "schema", SCHEMA_PREFIX "diff", "schema_version",
			 SCHEMA_VERSION, "a", json_source(c->a), "b",
			 json_source(c->b), "layout_a",
			 c->before.page.layout->name, "layout_b",
			 c->after.page.layout->name, "same", same, "fields",
			 changed_fields(c), "other_bytes", (json_int_t)c->bytes,
			 "events", json_events(c->events));
}

static void print_text(FILE *stream, const struct comparison *c, bool color)
{
	if (c->same_layout)
		text_diff(stream, &c->before, &c->after, c->rows, c->events,
			  color);
	else
		fprintf(stream, "layout\n  - %s\n  + %s\n",
			c->before.page.layout->name,
			c->after.page.layout->name);
	if (c->a->length != c->b->length)
		fprintf(stream, "length\n  - %zu bytes\n  + %zu bytes\n",
			c->a->length, c->b->length);
	if (c->same_layout && c->bytes)
		fprintf(stream,
			"%zu bytes outside the fields, the first at 0x%zx\n",
			c->bytes, c->first);
}

static int print(const struct invocation *invocation,
		 const struct comparison *c, struct error *error)
{
	bool same = c->same_layout && !c->rows && !c->bytes;
	struct output output;

	if (output_open(&output, invocation->value[OPTION_OUTPUT], error))
		return -1;
	if (!invocation->json) {
		print_text(output.stream, c,
			   command_color(invocation, output.stream));
	} else if (json_write(output.stream, make_document(c, same), error)) {
		output_discard(&output);
		return -1;
	}
	return command_finish(&output, same ? EXIT_YES : EXIT_NO, error);
}

/* "N,M", the positions of A and of B. Without --at both are 0, the last. */
static int parse_positions(const struct invocation *invocation, uint64_t at[2],
			   struct error *error)
{
	const char *text = invocation->value[OPTION_AT];
	const char *comma = text ? strchr(text, ',') : NULL;
	char first[24] = "";

	at[0] = at[1] = 0;
	if (!text)
		return 0;
	if (comma && (size_t)(comma - text) < sizeof(first))
		memcpy(first, text, (size_t)(comma - text));
	if (!comma || number_parse(first, &at[0]) || !at[0] ||
	    number_parse(comma + 1, &at[1]) || !at[1])
		return usage_error(
			error, "--at %s: not two numbers from 1 on, N,M", text);
	return 0;
}

/* Two snapshots of one recording, which may come from a pipe: the earlier one
 * is taken first. */
static int read_one(const struct invocation *invocation, const char *name,
		    const uint64_t at[2], struct source sides[2],
		    struct error *error)
{
	int early = at[0] > at[1];
	struct source *first = &sides[early], *second = &sides[!early];

	if (command_source_at(invocation, name, at[early], second, error))
		return -1;
	/* What was taken goes to the first, and the second reads on. */
	*first = *second;
	first->recording = NULL;
	first->path = strdup(second->path);
	second->bytes = malloc(second->length + 1);
	if (!first->path || !second->bytes)
		return error_set(error, ERROR_MEMORY, ENOMEM, "diff");
	memcpy(second->bytes, first->bytes, first->length);
	if (at[0] != at[1] && source_take(second, at[!early], error))
		return -1;
	command_note_source(second);
	return 0;
}

static int read_sides(const struct invocation *invocation,
		      struct source sides[2], struct error *error)
{
	char *const *names = invocation->arguments;
	uint64_t at[2];

	if (parse_positions(invocation, at, error))
		return -1;
	if (invocation->argument_count == 1 && at[0])
		return read_one(invocation, names[0], at, sides, error);
	if (invocation->argument_count != 2)
		return usage_error(
			error,
			"diff: needs two SOURCEs, or a recording and --at N,M");
	if (strcmp(names[0], "-") == 0 && strcmp(names[1], "-") == 0)
		return usage_error(error, "diff: only one SOURCE can be -");
	if (command_source_at(invocation, names[0], at[0], &sides[0], error) ||
	    command_check_page(&sides[0], error))
		return -1;
	return command_source_at(invocation, names[1], at[1], &sides[1], error);
}

int cmd_diff(const struct invocation *invocation, struct error *error)
{
	struct source sides[2] = { 0 };
	struct comparison c;
	int status = -1;

	if (read_sides(invocation, sides, error) == 0 &&
	    command_check_page(&sides[0], error) == 0 &&
	    command_check_page(&sides[1], error) == 0) {
		compare(&sides[0], &sides[1], &c);
		status = print(invocation, &c, error);
	}
	source_free(&sides[0]);
	source_free(&sides[1]);
	return status;
}
