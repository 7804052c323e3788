/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads and writes the file of watch --state. */
#include "watch_state.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/printable.h"
#include "base/schema.h"
#include "io/host/sysfile.h"
#include "io/output/output.h"
#include "io/readonly.h"
#include "io/source/document.h"
#include "io/source/jsonmemory.h"
#include "io/source/source.h"
#include "view/json.h"

/* More than a page's document can have. */
#define FILE_MAX (3 * PAGE_READ_MAX)

/* Far more than will happen: no sum of it and of what is seen is too large. */
#define COUNT_MAX (INT64_MAX / 2)

#define BOOT_ID_PATH "/proc/sys/kernel/random/boot_id"

static void print_note(const struct watch_state *state, const char *text)
{
	char file[PATH_MAX];

	printable(file, sizeof(file), state->file.path);
	fprintf(stderr, "note: %s: %s\n", file, text);
}

static int refuse_file(const struct watch_state *state, const char *reason,
		       struct error *error)
{
	error_set(error, ERROR_DAMAGED, 0, "%s: not a state of watch: %s",
		  state->file.path, reason);
	return error_hint(error, "name another file");
}

/* A damaged one, of which nothing can be used. */
static int refuse_state(const struct watch_state *state, const char *reason,
			struct error *error)
{
	refuse_file(state, reason, error);
	return error_hint(error, "remove it to begin anew");
}

static const char *text_of(json_t *document, const char *member)
{
	const char *text = json_string_value(json_object_get(document, member));

	return text ? text : "";
}

/* A watch that saw no page keeps none. */
static int read_kept_page(struct watch_state *state, json_t *page,
			  struct error *error)
{
	json_int_t length = json_integer_value(json_object_get(page, "length"));
	cleanup_free uint8_t *bytes = NULL;
	const char *reason;
	size_t count;

	if (!page)
		return 0;
	if (length <= 0 || length > (json_int_t)PAGE_READ_MAX)
		return refuse_state(
			state, "page.length is missing or out of range", error);
	bytes = new_zeros((size_t)length, state->file.path, error);
	if (!bytes)
		return -1;
	reason = document_hex(json_object_get(page, "hex"), (size_t)length,
			      bytes, &count);
	if (reason)
		return refuse_state(state, reason, error);
	page_decode(bytes, (size_t)length, &state->page);
	if (!page_has_magic(bytes, (size_t)length))
		return refuse_state(state, "page.hex is no VMClock page",
				    error);
	state->found = true;
	return 0;
}

/* Those that another version has, besides, are passed over. */
static int take_counts(struct watch_state *state, json_t *counts,
		       struct error *error)
{
	for (int e = 0; e < EVENT_COUNT; e++) {
		json_t *count = json_object_get(counts, event_kinds[e].name);

		if (!count)
			continue;
		if (!json_is_integer(count) || json_integer_value(count) < 0 ||
		    json_integer_value(count) > COUNT_MAX)
			return refuse_state(
				state, "a count is no number, or out of range",
				error);
		state->counts[e] = (uint64_t)json_integer_value(count);
	}
	return 0;
}

static int take_document(struct watch_state *state, const char *text,
			 size_t length, struct error *error)
{
	json_error_t fault;
	json_auto_t *document = jsonmemory_load(text, length, 0, &fault);
	/* As it is spelled in a document. */
	json_auto_t *device = document_name(state->device);
	const json_t *version;

	if (strcmp(text_of(document, "schema"), SCHEMA_STATE) != 0)
		return refuse_file(state, document ? "schema" : fault.text,
				   error);
	version = json_object_get(document, "schema_version");
	if (version && json_integer_value(version) != SCHEMA_VERSION)
		return refuse_file(state, "schema_version is another", error);
	if (strcmp(text_of(document, "boot_id"), state->boot) != 0) {
		print_note(state, "of another boot, begun anew");
		return 0;
	}
	if (!json_equal(json_object_get(document, "device"), device)) {
		print_note(state, "of another device, begun anew");
		return 0;
	}
	if (take_counts(state, json_object_get(document, "counts"), error))
		return -1;
	memcpy(state->noted, state->counts, sizeof(state->noted));
	state->document = json_incref(document);
	return read_kept_page(state, json_object_get(document, "page"), error);
}

static json_t *make_counts(const struct watch_state *state)
{
	json_auto_t *counts = json_object();

	for (int e = 0; e < EVENT_COUNT; e++) {
		if (state->noted[e] &&
		    json_object_set_new(
			    counts, event_kinds[e].name,
			    json_integer((json_int_t)state->noted[e])) < 0)
			return NULL;
	}
	return json_incref(counts);
}

/* Into the document that there is: what another version has besides, stays. */
static int note_counts(struct watch_state *state)
{
	json_t *old = json_object_get(state->document, "counts");
	json_auto_t *counts = make_counts(state);

	if (json_is_object(old))
		return json_object_update(old, counts);
	return json_object_set(state->document, "counts", counts);
}

static int no_memory(const struct watch_state *state, struct error *error)
{
	return error_set(error, ERROR_MEMORY, ENOMEM, "%s", state->file.path);
}

static int begin_document(struct watch_state *state, struct error *error)
{
	if (!state->document)
		state->document = json_pack(
			"{s:s, s:i, s:s, s:o, s:{}}", "schema", SCHEMA_STATE,
			"schema_version", SCHEMA_VERSION, "boot_id",
			state->boot, "device", document_name(state->device),
			"counts");
	return state->document ? 0 : no_memory(state, error);
}

static int write_document(FILE *stream, const void *document,
			  struct error *error)
{
	/* json_write() ends what it is given. */
	return json_write(stream, json_incref((json_t *)document), error);
}

int watch_state_save(struct watch_state *state, bool last, struct error *error)
{
	int result = kept_file_replace(&state->file, last, write_document,
				       state->document, error);

	if (result == 0)
		memcpy(state->counts, state->noted, sizeof(state->counts));
	return result;
}

static int read_file(struct watch_state *state, struct error *error)
{
	const char *path = state->file.path;
	cleanup_free char *text = new_zeros(FILE_MAX, path, error);
	ssize_t length;

	if (!text)
		return -1;
	length = read_all(state->file.lock, text, FILE_MAX);
	if (length < 0)
		return error_set(error, ERROR_OPEN, errno, "%s: cannot open",
				 path);
	if (length == FILE_MAX)
		return refuse_file(state, "too long", error);
	return length ? take_document(state, text, (size_t)length, error) : 0;
}

int watch_state_open(struct watch_state *state, const char *file,
		     const char *device, const char *root, struct error *error)
{
	*state = (struct watch_state){ .file = { .path = file, .lock = -1 } };
	/* A relative path may be another device's next time. */
	state->device = realpath(device, NULL);
	if (!state->device)
		state->device = strdup(device);
	if (!state->device)
		return no_memory(state, error);
	if (!sysfile_line(root, BOOT_ID_PATH, state->boot, sizeof(state->boot),
			  NULL))
		return error_set(
			error, ERROR_OPEN, 0,
			BOOT_ID_PATH
			": cannot be read, so that a state cannot be kept");
	if (kept_file_claim(&state->file, file, error))
		return -1;
	if (state->file.lock >= 0)
		return read_file(state, error) ? -1
					       : begin_document(state, error);
	/* Whether it can be written is known before anything is watched. */
	return begin_document(state, error) ||
			       watch_state_save(state, true, error)
		       ? -1
		       : 0;
}

int watch_state_note(struct watch_state *state, const uint8_t *bytes,
		     size_t length, const uint64_t counts[static EVENT_COUNT],
		     struct error *error)
{
	memcpy(state->noted, counts, sizeof(state->noted));
	if (note_counts(state) < 0 ||
	    (bytes && json_object_set_new(state->document, "page",
					  json_page(bytes, length)) < 0))
		return no_memory(state, error);
	return 0;
}

void watch_state_close(struct watch_state *state)
{
	json_decref(state->document);
	free(state->device);
	kept_file_close(&state->file);
}
