/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The verbs: what the row of each says, the command line taken apart for it,
 * and how its answer gets out. How to add one, an option or a format is at the
 * top of commands.c.
 */
#ifndef VMCLOCKCTL_CMD_COMMAND_H
#define VMCLOCKCTL_CMD_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "io/output/output.h"
#include "io/source/source.h"
#include "clock/reading.h"
#include "option.h"

/* A use of an option that may be repeated. */
struct option_use {
	enum option_id option;
	const char *value;
};

#define USES_MAX 256

struct command;

/* The command line, taken apart. */
struct invocation {
	const struct command *const *commands; /* all there are */
	const struct command *command;
	bool named; /* the command was named, not the default */
	/* The values of those that the command takes. */
	struct option_value options[OPTIONS_END];
	struct option_use uses[USES_MAX];
	int use_count;
	char *const *arguments;
	int argument_count;
	const char *root; /* "" for the machine's own */
	bool json;
	const struct format *format; /* what the answer is to be written in */
};

/* One of the forms of a command's answer. */
struct format {
	const char *name;
	/* Write the answer, which is the command's own structure. Returns the
	 * exit status, or -1 with *error; write errors are left to the stream.
	 */
	int (*write)(struct output *output, void *answer, struct error *error);
	/* Whether a file whose first line this is has such an answer, which an
	 * output file may replace. NULL: their first four bytes are the same.
	 */
	bool (*begins)(const char *line);
	/* Of an answer that grows line by line, see output_open_growing().
	 * NULL: it is there whole or not at all. */
	bool (*continues)(const uint8_t *head, size_t length);
};

struct command {
	const char *name;
	const char *arguments; /* for the usage line */
	const char *summary;   /* one line */
	/* For its --help; ends with a newline. {words} in it are its words. */
	const char *details;
	/* As other programs call it, ended by NULL; NULL: no such name. */
	const char *const *synonyms;
	/* All that its argument may be, ended by NULL; NULL: no such list. */
	const char *const *words;
	/* Besides those that every command takes; ended by OPTIONS_END. */
	const struct command_option *options;
	/* The first is the default; ended by a NULL name. JSON is not among
	 * them, and is the default where there is no other (NULL). */
	const struct format *formats;
	struct format json;
	int most_arguments;
	/* An exit status, or -1 with *error. */
	int (*run)(const struct invocation *invocation, struct error *error);
};

/* The row of a command, at the foot of its file. There is no command without
 * what writes its answer in JSON: a function as in struct format. */
#define COMMAND(verb, json_writer, ...)                                        \
	const struct command command_##verb = { .name = #verb,                 \
						.json.name = "json",           \
						.json.write = (json_writer),   \
						__VA_ARGS__ }

/* Ended by NULL; the first is what runs without one. */
extern const struct command *const commands[];

/*
 * Take argv apart for one of the commands. Returns 0, or -1 with *error
 * (ERROR_USAGE); *invocation says even then what was understood (json,
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

/* As it was typed, NULL: not given. */
static inline const char *option_text(const struct invocation *invocation,
				      enum option_id option)
{
	return invocation->options[option].text;
}

/* VALUE_NUMBER; the default, else 0, where it is not given. */
static inline uint64_t option_number(const struct invocation *invocation,
				     enum option_id option)
{
	return invocation->options[option].number;
}

/* VALUE_TIME, ns; the default, else 0, where it is not given. */
static inline int64_t option_nsec(const struct invocation *invocation,
				  enum option_id option)
{
	return invocation->options[option].nsec;
}

/* The command's own row of an option, or NULL. */
const struct command_option *command_option(const struct command *command,
					    enum option_id option);

/* Whether the command takes it. */
bool command_takes(const struct command *command, enum option_id option);

/* Most formats that a command has, with JSON and the NULL. */
#define FORMATS_MAX 16

/* The names of the command's formats, the default first, ended by NULL. */
void command_formats(const struct command *command,
		     const char *names[static FORMATS_MAX]);

/* Help. */

/* On one of the commands; NULL: on all of them. */
void command_help(const struct command *const *all,
		  const struct command *command, FILE *stream);

/* What the option means, to that command; NULL: to those that do not say. */
#define OPTION_HELP_MAX 256
void command_option_help(const struct command *command, enum option_id option,
			 char text[static OPTION_HELP_MAX]);

/* Answers. */

/*
 * Write the answer in the format that was asked for, to standard output or -o.
 * A file is put under its name where that goes well, else there is no trace of
 * it. Returns the writer's exit status (EXIT_YES where a pipe was closed), or
 * -1 with *error.
 */
int command_answer(const struct invocation *invocation, void *answer,
		   struct error *error);

/* The same in a form that is no format, such as show --hex. */
int command_answer_as(const struct invocation *invocation,
		      const struct format *form, void *answer,
		      struct error *error);

/* Close the output; the status if that went well (or the pipe is closed, then
 * EXIT_YES), else -1 with *error. */
int command_finish(struct output *output, int status, struct error *error);

/* Sources. */

/* A SOURCE has to be a page: magic and 32 bytes. 0, or -1 with *error. */
int command_check_page(const struct source *source, struct error *error);

/*
 * Tell on stderr, once for a SOURCE, that something in it was passed over which
 * this version does not know. What reads a SOURCE by the functions below has
 * told it; what opens one by itself does so when it has read it.
 */
void command_note_source(struct source *source);

/*
 * Read a SOURCE, with --live a file that another process keeps; of a recording
 * snapshot `at`, 0: its last page. ERROR_USAGE
 * where `at` is given and it is no recording. source_free() in either case.
 */
int command_source_at(const struct invocation *invocation, const char *name,
		      uint64_t at, struct source *source, struct error *error);

/* The same by the option --at. */
int command_source(const struct invocation *invocation, const char *name,
		   struct source *source, struct error *error);

/* The same, and it has to be a page. */
int command_page(const struct invocation *invocation, const char *name,
		 struct source *source, struct error *error);

/* What was read of a recording goes to *taken, and the source reads on. Returns
 * 0, or -1 with *error; source_free() of both in either case. */
int command_split_source(struct source *source, struct source *taken,
			 struct error *error);

/* Names that are none, with the near one for a hint. */

/* ERROR_USAGE: no field of that name. Returns -1. */
int unknown_field(const struct layout *layout, const char *name,
		  struct error *error);

/* A hint: what the field takes; of flags these alone. Returns -1. */
int hint_values(const struct field *field, uint64_t flags, struct error *error);

/* ERROR_USAGE: no rule of that id; `option` that named it, or "". Returns
 * -1. */
int unknown_rule(const char *option, const char *id, struct error *error);

#endif
