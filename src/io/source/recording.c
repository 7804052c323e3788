/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a recording: one line at a time, in buffers that are reused, so that
 * memory does not grow with its length.
 */
#include "recording.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "base/hex.h"
#include "base/schema.h"
#include "io/snapshot_line.h"
#include "jsonmemory.h"
#include "recording_json.h"

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
	return line_reader_damaged(&r->lines, NULL,
				   "a blank line that is not at the end");
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
		return line_reader_damaged(&r->lines, NULL,
					   "must be an object");
	}
	if (!whole)
		return 0;
	return line_reader_damaged(&r->lines, NULL, fault.text);
}

/*
 * Take a line that is written as the recorder writes it. Returns false if this
 * one is not, or if something is wrong with it; recording_read_object() then
 * finds out what it says. Digits of a page that were read by then are the same
 * to it.
 */
static bool take_snapshot(struct recording *r, const char *text, size_t length,
			  struct line *line)
{
	struct snapshot *s = &line->snapshot;
	struct snapshot_line read = { 0 };

	if (r->complete || !snapshot_line_read(text, length, &read) ||
	    !recording_is_next(r, read.n) ||
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
		.has_window = read.realtime_window_ns.has,
		.realtime_window = read.realtime_window_ns.value,
		.seq_count = (uint32_t)read.seq_count,
	};
	if (read.kind == SNAPSHOT_PAGE)
		recording_end_page(r, read.page.length, read.page.given, s);
	line->has_last = read.counter_last.has;
	line->last = read.counter_last.value;
	line->kind = LINE_SNAPSHOT;
	return true;
}

/* Read the next line that is not passed over. Returns 1, 0 at the end of the
 * file, -1 with the fault. */
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
		result = recording_read_object(r, root, line);
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

const json_t *recording_start(const struct recording *recording)
{
	return recording->start;
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

static struct recording *make_recording(int fd, const char *name,
					const uint8_t *head, size_t length)
{
	struct recording *r = calloc(1, sizeof(*r));
	int failed;

	if (!r)
		return NULL;
	failed = line_reader_start(&r->lines, fd, name, head, length);
	for (int i = 0; i < RECORDING_PAGES; i++) {
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
	struct recording *r = make_recording(fd, name, head, length);
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
		result = line_reader_damaged(&r->lines, NULL,
					     "the start line is missing");
	} else if (result > 0) {
		result = recording_read_start(r, root);
		r->start = root;
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
	for (int i = 0; i < RECORDING_PAGES; i++)
		free(recording->pages[i]);
	line_reader_free(&recording->lines);
	json_decref(recording->start);
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
		begins = recording_has_type(type);
	json_decref(root);
	return begins;
}
