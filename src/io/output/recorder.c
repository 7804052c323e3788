/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes a recording. The order of members is fixed, so that the same snapshots
 * make the same bytes. */
#include "recorder.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "base/hex.h"
#include "base/schema.h"
#include "base/sysfs.h"
#include "clock/clock.h"
#include "io/source/document.h"
#include "io/source/jsonmemory.h"
#include "io/host/sysfile.h"
#include "version.h"

static int no_memory(struct error *error)
{
	return error_set(error, ERROR_MEMORY, ENOMEM, "recording");
}

static json_t *make_machine(const char *root)
{
	char clocksource[256];
	struct utsname name;

	if (uname(&name) != 0)
		return json_null();
	if (!sysfile_line(root, CURRENT_CLOCKSOURCE, clocksource,
			  sizeof(clocksource), NULL))
		return json_pack("{s:s, s:s, s:n}", "kernel", name.release,
				 "architecture", name.machine, "clocksource");
	return json_pack("{s:s, s:s, s:s}", "kernel", name.release,
			 "architecture", name.machine, "clocksource",
			 clocksource);
}

static json_t *make_start(const struct recorder_origin *origin,
			  const char *scenario)
{
	json_t *start =
		json_pack("{s:s, s:i, s:s}", "schema", SCHEMA_RECORD,
			  "schema_version", SCHEMA_VERSION, "type", "start");
	int failed = 0;

	if (scenario)
		failed |= json_object_set_new(start, "scenario",
					      json_string(scenario));
	if (!origin)
		return start;
	failed |= json_object_set_new(start, "tool",
				      json_pack("{s:s, s:s}", "name",
						"vmclockctl", "version",
						VMCLOCKCTL_VERSION));
	failed |= json_object_set_new(
		start, "source",
		json_pack("{s:s, s:s, s:o}", "kind",
			  source_kind_names[origin->kind], "format",
			  source_format_names[FORMAT_RAW], "path",
			  document_name(origin->path)));
	failed |= json_object_set_new(start, "machine",
				      make_machine(origin->root));
	failed |= json_object_set_new(
		start, "wake",
		json_string(
			wake_names[origin->polls ? WAKE_POLL : WAKE_INTERVAL]));
	failed |= json_object_set_new(start, "interval_ns",
				      json_integer(origin->interval));
	if (!failed)
		return start;
	json_decref(start);
	return NULL;
}

int recorder_start(struct recorder *recorder, FILE *stream,
		   const struct recorder_origin *origin, const char *scenario,
		   struct error *error)
{
	cleanup_free char *text = jsonmemory_text(make_start(origin, scenario),
						  JSON_ENSURE_ASCII);
	size_t length;

	*recorder = (struct recorder){ .stream = stream };
	if (!text)
		return no_memory(error);
	length = strlen(text);
	text[length] = '\n'; /* in place of the NUL */
	fwrite(text, 1, length + 1, stream);
	return 0;
}

/* Text under construction; the buffer is large enough for a line's numbers. */
struct text {
	char *to;
};

static void add_text(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add_text(struct text *text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text->to += vsprintf(text->to, format, arguments);
	va_end(arguments);
}

static void add_counter(struct text *text, const char *name, bool has,
			uint64_t counter)
{
	if (has)
		add_text(text, ", \"%s\": \"%" PRIu64 "\"", name, counter);
	else
		add_text(text, ", \"%s\": null", name);
}

static void add_clock(struct text *text, const char *name, bool has,
		      int64_t nsec)
{
	struct timestamp stamp = timestamp_from_nsec(nsec);

	if (has)
		add_text(text,
			 ", \"%s\": {\"sec\": \"%" PRId64
			 "\", \"nsec\": %" PRIu32 "}",
			 name, stamp.sec, stamp.nsec);
	else
		add_text(text, ", \"%s\": null", name);
}

static void add_page(struct text *text, const struct snapshot *snapshot)
{
	const uint8_t *bytes = snapshot->bytes;
	size_t length = snapshot->length;

	while (length && bytes[length - 1] == 0)
		length--;
	add_text(text, ", \"page\": {\"length\": %zu, \"hex\": \"",
		 snapshot->length);
	text->to = hex_put_bytes(text->to, bytes, length);
	add_text(text, "\"}");
}

int recorder_snapshot(struct recorder *recorder,
		      const struct snapshot *snapshot, struct error *error)
{
	bool page = snapshot->kind == SNAPSHOT_PAGE;
	cleanup_free char *line = malloc(1024 + 2 * snapshot->length);
	struct text text = { line };

	if (!line)
		return no_memory(error);
	add_text(&text, "{\"type\": \"%s\", \"n\": %" PRIu64,
		 page ? "snapshot" : "unsettled", ++recorder->n);
	if (page) {
		add_page(&text, snapshot);
		add_counter(&text, "counter", snapshot->has_counter,
			    snapshot->counter);
	} else {
		add_text(&text, ", \"seq_count\": %" PRIu32,
			 snapshot->seq_count);
	}
	add_counter(&text, "counter_last", recorder->has_last,
		    recorder->counter_last);
	add_clock(&text, "realtime", snapshot->has_clocks, snapshot->realtime);
	add_clock(&text, "monotonic_raw", snapshot->has_clocks,
		  snapshot->monotonic_raw);
	add_text(&text, ", \"wake\": \"%s\"", wake_names[snapshot->wake]);
	if (page)
		add_text(&text, ", \"missed\": %" PRIu64, snapshot->missed);
	add_text(&text,
		 ", \"unsettled_ns\": %" PRIu64
		 ", \"unsettled_look_ns\": %" PRIu64 "}\n",
		 snapshot->unsettled, snapshot->unsettled_look);
	fwrite(line, 1, (size_t)(text.to - line), recorder->stream);
	if (page) {
		recorder->has_last = snapshot->has_counter;
		recorder->counter_last = snapshot->counter_last;
	}
	return 0;
}

void recorder_reading(struct recorder *recorder, uint64_t counter)
{
	recorder->has_last = true;
	recorder->counter_last = counter;
}

void recorder_end(struct recorder *recorder)
{
	char line[128];
	struct text text = { line };

	add_text(&text, "{\"type\": \"end\"");
	add_counter(&text, "counter_last", recorder->has_last,
		    recorder->counter_last);
	add_text(&text, "}\n");
	fwrite(line, 1, (size_t)(text.to - line), recorder->stream);
}
