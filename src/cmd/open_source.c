/* SPDX-License-Identifier: BSD-2-Clause */
/* The SOURCE of a command line: which snapshot of it, and that it is a page. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/printable.h"
#include "command.h"

bool command_names_live(const struct invocation *invocation)
{
	if (option_given(invocation, OPTION_LIVE) ||
	    (invocation->command->own_page && !invocation->argument_count))
		return true;
	for (int i = 0; i < invocation->argument_count; i++) {
		if (source_is_live(invocation->arguments[i]))
			return true;
	}
	return false;
}

int command_check_page(const struct source *source, struct error *error)
{
	if (source_check_page(source_name(source), source->bytes,
			      source->length, error) == 0)
		return 0;
	if (source->format == FORMAT_RAW && source->length == PAGE_READ_MAX &&
	    !*error->hint)
		error_hint(error, "a memory image? --scan searches it");
	else if (source->format == FORMAT_HEX && !*error->hint)
		error_hint(error, "dump bytes, from where the page begins");
	return -1;
}

/* A search says what it passed over. */
static void note_copies(struct source *source)
{
	if (!source->copies || source->noted)
		return;
	source->noted = true;
	fputs("vmclockctl: ", stderr);
	printable_put(stderr, source_name(source));
	fprintf(stderr,
		": note: passed over %" PRIu64
		" more that pass for a page, but lie off a boundary of 4 KiB\n",
		source->copies);
}

void command_note_keeper(const char *name, enum keeper keeper)
{
	static const char *const texts[] = {
		[KEEPER_GONE] =
			"the program that kept this page has gone, and nothing updates it",
		[KEEPER_NONE] =
			"no program updates this page now: nobody has its lock, nor the file open for writing",
	};

	if (keeper == KEEPER_UNKNOWN)
		return;
	fputs("vmclockctl: note: ", stderr);
	printable_put(stderr, name);
	fprintf(stderr, ": %s\n", texts[keeper]);
}

static void note_keeper(struct source *source)
{
	if (!source->unkept || source->noted)
		return;
	source->noted = true;
	command_note_keeper(source_name(source), KEEPER_NONE);
}

void command_note_source(struct source *source)
{
	const struct passed_over *passed_over = source_passed_over(source);

	note_copies(source);
	note_keeper(source);
	if (!passed_over || source->noted)
		return;
	source->noted = true;
	fputs("vmclockctl: ", stderr);
	printable_put(stderr, source_name(source));
	fputs(": note: ignored what this version does not know, such as ",
	      stderr);
	printable_put(stderr, passed_over->what);
	if (passed_over->line)
		fprintf(stderr, " in line %" PRIu64, passed_over->line);
	fputc('\n', stderr);
}

int command_seek(const struct invocation *invocation, const char *name,
		 const struct moment *at, struct seek *seek,
		 struct source *source, struct error *error)
{
	const struct place_asked place = command_place(invocation);
	bool live = option_given(invocation, OPTION_LIVE);

	if (live && at->kind)
		return usage_error(error,
				   "--at: cannot be combined with --live");
	if (live) {
		if (source_live(name, invocation->root, true, source, error))
			return -1;
		command_note_source(source);
		return 0;
	}
	if (source_open_place(name, invocation->root, &place, source, error)) {
		command_note_places(source);
		return -1;
	}
	if (at->kind && !source->recording)
		return usage_error(error, "--at: %s is not a recording",
				   source_name(source));
	if (source->recording &&
	    seek_take(seek, source, at, invocation->root, error))
		return -1;
	command_note_source(source);
	return 0;
}

int command_source_at(const struct invocation *invocation, const char *name,
		      const struct moment *at, struct source *source,
		      struct error *error)
{
	CLEANUP(seek_end) struct seek seek = { 0 };

	return command_seek(invocation, name, at, &seek, source, error);
}

int command_source(const struct invocation *invocation, const char *name,
		   struct source *source, struct error *error)
{
	return command_source_at(invocation, name,
				 &invocation->options[OPTION_AT].moment, source,
				 error);
}

int command_page(const struct invocation *invocation, const char *name,
		 struct source *source, struct error *error)
{
	if (command_source(invocation, name, source, error))
		return -1;
	return command_check_page(source, error);
}

int command_split_source(struct source *source, struct source *taken,
			 struct error *error)
{
	*taken = *source;
	taken->recording = NULL;
	taken->path = strdup(source->path);
	source->bytes = malloc(source->length + 1);
	if (!taken->path || !source->bytes)
		return error_set(error, ERROR_MEMORY, ENOMEM, "recording");
	memcpy(source->bytes, taken->bytes, taken->length);
	return 0;
}
