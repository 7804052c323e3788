/* SPDX-License-Identifier: BSD-2-Clause */
/* --help, from the tables. */
#include <stdio.h>

#include "view/text.h"
#include "command.h"

static void print_option(FILE *stream, const struct option_row *row,
			 const char *help)
{
	char text[64];
	unsigned int column;
	int used = 0;

	if (row->letter)
		used = snprintf(text, sizeof(text), "-%c, ", row->letter);
	snprintf(text + used, sizeof(text) - (size_t)used, "--%s%s%s",
		 row->name, row->argument ? " " : "",
		 row->argument ? row->argument : "");
	column = (unsigned int)fprintf(stream, "  %-25s ", text);
	text_wrap(stream, column, 28, help);
}

const char *command_option_help(const struct command *command,
				enum option_id option)
{
	const struct option_help *help = command->helps;

	while (help && help->help && help->option != option)
		help++;
	return help && help->help ? help->help : option_rows[option].help;
}

/* Those that are taken; to a command, or NULL: to all. */
static void print_options(FILE *stream, uint64_t takes,
			  const struct command *command)
{
	char all[WORDS_MAX];

	for (int i = 0; i < OPTIONS_END; i++) {
		const char *help = option_rows[i].help;

		if (!(takes & TAKES(i)))
			continue;
		if (command)
			help = command_option_help(command, (enum option_id)i);
		if (i == OPTION_FORMAT) {
			join_words(command->formats, " (the default)", all);
			help = all;
		}
		print_option(stream, &option_rows[i], help);
	}
}

static void general_help(FILE *stream)
{
	fputs("Usage: vmclockctl [OPTION...] [COMMAND] [ARGUMENT...] [SOURCE]\n"
	      "Decode and examine the VMClock page that a hypervisor shares with its guest.\n"
	      "\n"
	      "Commands (the first is the default):\n",
	      stream);
	for (const struct command *c = commands; c->name; c++) {
		fprintf(stream, "  %-22s", c->name);
		text_wrap(stream, 24, 24, c->summary);
	}
	fputs("\n"
	      "SOURCE: a device, a file or FIFO, - for standard input, or sim:SCENARIO for a\n"
	      "simulated device; none: the machine's own. What a file holds is recognised:\n"
	      "raw bytes, hex text (xxd, hexdump, od, plain digits), the JSON of show, or a\n"
	      "recording. With --live another process keeps the page in the file.\n"
	      "\n"
	      "Options of every command:\n",
	      stream);
	print_options(stream, TAKES_ALWAYS, NULL);
	fputs("\nExit status:\n", stream);
	for (int i = 0; i < EXIT_STATUS_COUNT; i++) {
		unsigned int column = (unsigned int)fprintf(
			stream, "  %d  %s: ", i, exit_statuses[i].short_text);

		text_wrap(stream, column, 5, exit_statuses[i].long_text);
	}
	fputs("\n"
	      "vmclockctl COMMAND --help tells more; vmclockctl(1) tells all.\n",
	      stream);
}

void command_help(const struct command *command, FILE *stream)
{
	if (!command) {
		general_help(stream);
		return;
	}
	fprintf(stream, "Usage: vmclockctl %s [OPTION...]%s%s\n", command->name,
		*command->arguments ? " " : "", command->arguments);
	fprintf(stream, "%s.\n\n%s", command->summary, command->details);
	if (command->takes) {
		fputs("\nOptions:\n", stream);
		print_options(stream, command->takes, command);
	}
	fputs("\nOptions of every command:\n", stream);
	print_options(stream, TAKES_ALWAYS, command);
}
