/* SPDX-License-Identifier: BSD-2-Clause */
/* A document that was written before its layout had all of its fields. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "io/source/document.h"
#include "io/source/source.h"
#include "view/json.h"

#define LATER 0x58u /* where the field comes that is added */

/* The layout as a later version may have it: with one field more, at its end.
 * The test asks for rfc-3, which leaves room for that in struct page. */
static struct field fields[RFC3_COUNT + 1];
static struct layout later;
static bool added;

const struct layout *__real_layout_find(const char *name);
const struct layout *__wrap_layout_find(const char *name);

const struct layout *__wrap_layout_find(const char *name)
{
	const struct layout *layout = __real_layout_find(name);

	if (!added || layout != &layouts[LAYOUT_RFC_3])
		return layout;
	memcpy(fields, layout->fields, RFC3_COUNT * sizeof(*fields));
	fields[RFC3_COUNT] = (struct field){
		.name = "later", .offset = LATER, .width = 8, .kind = KIND_HEX
	};
	later = *layout;
	later.fields = fields;
	later.count = RFC3_COUNT + 1;
	return &later;
}

/* What show makes, by this version, of a page of that layout; 0xee from LATER
 * on. */
static json_t *make_document(unsigned int length, unsigned int size)
{
	struct source shown = {
		.kind = SOURCE_FILE,
		.path = strdup("page"),
		.bytes = calloc(length, 1),
		.length = length,
	};
	struct reading reading;
	json_t *document;

	store_le(shown.bytes, 4, PAGE_MAGIC);
	store_le(shown.bytes + RFC3_OFFSET_size, 2, size);
	store_le(shown.bytes + RFC3_OFFSET_version, 2, PAGE_VERSION);
	if (length > LATER)
		memset(shown.bytes + LATER, 0xee, length - LATER);
	reading_make(shown.bytes, shown.length, NULL, &reading);
	assert_int_equal(reading.page.layout->id, LAYOUT_RFC_3);
	document = json_show(&shown, &reading);
	assert_non_null(document);
	source_free(&shown);
	return document;
}

/* Read the document, of a version that has the field, or not. It is released;
 * the source is to be freed. */
static int read_as(bool with_field, json_t *document, struct source *read,
		   struct error *error)
{
	char *text = json_text(document);
	int result;

	assert_non_null(text);
	*read = (struct source){ .kind = SOURCE_FILE, .path = strdup("text") };
	*error = (struct error){ 0 };
	added = with_field;
	result = document_read(text, strlen(text), read, error);
	added = false;
	free(text);
	return result;
}

static void set_raw(json_t *document, const char *name, json_t *value)
{
	assert_int_equal(json_object_set_new(json_object_get(document, "raw"),
					     name, value),
			 0);
}

static uint64_t later_value(const struct source *source)
{
	return load_le(source->bytes + LATER, 8);
}

/* The bytes that the document has where the field is say what it is. */
static void before_the_field(void **state)
{
	static const struct {
		unsigned int length, size;
	} cases[] = { { 4096, 4096 }, { 4096, LATER }, { LATER, LATER } };
	struct source read;
	struct error error;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		json_t *document =
			make_document(cases[i].length, cases[i].size);

		if (read_as(true, document, &read, &error))
			fail_msg("%zu: %s", i, error.message);
		assert_int_equal(read.length, cases[i].length);
		if (read.length > LATER)
			assert_true(later_value(&read) ==
				    UINT64_C(0xeeeeeeeeeeeeeeee));
		assert_null(source_passed_over(&read));
		source_free(&read);
	}
}

static void with_the_field(void **state)
{
	json_t *document = make_document(4096, 4096);
	struct source read;
	struct error error;

	(void)state;
	set_raw(document, "later", json_string("0x0000000000000123"));
	json_incref(document);
	assert_int_equal(read_as(true, document, &read, &error), 0);
	assert_true(later_value(&read) == 0x123);
	assert_null(source_passed_over(&read));
	source_free(&read);
	/* As this version reads it. */
	assert_int_equal(read_as(false, document, &read, &error), 0);
	assert_true(later_value(&read) == UINT64_C(0xeeeeeeeeeeeeeeee));
	assert_string_equal(source_passed_over(&read)->what, "raw.later");
	source_free(&read);
}

/* It may be absent from the page, but is held against its kind. */
static void null_and_damaged(void **state)
{
	struct source read;
	struct error error;
	json_t *document = make_document(4096, LATER);

	(void)state;
	set_raw(document, "later", json_null());
	assert_int_equal(read_as(true, document, &read, &error), 0);
	source_free(&read);
	document = make_document(4096, 4096);
	set_raw(document, "later", json_null());
	assert_int_equal(read_as(true, document, &read, &error), -1);
	assert_string_equal(
		error.message,
		"text: raw.later: null, but size and length cover it");
	source_free(&read);
	document = make_document(4096, 4096);
	set_raw(document, "later", json_integer(1));
	assert_int_equal(read_as(true, document, &read, &error), -1);
	assert_string_equal(error.message, "text: raw.later: must be a string");
	source_free(&read);
	document = make_document(LATER, LATER);
	set_raw(document, "later", json_string("1"));
	assert_int_equal(read_as(true, document, &read, &error), -1);
	assert_string_equal(error.message,
			    "text: raw.later: beyond page.length");
	source_free(&read);
}

/* Every document has the fields that the first had, in any version. */
static void first_fields_stay(void **state)
{
	const struct layout *layout = &layouts[LAYOUT_RFC_3];
	struct source read;
	struct error error;

	(void)state;
	for (unsigned int i = 0; i < 2 * RFC3_COUNT; i++) {
		const char *name = layout->fields[i / 2].name;
		json_t *document = make_document(4096, 4096);
		char wanted[80];

		json_object_del(json_object_get(document, "raw"), name);
		assert_int_equal(read_as(i % 2, document, &read, &error), -1);
		snprintf(wanted, sizeof(wanted), "text: raw.%s: missing", name);
		assert_string_equal(error.message, wanted);
		source_free(&read);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(before_the_field),
		cmocka_unit_test(with_the_field),
		cmocka_unit_test(null_and_damaged),
		cmocka_unit_test(first_fields_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
