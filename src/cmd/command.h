/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The commands: the row of each, the parsed command line, and the output of
 * its answer. commands.c explains at its top how to add a command, an option or
 * a format.
 */
#ifndef VMCLOCKCTL_CMD_COMMAND_H
#define VMCLOCKCTL_CMD_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "io/live/live.h"
#include "io/output/output.h"
#include "io/source/source.h"
#include "clock/reading.h"
#include "option.h"
#include "seek.h"

/* One use of an option that may be repeated. */
struct option_use {
	enum option_id option;
	const char *value;
};

#define USES_MAX 256

struct command;

/* The parsed command line. */
struct invocation {
	const struct command *const *commands; /* all commands */
	const struct command *command;
	bool named; /* the command was named, not the default */
	/* The values of the options that the command takes. */
	struct option_value options[OPTIONS_END];
	struct option_use uses[USES_MAX];
	int use_count;
	char *const *arguments;
	int argument_count;
	const char *root; /* "" for this machine */
	bool json;
	const struct format *format; /* the format of the answer */
	/* The page in memory that is read where no SOURCE is named. */
	char memory[32];
	char *own_arguments[2];
};

/* A format of a command's answer. */
struct format {
	const char *name;
	/* Write the answer, which is the command's own structure. Returns the
	 * exit status, or -1 with *error; write errors are left to the stream.
	 */
	int (*write)(struct output *output, void *answer, struct error *error);
	/* Whether a file with this first line holds such an answer and may be
	 * replaced by the output file. NULL: it does if the first four bytes of
	 * both are the same. */
	bool (*begins)(const char *line);
	/* For an answer that grows line by line: see output_open_growing().
	 * NULL: the answer is written whole or not at all. */
	bool (*continues)(const uint8_t *head, size_t length);
};

struct command {
	const char *name;
	const char *arguments; /* for the usage line */
	const char *summary;   /* one line */
	/* For its --help; ends with a newline. {words} stands for `words`. */
	const char *details;
	/* Its names in other programs, ended by NULL; NULL: none. */
	const char *const *synonyms;
	/* All values that its argument may have, ended by NULL; NULL: no such
	 * list. */
	const char *const *words;
	/* Its own options, besides those of every command; ended by
	 * OPTIONS_END. */
	const struct command_option *options;
	/* The first is the default; ended by a NULL name. JSON is not listed
	 * here; it is the default if there is no other format (NULL). */
	const struct format *formats;
	struct format json;
	int most_arguments;
	bool own_page; /* without a SOURCE it takes this machine's */
	/* Where it has only files to read, it gives up all other rights, and
	 * calls sandbox_end_reading() when it has. */
	bool only_reads;
	/* Returns the exit status, or -1 with *error. */
	int (*run)(const struct invocation *invocation, struct error *error);
};

/* Defines the row of a command, at the end of its file. Every command needs a
 * function that writes its answer in JSON, as in struct format; NULL does not
 * compile. */
#define COMMAND(verb, json_writer, ...)                                        \
	const struct command command_##verb = {                                \
		.name = #verb,                                                 \
		.json.name = "json",                                           \
		.json.write = _Generic(                                        \
			(json_writer),                                         \
			int (*)(struct output *, void *, struct error *)       \
			: (json_writer)),                                      \
		__VA_ARGS__                                                    \
	}

/* Ended by NULL; the first runs if no command is named. */
extern const struct command *const commands[];

/*
 * Parse argv for one of the commands. Returns 0, or -1 with *error
 * (ERROR_USAGE); even then *invocation holds what was understood (json,
 * command).
 */
int command_parse(const struct command *const *all, int argc, char **argv,
		  struct invocation *invocation, struct error *error);

/* The values of options. */

static inline bool option_given(const struct invocation *invocation,
				enum option_id option)
{
	return invocation->options[option].given;
}

/* The text as typed; NULL: not given. */
static inline const char *option_text(const struct invocation *invocation,
				      enum option_id option)
{
	return invocation->options[option].text;
}

/* VALUE_NUMBER; if it is not given, the default, or 0 without one. */
static inline uint64_t option_number(const struct invocation *invocation,
				     enum option_id option)
{
	return invocation->options[option].number;
}

/* VALUE_TIME, ns; if it is not given, the default, or 0 without one. */
static inline int64_t option_nsec(const struct invocation *invocation,
				  enum option_id option)
{
	return invocation->options[option].nsec;
}

/* The command's own row of an option, or NULL. */
const struct command_option *command_option(const struct command *command,
					    enum option_id option);

/* Whether the command takes the option. */
bool command_takes(const struct command *command, enum option_id option);

/* Largest number of formats of a command, including JSON and the NULL. */
#define FORMATS_MAX 16

/* The names of the command's formats, the default first, ended by NULL. */
void command_formats(const struct command *command,
		     const char *names[static FORMATS_MAX]);

/* Help. */

/* Print the help of one command; NULL: of all commands. */
void command_help(const struct command *const *all,
		  const struct command *command, FILE *stream);

/* The meaning of the option for that command; NULL: for the commands that do
 * not define their own. */
#define OPTION_HELP_MAX 256
void command_option_help(const struct command *command, enum option_id option,
			 char text[static OPTION_HELP_MAX]);

/* Answers. */

/*
 * Write the answer in the requested format, to standard output or to the file
 * of -o. The file gets its name only if all went well; otherwise no trace of it
 * is left. Returns the writer's exit status (EXIT_YES if a pipe was closed), or
 * -1 with *error.
 */
int command_answer(const struct invocation *invocation, void *answer,
		   struct error *error);

/* The same in a form that is not one of the formats, such as show --hex. */
int command_answer_as(const struct invocation *invocation,
		      const struct format *form, void *answer,
		      struct error *error);

/* Close the output. Returns `status` if that went well, EXIT_YES if the pipe
 * is closed, else -1 with *error. */
int command_finish(struct output *output, int status, struct error *error);

/* Sources. */

/* Whether a SOURCE of the command line is read as a live page: by --live, by
 * its name, or because none is named and the command takes this machine's. */
bool command_names_live(const struct invocation *invocation);

/* Check that a SOURCE is a page: magic and 32 bytes. Returns 0, or -1 with
 * *error. */
int command_check_page(const struct source *source, struct error *error);

/*
 * Report on stderr, once per SOURCE, that something in it was ignored because
 * this version does not know it, or that no program keeps a live page. The
 * functions below that read a SOURCE do this themselves; a caller that opens
 * one by other means calls this after reading it.
 */
void command_note_source(struct source *source);

/* Report on stderr what is certain of the program that keeps a live page. */
void command_note_keeper(const char *name, enum keeper keeper);

/* The place in a memory image that --offset, --phys or --scan names. */
struct place_asked command_place(const struct invocation *invocation);

/* Check the options that name a place in memory against the others and the
 * SOURCE. Without a SOURCE, --phys makes one, and so does the firmware's region
 * of a device without a node, which is then said on stderr. Returns 0, or -1
 * with *error (ERROR_USAGE). */
int command_settle_place(struct invocation *invocation, struct error *error);

/* Of an error that says that there is no device: name the one that has no node,
 * with the PTP clock that works all the same. Nothing if there is none. Returns
 * -1. */
int command_name_nodeless(const char *root, struct error *error);

/* List on stderr the places that a search found, where there are several. */
void command_note_places(const struct source *source);

/*
 * Read a SOURCE; with --live, a file that another process updates; with
 * --offset, --phys or --scan, a page of a memory image. From a
 * recording, take the snapshot at the moment, MOMENT_NONE: its last page.
 * ERROR_USAGE if `at` is given and the SOURCE is not a recording. Call
 * source_free() in either case.
 */
int command_source_at(const struct invocation *invocation, const char *name,
		      const struct moment *at, struct source *source,
		      struct error *error);

/* The same, to read on from with seek_take(). */
int command_seek(const struct invocation *invocation, const char *name,
		 const struct moment *at, struct seek *seek,
		 struct source *source, struct error *error);

/* The same, with `at` from the option --at. */
int command_source(const struct invocation *invocation, const char *name,
		   struct source *source, struct error *error);

/* The same, and check that it is a page. */
int command_page(const struct invocation *invocation, const char *name,
		 struct source *source, struct error *error);

/* Move what was read of a recording to *taken; *source can then be read on.
 * Returns 0, or -1 with *error; call source_free() on both in either case. */
int command_split_source(struct source *source, struct source *taken,
			 struct error *error);

/* Unknown names, with the nearest known one as a hint. */

/* ERROR_USAGE: no field has that name. Returns -1. */
int unknown_field(const struct layout *layout, const char *name,
		  struct error *error);

/* Add a hint: the values that the field takes; of a flags field, only those in
 * `flags`. Returns -1. */
int hint_values(const struct field *field, uint64_t flags, struct error *error);

/* ERROR_USAGE: no rule has that id. `option` is the option that named it, or
 * "". Returns -1. */
int unknown_rule(const char *option, const char *id, struct error *error);

#endif
