/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the documents of show, encode and watch, and members that all share.
 */
#include "json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "io/source/document.h"
#include "io/source/jsonmemory.h"
#include "base/printable.h"
#include "base/schema.h"
#include "version.h"

/* The largest integer that every JSON reader keeps exact. */
#define INTEGER_MAX ((UINT64_C(1) << 53) - 1)

static json_t *decimal_string(uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	return json_string(text);
}

json_t *json_ascii(const char *text)
{
	size_t size = 4 * strlen(text) + 1;
	char *spelt = malloc(size);
	json_t *string;

	if (!spelt)
		return NULL;
	printable_ascii(spelt, size, text);
	string = json_string(spelt);
	free(spelt);
	return string;
}

json_t *json_raw_value(const struct field *field, uint64_t value)
{
	char text[FIELD_TEXT_MAX];

	if (field->kind == KIND_SIGNED && field->width <= 4)
		return json_integer(field_signed(field, value));
	if (field->kind != KIND_BYTES && field->width <= 4)
		return json_integer((json_int_t)value);
	field_format(field, value, text);
	return json_string(text);
}

/* As --offset and --phys take it. */
static int add_number(json_t *object, const char *name, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%" PRIx64, number);
	return json_object_set_new(object, name, json_string(text));
}

/* Where in a memory image the page is. */
static int add_place(json_t *object, const struct memory_place *place)
{
	if (add_number(object, "offset", place->offset))
		return -1;
	return place->has_address
		       ? add_number(object, "address", place->address)
		       : 0;
}

json_t *json_source(const struct source *source)
{
	json_auto_t *object = json_pack(
		"{s:s, s:s, s:o}", "kind", source_kind_names[source->kind],
		"format", source_format_names[source->format], "path",
		document_name(source->path));

	if (object && source->in_memory && add_place(object, &source->at))
		return NULL;
	/* Which snapshot of a recording it is. */
	if (object && source->n &&
	    json_object_set_new(object, "n",
				json_integer((json_int_t)source->n)) < 0)
		return NULL;
	return json_incref(object);
}

json_t *json_complete(const struct source *source)
{
	return source->recording ? json_boolean(!source_is_cut(source))
				 : json_null();
}

json_t *json_page(const uint8_t *bytes, size_t whole)
{
	size_t length = whole;
	char *hex;
	json_t *page;

	while (length && bytes[length - 1] == 0)
		length--;
	hex = malloc(2 * length + 1);
	if (!hex)
		return NULL;
	hex[0] = '\0';
	for (size_t i = 0; i < length; i++)
		snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
	page = json_pack("{s:I, s:s}", "length", (json_int_t)whole, "hex", hex);
	free(hex);
	return page;
}

static json_t *make_raw(const struct page *page)
{
	json_auto_t *raw = json_object();

	for (unsigned int i = 0; i < page->layout->count; i++) {
		const struct field *field = &page->layout->fields[i];
		json_t *value = page_has(page, (int)i)
					? json_raw_value(field, page->value[i])
					: json_null();

		if (json_object_set_new(raw, field->name, value) < 0)
			return NULL;
	}
	return json_incref(raw);
}

/* The kebab-case name of an enumeration's value; null where it is absent. */
static json_t *value_name(const struct page *page, int row)
{
	char text[DESCRIBE_MAX];

	if (!page_has(page, row))
		return json_null();
	describe_value(&page->layout->fields[row], page->value[row], text);
	return json_string(text);
}

static json_t *make_flag_names(const struct page *page, int row)
{
	json_auto_t *names = NULL;

	if (!page_has(page, row))
		return json_null();
	names = json_array();
	for (const struct field_name *n = page->layout->fields[row].names;
	     n->name; n++) {
		if (!(page->value[row] & n->value))
			continue;
		if (json_array_append_new(names, json_string(n->name)) < 0)
			return NULL;
	}
	return json_incref(names);
}

static json_t *unknown_flags(const struct page *page, int row)
{
	const struct field *field;
	char text[FIELD_TEXT_MAX];

	if (!page_has(page, row))
		return json_null();
	field = &page->layout->fields[row];
	field_format(field, page->value[row] & ~field_known_flags(field), text);
	return json_string(text);
}

/* A real number, null where it is not known. */
static json_t *real_if(bool known, double value)
{
	return known ? json_real(value) : json_null();
}

static json_t *utc_text(const struct utc *utc)
{
	char text[RFC3339_MAX];

	if (!rfc3339(utc->time, utc->leap_second, true, text))
		return json_null();
	return json_string(text);
}

static json_t *tai_text(grid tai)
{
	char text[RFC3339_MAX];

	if (!rfc3339(tai, false, false, text))
		return json_null();
	return json_string(text);
}

static json_t *reference_utc(const struct reading *reading, bool clock)
{
	struct utc utc;
	grid time;

	if (!clock || !clock_reference(&reading->clock, &time) ||
	    !clock_utc(&reading->clock, time, &utc))
		return json_null();
	return utc_text(&utc);
}

/* The value that all pages of a layout without this field have. */
static json_t *time_type_name(const struct page *page)
{
	const struct layout *layout = page->layout;

	if (layout->time_type >= 0 || layout->implied_time_type < 0)
		return value_name(page, layout->time_type);
	return json_string(field_value_name(
		&layouts[LAYOUT_VMCLOCK_1].fields[FIELD_time_type],
		(uint64_t)layout->implied_time_type));
}

/* The drafts gave it no sign. */
static json_t *offset_sign(const struct reading *reading, bool valid)
{
	const struct clock *clock = &reading->clock;

	if (!valid || clock->tai_offset == 0 || reading->page.layout->draft)
		return json_null();
	return json_string(clock->tai_offset < 0 ? "tai-to-utc" : "utc-to-tai");
}

json_t *json_decoded(const struct reading *reading)
{
	const struct page *page = &reading->page;
	const struct clock *clock = &reading->clock;
	const struct layout *layout = page->layout;
	bool period =
		page_meaningful(page, layout->period, NULL) && clock->period;
	bool offset = page_meaningful(page, layout->tai_offset, NULL);

	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}",
		"counter_id", value_name(page, layout->counter_id), "time_type",
		time_type_name(page), "clock_status",
		value_name(page, layout->clock_status),
		"leap_second_smearing_hint",
		value_name(page, layout->smearing_hint), "leap_indicator",
		value_name(page, layout->leap_indicator), "flags",
		make_flag_names(page, layout->flags), "flags_unknown",
		unknown_flags(page, layout->flags), "tai_minus_utc_s",
		offset ? json_integer(clock_tai_minus_utc(clock)) : json_null(),
		"tai_offset_sign", offset_sign(reading, offset), "period_ns",
		real_if(period, period ? clock_period_nsec(clock) : 0),
		"frequency_hz",
		real_if(period, period ? clock_frequency(clock) : 0),
		"period_esterror_ppb",
		real_if(period && page_meaningful(page, layout->period_esterror,
						  NULL),
			period ? clock_rate_ppb(clock, clock->period_esterror)
			       : 0),
		"period_maxerror_ppb",
		real_if(period && page_meaningful(page, layout->period_maxerror,
						  NULL),
			period ? clock_rate_ppb(clock, clock->period_maxerror)
			       : 0),
		"reference_utc",
		reference_utc(reading,
			      page_meaningful(page, layout->time_frac, NULL)),
		"time_available", reading->usable);
}

int json_set_integer(json_t *object, const char *key, bool known, uint128 value)
{
	if (known && value <= INTEGER_MAX)
		return json_object_set_new(object, key,
					   json_integer((json_int_t)value));
	if (known && json_object_set_new(object, "overflow", json_true()) < 0)
		return -1;
	return json_object_set_new(object, key, json_null());
}

static json_t *make_timestamp(struct timestamp stamp)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, stamp.sec);
	return json_pack("{s:s, s:I}", "sec", text, "nsec",
			 (json_int_t)stamp.nsec);
}

/* A bound, null where there is none. */
static int set_bound(json_t *object, const char *key, bool bounds,
		     bool in_range, struct timestamp stamp)
{
	if (bounds && !in_range &&
	    json_object_set_new(object, "overflow", json_true()) < 0)
		return -1;
	return json_object_set_new(
		object, key, in_range ? make_timestamp(stamp) : json_null());
}

static json_t *make_time(const struct reading *reading)
{
	const struct clock *clock = &reading->clock;
	json_auto_t *time = NULL;

	if (reading->reason != READING_TIME)
		return json_null();
	time = make_timestamp(grid_to_timestamp(reading->time));
	if (json_set_integer(time, "esterror_ns", clock->has_esterror,
			     reading->esterror_nsec) < 0 ||
	    json_set_integer(time, "maxerror_ns", clock->has_maxerror,
			     reading->maxerror_nsec) < 0 ||
	    set_bound(time, "earliest", clock->has_maxerror,
		      reading->has_earliest, reading->earliest) < 0 ||
	    set_bound(time, "latest", clock->has_maxerror, reading->has_latest,
		      reading->latest) < 0 ||
	    json_object_set_new(time, "utc",
				reading->utc_known ? utc_text(&reading->utc)
						   : json_null()) < 0 ||
	    json_object_set_new(time, "tai",
				reading->utc.tai_known
					? tai_text(reading->utc.tai)
					: json_null()) < 0)
		return NULL;
	return json_incref(time);
}

json_t *json_show(const struct source *source, const struct reading *reading)
{
	enum reading_reason reason = reading->reason;

	return json_pack(
		"{s:s, s:i, s:{s:s, s:s}, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o}",
		"schema", SCHEMA_SHOW, "schema_version", SCHEMA_VERSION, "tool",
		"name", "vmclockctl", "version", VMCLOCKCTL_VERSION, "source",
		json_source(source), "layout", reading->page.layout->name,
		"page", json_page(source->bytes, source->length), "raw",
		make_raw(&reading->page), "decoded", json_decoded(reading),
		"counter",
		reading->has_counter ? decimal_string(reading->counter)
				     : json_null(),
		"time", make_time(reading), "time_reason",
		reason == READING_TIME
			? json_null()
			: json_string(reading_reasons[reason].name));
}

json_t *json_encode(const struct source *source)
{
	struct page page;

	page_decode_as(source->layout, source->bytes, source->length, &page);
	return json_pack("{s:s, s:i, s:s, s:o, s:o}", "schema",
			 SCHEMA_PREFIX "encode", "schema_version",
			 SCHEMA_VERSION, "layout", source->layout->name, "page",
			 json_page(source->bytes, source->length), "raw",
			 make_raw(&page));
}

json_t *json_failure(const char *command, const char *source,
		     const struct error *error)
{
	char schema[64];
	json_auto_t *document = NULL;

	snprintf(schema, sizeof(schema), SCHEMA_PREFIX "%s", command);
	document = json_pack("{s:s, s:i, s:{s:s, s:o, s:o}}", "schema", schema,
			     "schema_version", SCHEMA_VERSION, "error", "code",
			     error_name(error->code), "errno",
			     error->errnum ? json_integer(error->errnum)
					   : json_null(),
			     "message", json_ascii(error->message));
	if (document && source &&
	    json_object_set_new(
		    document, "source",
		    json_pack("{s:o}", "path", document_name(source))) < 0)
		return NULL;
	return json_incref(document);
}

json_t *json_events(unsigned int events)
{
	json_auto_t *names = json_array();

	for (unsigned int i = 0; i < EVENT_COUNT; i++) {
		if (!(events >> i & 1))
			continue;
		if (json_array_append_new(names,
					  json_string(event_kinds[i].name)) < 0)
			return NULL;
	}
	return json_incref(names);
}

/* A raw value; null where it has no meaning on this page. */
static json_t *vouched_value(const struct page *page, int row)
{
	if (!page_meaningful(page, row, NULL))
		return json_null();
	return json_raw_value(&page->layout->fields[row], page->value[row]);
}

static json_t *make_changes(const struct occurrence *o)
{
	uint64_t changed = occurrence_rows(o);
	json_auto_t *changes = json_array();

	for (int row = 0; changed >> row; row++) {
		char old_text[DESCRIBE_MAX], new_text[DESCRIBE_MAX];

		if (!(changed >> row & 1))
			continue;
		occurrence_value(o, o->before, row, old_text);
		occurrence_value(o, o->after, row, new_text);
		if (json_array_append_new(
			    changes,
			    json_pack("{s:s, s:o, s:o, s:s, s:s}", "name",
				      o->after->layout->fields[row].name, "old",
				      vouched_value(o->before, row), "new",
				      vouched_value(o->after, row), "old_text",
				      old_text, "new_text", new_text)) < 0)
			return NULL;
	}
	return json_incref(changes);
}

int json_add_step(json_t *event, const struct clock_step *step)
{
	uint128 size =
		step->nsec < 0 ? -(uint128)step->nsec : (uint128)step->nsec;
	bool fits = size <= INTEGER_MAX;

	if (step->has_time && !fits &&
	    json_object_set_new(event, "overflow", json_true()) < 0)
		return -1;
	return json_object_set_new(
		       event, "time_step_ns",
		       step->has_time && fits
			       ? json_integer((json_int_t)step->nsec)
			       : json_null()) |
	       json_object_set_new(event, "frequency_step_ppm",
				   real_if(step->has_frequency, step->ppm));
}

json_t *json_event(const struct occurrence *o, uint64_t n)
{
	char time[RFC3339_MAX];
	struct clock_step step;
	json_auto_t *event = json_pack(
		"{s:s, s:I, s:o, s:s, s:o, s:o}", "type", "event", "n",
		(json_int_t)n, "time",
		occurrence_time(o, time) ? json_string(time) : json_null(),
		"event", event_kinds[o->event].name, "changes", make_changes(o),
		"missed",
		o->event == EVENT_MISSED ? json_integer((json_int_t)o->missed)
					 : json_null());

	if (event && o->rule &&
	    (json_object_set_new(event, "rule", json_string(o->rule)) < 0 ||
	     json_object_set_new(event, "message", json_ascii(o->message)) < 0))
		return NULL;
	if (event && o->snapshot &&
	    json_object_set_new(event, "snapshot",
				json_integer((json_int_t)o->snapshot)) < 0)
		return NULL;
	occurrence_step(o, &step);
	if (event && json_add_step(event, &step) == 0)
		return json_incref(event);
	return NULL;
}

#define TEXT_FLAGS (JSON_REAL_PRECISION(12) | JSON_ENSURE_ASCII)

char *json_text(json_t *document)
{
	return jsonmemory_text(document, TEXT_FLAGS);
}

/* `flags` as json_dumps() has them. */
static int write_text(FILE *stream, json_t *document, size_t flags,
		      struct error *error)
{
	char *text = jsonmemory_text(document, TEXT_FLAGS | flags);

	if (!text)
		return error_set(error, ERROR_MEMORY, ENOMEM, "JSON");
	fputs(text, stream);
	fputc('\n', stream);
	free(text);
	return 0;
}

int json_write(FILE *stream, json_t *document, struct error *error)
{
	return write_text(stream, document, 0, error);
}

int json_write_lines(FILE *stream, json_t *document, struct error *error)
{
	return write_text(stream, document, JSON_INDENT(1), error);
}
