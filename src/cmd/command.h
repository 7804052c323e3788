/* SPDX-License-Identifier: BSD-2-Clause */
/* The verbs, the options, and what a verb is given to work with. */
#ifndef VMCLOCKCTL_CMD_COMMAND_H
#define VMCLOCKCTL_CMD_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "io/output/output.h"
#include "io/source/source.h"
#include "clock/reading.h"

enum option_id {
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_JSON,
	OPTION_COLOR,
	OPTION_ROOT,
	OPTION_OUTPUT,
	OPTION_FIELDS,
	OPTION_HEX,
	OPTION_COUNTER,
	OPTION_FORMAT,
	OPTION_FROM,
	OPTION_LAYOUT,
	OPTION_LIVE,
	OPTION_AT,
	OPTION_COUNT,
	OPTION_INTERVAL,
	OPTION_DURATION,
	OPTION_ALL,
	OPTION_UNTIL,
	OPTION_TIMEOUT,
	OPTION_EXEC,
	OPTION_PUBLISH,
	OPTION_RECORD,
	OPTION_RATE,
	OPTION_SEED,
	OPTION_ONLY,
	OPTION_SKIP,
	OPTION_EXPECT,
	OPTION_WERROR,
	OPTION_QUIET,
	OPTION_VERBOSE,
	OPTION_SAMPLES,
	OPTION_LEAP_FILE,
	OPTION_PHC,
	OPTION_MAX_OFFSET,
	OPTION_REDACT,
	OPTIONS_END,
};

#define TAKES(option) (UINT64_C(1) << (option))
#define TAKES_ALWAYS                                                           \
	(TAKES(OPTION_HELP) | TAKES(OPTION_VERSION) | TAKES(OPTION_JSON) |     \
	 TAKES(OPTION_COLOR) | TAKES(OPTION_ROOT) | TAKES(OPTION_OUTPUT))

struct option_row {
	const char *name;     /* without the dashes */
	char letter;	      /* 0: none */
	const char *argument; /* NULL: takes none */
	const char *help;
	bool repeated;		  /* every use counts, not the last alone */
	const char *const *words; /* all that it takes; NULL: no such list */
};

extern const struct option_row option_rows[OPTIONS_END];

/* What an option means to one command. */
struct option_help {
	enum option_id option;
	const char *help;
};

/* A use of an option that may be repeated. */
struct option_use {
	enum option_id option;
	const char *value;
};

#define USES_MAX 256

/* The command line, taken apart. */
struct invocation {
	const struct command *command;
	bool named;	/* the command was named, not the default */
	uint64_t given; /* TAKES(option) of those that were given */
	const char *value[OPTIONS_END]; /* their arguments */
	struct option_use uses[USES_MAX];
	int use_count;
	char *const *arguments;
	int argument_count;
	const char *root; /* "" for the machine's own */
	bool json;
};

struct command {
	const char *name;
	const char *arguments; /* for the usage line */
	const char *summary;   /* one line */
	const char *details;   /* for its --help; ends with a newline */
	/* All that its argument may be; NULL: no such list. */
	const char *const *words;
	/* What --format takes, the default first, ended by NULL. */
	const char *const *formats;
	uint64_t takes; /* besides TAKES_ALWAYS */
	/* Where an option means more, or else, than its row says; ended by a
	 * NULL help. NULL: nowhere. */
	const struct option_help *helps;
	int most_arguments;
	/* An exit status, or -1 with *error. */
	int (*run)(const struct invocation *invocation, struct error *error);
};

/* Ended by a NULL name; the first is what runs without one. */
extern const struct command commands[];

const struct command *command_find(const char *name);

/*
 * Take argv apart. Returns 0, or -1 with *error (ERROR_USAGE); *invocation says
 * even then what was understood (json, command).
 */
int command_parse(int argc, char **argv, struct invocation *invocation,
		  struct error *error);

void command_help(const struct command *command, FILE *stream);

/* What the option means to this command. */
const char *command_option_help(const struct command *command,
				enum option_id option);

/* Holds any of the lists of words below, in words. */
#define WORDS_MAX 128

/* "raw, hex or json", with `note` after the first. */
void join_words(const char *const *words, const char *note,
		char text[static WORDS_MAX]);

/* What `list` lists; ended by NULL. */
extern const char *const listing_names[];

/* ERROR_USAGE; without another hint it gets one to --help. Returns -1. */
int usage_error(struct error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Whether words may be coloured on this stream: --color, NO_COLOR, a tty. */
bool command_color(const struct invocation *invocation, FILE *stream);

/* The one of the command's formats that --format or --json asks for, or its
 * default; NULL with *error (ERROR_USAGE). */
const char *command_format(const struct invocation *invocation,
			   struct error *error);

/* A length of time, left as it is where the option is not given. Returns 0, or
 * -1 with *error. */
int option_duration(const struct invocation *invocation, enum option_id option,
		    int64_t *nsec, struct error *error);

/* A number of at least 1, left as it is where the option is not given. */
int option_number(const struct invocation *invocation, enum option_id option,
		  uint64_t *number, struct error *error);

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

/* Close the output; the status if that went well (or the pipe is closed, then
 * EXIT_YES), else -1 with *error. */
int command_finish(struct output *output, int status, struct error *error);

/* ERROR_USAGE: no field of that name, with the near one. Returns -1. */
int unknown_field(const struct layout *layout, const char *name,
		  struct error *error);

/* A hint: what the field takes; of flags these alone. Returns -1. */
int hint_values(const struct field *field, uint64_t flags, struct error *error);

/* ERROR_USAGE: no rule of that id, with the near one; `option` that named it,
 * or "". Returns -1. */
int unknown_rule(const char *option, const char *id, struct error *error);

int cmd_show(const struct invocation *invocation, struct error *error);
int cmd_dump(const struct invocation *invocation, struct error *error);
int cmd_encode(const struct invocation *invocation, struct error *error);
int cmd_diff(const struct invocation *invocation, struct error *error);
int cmd_record(const struct invocation *invocation, struct error *error);
int cmd_watch(const struct invocation *invocation, struct error *error);
int cmd_compare(const struct invocation *invocation, struct error *error);
int cmd_doctor(const struct invocation *invocation, struct error *error);
int cmd_simulate(const struct invocation *invocation, struct error *error);
int cmd_list(const struct invocation *invocation, struct error *error);
int cmd_verify(const struct invocation *invocation, struct error *error);
int cmd_explain(const struct invocation *invocation, struct error *error);

#endif
