/* SPDX-License-Identifier: BSD-2-Clause */
/* watch --journal: an event as an entry of systemd's journal. */
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "io/output/journal.h"
#include "watch_session.h"

static const char *or_none(const char *value)
{
	return value && *value ? value : NULL;
}

int watch_journal_event(const struct watch_session *s,
			const struct occurrence *occurrence,
			struct error *error)
{
	const struct event_kind *kind = &event_kinds[occurrence->event];
	char markers[MARKER_COUNT][FIELD_TEXT_MAX];
	cleanup_free char *message = NULL;
	size_t length = 0;
	FILE *stream;

	if (s->journal < 0)
		return 0;
	stream = open_memstream(&message, &length);
	if (stream) {
		fprintf(stream, "%s: %s", s->path, kind->name);
		text_occurrence(stream, occurrence);
	}
	if (!stream || fclose(stream) != 0)
		return error_set(error, ERROR_MEMORY, 0, "--journal");
	occurrence_markers(occurrence, markers);
	const struct journal_field fields[] = {
		{ "MESSAGE", message },
		{ "MESSAGE_ID", kind->message_id },
		{ "PRIORITY", kind->warns ? "4" : "5" },
		{ "SYSLOG_IDENTIFIER", "vmclockctl" },
		{ "VMCLOCK_EVENT", kind->name },
		{ "VMCLOCK_DEVICE", s->path },
		{ "VMCLOCK_MARKER_OLD", or_none(markers[MARKER_OLD]) },
		{ "VMCLOCK_MARKER_NEW", or_none(markers[MARKER_NEW]) },
		{ "VMCLOCK_GENERATION_OLD", or_none(markers[GENERATION_OLD]) },
		{ "VMCLOCK_GENERATION_NEW", or_none(markers[GENERATION_NEW]) },
		{ "VMCLOCK_RULE", or_none(occurrence->rule) },
	};
	return journal_send(s->journal, fields,
			    sizeof(fields) / sizeof(*fields), error);
}
