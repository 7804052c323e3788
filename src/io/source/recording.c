/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a recording: one line at a time, one parse per line, in buffers that
 * are reused, so that memory does not grow with its length.
 */
#include "recording.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "base/hex.h"
#include "base/nsec.h"
#include "base/number.h"
#include "base/schema.h"
#include "document.h"
#include "io/snapshot_line.h"
#include "jsonmemory.h"
#include "known.h"
#include "line_reader.h"

/* The previous page, the returned one, and the one read ahead. */
#define PAGES 3

enum line_kind {
	LINE_NONE, /* nothing was read yet */
	LINE_SNAPSHOT,
	LINE_END,   /* the end line, or the end of the file */
	LINE_FAULT, /* told in lines.fault */
};

struct line {
	enum line_kind kind;
	struct snapshot snapshot;
	bool has_last; /* the last reading under the page before it */
	uint64_t last;
};

struct recording {
	struct line_reader lines;
	uint64_t n; /* of the snapshot read last */
	/* The same, and one more for each line of an unknown type whose n came
	 * next. The next snapshot's n is at most one more than this. */
	uint64_t passed_n;
	uint64_t blank; /* the first of the blank lines just read, or 0 */
	bool complete;	/* the end line was read */
	struct passed_over passed_over;
	struct line ahead;
	uint8_t *pages[PAGES]; /* PAGE_READ_MAX each */
	unsigned int page;     /* the one to fill next */
	/* How many bytes of each page may differ from zero. */
	size_t used[PAGES];
};

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

static bool is_blank(const char *text, size_t length)
{
	while (length && (*text == ' ' || *text == '\t' || *text == '\r' ||
			  *text == '\n')) {
		text++;
		length--;
	}
	return length == 0;
}

/* Read the next line. Blank lines may only stand at the end of the file. */
static int take_line(struct recording *r, const char **text, size_t *length,
		     bool *whole)
{
	int result;

	for (;;) {
		result = line_reader_take(&r->lines, text, length, whole);
		if (result <= 0 || !is_blank(*text, *length))
			break;
		if (!r->blank)
			r->blank = r->lines.number;
	}
	if (result <= 0 || !r->blank)
		return result;
	r->lines.number = r->blank;
	return damaged(r, NULL, "a blank line that is not at the end");
}

/* Parse the line just read; the caller frees *root. Returns 1, -1 with the
 * fault, 0 if it is a last line that was cut, which counts as the end of the
 * file. */
static int parse_object(struct recording *r, const char *text, size_t length,
			bool whole, json_t **root)
{
	json_error_t fault;

	*root = jsonmemory_load(text, length, JSON_REJECT_DUPLICATES, &fault);
	if (jsonmemory_failed()) {
		json_decref(*root);
		return line_reader_no_memory(&r->lines);
	}
	if (*root && json_is_object(*root))
		return 1;
	if (*root) {
		json_decref(*root);
		return damaged(r, NULL, "must be an object");
	}
	if (!whole)
		return 0;
	return damaged(r, NULL, fault.text);
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

/* A line of an unknown type may be counted among the snapshots or not; its own
 * n tells which. */
static bool is_next(const struct recording *r, uint64_t n)
{
	return n > r->n && n <= r->passed_n + 1;
}

static int read_n(struct recording *r, struct object *object)
{
	char reason[80];
	uint64_t n = 0;

	if (read_integer(r, object, "n", INT64_MAX, &n))
		return -1;
	if (is_next(r, n)) {
		r->n = r->passed_n = n;
		return 0;
	}
	snprintf(reason, sizeof(reason),
		 "%" PRIu64 " where %" PRIu64 " is expected", n, r->n + 1);
	return damaged(r, "n", reason);
}

/* The first `count` bytes of the page in turn were filled; the rest of its
 * `length` is zeros. */
static void end_page(struct recording *r, size_t length, size_t count,
		     struct snapshot *snapshot)
{
	unsigned int turn = r->page;

	/* Clear only what an earlier page left, not all 64 KiB. */
	if (r->used[turn] > count)
		memset(r->pages[turn] + count, 0, r->used[turn] - count);
	r->used[turn] = count;
	r->page = (turn + 1) % PAGES;
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
	end_page(r, length, count, snapshot);
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
	    read_integer(r, object, "unsettled_look_ns", INT64_MAX,
			 &s->unsettled_look))
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
	    read_integer(r, object, "unsettled_look_ns", INT64_MAX,
			 &s->unsettled_look))
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

static int read_start(struct recording *r, json_t *root)
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

/* Returns 1, 0 if the line is passed over, -1 with the fault. */
static int read_object(struct recording *r, json_t *root, struct line *line)
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

/*
 * Take a line that is written as the recorder writes it. Returns false if this
 * one is not, or if something is wrong with it; read_object() then finds out
 * what it says. Digits of a page that were read by then are the same to it.
 */
static bool take_snapshot(struct recording *r, const char *text, size_t length,
			  struct line *line)
{
	struct snapshot *s = &line->snapshot;
	struct snapshot_line read = { 0 };

	if (r->complete || !snapshot_line_read(text, length, &read) ||
	    !is_next(r, read.n) ||
	    read.realtime.has != read.monotonic_raw.has ||
	    read.seq_count > UINT32_MAX ||
	    !hex_bytes(read.page.hex, read.page.given, r->pages[r->page]))
		return false;
	r->n = r->passed_n = read.n;
	*s = (struct snapshot){
		.kind = read.kind,
		.n = read.n,
		.has_counter = read.counter.has,
		.counter = read.counter.value,
		.counter_last = read.counter.value,
		.has_clocks = read.realtime.has,
		.realtime = read.realtime.nsec,
		.monotonic_raw = read.monotonic_raw.nsec,
		.wake = read.wake,
		.missed = read.missed,
		.unsettled = read.unsettled_ns,
		.unsettled_look = read.unsettled_look_ns,
		.seq_count = (uint32_t)read.seq_count,
	};
	if (read.kind == SNAPSHOT_PAGE)
		end_page(r, read.page.length, read.page.given, s);
	line->has_last = read.counter_last.has;
	line->last = read.counter_last.value;
	line->kind = LINE_SNAPSHOT;
	return true;
}

/* Read the next line that is not passed over. Returns as read_object(), 0 at
 * the end of the file. */
static int read_line(struct recording *r, struct line *line)
{
	const char *text = NULL;
	size_t length;
	bool whole;
	json_t *root;
	int result;

	do {
		result = take_line(r, &text, &length, &whole);
		if (result <= 0 || take_snapshot(r, text, length, line))
			return result;
		result = parse_object(r, text, length, whole, &root);
		if (result <= 0)
			return result;
		result = read_object(r, root, line);
		json_decref(root);
	} while (result == 0);
	return result;
}

static void read_ahead(struct recording *r)
{
	struct line *line = &r->ahead, more = { 0 };
	int result;

	*line = (struct line){ .kind = LINE_END };
	result = read_line(r, line);
	/* What follows an end line is a fault, or passed over. */
	if (result > 0 && line->kind == LINE_END)
		result = read_line(r, &more);
	if (result < 0)
		line->kind = LINE_FAULT;
}

int recording_next(struct recording *recording, struct snapshot *snapshot,
		   struct error *error)
{
	struct line *ahead = &recording->ahead;

	if (ahead->kind == LINE_NONE)
		read_ahead(recording);
	if (ahead->kind == LINE_FAULT) {
		*error = recording->lines.fault;
		/* A signal interrupted the wait for a pipe; more may come. */
		if (error->errnum == EINTR)
			ahead->kind = LINE_NONE;
		return -1;
	}
	if (ahead->kind == LINE_END)
		return 0;
	*snapshot = ahead->snapshot;
	read_ahead(recording);
	if (snapshot->has_counter && ahead->has_last)
		snapshot->counter_last = ahead->last;
	return 1;
}

bool recording_is_complete(const struct recording *recording)
{
	return recording->complete;
}

const struct passed_over *
recording_passed_over(const struct recording *recording)
{
	return &recording->passed_over;
}

void recording_interrupt(struct recording *recording)
{
	recording->lines.interrupted = true;
}

static struct recording *make(int fd, const char *name, const uint8_t *head,
			      size_t length)
{
	struct recording *r = calloc(1, sizeof(*r));
	int failed;

	if (!r)
		return NULL;
	failed = line_reader_start(&r->lines, fd, name, head, length);
	for (int i = 0; i < PAGES; i++) {
		r->pages[i] = calloc(PAGE_READ_MAX, 1);
		failed |= !r->pages[i];
	}
	if (!failed)
		return r;
	recording_close(r);
	return NULL;
}

struct recording *recording_open(int fd, const char *name, const uint8_t *head,
				 size_t length, struct error *error)
{
	struct recording *r = make(fd, name, head, length);
	const char *text = NULL;
	size_t line;
	bool whole;
	json_t *root = NULL;
	int result;

	if (!r) {
		error_set(error, ERROR_MEMORY, ENOMEM, "%s", name);
		return NULL;
	}
	result = take_line(r, &text, &line, &whole);
	if (result > 0)
		result = parse_object(r, text, line, whole, &root);
	if (result == 0) {
		r->lines.number = 1;
		result = damaged(r, NULL, "the start line is missing");
	} else if (result > 0) {
		result = read_start(r, root);
		json_decref(root);
	}
	if (result >= 0)
		return r;
	*error = r->lines.fault;
	recording_close(r);
	return NULL;
}

void recording_close(struct recording *recording)
{
	if (!recording)
		return;
	for (int i = 0; i < PAGES; i++)
		free(recording->pages[i]);
	line_reader_free(&recording->lines);
	free(recording);
}

bool recording_begins(const uint8_t *head, size_t length)
{
	const uint8_t *newline = memchr(head, '\n', length);
	const char *schema, *type;
	json_t *root;
	bool begins = false;

	/* Blank lines may come before it. */
	while (newline == head) {
		head++;
		length--;
		newline = memchr(head, '\n', length);
	}
	root = jsonmemory_load((const char *)head,
			       newline ? (size_t)(newline - head) : length, 0,
			       NULL);
	schema = json_string_value(json_object_get(root, "schema"));
	type = json_string_value(json_object_get(root, "type"));
	if (schema)
		begins = strcmp(schema, SCHEMA_RECORD) == 0;
	else if (type)
		begins = is_start(type) || find_line_type(type) < LINE_TYPES;
	json_decref(root);
	return begins;
}
