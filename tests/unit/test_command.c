/* SPDX-License-Identifier: BSD-2-Clause */
/* A command line, taken apart: the command, and the typed value of each option,
 * given or by default. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"

#define WORDS_MOST 24

static struct invocation invocation;
static struct error error;

/* Words parted by blanks. Returns what command_parse() does; what it points to
 * stays until the next call. */
static int parse(const char *line)
{
	static char text[400], program[] = "vmclockctl";
	static char *argv[WORDS_MOST + 1];
	int argc = 0;

	snprintf(text, sizeof(text), "%s", line);
	argv[argc++] = program;
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
		assert_true(argc < WORDS_MOST);
		argv[argc++] = word;
	}
	argv[argc] = NULL;
	optind = 0; /* getopt is to start anew */
	memset(&error, 0, sizeof(error));
	return command_parse(commands, argc, argv, &invocation, &error);
}

static void assert_error(const char *line, const char *message,
			 const char *hint)
{
	assert_int_equal(parse(line), -1);
	assert_int_equal(error.code, ERROR_USAGE);
	assert_string_equal(error.message, message);
	assert_string_equal(error.hint, hint);
}

static void test_command(void **state)
{
	(void)state;
	assert_int_equal(parse("dump -o x sim:steady"), 0);
	assert_string_equal(invocation.command->name, "dump");
	assert_true(invocation.named);
	assert_int_equal(invocation.argument_count, 1);
	assert_string_equal(invocation.arguments[0], "sim:steady");
	assert_string_equal(option_text(&invocation, OPTION_OUTPUT), "x");
	/* The first is the default. */
	assert_int_equal(parse("sim:steady"), 0);
	assert_ptr_equal(invocation.command, commands[0]);
	assert_false(invocation.named);
	assert_int_equal(invocation.argument_count, 1);
}

static void test_unknown_command(void **state)
{
	static const struct {
		const char *word, *hint;
	} rows[] = {
		{ "shwo", "did you mean show?" },
		{ "decode", "did you mean show?" },
		{ "lint", "did you mean verify?" },
		{ "test", "did you mean verify?" },
		{ "monitor", "did you mean watch?" },
		{ "capture", "did you mean record?" },
		{ "version", "did you mean --version?" },
		{ "nothing", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char message[80];

		snprintf(message, sizeof(message),
			 "%s: no such command, and no such file", rows[i].word);
		assert_error(rows[i].word, message, rows[i].hint);
	}
}

/* No word leads to two commands, and none is a command itself. */
static void test_synonyms(void **state)
{
	(void)state;
	for (const struct command *const *c = commands; *c; c++) {
		const char *const *word = (*c)->synonyms;

		for (; word && *word; word++) {
			char hint[80];

			snprintf(hint, sizeof(hint), "did you mean %s?",
				 (*c)->name);
			assert_int_equal(parse(*word), -1);
			assert_string_equal(error.hint, hint);
		}
	}
}

static void test_defaults(void **state)
{
	(void)state;
	assert_int_equal(parse("compare"), 0);
	assert_int_equal(option_number(&invocation, OPTION_SAMPLES), 10);
	assert_int_equal(option_number(&invocation, OPTION_COUNT), 1);
	assert_int_equal(option_nsec(&invocation, OPTION_INTERVAL), 1000000000);
	assert_int_equal(option_nsec(&invocation, OPTION_MAX_OFFSET), 0);
	assert_null(option_text(&invocation, OPTION_PHC));
	assert_int_equal(parse("watch"), 0);
	assert_int_equal(option_number(&invocation, OPTION_COUNT), 0);
	assert_int_equal(option_nsec(&invocation, OPTION_INTERVAL), 100000000);
	assert_false(invocation.options[OPTION_UNTIL].until.given);
	assert_int_equal(parse("verify"), 0);
	assert_int_equal(option_nsec(&invocation, OPTION_DURATION), 2000000000);
	assert_int_equal(parse("record"), 0);
	assert_int_equal(option_nsec(&invocation, OPTION_DURATION), 0);
	assert_int_equal(parse("simulate steady"), 0);
	assert_int_equal(option_number(&invocation, OPTION_SEED), 1);
	assert_int_equal(invocation.options[OPTION_RATE].rate.interval, 0);
	assert_int_equal(parse("show"), 0);
	assert_int_equal(invocation.options[OPTION_COLOR].word, COLOR_AUTO);
	assert_string_equal(invocation.root, "");
	assert_false(option_given(&invocation, OPTION_LIVE));
}

static void test_values(void **state)
{
	struct option_value *o = invocation.options;

	(void)state;
	assert_int_equal(
		parse("compare --samples 25 -n 0x10 --interval 1.5s --phc all"),
		0);
	assert_int_equal(option_number(&invocation, OPTION_SAMPLES), 25);
	assert_int_equal(option_number(&invocation, OPTION_COUNT), 16);
	assert_int_equal(option_nsec(&invocation, OPTION_INTERVAL), 1500000000);
	assert_string_equal(option_text(&invocation, OPTION_PHC), "all");
	assert_int_equal(parse("show --counter 18446744073709551615 --live"),
			 0);
	assert_true(option_number(&invocation, OPTION_COUNTER) == UINT64_MAX);
	assert_true(option_given(&invocation, OPTION_LIVE));
	assert_int_equal(parse("simulate steady --rate 2.5 --seed 0"), 0);
	assert_int_equal(o[OPTION_RATE].rate.interval, 400000000);
	assert_false(o[OPTION_RATE].rate.max);
	assert_int_equal(option_number(&invocation, OPTION_SEED), 0);
	assert_int_equal(parse("simulate steady --rate max"), 0);
	assert_true(o[OPTION_RATE].rate.max);
	assert_int_equal(parse("diff a --at 3,12"), 0);
	assert_int_equal(o[OPTION_AT].pair[0].number, 3);
	assert_int_equal(o[OPTION_AT].pair[1].number, 12);
	assert_int_equal(parse("dump --at 3"), 0);
	assert_int_equal(o[OPTION_AT].moment.number, 3);
	assert_int_equal(parse("encode --layout rfc-3"), 0);
	assert_int_equal(o[OPTION_LAYOUT].layout->id, LAYOUT_RFC_3);
	assert_int_equal(parse("watch --until status=synchronized"), 0);
	assert_int_equal(o[OPTION_UNTIL].until.event, EVENT_STATUS);
	assert_string_equal(o[OPTION_UNTIL].until.value, "synchronized");
	assert_int_equal(parse("--color never --root a/b//"), 0);
	assert_int_equal(o[OPTION_COLOR].word, COLOR_NEVER);
	assert_string_equal(invocation.root, "a/b");
	/* The last use counts, but of those that may be repeated every one. */
	assert_int_equal(parse("verify --only a --skip b --only c"), 0);
	assert_int_equal(invocation.use_count, 3);
	assert_string_equal(invocation.uses[2].value, "c");
	assert_int_equal(parse("show --counter 1 --counter 2"), 0);
	assert_int_equal(option_number(&invocation, OPTION_COUNTER), 2);
}

static void test_formats(void **state)
{
	static const struct {
		const char *line, *format;
	} rows[] = {
		{ "show", "text" },
		{ "show --format openmetrics", "openmetrics" },
		{ "show --format json", "json" },
		{ "show --json", "json" },
		{ "show --json --format json", "json" },
		{ "dump", "raw" },
		{ "dump --format hex", "hex" },
		{ "explain tai.sign", "text" },
		{ "explain --json tai.sign", "json" },
		{ "record", "json" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_int_equal(parse(rows[i].line), 0);
		assert_string_equal(invocation.format->name, rows[i].format);
	}
	assert_error("dump --format xml",
		     "--format xml: not raw, hex, text or json", "");
	assert_error("dump --format hex --json",
		     "--format hex: cannot be combined with --json", "");
}

/* Each command has a JSON form and a default, and a row for no option twice. */
static void test_rows(void **state)
{
	(void)state;
	for (const struct command *const *c = commands; *c; c++) {
		const struct command_option *o = (*c)->options;
		bool seen[OPTIONS_END] = { false };
		const char *names[FORMATS_MAX];

		assert_non_null((*c)->json.write);
		assert_non_null((*c)->run);
		for (; o && o->id != OPTIONS_END; o++) {
			assert_false(seen[o->id]);
			seen[o->id] = true;
		}
		command_formats(*c, names);
		assert_non_null(names[0]);
		/* Who has a choice takes --format. */
		assert_true(!names[1] || !names[2] ||
			    command_takes(*c, OPTION_FORMAT));
	}
}

/* In the words that were typed. */
static void test_errors(void **state)
{
	(void)state;
	assert_error("watch -n 0", "-n 0: not a number from 1 on", "");
	assert_error("watch --count 0", "--count 0: not a number from 1 on",
		     "");
	assert_error("show --counter x",
		     "--counter x: not an unsigned 64-bit number", "");
	assert_error("simulate s --seed -1",
		     "--seed -1: not an unsigned 64-bit number", "");
	assert_error("compare --samples 0",
		     "--samples 0: not a number from 1 to 25", "");
	assert_error("compare --samples 26",
		     "--samples 26: not a number from 1 to 25", "");
	assert_error(
		"watch --interval 5", "--interval 5: not a time",
		"a number with ns, us, ms, s, min or h, such as 10ms or 1.5s");
	assert_error("watch --interval 0s", "--interval 0s: out of range", "");
	assert_error("simulate s --rate 0", "--rate 0: not a rate",
		     "updates a second from 0.001 to 1000000000, or max");
	assert_error("encode --layout x", "--layout x: no layout to encode",
		     "vmclock-1 or rfc-3");
	assert_error("diff a --at 3", "--at 3: not two moments with a comma",
		     "such as 3,5 or event:1,event:2");
	assert_error("--color x", "--color x: not auto, always or never", "");
	assert_error("dump -W", "-W: not an option of dump", "");
	assert_error("dump --werror", "--werror: not an option of dump", "");
	assert_error("list a b", "b: too many arguments for list", "");
	assert_error("show -F", "-F: needs an argument", "");
	assert_error("show --conter 5", "--conter: unknown option",
		     "did you mean --counter?");
	assert_error("show --json=yes", "--json=yes: takes no argument", "");
	/* The first of several. */
	assert_error("show --conter --wrong", "--conter: unknown option",
		     "did you mean --counter?");
}

/* What follows an option is not its argument if it is an option itself. */
static void test_left_out(void **state)
{
	(void)state;
	assert_error("show --counter --help", "--counter: needs an argument",
		     "");
	assert_error("show -o --json sim:steady", "-o: needs an argument", "");
	assert_true(invocation.json);
	assert_int_equal(invocation.argument_count, 1);
	assert_int_equal(parse("show --output=--json"), 0);
	assert_string_equal(option_text(&invocation, OPTION_OUTPUT), "--json");
	assert_false(invocation.json);
	assert_int_equal(parse("show --output --jso"), 0);
	assert_string_equal(option_text(&invocation, OPTION_OUTPUT), "--jso");
}

static void test_help(void **state)
{
	char text[OPTION_HELP_MAX];

	(void)state;
	command_option_help(NULL, OPTION_INTERVAL, text);
	assert_string_equal(text, "time between two looks (default: 100ms)");
	for (const struct command *const *c = commands; *c; c++) {
		if (strcmp((*c)->name, "compare") != 0)
			continue;
		command_option_help(*c, OPTION_INTERVAL, text);
		assert_string_equal(
			text,
			"time between two lines of a clock (default: 1s)");
		command_option_help(*c, OPTION_SAMPLES, text);
		assert_string_equal(
			text,
			"readings per line, of which the best is used (1 to 25, default: 10)");
		command_option_help(*c, OPTION_COLOR, text);
		assert_string_equal(
			text, "auto, always or never (NO_COLOR is honoured)");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_unknown_command),
		cmocka_unit_test(test_synonyms),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_left_out),
		cmocka_unit_test(test_help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
