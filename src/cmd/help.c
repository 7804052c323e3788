/* SPDX-License-Identifier: BSD-2-Clause */
/* --help, from the rows of the commands and of their options. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "view/text.h"
#include "command.h"
#include "duration.h"

static void format_default(const struct option_type *type,
			   char text[static DURATION_MAX])
{
	if (type->kind == VALUE_TIME)
		format_duration((int64_t)type->unless_given, text);
	else
		snprintf(text, DURATION_MAX, "%" PRIu64, type->unless_given);
}

struct placeholder {
	const char *name;
	const char *text;
};

/* Copy with each placeholder, up to the NULL, replaced. */
static void expand_text(const char *from,
			const struct placeholder *placeholders, char *to,
			size_t size)
{
	size_t used = 0;

	to[0] = '\0';
	while (*from && used < size) {
		const struct placeholder *p = placeholders;

		while (p->name && strncmp(from, p->name, strlen(p->name)) != 0)
			p++;
		used += (size_t)(p->name ? snprintf(to + used, size - used,
						    "%s", p->text)
					 : snprintf(to + used, size - used,
						    "%c", *from));
		from += p->name ? strlen(p->name) : 1;
	}
}

void command_option_help(const struct command *command, enum option_id option,
			 char text[static OPTION_HELP_MAX])
{
	struct option_type type = option_type(
		command ? command_option(command, option) : NULL, option);
	char unless_given[DURATION_MAX], most[DURATION_MAX];
	char words[WORDS_MAX] = "";
	const struct placeholder placeholders[] = {
		{ "{default}", unless_given },
		{ "{most}", most },
		{ "{words}", words },
		{ NULL, NULL },
	};

	format_default(&type, unless_given);
	snprintf(most, sizeof(most), "%" PRIu64, type.most);
	if (type.words)
		join_words(type.words, "", words);
	expand_text(type.help, placeholders, text, OPTION_HELP_MAX);
}

static void print_option_help(FILE *stream, const struct command *command,
			      enum option_id option)
{
	const struct option_row *row = &option_rows[option];
	char name[OPTION_NAME_MAX], help[OPTION_HELP_MAX];
	const char *formats[FORMATS_MAX];
	unsigned int column;

	command_option_help(command, option, help);
	if (row->type.kind == VALUE_FORMAT && command) {
		command_formats(command, formats);
		join_words(formats, " (the default)", help);
	}
	option_name(row, name);
	column = (unsigned int)fprintf(stream, "  %-25s ", name);
	text_wrap(stream, column, 28, help);
}

/* Those of every command, as this one has them; NULL: as any has. */
static void print_common_options(FILE *stream, const struct command *command)
{
	for (int i = 0; i < OPTIONS_END; i++) {
		if (option_rows[i].always)
			print_option_help(stream, command, (enum option_id)i);
	}
}

/* The command's own, under a heading; nothing where it has none. */
static void print_own_options(FILE *stream, const struct command *command)
{
	const char *heading = "\nOptions:\n";

	for (int i = 0; i < OPTIONS_END; i++) {
		if (option_rows[i].always ||
		    !command_takes(command, (enum option_id)i))
			continue;
		fputs(heading, stream);
		heading = "";
		print_option_help(stream, command, (enum option_id)i);
	}
}

static void print_general_help(const struct command *const *all, FILE *stream)
{
	fputs("Usage: vmclockctl [OPTION...] [COMMAND] [ARGUMENT...] [SOURCE]\n"
	      "Decode and examine the VMClock page that a hypervisor shares with its guest.\n"
	      "\n"
	      "Commands (the first is the default):\n",
	      stream);
	for (; *all; all++) {
		fprintf(stream, "  %-22s", (*all)->name);
		text_wrap(stream, 24, 24, (*all)->summary);
	}
	fputs("\n"
	      "SOURCE is a device, a file or FIFO, - for standard input, or sim:SCENARIO for a\n"
	      "simulated device; the default is the machine's own device. A file may hold raw\n"
	      "bytes, hex text (xxd, hexdump, od, plain digits), the JSON of show, or a\n"
	      "recording. With --live the file is a page that another process updates.\n"
	      "\n"
	      "Options of every command:\n",
	      stream);
	print_common_options(stream, NULL);
	fputs("\nExit status:\n", stream);
	for (int i = 0; i < EXIT_STATUS_COUNT; i++) {
		unsigned int column = (unsigned int)fprintf(
			stream, "  %d  %s: ", i, exit_statuses[i].short_text);

		text_wrap(stream, column, 5, exit_statuses[i].long_text);
	}
	fputs("\n"
	      "See vmclockctl COMMAND --help for a command, and vmclockctl(1) for everything.\n",
	      stream);
}

void command_help(const struct command *const *all,
		  const struct command *command, FILE *stream)
{
	char details[1024], words[WORDS_MAX] = "";
	const struct placeholder placeholders[] = {
		{ "{words}", words },
		{ NULL, NULL },
	};

	if (!command) {
		print_general_help(all, stream);
		return;
	}
	if (command->words)
		join_words(command->words, "", words);
	expand_text(command->details, placeholders, details, sizeof(details));
	fprintf(stream, "Usage: vmclockctl %s [OPTION...]%s%s\n", command->name,
		*command->arguments ? " " : "", command->arguments);
	fprintf(stream, "%s.\n\n%s", command->summary, details);
	print_own_options(stream, command);
	fputs("\nOptions of every command:\n", stream);
	print_common_options(stream, command);
}
