/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What went wrong, as a value: made where it is known, turned into words, JSON
 * and an exit status in one place (view, and main).
 */
#ifndef VMCLOCKCTL_BASE_ERROR_H
#define VMCLOCKCTL_BASE_ERROR_H

#include <stdbool.h>

/* The exit statuses users rely on; their table is exit_statuses[]. */
enum exit_status {
	EXIT_YES = 0,
	EXIT_NO = 1,
	EXIT_USAGE = 2,
	EXIT_SOURCE = 3,
	EXIT_UNDECIDED = 4,
	EXIT_STATUS_COUNT,
};

/* Each with its name in JSON and its exit status: the table in error.c. */
enum error_code {
	ERROR_NONE,
	ERROR_USAGE,	  /* command line */
	ERROR_NO_DEVICE,  /* no node of a VMClock device is there */
	ERROR_SEVERAL,	  /* it has several, and none was named */
	ERROR_OPEN,	  /* the source cannot be opened */
	ERROR_NOT_A_PAGE, /* no magic, or too short to decode */
	ERROR_DAMAGED,	  /* damaged text, JSON or recording */
	ERROR_READ,	  /* I/O error or short read */
	ERROR_UNSETTLED,  /* seq_count never settles */
	ERROR_NO_CLOCK,	  /* no usable clock to compare with */
	ERROR_WRITE,	  /* output cannot be written */
	ERROR_MEMORY,	  /* out of memory */
	ERROR_CODE_COUNT,
};

struct error {
	enum error_code code;
	bool stdout_failed; /* so that no document can go there either */
	int errnum;	    /* errno of the cause, or 0 */
	char message[400];  /* "SUBJECT: REASON", as printable() spells it */
	char hint[480];	    /* what to do, or "" */
};

/*
 * Fill *error: code, errno of the cause (0 for none; its text is appended to
 * the message after ": "), message. What a terminal would obey comes out as
 * \xHH, see printable.h, so that a file name cannot write to it. Where there is
 * not room for all, the middle is left out: a name may have any length, and the
 * reason after it stays. Always returns -1, for `return error_set(...)`.
 */
int error_set(struct error *error, enum error_code code, int errnum,
	      const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The same for the command line, ERROR_USAGE; without a hint of its own it
 * refers to --help. */
int usage_error(struct error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Add what the user can do. Returns -1. */
int error_hint(struct error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

const char *error_name(enum error_code code); /* "not-a-page", ... */
enum exit_status error_status(enum error_code code);

struct error_code_text {
	const char *name; /* in JSON */
	enum exit_status status;
};
extern const struct error_code_text error_codes[ERROR_CODE_COUNT];

struct exit_status_text {
	const char *short_text;
	const char *long_text;
};
extern const struct exit_status_text exit_statuses[EXIT_STATUS_COUNT];

#endif
