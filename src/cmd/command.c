/* SPDX-License-Identifier: BSD-2-Clause */
/* From argv to an invocation: which command, and the value of each option. */
#include "command.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "base/printable.h"
#include "base/suggest.h"

/* What getopt returns for a long option: this and its row. */
#define LONG_OPTIONS 256

const struct command_option *command_option(const struct command *command,
					    enum option_id option)
{
	const struct command_option *own = command->options;

	while (own && own->id != OPTIONS_END && own->id != option)
		own++;
	return own && own->id != OPTIONS_END ? own : NULL;
}

bool command_takes(const struct command *command, enum option_id option)
{
	return option_rows[option].always || command_option(command, option);
}

void command_formats(const struct command *command,
		     const char *names[static FORMATS_MAX])
{
	const struct format *format = command->formats;
	int count = 0;

	for (; format && format->name && count < FORMATS_MAX - 2; format++)
		names[count++] = format->name;
	names[count++] = command->json.name;
	names[count] = NULL;
}

/* getopt's tables, made from ours. */
static void make_getopt(struct option *longs, char *shorts)
{
	*shorts++ = ':';
	for (int i = 0; i < OPTIONS_END; i++) {
		const struct option_row *row = &option_rows[i];

		longs[i] = (struct option){
			.name = row->name,
			.has_arg =
				row->argument ? required_argument : no_argument,
			.val = LONG_OPTIONS + i,
		};
		if (!row->letter)
			continue;
		*shorts++ = row->letter;
		if (row->argument)
			*shorts++ = ':';
	}
	longs[OPTIONS_END] = (struct option){ 0 };
	*shorts = '\0';
}

static enum option_id option_of(int found)
{
	int option = 0;

	if (found >= LONG_OPTIONS)
		return (enum option_id)(found - LONG_OPTIONS);
	while (option_rows[option].letter != found)
		option++;
	return (enum option_id)option;
}

/* Whether a word is a long option, whole and without an argument. */
static bool is_long_option(const char *word)
{
	for (int i = 0; i < OPTIONS_END; i++) {
		if (strncmp(word, "--", 2) == 0 &&
		    strcmp(word + 2, option_rows[i].name) == 0)
			return true;
	}
	return false;
}

/* The word at which getopt failed. */
static int unknown_option(char **argv, struct error *error)
{
	const char *word = argv[optind - 1];
	const char *name = word + strspn(word, "-");
	char near[64];

	if (optopt && optopt < LONG_OPTIONS)
		return usage_error(error, "-%c: unknown option", optopt);
	if (optopt)
		return usage_error(error, "%s: takes no argument", word);
	usage_error(error, "%s: unknown option", word);
	snprintf(near, sizeof(near), "%.*s", (int)strcspn(name, "="), name);
	return suggest_hint(error, near, NAMES(option_rows, OPTIONS_END, name),
			    "--", NULL);
}

static void spell_option(char *to, size_t size, int found)
{
	if (found < LONG_OPTIONS)
		snprintf(to, size, "-%c", found);
	else
		snprintf(to, size, "--%s", option_rows[option_of(found)].name);
}

/* At the end of the words; where optind stands then depends on the libc. */
static int missing_argument(struct error *error)
{
	char spelt[sizeof(((struct option_value *)NULL)->spelt)];

	spell_option(spelt, sizeof(spelt), optopt);
	return usage_error(error, "%s: needs an argument", spelt);
}

/* Keep an option as it was typed. Returns 0, or -1 with *error. */
static int take_option(int found, char **argv, struct invocation *invocation,
		       struct error *error)
{
	enum option_id option = option_of(found);
	const struct option_row *row = &option_rows[option];
	struct option_value *value = &invocation->options[option];

	value->given = true;
	value->text = optarg;
	spell_option(value->spelt, sizeof(value->spelt), found);
	/* The value was probably left out; a name that begins so can be given
	 * with =. */
	if (optarg && optarg == argv[optind - 1] && is_long_option(optarg)) {
		optind--;
		return usage_error(error, "%s: needs an argument",
				   value->spelt);
	}
	/* Probably an unset variable: with --root it would be another machine.
	 */
	if (optarg && !*optarg)
		return usage_error(error, "%s: its argument is empty",
				   value->spelt);
	if (!row->repeated)
		return 0;
	if (invocation->use_count == USES_MAX)
		return usage_error(error, "%s: given more than once",
				   value->spelt);
	invocation->uses[invocation->use_count++] =
		(struct option_use){ option, optarg };
	return 0;
}

/* So that DIR and /dev make a path as one would write it; / becomes "". */
static void cut_slashes(char *directory)
{
	size_t length = strlen(directory);

	while (length && directory[length - 1] == '/')
		directory[--length] = '\0';
}

static int scan_options(int argc, char **argv, struct invocation *invocation,
			struct error *error)
{
	struct option longs[OPTIONS_END + 1];
	char shorts[2 * OPTIONS_END + 2];
	struct error later;
	int found, failed = 0;

	make_getopt(longs, shorts);
	opterr = 0;
	/* Go on after a fault, so that --json is known wherever it stands. */
	while ((found = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		struct error *fault = failed ? &later : error;

		if (found == '?')
			failed |= unknown_option(argv, fault);
		else if (found == ':')
			failed |= missing_argument(fault);
		else
			failed |= take_option(found, argv, invocation, fault);
		if (found == LONG_OPTIONS + OPTION_ROOT && optarg)
			cut_slashes(optarg);
	}
	invocation->json = option_given(invocation, OPTION_JSON);
	return failed;
}

/* A first word that is no command is a SOURCE if it looks like one. */
static bool is_source(const char *word)
{
	return !*word || strchr(word, '/') || strcmp(word, "-") == 0 ||
	       source_scenario(word) || source_is_memory(word) ||
	       access(word, F_OK) == 0;
}

static const struct command *find_command(const struct command *const *all,
					  const char *name)
{
	while (*all && strcmp((*all)->name, name) != 0)
		all++;
	return *all;
}

/* Our command for a name that other programs use, or NULL. */
static const struct command *find_synonym(const struct command *const *all,
					  const char *name)
{
	for (; *all; all++) {
		const char *const *synonym = (*all)->synonyms;

		for (; synonym && *synonym; synonym++) {
			if (strcmp(*synonym, name) == 0)
				return *all;
		}
	}
	return NULL;
}

#define COMMANDS_MAX 32

static int unknown_command(const struct command *const *all, const char *word,
			   struct error *error)
{
	const struct command *command = find_synonym(all, word);
	const char *names[COMMANDS_MAX];
	size_t count = 0;

	usage_error(error, "%s: no such command, and no such file", word);
	/* As other programs have them. */
	for (int i = OPTION_HELP; i <= OPTION_VERSION; i++) {
		if (strcmp(word, option_rows[i].name) == 0)
			return error_hint(error, "did you mean --%s?",
					  option_rows[i].name);
	}
	if (command)
		return error_hint(error, "did you mean %s?", command->name);
	for (; *all && count < COMMANDS_MAX; all++)
		names[count++] = (*all)->name;
	return suggest_hint(error, word, WORDS(names, count), "", NULL);
}

/* --format or --json, or the command's default. */
static int choose_format(struct invocation *invocation, struct error *error)
{
	struct option_value *value = &invocation->options[OPTION_FORMAT];
	const struct command *command = invocation->command;
	const struct format *format = command->formats;
	const char *names[FORMATS_MAX];

	if (value->given) {
		while (format && format->name &&
		       strcmp(format->name, value->text) != 0)
			format++;
		if ((!format || !format->name) &&
		    strcmp(command->json.name, value->text) != 0) {
			command_formats(command, names);
			return option_not_among(value, names, error);
		}
		if (invocation->json && format && format->name)
			return usage_error(
				error, "%s %s: cannot be combined with --json",
				value->spelt, value->text);
	}
	if (invocation->json || !format || !format->name)
		format = &command->json;
	/* An error is told in JSON, too, however that was asked for. */
	invocation->json |= value->given && format == &command->json;
	invocation->format = format;
	return 0;
}

static int parse_values(struct invocation *invocation, struct error *error)
{
	for (int i = 0; i < OPTIONS_END; i++) {
		struct option_type type;

		if (!command_takes(invocation->command, (enum option_id)i))
			continue;
		type = option_type(
			command_option(invocation->command, (enum option_id)i),
			(enum option_id)i);
		if (option_parse(&type, &invocation->options[i], error))
			return -1;
	}
	return choose_format(invocation, error);
}

static int check_arguments(const struct invocation *invocation,
			   struct error *error)
{
	const struct command *command = invocation->command;

	for (int i = 0; i < invocation->argument_count; i++) {
		if (!*invocation->arguments[i])
			return usage_error(error, "%s: argument %d is empty",
					   command->name, i + 1);
	}
	if (invocation->argument_count > command->most_arguments)
		return usage_error(
			error, "%s: too many arguments for %s",
			invocation->arguments[command->most_arguments],
			command->name);
	return 0;
}

static int check_options(const struct invocation *invocation,
			 struct error *error)
{
	for (int i = 0; i < OPTIONS_END; i++) {
		if (option_given(invocation, (enum option_id)i) &&
		    !command_takes(invocation->command, (enum option_id)i))
			return usage_error(error, "%s: not an option of %s",
					   invocation->options[i].spelt,
					   invocation->command->name);
	}
	return 0;
}

int command_parse(const struct command *const *all, int argc, char **argv,
		  struct invocation *invocation, struct error *error)
{
	const struct command *command = NULL;
	int failed;

	*invocation = (struct invocation){ .commands = all, .command = all[0] };
	failed = scan_options(argc, argv, invocation, error);
	invocation->root = option_given(invocation, OPTION_ROOT)
				   ? option_text(invocation, OPTION_ROOT)
				   : "";
	invocation->arguments = argv + optind;
	invocation->argument_count = argc - optind;
	if (invocation->argument_count)
		command = find_command(all, invocation->arguments[0]);
	if (command) {
		invocation->command = command;
		invocation->named = true;
		invocation->arguments++;
		invocation->argument_count--;
	}
	if (failed)
		return -1;
	if (!command && invocation->argument_count &&
	    !is_source(invocation->arguments[0]))
		return unknown_command(all, invocation->arguments[0], error);
	/* --help and --version answer whatever else is wrong. */
	if (option_given(invocation, OPTION_HELP) ||
	    option_given(invocation, OPTION_VERSION))
		return 0;
	if (check_options(invocation, error) || parse_values(invocation, error))
		return -1;
	return check_arguments(invocation, error);
}
