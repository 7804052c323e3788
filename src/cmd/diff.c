/* SPDX-License-Identifier: BSD-2-Clause */
/* diff: the fields in which two pages differ, and the events they make. */
#include <string.h>

#include "../schema.h"
#include "../view/json.h"
#include "../view/text.h"
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
			"%zu bytes outside the fields, the first at "
			"0x%zx\n",
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

int cmd_diff(const struct invocation *invocation, struct error *error)
{
	char *const *names = invocation->arguments;
	struct source a, b = { 0 };
	struct comparison c;
	int status = -1;

	if (invocation->argument_count != 2)
		return usage_error(error, "diff: needs two SOURCEs");
	if (strcmp(names[0], "-") == 0 && strcmp(names[1], "-") == 0)
		return usage_error(error, "diff: only one SOURCE can be -");
	if (command_page(invocation, names[0], &a, error) == 0 &&
	    command_page(invocation, names[1], &b, error) == 0) {
		compare(&a, &b, &c);
		status = print(invocation, &c, error);
	}
	source_free(&a);
	source_free(&b);
	return status;
}
