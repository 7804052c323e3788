/* SPDX-License-Identifier: BSD-2-Clause */
/* The arguments of encode: a line each. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "decode.h"
#include "fuzz.h"

#define LINES_MAX 64

/* No option that names a file, and every argument assigns. */
static bool writes_nowhere(const struct invocation *invocation)
{
	if (strcmp(invocation->command->name, "encode") != 0 ||
	    !invocation->argument_count)
		return false;
	for (int i = 0; i < OPTIONS_END; i++) {
		if (i != OPTION_LAYOUT &&
		    option_given(invocation, (enum option_id)i))
			return false;
	}
	for (int i = 0; i < invocation->argument_count; i++) {
		const char *word = invocation->arguments[i];

		if (!strchr(word, '=') || strchr(word, '/'))
			return false;
	}
	return true;
}

/* Whether some argument sets fields that it does not name. */
static bool fills_several(const struct invocation *invocation)
{
	static const char *const names[] = { "frequency=", "drift=",
					     "maxerror=",  "time=",
					     "flags+=",	   "flags-=" };

	for (int i = 0; i < invocation->argument_count; i++) {
		for (size_t n = 0; n < sizeof(names) / sizeof(*names); n++) {
			if (strncmp(invocation->arguments[i], names[n],
				    strlen(names[n])) == 0)
				return true;
		}
	}
	return false;
}

/* The last value that was assigned to the field is on the page. */
static void check_field(const struct invocation *invocation,
			const struct field *field, const uint8_t *page)
{
	size_t letters = strlen(field->name);
	uint64_t value, last = 0;
	bool assigned = false;

	for (int i = 0; i < invocation->argument_count; i++) {
		const char *word = invocation->arguments[i];

		if (strncmp(word, field->name, letters) != 0 ||
		    word[letters] != '=')
			continue;
		require(field_parse(field, word + letters + 1, &value) == 0);
		require((value & ~field_mask(field)) == 0);
		last = value;
		assigned = true;
	}
	if (assigned)
		require(load_le(page + field->offset, field->width) == last);
}

static void run(int argc, char **argv, const struct invocation *invocation)
{
	const char *name = option_text(invocation, OPTION_LAYOUT);
	const struct layout *layout = layout_find(name ? name : "vmclock-1");
	struct error error = { 0 };
	uint8_t *page;
	size_t length;

	if (run_command(argc, argv, &page, &length, &error) != EXIT_YES) {
		check_error(&error);
		require(error.code == ERROR_USAGE && length == 0);
	} else {
		require(layout && length == PAGE_USUAL_SIZE);
		for (unsigned int i = 0;
		     !fills_several(invocation) && i < layout->count; i++)
			check_field(invocation, &layout->fields[i], page);
	}
	free(page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	char name[] = "vmclockctl", encode[] = "encode";
	char *argv[LINES_MAX + 3] = { name, encode };
	char *sorted[LINES_MAX + 3];
	struct invocation invocation;
	struct error error = { 0 };
	int argc = 2;
	char *rest;

	require(text);
	memcpy(text, data, size);
	text[size] = '\0';
	for (char *word = strtok_r(text, "\n", &rest); word && argc < LINES_MAX;
	     word = strtok_r(NULL, "\n", &rest))
		argv[argc++] = word;
	/* getopt moves the options to the front. */
	memcpy(sorted, argv, sizeof(argv));
	optind = 0;
	if (command_parse(commands, argc, sorted, &invocation, &error))
		check_error(&error);
	else if (writes_nowhere(&invocation))
		run(argc, argv, &invocation);
	free(text);
	return 0;
}
