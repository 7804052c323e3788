/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors as values: their codes, their exit statuses, and their words. */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "printable.h"

/* vmclockctl(1), EXIT STATUS, says the same. */
const struct exit_status_text exit_statuses[EXIT_STATUS_COUNT] = {
	[EXIT_YES] = { "yes",
		       "done, conformant, within the limit, no difference, the awaited event "
		       "came; also a closed pipe, and a signal that ends watch or record" },
	[EXIT_NO] = { "no",
		      "not conformant, over the limit, differs, timed out, or the source ended before the event" },
	[EXIT_USAGE] = { "usage",
			 "an unknown command, option, rule, scenario or field; a value out of range" },
	[EXIT_SOURCE] = { "bad source",
			  "no device, cannot be opened, not a VMClock page, damaged text, JSON or recording" },
	[EXIT_UNDECIDED] = { "undecided",
			     "I/O error, short read, no memory, seq_count never settles, "
			     "no usable clock to compare with, output cannot be written" },
};

const struct error_code_text error_codes[ERROR_CODE_COUNT] = {
	[ERROR_NONE] = { "none", EXIT_YES },
	[ERROR_USAGE] = { "usage", EXIT_USAGE },
	[ERROR_NO_DEVICE] = { "no-device", EXIT_SOURCE },
	[ERROR_OPEN] = { "cannot-open", EXIT_SOURCE },
	[ERROR_NOT_A_PAGE] = { "not-a-page", EXIT_SOURCE },
	[ERROR_DAMAGED] = { "damaged", EXIT_SOURCE },
	[ERROR_READ] = { "read", EXIT_UNDECIDED },
	[ERROR_UNSETTLED] = { "unsettled", EXIT_UNDECIDED },
	[ERROR_NO_CLOCK] = { "no-clock", EXIT_UNDECIDED },
	[ERROR_WRITE] = { "write", EXIT_UNDECIDED },
	[ERROR_MEMORY] = { "memory", EXIT_UNDECIDED },
};

static void set_error(struct error *error, enum error_code code, int errnum,
		      const char *format, va_list arguments)
{
	char text[sizeof(error->message)];
	size_t used;

	vsnprintf(text, sizeof(text), format, arguments);
	used = strlen(text);
	if (errnum)
		snprintf(text + used, sizeof(text) - used, ": %s",
			 strerror(errnum));
	error->code = code;
	error->stdout_failed = false;
	error->errnum = errnum;
	error->hint[0] = '\0';
	printable(error->message, sizeof(error->message), text);
}

int error_set(struct error *error, enum error_code code, int errnum,
	      const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	set_error(error, code, errnum, format, arguments);
	va_end(arguments);
	return -1;
}

int usage_error(struct error *error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	set_error(error, ERROR_USAGE, 0, format, arguments);
	va_end(arguments);
	return -1;
}

int error_hint(struct error *error, const char *format, ...)
{
	char text[sizeof(error->hint)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	printable(error->hint, sizeof(error->hint), text);
	return -1;
}

const char *error_name(enum error_code code)
{
	return error_codes[code].name;
}

enum exit_status error_status(enum error_code code)
{
	return error_codes[code].status;
}
