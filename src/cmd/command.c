/* SPDX-License-Identifier: BSD-2-Clause */
#include "command.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "base/printable.h"
#include "base/suggest.h"
#include "duration.h"

static const char *const when_words[] = { "auto", "always", "never", NULL };

const struct option_row option_rows[OPTIONS_END] = {
	[OPTION_HELP] = { "help", 'h', NULL, "print this help and exit" },
	[OPTION_VERSION] = { "version", 'V', NULL,
			     "print the version and exit" },
	[OPTION_JSON] = { "json", 0, NULL, "answer in JSON" },
	[OPTION_COLOR] = { "color", 0, "WHEN",
			   "auto, always or never (NO_COLOR is honoured)",
			   false, when_words },
	[OPTION_ROOT] = { "root", 0, "DIR",
			  "look for /dev, /proc and /sys below DIR" },
	[OPTION_OUTPUT] = { "output", 'o', "FILE",
			    "write the answer to FILE, whole or not at all" },
	[OPTION_FIELDS] = { "fields", 'F', "FIELD[,...]",
			    "the raw values alone, one a line; - if absent" },
	[OPTION_HEX] = { "hex", 0, NULL, "the bytes, annotated" },
	[OPTION_COUNTER] = { "counter", 0, "N",
			     "the time at counter N, decimal or 0x hex" },
	[OPTION_FORMAT] = { "format", 0, "FORMAT", "the form of the answer" },
	[OPTION_FROM] = { "from", 0, "SOURCE", "start from this page" },
	[OPTION_LIVE] = { "live", 0, NULL,
			  "the page in the file is kept by another process" },
	[OPTION_PUBLISH] = { "publish", 0, "FILE",
			     "keep a page in FILE, for others to map" },
	[OPTION_RECORD] = { "record", 0, "FILE",
			    "write a recording in virtual time, at once" },
	[OPTION_RATE] = { "rate", 0, "HZ",
			  "calibrations a second, or max (1 by default)" },
	[OPTION_SAMPLES] = { "samples", 0, "N",
			     "look so often at a live page" },
	[OPTION_PHC] = { "phc", 0, "DEV|all",
			 "this PHC, or all of them, not the page's own" },
	[OPTION_MAX_OFFSET] = { "max-offset", 0, "T",
				"status 1 if a clock (with --phc: a PHC) is further off" },
	[OPTION_REDACT] = { "redact", 0, NULL,
			    "without what identifies the machine" },
	[OPTION_SEED] = { "seed", 0, "N",
			  "another set of moments for the updates (1 by default)" },
	[OPTION_LAYOUT] = { "layout", 0, "NAME",
			    "start from an empty page of this layout" },
	[OPTION_AT] = { "at", 0, "N",
			"of a recording its snapshot N, not the last" },
	[OPTION_COUNT] = { "count", 'n', "N", "end after N of them" },
	[OPTION_INTERVAL] = { "interval", 0, "T",
			      "look this often, 100ms unless given" },
	[OPTION_DURATION] = { "duration", 0, "T",
			      "end after this time: 10ms, 1.5s, 2min, 1h" },
	[OPTION_ALL] = { "all", 0, NULL, "calibrations too" },
	[OPTION_UNTIL] = { "until", 0, "KIND[=VALUE]",
			   "end with status 0 at this event, or at once if the page shows VALUE" },
	[OPTION_TIMEOUT] = { "timeout", 0, "T",
			     "end with status 1 after this time" },
	[OPTION_EXEC] = { "exec", 0, "CMD",
			  "run CMD with /bin/sh for each event" },
	[OPTION_ONLY] = { "only", 0, "GLOB", "these rules alone (repeatable)",
			  true },
	[OPTION_SKIP] = { "skip", 0, "GLOB", "not these rules (repeatable)",
			  true },
	[OPTION_EXPECT] = { "expect", 0, "ID=STATUS",
			    "this verdict does not count, any other fails (repeatable)",
			    true },
	[OPTION_WERROR] = { "werror", 'W', NULL, "warnings fail" },
	[OPTION_QUIET] = { "quiet", 'q', NULL,
			   "print nothing, the exit status tells" },
	[OPTION_VERBOSE] = { "verbose", 'v', NULL, "every rule" },
	[OPTION_LEAP_FILE] = { "leap-file", 0, "FILE",
			       "a leap-seconds.list other than the system's" },
};

int usage_error(struct error *error, const char *format, ...)
{
	char text[sizeof(error->message)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return error_set(error, ERROR_USAGE, 0, "%s", text);
}

const struct command *command_find(const char *name)
{
	for (const struct command *c = commands; c->name; c++) {
		if (strcmp(c->name, name) == 0)
			return c;
	}
	return NULL;
}

void join_words(const char *const *words, const char *note,
		char text[static WORDS_MAX])
{
	int used = snprintf(text, WORDS_MAX, "%s%s", words[0], note);

	for (int i = 1; words[i]; i++)
		used += snprintf(text + used, WORDS_MAX - (size_t)used, "%s%s",
				 words[i + 1] ? ", " : " or ", words[i]);
}

static bool is_among(const char *const *words, const char *word)
{
	while (*words && strcmp(*words, word) != 0)
		words++;
	return *words;
}

int option_duration(const struct invocation *invocation, enum option_id option,
		    int64_t *nsec, struct error *error)
{
	const char *text = invocation->value[option];

	if (!text)
		return 0;
	return duration_option(option_rows[option].name, text, nsec, error);
}

int option_number(const struct invocation *invocation, enum option_id option,
		  uint64_t *number, struct error *error)
{
	const char *text = invocation->value[option];

	if (!text)
		return 0;
	if (number_parse(text, number) || !*number)
		return usage_error(error, "--%s %s: not a number from 1 on",
				   option_rows[option].name, text);
	return 0;
}

/* getopt's tables, made from ours; the value of a long option is its row. */
static void make_getopt(struct option *longs, char *shorts)
{
	*shorts++ = ':';
	for (int i = 0; i < OPTIONS_END; i++) {
		const struct option_row *row = &option_rows[i];

		longs[i] = (struct option){
			.name = row->name,
			.has_arg =
				row->argument ? required_argument : no_argument,
			.val = 256 + i,
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

static int option_of(int found)
{
	if (found >= 256)
		return found - 256;
	for (int i = 0; i < OPTIONS_END; i++) {
		if (option_rows[i].letter == found)
			return i;
	}
	return -1;
}

/* The word getopt stumbled over. */
static int unknown_option(char **argv, struct error *error)
{
	const char *word = argv[optind - 1];
	struct suggest suggest;

	if (optopt && optopt < 256)
		return usage_error(error, "-%c: unknown option", optopt);
	suggest = suggest_start(word + strspn(word, "-"));
	for (int i = 0; i < OPTIONS_END; i++)
		suggest_offer(&suggest, option_rows[i].name);
	if (optopt)
		return usage_error(error, "%s: takes no argument", word);
	usage_error(error, "%s: unknown option", word);
	if (suggest.best)
		error_hint(error, "did you mean --%s?", suggest.best);
	return -1;
}

/* So that DIR and /dev make a path as one would write it; / becomes "". */
static void cut_slashes(char *directory)
{
	size_t length = strlen(directory);

	while (length && directory[length - 1] == '/')
		directory[--length] = '\0';
}

static int parse_options(int argc, char **argv, struct invocation *invocation,
			 struct error *error)
{
	struct option longs[OPTIONS_END + 1];
	char shorts[2 * OPTIONS_END + 2];
	int found, failed = 0;

	make_getopt(longs, shorts);
	opterr = 0;
	/* Go on after a fault, so that --json is known wherever it stands. */
	while ((found = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		int option;

		if (found == '?' || found == ':') {
			if (failed)
				continue;
			failed = found == '?'
					 ? unknown_option(argv, error)
					 : usage_error(error,
						       "%s: needs an argument",
						       argv[optind - 1]);
			continue;
		}
		option = option_of(found);
		invocation->given |= TAKES(option);
		invocation->value[option] = optarg;
		if (option == OPTION_ROOT && optarg)
			cut_slashes(optarg);
		/* An unset variable, rather than a name; of --root it is /. */
		if (optarg && !*optarg && option != OPTION_ROOT && !failed)
			failed = usage_error(error,
					     "--%s: its argument is empty",
					     option_rows[option].name);
		if (!option_rows[option].repeated)
			continue;
		if (invocation->use_count == USES_MAX && !failed)
			failed = usage_error(error, "--%s: given too often",
					     option_rows[option].name);
		if (invocation->use_count < USES_MAX)
			invocation->uses[invocation->use_count++] =
				(struct option_use){ (enum option_id)option,
						     optarg };
	}
	invocation->json = invocation->given & TAKES(OPTION_JSON);
	return failed;
}

/* A first word that is no command is a SOURCE if it looks like one. */
static bool is_source(const char *word)
{
	return !*word || strchr(word, '/') || strcmp(word, "-") == 0 ||
	       source_scenario(word) || access(word, F_OK) == 0;
}

static int unknown_command(const char *word, struct error *error)
{
	struct suggest suggest = suggest_start(word);

	for (const struct command *c = commands; c->name; c++)
		suggest_offer(&suggest, c->name);
	usage_error(error, "%s: no such command, and no such file", word);
	if (suggest.best)
		error_hint(error, "did you mean %s?", suggest.best);
	/* As other programs have them. */
	for (int i = OPTION_HELP; i <= OPTION_VERSION; i++) {
		if (strcmp(word, option_rows[i].name) == 0)
			error_hint(error, "did you mean --%s?",
				   option_rows[i].name);
	}
	return -1;
}

static int check_options(const struct invocation *invocation,
			 struct error *error)
{
	const struct command *command = invocation->command;
	uint64_t wrong = invocation->given & ~(command->takes | TAKES_ALWAYS);
	char all[WORDS_MAX];

	for (int i = 0; i < OPTIONS_END; i++) {
		if (wrong & TAKES(i))
			return usage_error(error, "--%s: no option of %s",
					   option_rows[i].name, command->name);
	}
	for (int i = 0; i < OPTIONS_END; i++) {
		const struct option_row *row = &option_rows[i];
		const char *value = invocation->value[i];

		if (!row->words || !value || is_among(row->words, value))
			continue;
		join_words(row->words, "", all);
		return usage_error(error, "--%s %s: not %s", row->name, value,
				   all);
	}
	for (int i = 0; i < invocation->argument_count; i++) {
		if (!*invocation->arguments[i])
			return usage_error(error, "%s: argument %d is empty",
					   command->name, i + 1);
	}
	if (invocation->argument_count > command->most_arguments)
		return usage_error(
			error, "%s: more than %s takes",
			invocation->arguments[command->most_arguments],
			command->name);
	return 0;
}

int command_parse(int argc, char **argv, struct invocation *invocation,
		  struct error *error)
{
	const struct command *command = NULL;
	int failed;
	const char *root;

	*invocation = (struct invocation){ .command = &commands[0] };
	failed = parse_options(argc, argv, invocation, error);
	root = invocation->value[OPTION_ROOT];
	invocation->root = root ? root : "";
	invocation->arguments = argv + optind;
	invocation->argument_count = argc - optind;
	if (invocation->argument_count)
		command = command_find(invocation->arguments[0]);
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
		return unknown_command(invocation->arguments[0], error);
	/* --help and --version answer whatever else is wrong. */
	if (invocation->given & (TAKES(OPTION_HELP) | TAKES(OPTION_VERSION)))
		return 0;
	return check_options(invocation, error);
}

bool command_color(const struct invocation *invocation, FILE *stream)
{
	const char *when = invocation->value[OPTION_COLOR];
	const char *no_color = getenv("NO_COLOR");

	if (when && strcmp(when, "always") == 0)
		return true;
	if (when && strcmp(when, "never") == 0)
		return false;
	if (no_color && *no_color)
		return false;
	return isatty(fileno(stream)) == 1;
}

const char *command_format(const struct invocation *invocation,
			   struct error *error)
{
	const char *const *formats = invocation->command->formats;
	const char *name = invocation->value[OPTION_FORMAT];
	char all[WORDS_MAX];

	if (!name)
		return invocation->json ? "json" : formats[0];
	join_words(formats, "", all);
	if (!is_among(formats, name))
		usage_error(error, "--format %s: not %s", name, all);
	else if (invocation->json && strcmp(name, "json") != 0)
		usage_error(error, "--format %s: not with --json", name);
	else
		return name;
	return NULL;
}

int command_check_page(const struct source *source, struct error *error)
{
	if (source_check_page(source_name(source), source->bytes,
			      source->length, error) == 0)
		return 0;
	if (source->text)
		error_hint(
			error,
			"text, but no dump of xxd, hexdump, od -tx1 or digits with nothing before");
	else if (source->format == FORMAT_HEX && !*error->hint)
		error_hint(error, "dump bytes, from where the page begins");
	return -1;
}

void command_note_source(struct source *source)
{
	const struct passed_over *passed_over = source_passed_over(source);

	if (!passed_over || source->noted)
		return;
	source->noted = true;
	fputs("vmclockctl: ", stderr);
	printable_put(stderr, source_name(source));
	fputs(": note: passed over what this version does not know, such as ",
	      stderr);
	printable_put(stderr, passed_over->what);
	if (passed_over->line)
		fprintf(stderr, " in line %" PRIu64, passed_over->line);
	fputc('\n', stderr);
}

int command_source_at(const struct invocation *invocation, const char *name,
		      uint64_t at, struct source *source, struct error *error)
{
	bool live = invocation->given & TAKES(OPTION_LIVE);

	if (live && at)
		return usage_error(error, "--at: not with --live");
	if (live)
		return source_live(name, invocation->root, true, source, error);
	if (source_open(name, invocation->root, source, error))
		return -1;
	if (at && !source->recording)
		return usage_error(error, "--at: %s is no recording",
				   source_name(source));
	if (source->recording && source_take(source, at, error))
		return -1;
	command_note_source(source);
	return 0;
}

int command_source(const struct invocation *invocation, const char *name,
		   struct source *source, struct error *error)
{
	uint64_t at = 0;

	*source = (struct source){ 0 };
	if (option_number(invocation, OPTION_AT, &at, error))
		return -1;
	return command_source_at(invocation, name, at, source, error);
}

int command_page(const struct invocation *invocation, const char *name,
		 struct source *source, struct error *error)
{
	if (command_source(invocation, name, source, error))
		return -1;
	return command_check_page(source, error);
}

int command_finish(struct output *output, int status, struct error *error)
{
	if (output_close(output, error))
		return -1;
	return output->closed_pipe ? EXIT_YES : status;
}
