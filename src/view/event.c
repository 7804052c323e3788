/* SPDX-License-Identifier: BSD-2-Clause */
/* An event: what changed, from which value to which, as a line. */
#include "event.h"

#include <inttypes.h>
#include <string.h>

#include "color.h"

bool occurrence_time(const struct occurrence *occurrence,
		     char text[static RFC3339_MAX])
{
	struct timestamp stamp = timestamp_from_nsec(occurrence->realtime);

	if (!occurrence->has_time ||
	    !rfc3339(stamp.sec * GRID_SECOND, false, true, text))
		return false;
	/* 2^-64 s is no whole number of nanoseconds. */
	snprintf(strchr(text, '.'), 12, ".%09" PRIu32 "Z", stamp.nsec);
	return true;
}

uint64_t occurrence_rows(const struct occurrence *occurrence)
{
	if (!occurrence->before || !occurrence->after)
		return 0;
	return change_rows(occurrence->before, occurrence->after,
			   occurrence->event);
}

static void describe_event_flags(const struct field *field, uint64_t value,
				 char text[static DESCRIBE_MAX])
{
	size_t used = 0;

	snprintf(text, DESCRIBE_MAX, "none");
	for (const struct field_name *n = field->names; n->name; n++) {
		if (value & n->value)
			used += (size_t)snprintf(text + used,
						 DESCRIBE_MAX - used, "%s%s",
						 used ? "," : "", n->name);
	}
}

void occurrence_value(const struct occurrence *occurrence,
		      const struct page *page, int row,
		      char text[static DESCRIBE_MAX])
{
	const struct field *field = &page->layout->fields[row];
	uint64_t value = page->value[row];
	const char *name;

	if (!page_meaningful(page, row, NULL)) {
		snprintf(text, DESCRIBE_MAX, "-");
		return;
	}
	name = field_value_name(field, value);
	if (name && field->kind != KIND_FLAGS) {
		snprintf(text, DESCRIBE_MAX, "%s", name);
		return;
	}
	switch (field->kind) {
	case KIND_ENUM:
		describe_value(field, value, text);
		return;
	case KIND_FLAGS:
		describe_event_flags(
			field,
			value & change_flags(page->layout, occurrence->event),
			text);
		return;
	case KIND_HEX:
		snprintf(text, DESCRIBE_MAX, "0x%" PRIx64, value);
		return;
	case KIND_SIGNED:
		snprintf(text, DESCRIBE_MAX, "%" PRId64,
			 field_signed(field, value));
		return;
	default:
		snprintf(text, DESCRIBE_MAX, "%" PRIu64, value);
		return;
	}
}

void occurrence_step(const struct occurrence *occurrence,
		     struct clock_step *step)
{
	*step = (struct clock_step){ 0 };
	if (event_kinds[occurrence->event].steps)
		change_step(occurrence->before, occurrence->after, step);
}

/* The separator of the parts of a line. */
static const char *next_separator(bool *first)
{
	const char *text = *first ? " " : ", ";

	*first = false;
	return text;
}

void text_step(FILE *stream, const struct clock_step *step, bool *first)
{
	uint128 nsec =
		step->nsec < 0 ? -(uint128)step->nsec : (uint128)step->nsec;
	uint64_t ppt =
		step->ppt < 0 ? -(uint64_t)step->ppt : (uint64_t)step->ppt;
	uint64_t fraction = ppt % 1000000;
	int digits = 6;

	if (step->has_time)
		fprintf(stream, "%stime step %c%" PRIu64 ".%09" PRIu64 " s",
			next_separator(first), step->nsec < 0 ? '-' : '+',
			(uint64_t)(nsec / NSEC_PER_SEC),
			(uint64_t)(nsec % NSEC_PER_SEC));
	if (!step->has_frequency)
		return;
	for (; digits > 1 && fraction % 10 == 0; digits--)
		fraction /= 10;
	fprintf(stream, "%sfrequency step %c%" PRIu64 ".%0*" PRIu64 " ppm",
		next_separator(first), step->ppt < 0 ? '-' : '+', ppt / 1000000,
		digits, fraction);
}

static void print_rows(FILE *stream, const struct occurrence *o, bool *first)
{
	uint64_t rows = occurrence_rows(o);

	for (int row = 0; rows >> row; row++) {
		const struct field *field;
		char old_text[DESCRIBE_MAX], new_text[DESCRIBE_MAX];

		if (!(rows >> row & 1))
			continue;
		field = &o->after->layout->fields[row];
		occurrence_value(o, o->before, row, old_text);
		occurrence_value(o, o->after, row, new_text);
		fprintf(stream, "%s%s %s -> %s", next_separator(first),
			field->name, old_text, new_text);
		if (field->unit && strcmp(new_text, "-") != 0)
			fprintf(stream, " %s", field->unit);
	}
}

/* The field that an event is about, as text; empty without a page or value. */
static void note_marker(const struct page *page, enum event event,
			char text[static FIELD_TEXT_MAX])
{
	int row;

	text[0] = '\0';
	if (!page)
		return;
	row = change_row(page->layout, event);
	if (page_meaningful(page, row, NULL))
		field_format(&page->layout->fields[row], page->value[row],
			     text);
}

void occurrence_markers(const struct occurrence *occurrence,
			char values[static MARKER_COUNT][FIELD_TEXT_MAX])
{
	note_marker(occurrence->before, EVENT_DISRUPTION, values[MARKER_OLD]);
	note_marker(occurrence->after, EVENT_DISRUPTION, values[MARKER_NEW]);
	note_marker(occurrence->before, EVENT_FORK, values[GENERATION_OLD]);
	note_marker(occurrence->after, EVENT_FORK, values[GENERATION_NEW]);
}

static void print_occurrence(FILE *stream, const struct occurrence *occurrence,
			     bool steps_first)
{
	struct clock_step step;
	bool first = true;

	occurrence_step(occurrence, &step);
	if (occurrence->event == EVENT_MISSED)
		fprintf(stream, " %" PRIu64 " update%s not seen",
			occurrence->missed, occurrence->missed == 1 ? "" : "s");
	else if (occurrence->event == EVENT_VIOLATION)
		fprintf(stream, " %s: %s", occurrence->rule,
			occurrence->message);
	else if (occurrence->event == EVENT_LOST ||
		 occurrence->event == EVENT_FOUND)
		fprintf(stream, " %s", event_kinds[occurrence->event].help);
	if (steps_first)
		text_step(stream, &step, &first);
	/* The steps of a calibration say more than its raw values. */
	if (occurrence->event != EVENT_CALIBRATION || !step.has_time)
		print_rows(stream, occurrence, &first);
	if (!steps_first)
		text_step(stream, &step, &first);
	if (occurrence->snapshot)
		fprintf(stream, " (snapshot %" PRIu64 ")",
			occurrence->snapshot);
}

void text_occurrence(FILE *stream, const struct occurrence *occurrence)
{
	print_occurrence(stream, occurrence, false);
}

void text_event_brief(FILE *stream, const struct occurrence *occurrence)
{
	char time[RFC3339_MAX];

	if (occurrence_time(occurrence, time))
		fprintf(stream, "%.12s ", time + 11);
	fprintf(stream, "%-11s", event_kinds[occurrence->event].name);
	print_occurrence(stream, occurrence, true);
}

void text_event(FILE *stream, const struct occurrence *occurrence, bool color)
{
	const char *kind = event_kinds[occurrence->event].name;
	char time[RFC3339_MAX] = "-";

	occurrence_time(occurrence, time);
	fprintf(stream, "%s %s%s%s%*s", time, color ? COLOR_BOLD : "", kind,
		color ? COLOR_RESET : "", (int)(11 - strlen(kind)), "");
	text_occurrence(stream, occurrence);
	fputc('\n', stream);
}
