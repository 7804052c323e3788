/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes a recording. The order of members is fixed, so that the same snapshots
 * make the same bytes; snapshot_line.h has that of a snapshot's. */
#include "recorder.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "base/schema.h"
#include "base/sysfs.h"
#include "io/source/document.h"
#include "io/source/jsonmemory.h"
#include "io/host/sysfile.h"
#include "io/snapshot_line.h"
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
	if (!failed && origin->redact)
		failed = json_object_set_new(start, "redacted", json_true()) ||
			 origin->redact(start, origin->with);
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

int recorder_snapshot(struct recorder *recorder,
		      const struct snapshot *snapshot, struct error *error)
{
	const struct snapshot_line line = {
		.kind = snapshot->kind,
		.n = ++recorder->n,
		.page = { .length = snapshot->length,
			  .bytes = snapshot->bytes },
		.counter = { snapshot->has_counter, snapshot->counter },
		.seq_count = snapshot->seq_count,
		.counter_last = { recorder->has_last, recorder->counter_last },
		.realtime = { snapshot->has_clocks, snapshot->realtime },
		.monotonic_raw = { snapshot->has_clocks,
				   snapshot->monotonic_raw },
		.wake = snapshot->wake,
		.missed = snapshot->missed,
		.unsettled_ns = snapshot->unsettled,
		.unsettled_look_ns = snapshot->unsettled_look,
		.realtime_window_ns = { snapshot->has_window,
					snapshot->realtime_window },
	};
	cleanup_free char *text = malloc(SNAPSHOT_LINE_SIZE(snapshot->length));
	const char *end;

	if (!text)
		return no_memory(error);
	end = snapshot_line_write(text, &line);
	fwrite(text, 1, (size_t)(end - text), recorder->stream);
	if (snapshot->kind == SNAPSHOT_PAGE) {
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

void recorder_end(struct recorder *recorder, const char *summary)
{
	FILE *stream = recorder->stream;

	fputs("{\"type\": \"end\", \"counter_last\": ", stream);
	if (recorder->has_last)
		fprintf(stream, "\"%" PRIu64 "\"", recorder->counter_last);
	else
		fputs("null", stream);
	if (summary)
		fprintf(stream, ", \"summary\": %s", summary);
	fputs("}\n", stream);
}
