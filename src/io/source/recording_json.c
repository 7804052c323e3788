/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a line of a recording from its JSON: each type of line, member by
 * member, and what a later version may have added. */
#include "recording_json.h"

#include <inttypes.h>
#include <string.h>

#include "base/nsec.h"
#include "base/number.h"
#include "base/schema.h"
#include "document.h"
#include "io/snapshot_line.h"
#include "page/page.h"

/* An object of a line, and how many of its members were taken. */
struct object {
	json_t *json;
	size_t taken;
};

static json_t *take_member(struct object *object, const char *name)
{
	json_t *value = json_object_get(object->json, name);

	object->taken += value != NULL;
	return value;
}

/* Note members of the object of this name ("": the line) that were not taken.
 * The usual case, none, costs one comparison. */
static void pass_over_rest(struct recording *r, const struct object *object,
			   const struct known *known, const char *name)
{
	char prefix[32];

	if (json_object_size(object->json) == object->taken)
		return;
	snprintf(prefix, sizeof(prefix), "%s%s", name, *name ? "." : "");
	known_check(known, object->json, prefix, r->lines.number,
		    &r->passed_over);
}

static int damaged(struct recording *r, const char *member, const char *reason)
{
	return line_reader_damaged(&r->lines, member, reason);
}

/* A reading of the counter, or null. */
static int read_counter(struct recording *r, struct object *object,
			const char *name, bool *has, uint64_t *counter)
{
	json_t *value = take_member(object, name);
	const char *text = json_string_value(value);

	*has = false;
	if (!value)
		return damaged(r, name, "missing");
	if (json_is_null(value))
		return 0;
	if (!text)
		return damaged(r, name, "must be a string or null");
	*has = number_take(&text, NULL, 10, counter) == 0 && !*text;
	return *has ? 0 : damaged(r, name, "must be an unsigned 64-bit number");
}

/* {"sec": "...", "nsec": n} or null, as nanoseconds. */
static int read_clock(struct recording *r, struct object *object,
		      const char *name, bool *has, int64_t *nsec)
{
	json_t *value = take_member(object, name);
	struct object clock = { value, 0 };
	json_t *fraction = take_member(&clock, "nsec");
	const char *text = json_string_value(take_member(&clock, "sec"));
	bool negative = text && *text == '-';
	uint64_t sec;

	*has = false;
	if (!value)
		return damaged(r, name, "missing");
	if (json_is_null(value))
		return 0;
	if (!text || !json_is_integer(fraction) ||
	    json_integer_value(fraction) < 0 ||
	    json_integer_value(fraction) >= NSEC_PER_SEC)
		return damaged(
			r, name,
			"must be {\"sec\": \"...\", \"nsec\": 0 to 999999999} or null");
	text += negative;
	if (number_take(&text, NULL, 10, &sec) || *text)
		return damaged(r, name, "sec must be a whole number");
	if (!snapshot_line_nsec(negative, sec,
				(uint64_t)json_integer_value(fraction), nsec))
		return damaged(r, name, "out of range");
	pass_over_rest(r, &clock, &known_clock, name);
	*has = true;
	return 0;
}

/* An integer from 0 to `most`. */
static int read_integer(struct recording *r, struct object *object,
			const char *name, uint64_t most, uint64_t *number)
{
	json_t *value = take_member(object, name);

	if (!value)
		return damaged(r, name, "missing");
	if (!json_is_integer(value))
		return damaged(r, name, "must be an integer");
	if (json_integer_value(value) < 0 ||
	    (uint64_t)json_integer_value(value) > most)
		return damaged(r, name, "out of range");
	*number = (uint64_t)json_integer_value(value);
	return 0;
}

bool recording_is_next(const struct recording *r, uint64_t n)
{
	return n > r->n && n <= r->passed_n + 1;
}

static int read_n(struct recording *r, struct object *object)
{
	char reason[80];
	uint64_t n = 0;

	if (read_integer(r, object, "n", INT64_MAX, &n))
		return -1;
	if (recording_is_next(r, n)) {
		r->n = r->passed_n = n;
		return 0;
	}
	snprintf(reason, sizeof(reason),
		 "%" PRIu64 " where %" PRIu64 " is expected", n, r->n + 1);
	return damaged(r, "n", reason);
}

void recording_end_page(struct recording *r, size_t length, size_t count,
			struct snapshot *snapshot)
{
	unsigned int turn = r->page;

	/* Clear only what an earlier page left, not all 64 KiB. */
	if (r->used[turn] > count)
		memset(r->pages[turn] + count, 0, r->used[turn] - count);
	r->used[turn] = count;
	r->page = (turn + 1) % RECORDING_PAGES;
	snapshot->bytes = r->pages[turn];
	snapshot->length = length;
}

static int read_page(struct recording *r, struct object *object,
		     struct snapshot *snapshot)
{
	struct object page = { take_member(object, "page"), 0 };
	json_t *hex = take_member(&page, "hex");
	uint64_t length = 0;
	const char *reason;
	size_t count;

	if (!json_is_object(page.json))
		return damaged(r, "page",
			       page.json ? "must be an object" : "missing");
	if (read_integer(r, &page, "length", PAGE_READ_MAX, &length))
		return -1;
	reason = document_hex(hex, length, r->pages[r->page], &count);
	if (reason)
		return damaged(r, "page.hex", reason);
	pass_over_rest(r, &page, &known_page, "page");
	recording_end_page(r, length, count, snapshot);
	return 0;
}

/* An unknown word is no fault here: what woke the recorder does not change the
 * page. */
static int read_wake(struct recording *r, struct object *object,
		     struct snapshot *snapshot)
{
	json_t *value = take_member(object, "wake");
	const char *name = json_string_value(value);

	if (!name)
		return damaged(r, "wake",
			       value ? "must be a string" : "missing");
	snapshot->wake = WAKE_UNKNOWN;
	for (int wake = 0; wake < WAKE_COUNT; wake++) {
		if (strcmp(name, wake_names[wake]) == 0)
			snapshot->wake = (enum wake)wake;
	}
	if (snapshot->wake == WAKE_UNKNOWN)
		passed_over_note(&r->passed_over, r->lines.number,
				 "wake \"%s\"", name);
	return 0;
}

static int read_clocks(struct recording *r, struct object *object,
		       struct snapshot *snapshot)
{
	bool realtime, monotonic;

	if (read_clock(r, object, "realtime", &realtime, &snapshot->realtime) ||
	    read_clock(r, object, "monotonic_raw", &monotonic,
		       &snapshot->monotonic_raw))
		return -1;
	if (realtime != monotonic)
		return damaged(r, realtime ? "monotonic_raw" : "realtime",
			       "null alone");
	snapshot->has_clocks = realtime;
	return 0;
}

/* Other writers may not have it: 0, the distance of no two looks. */
static int read_look(struct recording *r, struct object *object,
		     struct snapshot *snapshot)
{
	static const char name[] = "unsettled_look_ns";

	return json_object_get(object->json, name)
		       ? read_integer(r, object, name, INT64_MAX,
				      &snapshot->unsettled_look)
		       : 0;
}

/* Recordings made before it was added lack it. */
static int read_window(struct recording *r, struct object *object,
		       struct snapshot *snapshot)
{
	snapshot->has_window =
		json_object_get(object->json, "realtime_window_ns") != NULL;
	return snapshot->has_window
		       ? read_integer(r, object, "realtime_window_ns",
				      INT64_MAX, &snapshot->realtime_window)
		       : 0;
}

/* Each type of line, with the function that reads it into `line`. */

static int read_snapshot(struct recording *r, struct object *object,
			 struct line *line)
{
	struct snapshot *s = &line->snapshot;

	s->kind = SNAPSHOT_PAGE;
	if (read_n(r, object) || read_page(r, object, s) ||
	    read_counter(r, object, "counter", &s->has_counter, &s->counter) ||
	    read_counter(r, object, "counter_last", &line->has_last,
			 &line->last) ||
	    read_clocks(r, object, s) || read_wake(r, object, s) ||
	    read_integer(r, object, "missed", INT64_MAX, &s->missed) ||
	    read_integer(r, object, "unsettled_ns", INT64_MAX, &s->unsettled) ||
	    read_look(r, object, s) || read_window(r, object, s))
		return -1;
	pass_over_rest(r, object, &known_snapshot, "");
	s->n = r->n;
	s->counter_last = s->counter;
	line->kind = LINE_SNAPSHOT;
	return 1;
}

static int read_unsettled(struct recording *r, struct object *object,
			  struct line *line)
{
	struct snapshot *s = &line->snapshot;
	uint64_t seq_count = 0;

	s->kind = SNAPSHOT_UNSETTLED;
	if (read_n(r, object) ||
	    read_integer(r, object, "seq_count", UINT32_MAX, &seq_count) ||
	    read_counter(r, object, "counter_last", &line->has_last,
			 &line->last) ||
	    read_clocks(r, object, s) || read_wake(r, object, s) ||
	    read_integer(r, object, "unsettled_ns", INT64_MAX, &s->unsettled) ||
	    read_look(r, object, s) || read_window(r, object, s))
		return -1;
	pass_over_rest(r, object, &known_unsettled, "");
	s->n = r->n;
	s->seq_count = (uint32_t)seq_count;
	line->kind = LINE_SNAPSHOT;
	return 1;
}

static int read_end(struct recording *r, struct object *object,
		    struct line *line)
{
	if (read_counter(r, object, "counter_last", &line->has_last,
			 &line->last))
		return -1;
	pass_over_rest(r, object, &known_end, "");
	r->complete = true;
	line->kind = LINE_END;
	return 1;
}

static bool is_start(const char *type)
{
	return strcmp(type, "start") == 0;
}

int recording_read_start(struct recording *r, json_t *root)
{
	const char *schema = json_string_value(json_object_get(root, "schema"));
	const char *type = json_string_value(json_object_get(root, "type"));
	json_t *version = json_object_get(root, "schema_version");

	if (!schema || strcmp(schema, SCHEMA_RECORD) != 0)
		return damaged(
			r, NULL,
			"not the start line of a recording, schema \"" SCHEMA_RECORD
			"\"");
	if (!json_is_integer(version))
		return damaged(r, "schema_version", "must be an integer");
	if (json_integer_value(version) != SCHEMA_VERSION)
		return damaged(r, "schema_version",
			       "this vmclockctl reads version 1");
	if (json_object_get(root, "error"))
		return damaged(r, "error",
			       "the line reports a failure, not a recording");
	if (!type || !is_start(type))
		return damaged(r, "type", "the first line's is not \"start\"");
	known_check(&known_start, root, "", r->lines.number, &r->passed_over);
	return 0;
}

/* A later version may record more, even after the end line. */
static int pass_over_line(struct recording *r, json_t *root, const char *type)
{
	json_t *n = json_object_get(root, "n");

	passed_over_note(&r->passed_over, r->lines.number,
			 "lines of type \"%s\"", type);
	if (json_is_integer(n) &&
	    (uint64_t)json_integer_value(n) == r->passed_n + 1)
		r->passed_n++;
	return 0;
}

static const struct {
	const char *type;
	int (*read)(struct recording *r, struct object *object,
		    struct line *line);
} line_types[] = {
	{ "snapshot", read_snapshot },
	{ "unsettled", read_unsettled },
	{ "end", read_end },
};

#define LINE_TYPES (sizeof(line_types) / sizeof(*line_types))

/* The row of line_types; LINE_TYPES: none of them. */
static size_t find_line_type(const char *type)
{
	size_t i = 0;

	while (i < LINE_TYPES && strcmp(line_types[i].type, type) != 0)
		i++;
	return i;
}

bool recording_has_type(const char *type)
{
	return is_start(type) || find_line_type(type) < LINE_TYPES;
}

int recording_read_object(struct recording *r, json_t *root, struct line *line)
{
	struct object object = { root, 0 };
	json_t *value = take_member(&object, "type");
	const char *type = json_string_value(value);
	size_t i = type ? find_line_type(type) : LINE_TYPES;

	if (type && i == LINE_TYPES && !is_start(type))
		return pass_over_line(r, root, type);
	if (r->complete)
		return damaged(r, NULL, "continues after the end line");
	/* Two recordings in one file, of one version or of two. */
	if (json_object_get(root, "schema") ||
	    json_object_get(root, "schema_version") || (type && is_start(type)))
		return damaged(r, NULL, "a second start line");
	if (!type)
		return damaged(r, "type",
			       value ? "must be a string" : "missing");
	return line_types[i].read(r, &object, line);
}
