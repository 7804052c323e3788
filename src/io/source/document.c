/* SPDX-License-Identifier: BSD-2-Clause */
/* The JSON of show and dump, read back: each member by type and range. */
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

/* What a document is being read into, and how messages name it. */
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

static const char *const document_members[] = {
	"schema", "schema_version", "tool",    "source", "layout",	"page",
	"raw",	  "decoded",	    "counter", "time",	 "time_reason", NULL,
};

/* What a bug report has besides: all about the machine, and not read. */
static const char *const dump_members[] = {
	"redacted", "verdicts",	  "machine", "device",
	"phcs",	    "comparison", "doctor",  NULL,
};

static const char *const page_members[] = { "length", "hex", NULL };

static bool is_member(const char *const *members, const char *name)
{
	for (; *members; members++) {
		if (strcmp(*members, name) == 0)
			return true;
	}
	return false;
}

static void leave_out(json_t *object, const char *const *members)
{
	for (; *members; members++)
		json_object_del(object, *members);
}

/* All of `members` and no other. */
static int check_members(const struct reader *reader, json_t *object,
			 const char *prefix, const char *const *members)
{
	char member[160];
	const char *key;
	json_t *value;

	for (const char *const *m = members; *m; m++) {
		if (json_object_get(object, *m))
			continue;
		snprintf(member, sizeof(member), "%s%s", prefix, *m);
		return damaged(reader, member, "missing");
	}
	json_object_foreach(object, key, value)
	{
		if (is_member(members, key))
			continue;
		snprintf(member, sizeof(member), "%s%s", prefix, key);
		return damaged(reader, member, "no such member");
	}
	return 0;
}

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

static int check_types(const struct reader *reader, json_t *root)
{
	for (size_t i = 0; i < sizeof(member_types) / sizeof(*member_types);
	     i++) {
		json_t *value = json_object_get(root, member_types[i].name);

		if (json_typeof(value) == member_types[i].type ||
		    (member_types[i].or_null && json_is_null(value)))
			continue;
		return damaged(reader, member_types[i].name,
			       member_types[i].reason);
	}
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
			"what show --json, dump --format json and record make can be read again");
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

static int read_bytes(const struct reader *reader, json_t *page)
{
	struct source *source = reader->source;
	json_t *length = json_object_get(page, "length");
	json_t *hex = json_object_get(page, "hex");
	const char *text;
	size_t digits;

	if (check_members(reader, page, "page.", page_members))
		return -1;
	if (!json_is_integer(length))
		return damaged(reader, "page.length", "must be an integer");
	if (json_integer_value(length) < 0 ||
	    json_integer_value(length) > (json_int_t)PAGE_READ_MAX)
		return damaged(reader, "page.length",
			       "out of range 0 to 65536");
	if (!json_is_string(hex))
		return damaged(reader, "page.hex", "must be a string");
	text = json_string_value(hex);
	digits = json_string_length(hex);
	if (digits % 2)
		return damaged(reader, "page.hex", "odd number of digits");
	source->length = (size_t)json_integer_value(length);
	if (digits / 2 > source->length)
		return damaged(reader, "page.hex", "longer than page.length");
	source->bytes = calloc(source->length + 1, 1);
	if (!source->bytes)
		return error_set(reader->error, ERROR_MEMORY, 0,
				 "%s: cannot read", reader->name);
	if (!hex_bytes(text, digits / 2, source->bytes))
		return damaged(reader, "page.hex",
			       "holds a character that is no digit");
	return 0;
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
		/* A name would do for encode, but it is not a raw value. */
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
			       ? "must be two hex digits a byte"
			       : "must be a number in decimal or 0x hex";
	}
}

static int lay_field(const struct reader *reader, const struct field *field,
		     json_t *value, const char *member)
{
	struct source *source = reader->source;
	const char *reason;
	uint64_t number = 0;

	if (json_is_null(value))
		return 0;
	reason = read_value(field, value, &number);
	if (reason)
		return damaged(reader, member, reason);
	if ((size_t)field->offset + field->width > source->length)
		return damaged(reader, member, "beyond page.length");
	store_le(source->bytes + field->offset, field->width, number);
	return 0;
}

/* Lay raw over the bytes. A null is right only where the field is absent. */
static int read_raw(const struct reader *reader, json_t *raw,
		    const struct layout *layout)
{
	const char *names[FIELDS_MAX + 1] = { NULL };
	struct page page;
	char member[80];

	for (unsigned int i = 0; i < layout->count; i++)
		names[i] = layout->fields[i].name;
	if (check_members(reader, raw, "raw.", names))
		return -1;
	for (unsigned int i = 0; i < layout->count; i++) {
		snprintf(member, sizeof(member), "raw.%s", names[i]);
		if (lay_field(reader, &layout->fields[i],
			      json_object_get(raw, names[i]), member))
			return -1;
	}
	page_decode_as(layout, reader->source->bytes, reader->source->length,
		       &page);
	for (unsigned int i = 0; i < layout->count; i++) {
		if (page_has(&page, (int)i) &&
		    json_is_null(json_object_get(raw, names[i]))) {
			snprintf(member, sizeof(member), "raw.%s", names[i]);
			return damaged(reader, member,
				       "null, but size and length cover it");
		}
	}
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

static int read_root(const struct reader *reader, json_t *root)
{
	const struct layout *layout;
	json_t *name;

	if (!json_is_object(root))
		return damaged(reader, "document", "must be an object");
	if (read_schema(reader, root))
		return -1;
	if (strcmp(json_string_value(json_object_get(root, "schema")),
		   SCHEMA_DUMP) == 0)
		leave_out(root, dump_members);
	if (check_members(reader, root, "", document_members) ||
	    check_types(reader, root))
		return -1;
	name = json_object_get(root, "layout");
	layout = layout_find(json_string_value(name));
	if (!layout)
		return damaged(reader, "layout", "no such layout");
	reader->source->layout = layout;
	if (read_bytes(reader, json_object_get(root, "page")) ||
	    read_raw(reader, json_object_get(root, "raw"), layout))
		return -1;
	return read_counter(reader, json_object_get(root, "counter"));
}

static int no_memory(const struct reader *reader)
{
	return error_set(reader->error, ERROR_MEMORY, ENOMEM, "%s: cannot read",
			 reader->name);
}

/* What is no JSON document may be several: events, verdicts. The schema of the
 * first then tells more than where it ends. */
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
}

int document_read(const char *text, size_t length, struct source *source,
		  struct error *error)
{
	struct reader reader = {
		.source = source,
		.name = source->kind == SOURCE_STDIN ? "standard input"
						     : source->path,
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
