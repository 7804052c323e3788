/* SPDX-License-Identifier: BSD-2-Clause */
/* Suggests what a user may have meant, from the tables. */
#include <stdio.h>
#include <string.h>

#include "base/suggest.h"
#include "command.h"
#include "verify.h"

int unknown_field(const struct layout *layout, const char *name,
		  struct error *error)
{
	usage_error(error, "%s: not a field of layout %s", name, layout->name);
	return suggest_hint(error, name,
			    NAMES(layout->fields, layout->count, name), "",
			    "see vmclockctl list fields");
}

int hint_values(const struct field *field, uint64_t flags, struct error *error)
{
	char text[sizeof(error->hint) - sizeof(", or a number")] = "";
	size_t used = 0;
	char least[FIELD_TEXT_MAX] = "0", most[FIELD_TEXT_MAX];
	uint64_t top = field_mask(field);

	if (field->kind == KIND_FLAGS)
		used = (size_t)snprintf(text, sizeof(text), "none");
	for (const struct field_name *n = field->names; n && n->name; n++) {
		if (field->kind == KIND_FLAGS && !(n->value & flags))
			continue;
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s%s", used ? ", " : "", n->name);
		if (used >= sizeof(text))
			return error_hint(
				error,
				"the names are in vmclockctl list fields --json");
	}
	if (used)
		return error_hint(error, "%s, or a number", text);
	if (field->kind == KIND_BYTES)
		return error_hint(error, "%u hex digits", 2u * field->width);
	if (field->kind == KIND_SIGNED) {
		top >>= 1;
		field_format(field, top + 1, least);
	}
	field_format(field, top, most);
	return error_hint(error, "a number from %s to %s", least, most);
}

#define AREA_MAX 24

/* "tai" of "tai.sign", and of the glob "tai.*". */
static void area_of(const char *id, char area[static AREA_MAX])
{
	snprintf(area, AREA_MAX, "%.*s", (int)strcspn(id, ".*?["), id);
}

/* " tai.valid tai.sign": the rules of the area that is meant, if one is. */
static void rules_near(const char *id, char *list, size_t size)
{
	char areas[RULE_COUNT][AREA_MAX], asked[AREA_MAX];
	const char *names[RULE_COUNT], *near;
	size_t used = 0;

	area_of(id, asked);
	for (int i = 0; i < RULE_COUNT; i++) {
		area_of(rules[i].id, areas[i]);
		names[i] = areas[i];
	}
	near = suggest_name(asked, WORDS(names, RULE_COUNT));
	list[0] = '\0';
	for (int i = 0; near && i < RULE_COUNT && used < size; i++) {
		if (strcmp(areas[i], near) == 0)
			used += (size_t)snprintf(list + used, size - used,
						 " %s", rules[i].id);
	}
}

int unknown_rule(const char *option, const char *id, struct error *error)
{
	const char *near = suggest_name(id, NAMES(rules, RULE_COUNT, id));
	size_t length = strlen(option);
	bool parted = length && option[length - 1] != '=';
	char list[400];

	usage_error(error, "%s%s%s: no such rule", option, parted ? " " : "",
		    id);
	rules_near(id, list, sizeof(list));
	if (!near && !*list)
		return error_hint(error, "see vmclockctl list rules");
	return error_hint(error, "%s%s%s%s%s", near ? "did you mean " : "",
			  near ? near : "", near ? "?" : "",
			  !*list ? ""
			  : near ? " Near it:"
				 : "near it:",
			  list);
}
