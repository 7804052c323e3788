/* SPDX-License-Identifier: BSD-2-Clause */
/* The options: the value that each takes, and the value given. */
#ifndef VMCLOCKCTL_CMD_OPTION_H
#define VMCLOCKCTL_CMD_OPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "page/field.h"
#include "moment.h"
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
	OPTION_PHYS,
	OPTION_OFFSET,
	OPTION_SCAN,
	OPTION_AT,
	OPTION_BEGIN,
	OPTION_END,
	OPTION_COUNT,
	OPTION_INTERVAL,
	OPTION_DURATION,
	OPTION_ALL,
	OPTION_UNTIL,
	OPTION_STATE,
	OPTION_OPENMETRICS,
	OPTION_JOURNAL,
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
	OPTION_NO_SKIPPED,
	OPTION_SERIES,
	OPTION_RESTORES,
	OPTION_BEFORE,
	OPTION_EVENTS,
	OPTION_PHC,
	OPTION_MAX_OFFSET,
	OPTION_REDACT,
	OPTION_REDACT_KEY,
	OPTION_VIEW,
	OPTIONS_END,
};

enum value_kind {
	VALUE_NONE,    /* takes no value */
	VALUE_TEXT,    /* a file, a name, a list: as typed */
	VALUE_WORD,    /* one of its words */
	VALUE_FORMAT,  /* one of the command's formats */
	VALUE_LAYOUT,  /* a layout in which a page can be made */
	VALUE_NUMBER,  /* decimal or 0x hex, from `least` to `most` */
	VALUE_ADDRESS, /* of a page of memory, decimal or 0x hex */
	VALUE_TIME,    /* 10ms, 1.5s: at least 1 ns */
	VALUE_RATE,    /* times per second, or max */
	VALUE_MOMENT,  /* of a recording: N, event:N, RFC 3339, +T */
	VALUE_PAIR,    /* two moments, with a comma between them */
	VALUE_EVENT,   /* KIND[=VALUE] */
	VALUE_EVENTS,  /* KIND[,...] */
};

/* The value of an option, and its meaning. */
struct option_type {
	enum value_kind kind;
	/* {default}, {most} and {words} stand for the members below. */
	const char *help;
	uint64_t unless_given;	  /* the default: a number, or a time in ns */
	uint64_t least, most;	  /* of a number; most 0: any */
	bool zero;		  /* 0 is allowed, whatever `least` is */
	const char *const *words; /* ended by NULL */
};

struct option_row {
	const char *name;     /* without the dashes */
	char letter;	      /* 0: none */
	const char *argument; /* as --help names it; NULL: takes none */
	struct option_type type;
	bool always;   /* every command takes it */
	bool repeated; /* every use counts, not only the last */
};

extern const struct option_row option_rows[OPTIONS_END];

/* An option of a command, and its meaning there: members of `type` that are
 * not 0 replace those of the option's row. */
struct command_option {
	enum option_id id;
	struct option_type type;
};

/* The type of the option for a command; `own`: the command's row of it, or
 * NULL. */
struct option_type option_type(const struct command_option *own,
			       enum option_id id);

enum color_when {
	COLOR_AUTO,
	COLOR_ALWAYS,
	COLOR_NEVER,
};

/* How many times per second. */
struct rate {
	bool max;	   /* without a pause */
	uint64_t interval; /* ns from one time to the next, 0: not given */
};

struct format;

/* The value given for an option, or its default. */
struct option_value {
	bool given;
	char spelt[24];	  /* as typed, -n or --count */
	const char *text; /* NULL: not given, or it takes none */
	union {
		unsigned int word;	     /* which of the words */
		const struct format *format; /* never NULL */
		const struct layout *layout; /* NULL: not given */
		uint64_t number;
		int64_t nsec;
		struct rate rate;
		struct moment moment; /* MOMENT_NONE: not given */
		struct moment pair[2];
		struct until until;
		unsigned int events; /* bit e for event e */
	};
};

/* Set the value from the text in *value, or from the default if none is given;
 * for every kind but VALUE_FORMAT. Returns 0, or -1 with *error
 * (ERROR_USAGE). */
int option_parse(const struct option_type *type, struct option_value *value,
		 struct error *error);

/* ERROR_USAGE: "SPELT TEXT: not a, b or c". Returns -1. */
int option_not_among(const struct option_value *value, const char *const *words,
		     struct error *error);

/* "-n, --count N". */
#define OPTION_NAME_MAX 64
void option_name(const struct option_row *row,
		 char text[static OPTION_NAME_MAX]);

/* Large enough for any list of words here, joined. */
#define WORDS_MAX 128

/* "raw, hex or json", with `note` after the first. */
void join_words(const char *const *words, const char *note,
		char text[static WORDS_MAX]);

#endif
