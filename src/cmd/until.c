/* SPDX-License-Identifier: BSD-2-Clause */
/* KIND[=VALUE] of --until: parsed, and looked for on a page. */
#include "until.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "rules/violations.h"
#include "command.h"

/* VALUE as the raw value of the field that the event looks at first. */
static bool parse_value(const struct layout *layout, enum event event,
			const char *text, uint64_t *value)
{
	int row = change_row(layout, event);
	const struct field *field;

	if (row < 0)
		return false;
	field = &layout->fields[row];
	if (field_parse(field, text, value))
		return false;
	if (field->kind == KIND_FLAGS)
		return !(*value & ~change_flags(layout, event));
	return !field->names || field_value_name(field, *value);
}

/* `name` is that of the event in the option's argument, of `length` bytes. */
static int unknown_kind(const char *option, const char *text, const char *name,
			size_t length, struct error *error)
{
	char kind[64];

	usage_error(error, "%s %s: no such event", option, text);
	snprintf(kind, sizeof(kind), "%.*s", (int)length, name);
	return suggest_hint(error, kind, NAMES(event_kinds, EVENT_COUNT, name),
			    "", "see vmclockctl list events");
}

static int unknown_value(const char *text, enum event event,
			 struct error *error)
{
	const struct layout *layout = &layouts[LAYOUT_VMCLOCK_1];
	const char *name = event_kinds[event].name;
	int row = change_row(layout, event);

	if (row < 0) {
		usage_error(error, "--until %s: %s is an event without a value",
			    text, name);
		return error_hint(error, "--until %s", name);
	}
	usage_error(error, "--until %s: no such value", text);
	return hint_values(&layout->fields[row], change_flags(layout, event),
			   error);
}

/* The event of that name, of `length` bytes; EVENT_COUNT: none. */
static int find_event(const char *name, size_t length)
{
	int event = 0;

	while (event < EVENT_COUNT &&
	       (strncmp(event_kinds[event].name, name, length) != 0 ||
		event_kinds[event].name[length]))
		event++;
	return event;
}

/* The value of a violation is its rule. */
static int check_rule(const char *id, struct error *error)
{
	int rule = rule_find(id);

	if (rule < 0)
		return unknown_rule("--until violation=", id, error);
	if (violations_include(rule))
		return 0;
	usage_error(error, "--until violation=%s: watch does not check it", id);
	return error_hint(
		error,
		"it checks the series rules that must hold, and series.marker-silent");
}

int until_parse(const char *text, struct until *until, struct error *error)
{
	size_t length = text ? strcspn(text, "=") : 0;
	int event;
	uint64_t value;

	if (!text)
		return 0;
	event = find_event(text, length);
	if (event == EVENT_COUNT)
		return unknown_kind("--until", text, text, length, error);
	*until = (struct until){ .given = true, .event = (enum event)event };
	if (!text[length])
		return 0;
	until->value = text + length + 1;
	if (event == EVENT_VIOLATION)
		return check_rule(until->value, error);
	for (int l = 0; l < LAYOUT_COUNT; l++) {
		if (parse_value(&layouts[l], until->event, until->value,
				&value))
			return 0;
	}
	return unknown_value(text, until->event, error);
}

bool until_shows(const struct page *page, const struct until *until)
{
	const struct layout *layout = page->layout;
	int row = change_row(layout, until->event);
	const struct field *field;
	uint64_t wanted, flags;

	if (!until->value ||
	    !parse_value(layout, until->event, until->value, &wanted) ||
	    !page_meaningful(page, row, NULL))
		return false;
	field = &layout->fields[row];
	flags = change_flags(layout, until->event);
	if (field->kind == KIND_FLAGS)
		return wanted ? (page->value[row] & wanted) == wanted
			      : !(page->value[row] & flags);
	/* Either sign of the offset matches. */
	if (field->role == ROLE_TAI_OFFSET)
		return llabs(field_signed(field, page->value[row])) ==
		       llabs(field_signed(field, wanted));
	return page->value[row] == wanted;
}

bool until_is(const struct until *until, const struct occurrence *occurrence)
{
	if (!until->given || occurrence->event != until->event)
		return false;
	if (!until->value)
		return true;
	if (occurrence->rule)
		return strcmp(occurrence->rule, until->value) == 0;
	return occurrence->after && until_shows(occurrence->after, until);
}

int events_parse(const char *text, unsigned int *events, struct error *error)
{
	const char *name = text;

	if (!text)
		return 0;
	*events = 0;
	for (;;) {
		size_t length = strcspn(name, ",");
		int event = find_event(name, length);

		if (event == EVENT_COUNT)
			return unknown_kind("--event", text, name, length,
					    error);
		*events |= 1u << event;
		if (!name[length])
			return 0;
		name += length + 1;
	}
}
