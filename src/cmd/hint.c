/* SPDX-License-Identifier: BSD-2-Clause */
/* What a user may have meant, from the tables. */
#include <stdio.h>

#include "base/suggest.h"
#include "command.h"

int unknown_field(const struct layout *layout, const char *name,
		  struct error *error)
{
	struct suggest suggest = suggest_start(name);

	for (unsigned int i = 0; i < layout->count; i++)
		suggest_offer(&suggest, layout->fields[i].name);
	usage_error(error, "%s: no field of layout %s", name, layout->name);
	if (suggest.best)
		return error_hint(error, "did you mean %s?", suggest.best);
	return error_hint(error, "see vmclockctl list fields");
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
