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

#define BOOT_ID_PATH "/proc/sys/kernel/random/boot_id"

static void note(const struct watch_state *state, const char *text)
{
	char file[PATH_MAX];

	printable(file, sizeof(file), state->file);
	fprintf(stderr, "note: %s: %s\n", file, text);
}

static int refuse(const struct watch_state *state, const char *reason,
		  struct error *error)
{
	error_set(error, ERROR_DAMAGED, 0, "%s: not a state of watch: %s",
		  state->file, reason);
	return error_hint(error, "remove it to begin anew");
}

static const char *text_of(json_t *document, const char *member)
{
	const char *text = json_string_value(json_object_get(document, member));

	return text ? text : "";
}

static int take_page(struct watch_state *state, json_t *page,
		     struct error *error)
{
	json_int_t length = json_integer_value(json_object_get(page, "length"));
	cleanup_free uint8_t *bytes = NULL;
	const char *reason;
	size_t count;

	if (length <= 0 || length > (json_int_t)PAGE_READ_MAX)
		return refuse(state, "page.length is missing or out of range",
			      error);
	bytes = new_zeros((size_t)length, state->file, error);
	if (!bytes)
		return -1;
	reason = document_hex(json_object_get(page, "hex"), (size_t)length,
			      bytes, &count);
	if (reason)
		return refuse(state, reason, error);
	page_decode(bytes, (size_t)length, &state->page);
	state->found = true;
	return 0;
}

static int take_document(struct watch_state *state, const char *text,
			 size_t length, struct error *error)
{
	json_error_t fault;
	json_auto_t *document = jsonmemory_load(text, length, 0, &fault);

	if (strcmp(text_of(document, "schema"), SCHEMA_STATE) != 0)
		return refuse(state, document ? "schema" : fault.text, error);
	if (strcmp(text_of(document, "boot_id"), state->boot) != 0) {
		note(state, "of another boot, begun anew");
		return 0;
	}
	if (strcmp(text_of(document, "device"), state->device) != 0) {
		note(state, "of another device, begun anew");
		return 0;
	}
	return take_page(state, json_object_get(document, "page"), error);
}

int watch_state_open(struct watch_state *state, const char *file,
		     const char *device, const char *root, struct error *error)
{
	cleanup_close int fd = open_readonly(file);
	cleanup_free char *text = NULL;
	int cause = errno;
	ssize_t length;

	*state = (struct watch_state){ .file = file };
	/* A relative path may be another device's next time. */
	state->device = realpath(device, NULL);
	if (!state->device)
		state->device = strdup(device);
	if (!state->device)
		return error_set(error, ERROR_MEMORY, ENOMEM, "%s", file);
	if (!sysfile_line(root, BOOT_ID_PATH, state->boot, sizeof(state->boot),
			  NULL))
		return error_set(
			error, ERROR_OPEN, 0,
			BOOT_ID_PATH
			": cannot be read, so that a state cannot be kept");
	if (fd < 0 && cause == ENOENT)
		return 0;
	if (fd < 0)
		return error_set(error, ERROR_OPEN, cause, "%s: cannot open",
				 file);
	text = new_zeros(FILE_MAX, file, error);
	if (!text)
		return -1;
	length = read_all(fd, text, FILE_MAX);
	if (length < 0)
		return error_set(error, ERROR_OPEN, errno, "%s: cannot open",
				 file);
	return length ? take_document(state, text, (size_t)length, error) : 0;
}

static int write_state(const struct watch_state *state, const uint8_t *bytes,
		       size_t length, struct error *error)
{
	CLEANUP(output_discard) struct output output = { 0 };
	json_t *device = document_name(state->device);

	if (output_open_file(&output, state->file, error)) {
		json_decref(device);
		return -1;
	}
	if (json_write(output.stream,
		       json_pack("{s:s, s:i, s:s, s:o, s:o}", "schema",
				 SCHEMA_STATE, "schema_version", SCHEMA_VERSION,
				 "boot_id", state->boot, "device", device,
				 "page", json_page(bytes, length)),
		       error))
		return -1;
	return output_close(&output, error);
}

int watch_state_save(struct watch_state *state, const uint8_t *bytes,
		     size_t length, struct error *error)
{
	struct error later;

	if (!state->saved) {
		if (write_state(state, bytes, length, error))
			return -1;
		state->saved = true;
	} else if (write_state(state, bytes, length, &later)) {
		fprintf(stderr, "vmclockctl: %s\n", later.message);
	}
	return 0;
}

void watch_state_close(struct watch_state *state)
{
	free(state->device);
}
