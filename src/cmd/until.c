/* SPDX-License-Identifier: BSD-2-Clause */
/* KIND[=VALUE] of --until: parsed, and looked for on a page. */
#include "until.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
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

static int unknown_kind(const char *text, struct error *error)
{
	char kind[64];

	usage_error(error, "--until %s: no such event", text);
	snprintf(kind, sizeof(kind), "%.*s", (int)strcspn(text, "="), text);
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

int until_parse(const char *text, struct until *until, struct error *error)
{
	size_t length = text ? strcspn(text, "=") : 0;
	int event = 0;
	uint64_t value;

	if (!text)
		return 0;
	while (event < EVENT_COUNT &&
	       (strncmp(event_kinds[event].name, text, length) != 0 ||
		event_kinds[event].name[length]))
		event++;
	if (event == EVENT_COUNT)
		return unknown_kind(text, error);
	*until = (struct until){ .given = true, .event = (enum event)event };
	if (!text[length])
		return 0;
	until->value = text + length + 1;
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
