/* SPDX-License-Identifier: BSD-2-Clause */
/* The options: what each takes, and what was given. */
#ifndef VMCLOCKCTL_CMD_OPTION_H
#define VMCLOCKCTL_CMD_OPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "page/field.h"
#include "until.h"

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

enum value_kind {
	VALUE_NONE,   /* it takes none */
	VALUE_TEXT,   /* a file, a name, a list: as it is typed */
	VALUE_WORD,   /* one of its words */
	VALUE_FORMAT, /* one of the command's formats */
	VALUE_LAYOUT, /* a layout that a page can be made of */
	VALUE_NUMBER, /* decimal or 0x hex, from `least` to `most` */
	VALUE_TIME,   /* 10ms, 1.5s: 1 ns at least */
	VALUE_RATE,   /* times a second, or max */
	VALUE_PAIR,   /* N,M: two numbers from 1 on */
	VALUE_EVENT,  /* KIND[=VALUE] */
};

/* What an option takes, and what it means. */
struct option_type {
	enum value_kind kind;
	/* {default}, {most} and {words} in it stand for what is below. */
	const char *help;
	uint64_t unless_given;	  /* the number, or the ns of a time */
	uint64_t least, most;	  /* of a number; most 0: any */
	const char *const *words; /* ended by NULL */
};

struct option_row {
	const char *name;     /* without the dashes */
	char letter;	      /* 0: none */
	const char *argument; /* as --help names it; NULL: takes none */
	struct option_type type;
	bool always;   /* every command takes it */
	bool repeated; /* every use counts, not the last alone */
};

extern const struct option_row option_rows[OPTIONS_END];

/* An option that a command takes, and what it means there: of the type's
 * members those that are not 0 stand in place of the row's. */
struct command_option {
	enum option_id id;
	struct option_type type;
};

/* What the option is to a command; `own`: that command's row of it, or NULL. */
struct option_type option_type(const struct command_option *own,
			       enum option_id id);

enum color_when {
	COLOR_AUTO,
	COLOR_ALWAYS,
	COLOR_NEVER,
};

/* How often a second. */
struct rate {
	bool max;	   /* without a pause */
	uint64_t interval; /* ns from one time to the next, 0: not given */
};

struct format;

/* What was given for an option, or what it is without. */
struct option_value {
	bool given;
	char spelt[24];	  /* as it was typed, -n or --count */
	const char *text; /* NULL: not given, or it takes none */
	union {
		unsigned int word;	     /* which of the words */
		const struct format *format; /* never NULL */
		const struct layout *layout; /* NULL: not given */
		uint64_t number;
		int64_t nsec;
		struct rate rate;
		uint64_t pair[2]; /* 0: not given */
		struct until until;
	};
};

/* Make the value of *value's text, or of the default where it is not given;
 * all but VALUE_FORMAT. Returns 0, or -1 with *error (ERROR_USAGE). */
int option_parse(const struct option_type *type, struct option_value *value,
		 struct error *error);

/* ERROR_USAGE: "SPELT TEXT: not a, b or c". Returns -1. */
int option_not_among(const struct option_value *value, const char *const *words,
		     struct error *error);

/* "-n, --count N". */
#define OPTION_NAME_MAX 64
void option_name(const struct option_row *row,
		 char text[static OPTION_NAME_MAX]);

/* Holds any of the lists of words here, in words. */
#define WORDS_MAX 128

/* "raw, hex or json", with `note` after the first. */
void join_words(const char *const *words, const char *note,
		char text[static WORDS_MAX]);

#endif
