/* SPDX-License-Identifier: BSD-2-Clause */
/* list: the tables that everything else follows from. */
#include <string.h>

#include "sim/scenario.h"
#include "base/schema.h"
#include "view/json_verify.h"
#include "view/json.h"
#include "view/openmetrics.h"
#include "view/text.h"
#include "command.h"
#include "enumerations.h"
#include "base/strbuf.h"
#include "base/suggest.h"

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

/* A name and what it is, in a column that names of `width` leave free. */
static void print_item(FILE *stream, const char *name, int width,
		       const char *help)
{
	unsigned int column =
		(unsigned int)fprintf(stream, "%-*s ", width, name);

	text_wrap(stream, column, (unsigned int)width + 1, help);
}

/* Strings up to a NULL; none where the list itself is. */
static json_t *json_words(const char *const *words)
{
	json_t *array = json_array();

	for (; words && *words; words++) {
		if (json_array_append_new(array, json_string(*words)) < 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

/* What --until takes after the = of that event, as far as it has names. */
static json_t *event_values(enum event event)
{
	const struct layout *layout = &layouts[LAYOUT_VMCLOCK_1];
	int row = change_row(layout, event);
	const struct field *field = row < 0 ? NULL : &layout->fields[row];
	const char *words[FIELDS_MAX] = { NULL };
	int count = 0;

	for (const struct field_name *n = field ? field->names : NULL;
	     n && n->name; n++) {
		if (field->kind != KIND_FLAGS ||
		    n->value & change_flags(layout, event))
			words[count++] = n->name;
	}
	if (field && field->kind == KIND_FLAGS)
		words[count++] = "none";
	return json_words(words);
}

static int list_events(FILE *stream, json_t *items)
{
	for (int e = 0; e < EVENT_COUNT; e++) {
		const struct event_kind *kind = &event_kinds[e];

		if (!items)
			print_item(stream, kind->name, 12, kind->help);
		else if (json_array_append_new(
				 items,
				 json_pack("{s:s, s:s, s:o}", "name",
					   kind->name, "help", kind->help,
					   "values",
					   event_values((enum event)e))) < 0)
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
		if (!items)
			print_item(stream, c->name, 12, c->summary);
		else if (json_array_append_new(
				 items,
				 json_pack("{s:s, s:s, s:s, s:o, s:o}", "name",
					   c->name, "help", c->summary,
					   "arguments", c->arguments, "words",
					   json_words(c->words), "formats",
					   json_words(c->formats))) < 0)
			return -1;
	}
	return 0;
}

/* What it means to those commands to which it means something else. */
static json_t *other_helps(enum option_id option)
{
	json_t *helps = json_object();

	for (const struct command *c = commands; c->name; c++) {
		const char *help = command_option_help(c, option);

		if (strcmp(help, option_rows[option].help) == 0)
			continue;
		if (json_object_set_new(helps, c->name, json_string(help)) <
		    0) {
			json_decref(helps);
			return NULL;
		}
	}
	return helps;
}

/* The commands that take it. */
static json_t *takers(enum option_id option)
{
	json_t *names = json_array();

	for (const struct command *c = commands; c->name; c++) {
		if (!((c->takes | TAKES_ALWAYS) & TAKES(option)))
			continue;
		if (json_array_append_new(names, json_string(c->name)) < 0) {
			json_decref(names);
			return NULL;
		}
	}
	return names;
}

static json_t *option_item(enum option_id option)
{
	const struct option_row *row = &option_rows[option];
	const char letter[] = { row->letter, '\0' };

	return json_pack(
		"{s:s, s:o, s:o, s:s, s:b, s:o, s:o, s:o}", "name", row->name,
		"letter", string_or_null(row->letter ? letter : NULL),
		"argument", string_or_null(row->argument), "help", row->help,
		"repeated", row->repeated, "words", json_words(row->words),
		"commands", takers(option), "helps", other_helps(option));
}

static void print_option(FILE *stream, const struct option_row *row)
{
	char name[40];

	snprintf(name, sizeof(name), "--%s", row->name);
	print_item(stream, name, 12, row->help);
}

static int list_options(FILE *stream, json_t *items)
{
	for (int i = 0; i < OPTIONS_END; i++) {
		if (!items)
			print_option(stream, &option_rows[i]);
		else if (json_array_append_new(
				 items, option_item((enum option_id)i)) < 0)
			return -1;
	}
	return 0;
}

static int list_metrics(FILE *stream, json_t *items)
{
	for (const struct metric *m = metric_rows; m->name; m++) {
		if (!items)
			print_item(stream, m->name, 35, m->help);
		else if (json_array_append_new(
				 items,
				 json_pack("{s:s, s:s, s:o}", "name", m->name,
					   "help", m->help, "unit",
					   string_or_null(m->unit))) < 0)
			return -1;
	}
	return 0;
}

static json_t *enumeration_item(const struct enumeration *enumeration)
{
	json_t *values = json_array();

	for (size_t i = 0; i < enumeration->count; i++) {
		if (json_array_append_new(values, json_string(enumeration_word(
							  enumeration, i))) <
		    0) {
			json_decref(values);
			return NULL;
		}
	}
	return json_pack("{s:s, s:s, s:o}", "name", enumeration->name, "help",
			 enumeration->help, "values", values);
}

static void print_enumeration(FILE *stream,
			      const struct enumeration *enumeration)
{
	char text[400];
	struct strbuf buffer = strbuf_start(text, sizeof(text));

	strbuf_add(&buffer, enumeration->help);
	for (size_t i = 0; i < enumeration->count; i++) {
		strbuf_add(&buffer, i ? ", " : ": ");
		strbuf_add(&buffer, enumeration_word(enumeration, i));
	}
	print_item(stream, enumeration->name, 16, text);
}

static int list_enumerations(FILE *stream, json_t *items)
{
	for (const struct enumeration *e = enumerations; e->name; e++) {
		if (!items)
			print_enumeration(stream, e);
		else if (json_array_append_new(items, enumeration_item(e)) < 0)
			return -1;
	}
	return 0;
}

enum {
	LISTINGS = 8
};

const char *const listing_names[LISTINGS + 1] = {
	"fields",  "rules",   "events",	      "scenarios", "commands",
	"options", "metrics", "enumerations", NULL,
};

/* In the order of their names. */
static int (*const listers[LISTINGS])(FILE *stream, json_t *items) = {
	list_fields,   list_rules,   list_events,  list_scenarios,
	list_commands, list_options, list_metrics, list_enumerations,
};

static int unknown_listing(const char *what, struct error *error)
{
	struct suggest suggest = suggest_start(what);

	for (int i = 0; i < LISTINGS; i++)
		suggest_offer(&suggest, listing_names[i]);
	usage_error(error, "list %s: no such list", what);
	if (suggest.best)
		error_hint(error, "did you mean %s?", suggest.best);
	return -1;
}

static int print(const struct invocation *invocation, int listing,
		 struct output *output, struct error *error)
{
	json_t *items;

	if (!invocation->json) {
		listers[listing](output->stream, NULL);
		return 0;
	}
	items = json_array();
	if (items && listers[listing](NULL, items) < 0) {
		json_decref(items);
		items = NULL;
	}
	return json_write(output->stream,
			  json_pack("{s:s, s:i, s:s, s:o}", "schema",
				    SCHEMA_PREFIX "list", "schema_version",
				    SCHEMA_VERSION, "what",
				    listing_names[listing], "items", items),
			  error);
}

int cmd_list(const struct invocation *invocation, struct error *error)
{
	char all[WORDS_MAX];
	struct output output;
	int listing = 0;

	if (!invocation->argument_count) {
		join_words(listing_names, "", all);
		return usage_error(error, "list: of what? %s", all);
	}
	while (listing < LISTINGS &&
	       strcmp(listing_names[listing], invocation->arguments[0]) != 0)
		listing++;
	if (listing == LISTINGS)
		return unknown_listing(invocation->arguments[0], error);
	if (output_open(&output, invocation->value[OPTION_OUTPUT], error))
		return -1;
	if (print(invocation, listing, &output, error)) {
		output_discard(&output);
		return -1;
	}
	return command_finish(&output, EXIT_YES, error);
}
