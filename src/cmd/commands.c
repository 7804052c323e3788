/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The commands, in the order of --help.
 *
 * A command, see explain.c for a short one:
 *   1. src/cmd/VERB.c: run_VERB(), which ends with command_answer(), the
 *      functions that write the answer, and at the foot its row,
 *      COMMAND(VERB, write_VERB_json, ...). There is no row without JSON.
 *   2. Its name below, and the file's in meson.build.
 *
 * An option of a command:
 *   1. { .id = OPTION_NAME } in VERB_options, with the default and the words of
 *      help that hold only there; option_given(), option_text(),
 *      option_number() and option_nsec() have its value.
 *   2. If it is new to all commands: OPTION_NAME in option.h, its row in
 *      option.c. If what it takes is of a new kind: a VALUE_ in option.h, and
 *      a case of option_parse().
 *
 * A format of a command's answer:
 *   1. The function that writes it, and a row of it in VERB_formats. A command
 *      that had one format only takes { .id = OPTION_FORMAT } from then on.
 *
 * Each shows in --help, `list` and, after scripts/make-completions, in the
 * completions. What they cannot know is the man page, NEWS.md, the document's
 * schema in docs/schema, and for an argument of a new name its row in
 * scripts/completions/tables.py.
 */
#include "command.h"

#define COMMANDS(NAME)                                                         \
	NAME(show)                                                             \
	NAME(verify)                                                           \
	NAME(watch)                                                            \
	NAME(record)                                                           \
	NAME(dump)                                                             \
	NAME(encode)                                                           \
	NAME(report)                                                           \
	NAME(diff)                                                             \
	NAME(simulate)                                                         \
	NAME(compare)                                                          \
	NAME(doctor)                                                           \
	NAME(list)                                                             \
	NAME(explain)

#define DECLARATION(verb) extern const struct command command_##verb;
#define POINTER(verb)	  &command_##verb,

COMMANDS(DECLARATION)

const struct command *const commands[] = { COMMANDS(POINTER) NULL };
