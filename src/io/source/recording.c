/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a recording: one line at a time, one parse a line, buffers that are
 * used again, so that its length matters to nobody.
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
#include "jsonmemory.h"
#include "line_reader.h"

/* The page before, the one returned, the one read ahead. */
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
	struct line ahead;
	uint8_t *pages[PAGES]; /* PAGE_READ_MAX each */
	unsigned int page;     /* the one to fill next */
	/* How much of each page may be other than zero. */
	size_t used[PAGES];
};

static int damaged(struct recording *r, const char *member, const char *reason)
{
	return line_reader_damaged(&r->lines, member, reason);
}

/* The next line, parsed; *root is then the caller's. A last line that was cut
 * is the end of the file. */
static int take_object(struct recording *r, json_t **root)
{
	const char *text = NULL;
	size_t length;
	bool whole;
	json_error_t fault;
	int result = line_reader_take(&r->lines, &text, &length, &whole);

	if (result <= 0)
		return result;
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
static int read_counter(struct recording *r, json_t *root, const char *name,
			bool *has, uint64_t *counter)
{
	json_t *value = json_object_get(root, name);
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
static int read_clock(struct recording *r, json_t *root, const char *name,
		      bool *has, int64_t *nsec)
{
	json_t *value = json_object_get(root, name);
	json_t *fraction = json_object_get(value, "nsec");
	const char *text = json_string_value(json_object_get(value, "sec"));
	bool negative = text && *text == '-';
	uint64_t sec;
	__int128 total;

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
	total = (__int128)sec * (negative ? -NSEC_PER_SEC : NSEC_PER_SEC) +
		json_integer_value(fraction);
	if (total < INT64_MIN || total > INT64_MAX)
		return damaged(r, name, "out of range");
	*has = true;
	*nsec = (int64_t)total;
	return 0;
}

/* An integer from 0 to `most`. */
static int read_integer(struct recording *r, json_t *root, const char *name,
			uint64_t most, uint64_t *number)
{
	json_t *value = json_object_get(root, name);

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

static int read_n(struct recording *r, json_t *root)
{
	char reason[80];
	uint64_t n;

	if (read_integer(r, root, "n", INT64_MAX, &n))
		return -1;
	if (n == r->n + 1) {
		r->n = n;
		return 0;
	}
	snprintf(reason, sizeof(reason), "%" PRIu64 " where %" PRIu64 " is due",
		 n, r->n + 1);
	return damaged(r, "n", reason);
}

static int read_page(struct recording *r, json_t *root,
		     struct snapshot *snapshot)
{
	json_t *page = json_object_get(root, "page");
	json_t *hex = json_object_get(page, "hex");
	unsigned int turn = r->page;
	uint8_t *bytes = r->pages[turn];
	uint64_t length;
	size_t count;

	if (!json_is_object(page))
		return damaged(r, "page",
			       page ? "must be an object" : "missing");
	if (read_integer(r, page, "length", PAGE_READ_MAX, &length))
		return -1;
	if (!json_is_string(hex))
		return damaged(r, "page.hex",
			       hex ? "must be a string" : "missing");
	count = json_string_length(hex);
	if (count % 2)
		return damaged(r, "page.hex", "odd number of digits");
	count /= 2;
	if (count > length)
		return damaged(r, "page.hex", "longer than page.length");
	if (!hex_bytes(json_string_value(hex), count, bytes))
		return damaged(r, "page.hex",
			       "holds a character that is no digit");
	/* Only what an earlier page left behind, not the 64 KiB each time. */
	if (r->used[turn] > count)
		memset(bytes + count, 0, r->used[turn] - count);
	r->used[turn] = count;
	r->page = (turn + 1) % PAGES;
	snapshot->bytes = bytes;
	snapshot->length = length;
	return 0;
}

static int read_wake(struct recording *r, json_t *root,
		     struct snapshot *snapshot)
{
	const char *name = json_string_value(json_object_get(root, "wake"));

	for (int wake = 0; name && wake < WAKE_COUNT; wake++) {
		if (strcmp(name, wake_names[wake]) == 0) {
			snapshot->wake = (enum wake)wake;
			return 0;
		}
	}
	return damaged(r, "wake", "must be poll, interval or virtual");
}

static int read_clocks(struct recording *r, json_t *root,
		       struct snapshot *snapshot)
{
	bool realtime, monotonic;

	if (read_clock(r, root, "realtime", &realtime, &snapshot->realtime) ||
	    read_clock(r, root, "monotonic_raw", &monotonic,
		       &snapshot->monotonic_raw))
		return -1;
	if (realtime != monotonic)
		return damaged(r, realtime ? "monotonic_raw" : "realtime",
			       "null alone");
	snapshot->has_clocks = realtime;
	return 0;
}

/* Each with `line` given what it holds. */

static int read_snapshot(struct recording *r, json_t *root, struct line *line)
{
	struct snapshot *s = &line->snapshot;

	s->kind = SNAPSHOT_PAGE;
	if (read_n(r, root) || read_page(r, root, s) ||
	    read_counter(r, root, "counter", &s->has_counter, &s->counter) ||
	    read_counter(r, root, "counter_last", &line->has_last,
			 &line->last) ||
	    read_clocks(r, root, s) || read_wake(r, root, s) ||
	    read_integer(r, root, "missed", INT64_MAX, &s->missed) ||
	    read_integer(r, root, "unsettled_ns", INT64_MAX, &s->unsettled) ||
	    read_integer(r, root, "unsettled_look_ns", INT64_MAX,
			 &s->unsettled_look))
		return -1;
	s->n = r->n;
	s->counter_last = s->counter;
	return 0;
}

static int read_unsettled(struct recording *r, json_t *root, struct line *line)
{
	struct snapshot *s = &line->snapshot;
	uint64_t seq_count = 0;

	s->kind = SNAPSHOT_UNSETTLED;
	if (read_n(r, root) ||
	    read_integer(r, root, "seq_count", UINT32_MAX, &seq_count) ||
	    read_counter(r, root, "counter_last", &line->has_last,
			 &line->last) ||
	    read_clocks(r, root, s) || read_wake(r, root, s) ||
	    read_integer(r, root, "unsettled_ns", INT64_MAX, &s->unsettled) ||
	    read_integer(r, root, "unsettled_look_ns", INT64_MAX,
			 &s->unsettled_look))
		return -1;
	s->n = r->n;
	s->seq_count = (uint32_t)seq_count;
	return 0;
}

/* Nothing may follow an end line. */
static int read_end(struct recording *r, json_t *root, struct line *line)
{
	json_t *more;
	int result;

	if (read_counter(r, root, "counter_last", &line->has_last, &line->last))
		return -1;
	line->kind = LINE_END;
	result = take_object(r, &more);
	if (result <= 0)
		return result;
	json_decref(more);
	return damaged(r, NULL, "goes on after the end line");
}

static int read_start(struct recording *r, json_t *root)
{
	const char *schema = json_string_value(json_object_get(root, "schema"));
	const char *type = json_string_value(json_object_get(root, "type"));
	json_t *version = json_object_get(root, "schema_version");

	if (!schema || strcmp(schema, SCHEMA_RECORD) != 0)
		return damaged(
			r, NULL,
			"no start line of a recording, schema \"" SCHEMA_RECORD
			"\"");
	if (!json_is_integer(version))
		return damaged(r, "schema_version", "must be an integer");
	if (json_integer_value(version) != SCHEMA_VERSION)
		return damaged(r, "schema_version",
			       "this vmclockctl reads version 1");
	if (json_object_get(root, "error"))
		return damaged(r, "error",
			       "the line reports a failure, not a recording");
	if (!type || strcmp(type, "start") != 0)
		return damaged(r, "type", "the first line's is not \"start\"");
	return 0;
}

static int read_object(struct recording *r, json_t *root, struct line *line)
{
	const char *type = json_string_value(json_object_get(root, "type"));

	/* Two recordings in one file, of one version or of two. */
	if (json_object_get(root, "schema") ||
	    json_object_get(root, "schema_version") ||
	    (type && strcmp(type, "start") == 0))
		return damaged(r, NULL, "a second start line");
	if (!type)
		return damaged(r, "type",
			       json_object_get(root, "type")
				       ? "must be a string"
				       : "missing");
	if (strcmp(type, "snapshot") == 0)
		return read_snapshot(r, root, line);
	if (strcmp(type, "unsettled") == 0)
		return read_unsettled(r, root, line);
	if (strcmp(type, "end") == 0)
		return read_end(r, root, line);
	return damaged(r, "type", "not snapshot, unsettled or end");
}

static void read_ahead(struct recording *r)
{
	struct line *line = &r->ahead;
	json_t *root;
	int result;

	*line = (struct line){ .kind = LINE_SNAPSHOT };
	result = take_object(r, &root);
	if (result > 0) {
		result = read_object(r, root, line);
		json_decref(root);
	} else if (result == 0) {
		line->kind = LINE_END;
	}
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
		/* A signal came while a pipe was waited for; more may come. */
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
	json_t *root = NULL;
	int result;

	if (!r) {
		error_set(error, ERROR_MEMORY, ENOMEM, "%s", name);
		return NULL;
	}
	result = take_object(r, &root);
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
	static const char *const types[] = { "start", "snapshot", "unsettled",
					     "end" };
	const uint8_t *newline = memchr(head, '\n', length);
	const char *schema, *type;
	json_t *root;
	bool begins = false;

	/* Blank lines before it do not make it another file. */
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
	for (size_t i = 0; !schema && type && i < 4; i++)
		begins |= strcmp(type, types[i]) == 0;
	json_decref(root);
	return begins;
}
