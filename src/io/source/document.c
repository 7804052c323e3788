/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the JSON of show and dump; checks type and range of each member. */
#include "document.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "base/hex.h"
#include "base/number.h"
#include "base/schema.h"
#include "jsonmemory.h"
#include "known.h"

/* Where a document is read into, and its name in messages. */
struct reader {
	struct source *source;
	const char *name;
	struct error *error;
};

static int damaged(const struct reader *reader, const char *member,
		   const char *reason)
{
	return error_set(reader->error, ERROR_DAMAGED, 0, "%s: %s: %s",
			 reader->name, member, reason);
}

/* What every document has besides schema and schema_version. */
static const struct {
	const char *name;
	json_type type;
	bool or_null;
	const char *reason;
} member_types[] = {
	{ "tool", JSON_OBJECT, false, "must be an object" },
	{ "source", JSON_OBJECT, false, "must be an object" },
	{ "layout", JSON_STRING, false, "must be a string" },
	{ "page", JSON_OBJECT, false, "must be an object" },
	{ "raw", JSON_OBJECT, false, "must be an object" },
	{ "decoded", JSON_OBJECT, false, "must be an object" },
	{ "counter", JSON_STRING, true, "must be a string or null" },
	{ "time", JSON_OBJECT, true, "must be an object or null" },
	{ "time_reason", JSON_STRING, true, "must be a string or null" },
};

/* How many fields of a layout every document has: those of the first version
 * that wrote documents. Rows are in page order, so fields that were added later
 * come after them; a document may lack those. */
static const unsigned int first_fields[LAYOUT_COUNT] = {
	[LAYOUT_VMCLOCK_1] = FIELD_vm_generation_counter + 1,
	[LAYOUT_RFC_3] = RFC3_utc_time_maxerror_picosec + 1,
	[LAYOUT_PRERELEASE] = PRERELEASE_disruption_marker + 1,
};

static int check_members(const struct reader *reader, json_t *root)
{
	for (size_t i = 0; i < sizeof(member_types) / sizeof(*member_types);
	     i++) {
		json_t *value = json_object_get(root, member_types[i].name);

		if (!value)
			return damaged(reader, member_types[i].name, "missing");
		if (json_typeof(value) == member_types[i].type ||
		    (member_types[i].or_null && json_is_null(value)))
			continue;
		return damaged(reader, member_types[i].name,
			       member_types[i].reason);
	}
	known_check(&known_document, root, "", 0, &reader->source->passed_over);
	return 0;
}

static int refuse_schema(const struct reader *reader, const char *schema)
{
	char reason[80];

	snprintf(reason, sizeof(reason), "is neither \"%s\" nor \"%s\"",
		 SCHEMA_SHOW, SCHEMA_DUMP);
	damaged(reader, "schema", reason);
	if (strcmp(schema, SCHEMA_RECORD) == 0)
		error_hint(reader->error,
			   "a recording has a document on each line");
	else if (strncmp(schema, SCHEMA_PREFIX, strlen(SCHEMA_PREFIX)) == 0)
		error_hint(
			reader->error,
			"only the output of show --json, dump --format json and record can be read");
	return -1;
}

static int read_schema(const struct reader *reader, json_t *root)
{
	json_t *schema = json_object_get(root, "schema");
	json_t *version = json_object_get(root, "schema_version");

	if (!schema)
		return damaged(reader, "schema", "missing");
	if (!json_is_string(schema))
		return damaged(reader, "schema", "must be a string");
	if (strcmp(json_string_value(schema), SCHEMA_SHOW) != 0 &&
	    strcmp(json_string_value(schema), SCHEMA_DUMP) != 0)
		return refuse_schema(reader, json_string_value(schema));
	if (!version)
		return damaged(reader, "schema_version", "missing");
	if (!json_is_integer(version))
		return damaged(reader, "schema_version", "must be an integer");
	if (json_integer_value(version) != SCHEMA_VERSION)
		return damaged(reader, "schema_version",
			       "this vmclockctl reads version 1");
	if (json_object_get(root, "error"))
		return damaged(reader, "error",
			       "the document reports a failure, not a page");
	return 0;
}

const char *document_hex(const json_t *hex, size_t length, uint8_t *bytes,
			 size_t *count)
{
	size_t digits = json_string_length(hex);

	if (!json_is_string(hex))
		return hex ? "must be a string" : "missing";
	if (digits % 2)
		return "odd number of digits";
	if (digits / 2 > length)
		return "longer than page.length";
	*count = digits / 2;
	return hex_bytes(json_string_value(hex), *count, bytes)
		       ? NULL
		       : "holds a character that is not a hex digit";
}

static int read_bytes(const struct reader *reader, json_t *page)
{
	struct source *source = reader->source;
	json_t *length = json_object_get(page, "length");
	const char *reason;
	size_t count;

	if (!json_is_integer(length))
		return damaged(reader, "page.length",
			       length ? "must be an integer" : "missing");
	if (json_integer_value(length) < 0 ||
	    json_integer_value(length) > (json_int_t)PAGE_READ_MAX)
		return damaged(reader, "page.length",
			       "out of range 0 to 65536");
	source->length = (size_t)json_integer_value(length);
	source->bytes = calloc(source->length + 1, 1);
	if (!source->bytes)
		return error_set(reader->error, ERROR_MEMORY, 0,
				 "%s: cannot read", reader->name);
	reason = document_hex(json_object_get(page, "hex"), source->length,
			      source->bytes, &count);
	return reason ? damaged(reader, "page.hex", reason) : 0;
}

/* The type and range that the field's width and kind ask for. */
static const char *read_value(const struct field *field, json_t *value,
			      uint64_t *number)
{
	bool text = field->width == 8 || field->kind == KIND_BYTES;
	char digits[24];
	const char *from = digits;

	if (text && !json_is_string(value))
		return field->kind == KIND_BYTES ? "must be a string of digits"
						 : "must be a string";
	if (!text && !json_is_integer(value))
		return "must be an integer";
	if (text) {
		from = json_string_value(value);
		/* encode takes names, but a raw value is a number. */
		if (field->kind != KIND_BYTES && !is_decimal_digit(*from))
			return "must be a number in decimal or 0x hex";
	} else {
		snprintf(digits, sizeof(digits), "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
	}
	if (from == digits && *from == '-' && field->kind != KIND_SIGNED)
		return "out of range";
	switch (field_parse(field, from, number)) {
	case 0:
		return NULL;
	case -ERANGE:
		return "out of range";
	default:
		return field->kind == KIND_BYTES
			       ? "must be two hex digits per byte"
			       : "must be a number in decimal or 0x hex";
	}
}

/* `value` is NULL if the document is older than the field; its bytes then keep
 * what page.hex has there. */
static int lay_field(const struct reader *reader, const struct field *field,
		     json_t *value)
{
	struct source *source = reader->source;
	char member[80];
	const char *reason;
	uint64_t number = 0;

	if (!value || json_is_null(value))
		return 0;
	snprintf(member, sizeof(member), "raw.%s", field->name);
	reason = read_value(field, value, &number);
	if (reason)
		return damaged(reader, member, reason);
	if (field_end(field) > source->length)
		return damaged(reader, member, "beyond page.length");
	store_le(source->bytes + field->offset, field->width, number);
	return 0;
}

static void note_unknown_fields(const struct reader *reader, json_t *raw,
				const struct layout *layout)
{
	const char *name;
	json_t *value;

	json_object_foreach(raw, name, value)
	{
		if (field_find(layout, name) < 0)
			passed_over_note(&reader->source->passed_over, 0,
					 "raw.%s", name);
	}
}

/* Write the values of raw into the bytes. Only an absent field may be null. */
static int read_raw(const struct reader *reader, json_t *raw,
		    const struct layout *layout)
{
	struct page page;
	char member[80];

	for (unsigned int i = 0; i < layout->count; i++) {
		const struct field *field = &layout->fields[i];
		json_t *value = json_object_get(raw, field->name);

		if (!value && i < first_fields[layout->id]) {
			snprintf(member, sizeof(member), "raw.%s", field->name);
			return damaged(reader, member, "missing");
		}
		if (lay_field(reader, field, value))
			return -1;
	}
	page_decode_as(layout, reader->source->bytes, reader->source->length,
		       &page);
	for (unsigned int i = 0; i < layout->count; i++) {
		const char *name = layout->fields[i].name;

		if (page_has(&page, (int)i) &&
		    json_is_null(json_object_get(raw, name))) {
			snprintf(member, sizeof(member), "raw.%s", name);
			return damaged(reader, member,
				       "null, but size and length cover it");
		}
	}
	note_unknown_fields(reader, raw, layout);
	return 0;
}

static int read_counter(const struct reader *reader, json_t *counter)
{
	if (json_is_null(counter))
		return 0;
	if (number_parse(json_string_value(counter), &reader->source->counter))
		return damaged(reader, "counter",
			       "must be an unsigned 64-bit number");
	reader->source->has_counter = true;
	return 0;
}

/* Without the layout's fields the bytes have no meaning. */
static int refuse_layout(const struct reader *reader, const char *name)
{
	char reason[80];

	snprintf(reason, sizeof(reason),
		 "this version knows no layout \"%.40s\"", name);
	return damaged(reader, "layout", reason);
}

static int read_root(const struct reader *reader, json_t *root)
{
	const struct layout *layout;
	json_t *name;

	if (!json_is_object(root))
		return damaged(reader, "document", "must be an object");
	if (read_schema(reader, root))
		return -1;
	if (check_members(reader, root))
		return -1;
	name = json_object_get(root, "layout");
	layout = layout_find(json_string_value(name));
	if (!layout)
		return refuse_layout(reader, json_string_value(name));
	reader->source->layout = layout;
	if (read_bytes(reader, json_object_get(root, "page")) ||
	    read_raw(reader, json_object_get(root, "raw"), layout))
		return -1;
	reader->source->redacted =
		json_is_true(json_object_get(root, "redacted"));
	return read_counter(reader, json_object_get(root, "counter"));
}

static int no_memory(const struct reader *reader)
{
	return error_set(reader->error, ERROR_MEMORY, ENOMEM, "%s: cannot read",
			 reader->name);
}

/* What is not one JSON document may be several, such as events or verdicts.
 * Then the schema of the first says more than where it ends. */
static void refuse_text(const struct reader *reader, const char *text,
			size_t length, const json_error_t *fault)
{
	json_t *first =
		jsonmemory_load(text, length, JSON_DISABLE_EOF_CHECK, NULL);

	error_set(reader->error, ERROR_DAMAGED, 0, "%s: line %d, column %d: %s",
		  reader->name, fault->line, fault->column, fault->text);
	if (json_object_get(first, "schema"))
		read_schema(reader, first);
	json_decref(first);
	/* A mail program broke the lines. */
	if (strstr(fault->text, "unexpected newline"))
		error_hint(reader->error,
			   "folded? tr -d '\\r\\n' <%s | vmclockctl verify -",
			   source_shell_name(reader->source));
}

int document_read(const char *text, size_t length, struct source *source,
		  struct error *error)
{
	struct reader reader = {
		.source = source,
		.name = source_name(source),
		.error = error,
	};
	json_error_t fault;
	json_t *root =
		jsonmemory_load(text, length, JSON_REJECT_DUPLICATES, &fault);
	int result;

	if (jsonmemory_failed()) {
		json_decref(root);
		return no_memory(&reader);
	}
	if (!root) {
		refuse_text(&reader, text, length, &fault);
		return jsonmemory_failed() ? no_memory(&reader) : -1;
	}
	result = read_root(&reader, root);
	json_decref(root);
	return result;
}

json_t *document_name(const char *name)
{
	json_t *string = json_string(name);
	char *text, *to;

	if (string)
		return string;
	text = malloc(4 * strlen(name) + 1);
	if (!text)
		return NULL;
	for (to = text; *name; name++) {
		unsigned char c = (unsigned char)*name;

		to += sprintf(to, c < 0x80 ? "%c" : "\\x%02x", c);
	}
	*to = '\0';
	string = json_string(text);
	free(text);
	return string;
}
