/* SPDX-License-Identifier: BSD-2-Clause */
/* list: the tables that everything else follows from. */
#include <string.h>

#include "../scenario.h"
#include "../schema.h"
#include "../view/json-verify.h"
#include "../view/json.h"
#include "../view/text.h"
#include "command.h"
#include "../near.h"

static json_t *string_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

static const char *const kind_names[] = {
	[KIND_DECIMAL] = "unsigned", [KIND_SIGNED] = "signed",
	[KIND_HEX] = "hex",	     [KIND_ENUM] = "enum",
	[KIND_FLAGS] = "flags",	     [KIND_BYTES] = "bytes",
};

static json_t *value_names(const struct field *field)
{
	json_t *names = json_array();

	for (const struct field_name *n = field->names; n && n->name; n++) {
		if (json_array_append_new(
			    names, json_pack("{s:o, s:s}", "value",
					     json_raw_value(field, n->value),
					     "name", n->name)) < 0) {
			json_decref(names);
			return NULL;
		}
	}
	return names;
}

static json_t *field_item(const struct layout *layout,
			  const struct field *field)
{
	return json_pack(
		"{s:s, s:s, s:i, s:i, s:s, s:s, s:o, s:o, s:s, s:s}", "name",
		field->name, "layout", layout->name, "offset", field->offset,
		"width", field->width, "kind", kind_names[field->kind], "group",
		group_names[field->group], "unit", string_or_null(field->unit),
		"values", value_names(field), "clause", field->clause, "help",
		field->help);
}

static void print_field(FILE *stream, const struct field *field)
{
	unsigned int column =
		(unsigned int)fprintf(stream, "0x%02x %u %-37s ", field->offset,
				      field->width, field->name);

	text_wrap(stream, column, column, field->help);
}

/* Every lister fills `items`, or prints where that is NULL. */
static int list_fields(FILE *stream, json_t *items)
{
	for (unsigned int l = 0; l < LAYOUT_COUNT; l++) {
		const struct layout *layout = &layouts[l];

		if (!items)
			fprintf(stream, "%s%s (%s)\n", l ? "\n" : "",
				layout->name, layout->help);
		for (unsigned int i = 0; i < layout->count; i++) {
			const struct field *field = &layout->fields[i];

			if (!items)
				print_field(stream, field);
			else if (json_array_append_new(
					 items, field_item(layout, field)) < 0)
				return -1;
		}
	}
	return 0;
}

static int list_item(FILE *stream, json_t *items, const char *name,
		     const char *help)
{
	if (items)
		return json_array_append_new(
			items,
			json_pack("{s:s, s:s}", "name", name, "help", help));
	fprintf(stream, "%-12s ", name);
	text_wrap(stream, 13, 13, help);
	return 0;
}

static int list_events(FILE *stream, json_t *items)
{
	for (unsigned int e = 0; e < EVENT_COUNT; e++) {
		if (list_item(stream, items, event_kinds[e].name,
			      event_kinds[e].help) < 0)
			return -1;
	}
	return 0;
}

static json_t *scenario_item(const struct scenario *scenario)
{
	return json_pack("{s:s, s:s, s:o, s:b}", "name", scenario->name, "help",
			 scenario->help, "breaks",
			 string_or_null(scenario->breaks), "publish_only",
			 scenario->torn);
}

static void print_scenario(FILE *stream, const struct scenario *scenario)
{
	char rule[64] = "";
	char text[160];

	if (scenario->breaks)
		snprintf(rule, sizeof(rule), " (%s)", scenario->breaks);
	snprintf(text, sizeof(text), "%s%s", scenario->help, rule);
	fprintf(stream, "%-18s ", scenario->name);
	text_wrap(stream, 19, 19, text);
}

static int list_scenarios(FILE *stream, json_t *items)
{
	for (const struct scenario *s = scenarios; s->name; s++) {
		if (!items)
			print_scenario(stream, s);
		else if (json_array_append_new(items, scenario_item(s)) < 0)
			return -1;
	}
	return 0;
}

static int list_rules(FILE *stream, json_t *items)
{
	for (int i = 0; i < RULE_COUNT; i++) {
		unsigned int column;

		if (items) {
			if (json_array_append_new(items, json_rule(&rules[i])) <
			    0)
				return -1;
			continue;
		}
		column = (unsigned int)fprintf(stream, "%-27s %-9s ",
					       rules[i].id,
					       level_names[rules[i].level]);
		text_wrap(stream, column, column, rules[i].title);
	}
	return 0;
}

static int list_commands(FILE *stream, json_t *items)
{
	for (const struct command *c = commands; c->name; c++) {
		if (list_item(stream, items, c->name, c->summary) < 0)
			return -1;
	}
	return 0;
}

static const struct listing {
	const char *name;
	int (*list)(FILE *stream, json_t *items);
} listings[] = {
	{ "fields", list_fields },     { "rules", list_rules },
	{ "events", list_events },     { "scenarios", list_scenarios },
	{ "commands", list_commands }, { NULL, NULL },
};

static int unknown_listing(const char *what, struct error *error)
{
	struct near near = near_start(what);

	for (const struct listing *l = listings; l->name; l++)
		near_offer(&near, l->name);
	usage_error(error, "list %s: no such list", what);
	if (near.best)
		return error_hint(error, "did you mean %s?", near.best);
	return error_hint(error, "see vmclockctl list --help");
}

static int print(const struct invocation *invocation,
		 const struct listing *listing, struct output *output,
		 struct error *error)
{
	json_t *items;

	if (!invocation->json) {
		listing->list(output->stream, NULL);
		return 0;
	}
	items = json_array();
	if (items && listing->list(NULL, items) < 0) {
		json_decref(items);
		items = NULL;
	}
	return json_write(output->stream,
			  json_pack("{s:s, s:i, s:s, s:o}", "schema",
				    SCHEMA_PREFIX "list", "schema_version",
				    SCHEMA_VERSION, "what", listing->name,
				    "items", items),
			  error);
}

int cmd_list(const struct invocation *invocation, struct error *error)
{
	const struct listing *listing = listings;
	struct output output;

	if (!invocation->argument_count)
		return usage_error(error, "list: of what? %s",
				   "fields, rules, events, scenarios or "
				   "commands");
	while (listing->name &&
	       strcmp(listing->name, invocation->arguments[0]) != 0)
		listing++;
	if (!listing->name)
		return unknown_listing(invocation->arguments[0], error);
	if (output_open(&output, invocation->value[OPTION_OUTPUT], error))
		return -1;
	if (print(invocation, listing, &output, error)) {
		output_discard(&output);
		return -1;
	}
	return command_finish(&output, EXIT_YES, error);
}
