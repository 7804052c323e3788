/* SPDX-License-Identifier: BSD-2-Clause */
/* list: the tables of the program. */
#include <string.h>

#include "base/schema.h"
#include "base/suggest.h"
#include "rules/violations.h"
#include "sim/scenario.h"
#include "view/json_verify.h"
#include "view/json.h"
#include "view/openmetrics.h"
#include "view/text.h"
#include "io/sandbox.h"
#include "command.h"
#include "enumerations.h"
#include "base/strbuf.h"

static json_t *make_string(const char *text)
{
	return text ? json_string(text) : json_null();
}

static const char *const kind_names[] = {
	[KIND_DECIMAL] = "unsigned", [KIND_SIGNED] = "signed",
	[KIND_HEX] = "hex",	     [KIND_ENUM] = "enum",
	[KIND_FLAGS] = "flags",	     [KIND_BYTES] = "bytes",
};

static json_t *make_values(const struct field *field)
{
	json_auto_t *names = json_array();

	for (const struct field_name *n = field->names; n && n->name; n++) {
		if (json_array_append_new(
			    names, json_pack("{s:o, s:s}", "value",
					     json_raw_value(field, n->value),
					     "name", n->name)) < 0)
			return NULL;
	}
	return json_incref(names);
}

static json_t *make_field(const struct layout *layout,
			  const struct field *field)
{
	return json_pack("{s:s, s:s, s:i, s:i, s:s, s:s, s:o, s:o, s:s, s:s}",
			 "name", field->name, "layout", layout->name, "offset",
			 field->offset, "width", field->width, "kind",
			 kind_names[field->kind], "group",
			 group_names[field->group], "unit",
			 make_string(field->unit), "values", make_values(field),
			 "clause", field->clause, "help", field->help);
}

static void print_field(FILE *stream, const struct field *field)
{
	unsigned int column =
		(unsigned int)fprintf(stream, "0x%02x %u %-37s ", field->offset,
				      field->width, field->name);

	text_wrap(stream, column, column, field->help);
}

/* Every lister fills `items`, or prints where that is NULL. Returns 0, or -1
 * where memory runs out. */
static int list_fields(const struct invocation *invocation, FILE *stream,
		       json_t *items)
{
	(void)invocation;
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
					 items, make_field(layout, field)) < 0)
				return -1;
		}
	}
	return 0;
}

/* A name, and its help in a column after `width` characters. */
static void print_item(FILE *stream, const char *name, int width,
		       const char *help)
{
	unsigned int column =
		(unsigned int)fprintf(stream, "%-*s ", width, name);

	text_wrap(stream, column, (unsigned int)width + 1, help);
}

/* Strings up to a NULL; none where the list itself is. */
static json_t *make_words(const char *const *words)
{
	json_auto_t *array = json_array();

	for (; words && *words; words++) {
		if (json_array_append_new(array, json_string(*words)) < 0)
			return NULL;
	}
	return json_incref(array);
}

/* What --until takes after the = of that event, as far as it has names. */
static json_t *make_event_values(enum event event)
{
	const struct layout *layout = &layouts[LAYOUT_VMCLOCK_1];
	int row = change_row(layout, event);
	const struct field *field = row < 0 ? NULL : &layout->fields[row];
	const char *words[FIELDS_MAX + RULE_COUNT] = { NULL };
	int count = 0;

	for (int i = 0; event == EVENT_VIOLATION && i < RULE_COUNT; i++) {
		if (violations_include(i))
			words[count++] = rules[i].id;
	}

	for (const struct field_name *n = field ? field->names : NULL;
	     n && n->name; n++) {
		if (field->kind != KIND_FLAGS ||
		    n->value & change_flags(layout, event))
			words[count++] = n->name;
	}
	if (field && field->kind == KIND_FLAGS)
		words[count++] = "none";
	return make_words(words);
}

static int list_events(const struct invocation *invocation, FILE *stream,
		       json_t *items)
{
	(void)invocation;
	for (int e = 0; e < EVENT_COUNT; e++) {
		const struct event_kind *kind = &event_kinds[e];

		if (!items)
			print_item(stream, kind->name, 12, kind->help);
		else if (json_array_append_new(
				 items,
				 json_pack(
					 "{s:s, s:s, s:o}", "name", kind->name,
					 "help", kind->help, "values",
					 make_event_values((enum event)e))) < 0)
			return -1;
	}
	return 0;
}

static json_t *make_scenario(const struct scenario *scenario)
{
	return json_pack("{s:s, s:s, s:o, s:b}", "name", scenario->name, "help",
			 scenario->help, "breaks",
			 make_string(scenario->breaks), "publish_only",
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

static int list_scenarios(const struct invocation *invocation, FILE *stream,
			  json_t *items)
{
	(void)invocation;
	for (const struct scenario *s = scenarios; s->name; s++) {
		if (!items)
			print_scenario(stream, s);
		else if (json_array_append_new(items, make_scenario(s)) < 0)
			return -1;
	}
	return 0;
}

static int list_rules(const struct invocation *invocation, FILE *stream,
		      json_t *items)
{
	(void)invocation;
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

static json_t *make_command(const struct command *command)
{
	const char *formats[FORMATS_MAX] = { NULL };

	if (command_takes(command, OPTION_FORMAT))
		command_formats(command, formats);
	return json_pack(
		"{s:s, s:s, s:s, s:o, s:o}", "name", command->name, "help",
		command->summary, "arguments", command->arguments, "words",
		make_words(command->words), "formats", make_words(formats));
}

static int list_commands(const struct invocation *invocation, FILE *stream,
			 json_t *items)
{
	const struct command *const *c = invocation->commands;

	for (; *c; c++) {
		if (!items)
			print_item(stream, (*c)->name, 12, (*c)->summary);
		else if (json_array_append_new(items, make_command(*c)) < 0)
			return -1;
	}
	return 0;
}

/* The help of those commands for which the option has another meaning. */
static json_t *make_other_helps(const struct command *const *c,
				enum option_id option)
{
	json_auto_t *helps = json_object();
	char general[OPTION_HELP_MAX], help[OPTION_HELP_MAX];

	command_option_help(NULL, option, general);
	for (; *c; c++) {
		command_option_help(*c, option, help);
		if (strcmp(help, general) != 0 &&
		    json_object_set_new(helps, (*c)->name, json_string(help)) <
			    0)
			return NULL;
	}
	return json_incref(helps);
}

/* The commands that take it. */
static json_t *make_takers(const struct command *const *c,
			   enum option_id option)
{
	json_auto_t *names = json_array();

	for (; *c; c++) {
		if (command_takes(*c, option) &&
		    json_array_append_new(names, json_string((*c)->name)) < 0)
			return NULL;
	}
	return json_incref(names);
}

static json_t *make_option(const struct command *const *all,
			   enum option_id option)
{
	const struct option_row *row = &option_rows[option];
	const char letter[] = { row->letter, '\0' };
	char help[OPTION_HELP_MAX];

	command_option_help(NULL, option, help);
	return json_pack("{s:s, s:o, s:o, s:s, s:b, s:o, s:o, s:o}", "name",
			 row->name, "letter",
			 make_string(row->letter ? letter : NULL), "argument",
			 make_string(row->argument), "help", help, "repeated",
			 row->repeated, "words", make_words(row->type.words),
			 "commands", make_takers(all, option), "helps",
			 make_other_helps(all, option));
}

static void print_option_item(FILE *stream, enum option_id option)
{
	char name[OPTION_NAME_MAX], help[OPTION_HELP_MAX];

	option_name(&option_rows[option], name);
	command_option_help(NULL, option, help);
	print_item(stream, name, 25, help);
}

static int list_options(const struct invocation *invocation, FILE *stream,
			json_t *items)
{
	for (int i = 0; i < OPTIONS_END; i++) {
		enum option_id option = (enum option_id)i;

		if (!items)
			print_option_item(stream, option);
		else if (json_array_append_new(
				 items,
				 make_option(invocation->commands, option)) < 0)
			return -1;
	}
	return 0;
}

/* The metrics that a command prints. */
static int list_rows(const struct metric *rows, const char *command,
		     FILE *stream, json_t *items)
{
	for (const struct metric *m = rows; m->name; m++) {
		if (!items)
			print_item(stream, m->name, 35, m->help);
		else if (json_array_append_new(
				 items,
				 json_pack("{s:s, s:s, s:o, s:s}", "name",
					   m->name, "help", m->help, "unit",
					   make_string(m->unit), "command",
					   command)) < 0)
			return -1;
	}
	return 0;
}

static int list_metrics(const struct invocation *invocation, FILE *stream,
			json_t *items)
{
	(void)invocation;
	return list_rows(metric_rows, "show", stream, items) |
	       list_rows(compare_metric_rows, "compare", stream, items) |
	       list_rows(watch_metric_rows, "watch", stream, items);
}

static json_t *make_enumeration(const struct enumeration *enumeration)
{
	json_auto_t *values = json_array();

	for (size_t i = 0; i < enumeration->count; i++) {
		const char *word = enumeration_word(enumeration, i);

		if (json_array_append_new(values, json_string(word)) < 0)
			return NULL;
	}
	return json_pack("{s:s, s:s, s:O}", "name", enumeration->name, "help",
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

static int list_enumerations(const struct invocation *invocation, FILE *stream,
			     json_t *items)
{
	(void)invocation;
	for (const struct enumeration *e = enumerations; e->name; e++) {
		if (!items)
			print_enumeration(stream, e);
		else if (json_array_append_new(items, make_enumeration(e)) < 0)
			return -1;
	}
	return 0;
}

enum listing {
	LISTING_FIELDS,
	LISTING_RULES,
	LISTING_EVENTS,
	LISTING_SCENARIOS,
	LISTING_COMMANDS,
	LISTING_OPTIONS,
	LISTING_METRICS,
	LISTING_ENUMERATIONS,
	LISTINGS,
};

static const char *const listing_names[] = {
	[LISTING_FIELDS] = "fields",
	[LISTING_RULES] = "rules",
	[LISTING_EVENTS] = "events",
	[LISTING_SCENARIOS] = "scenarios",
	[LISTING_COMMANDS] = "commands",
	[LISTING_OPTIONS] = "options",
	[LISTING_METRICS] = "metrics",
	[LISTING_ENUMERATIONS] = "enumerations",
	[LISTINGS] = NULL,
};

static int (*const listers[LISTINGS])(const struct invocation *invocation,
				      FILE *stream, json_t *items) = {
	[LISTING_FIELDS] = list_fields,
	[LISTING_RULES] = list_rules,
	[LISTING_EVENTS] = list_events,
	[LISTING_SCENARIOS] = list_scenarios,
	[LISTING_COMMANDS] = list_commands,
	[LISTING_OPTIONS] = list_options,
	[LISTING_METRICS] = list_metrics,
	[LISTING_ENUMERATIONS] = list_enumerations,
};

/* What is listed. */
struct listed {
	const struct invocation *invocation;
	int listing;
};

static int write_list_text(struct output *output, void *answer,
			   struct error *error)
{
	const struct listed *listed = answer;

	(void)error;
	listers[listed->listing](listed->invocation, output->stream, NULL);
	return EXIT_YES;
}

static int write_list_json(struct output *output, void *answer,
			   struct error *error)
{
	const struct listed *listed = answer;
	json_auto_t *items = json_array();

	/* NULL is taken for want of memory. */
	if (items &&
	    listers[listed->listing](listed->invocation, NULL, items) < 0)
		return json_write(output->stream, NULL, error);
	return json_write(output->stream,
			  json_pack("{s:s, s:i, s:s, s:O}", "schema",
				    SCHEMA_PREFIX "list", "schema_version",
				    SCHEMA_VERSION, "what",
				    listing_names[listed->listing], "items",
				    items),
			  error);
}

static int run_list(const struct invocation *invocation, struct error *error)
{
	const char *what = invocation->arguments[0];
	struct listed listed = { .invocation = invocation };
	char all[WORDS_MAX];

	sandbox_end_reading();
	if (!invocation->argument_count) {
		join_words(listing_names, "", all);
		return usage_error(error, "list: needs one of %s", all);
	}
	while (listed.listing < LISTINGS &&
	       strcmp(listing_names[listed.listing], what) != 0)
		listed.listing++;
	if (listed.listing < LISTINGS)
		return command_answer(invocation, &listed, error);
	usage_error(error, "list %s: no such list", what);
	return suggest_hint(error, what, WORDS(listing_names, LISTINGS), "",
			    NULL);
}

static const struct format list_formats[] = {
	{ .name = "text", .write = write_list_text },
	{ .name = NULL },
};

COMMAND(list, write_list_json, .arguments = "WHAT",
	.summary = "List the fields, the rules, the events and other tables",
	.details = "WHAT is one of\n{words}.\n", .words = listing_names,
	.formats = list_formats, .most_arguments = 1, .only_reads = true,
	.run = run_list);
