/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors as values: their codes, their exit statuses, and their words. */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
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
			     "no selected rule could be judged, I/O error, short read, no memory, "
			     "seq_count never settles, no usable clock to compare with, "
			     "output cannot be written" },
};

const struct error_code_text error_codes[ERROR_CODE_COUNT] = {
	[ERROR_NONE] = { "none", EXIT_YES },
	[ERROR_USAGE] = { "usage", EXIT_USAGE },
	[ERROR_NO_DEVICE] = { "no-device", EXIT_SOURCE },
	[ERROR_SEVERAL] = { "several-devices", EXIT_SOURCE },
	[ERROR_OPEN] = { "cannot-open", EXIT_SOURCE },
	[ERROR_NOT_A_PAGE] = { "not-a-page", EXIT_SOURCE },
	[ERROR_DAMAGED] = { "damaged", EXIT_SOURCE },
	[ERROR_READ] = { "read", EXIT_UNDECIDED },
	[ERROR_UNSETTLED] = { "unsettled", EXIT_UNDECIDED },
	[ERROR_NO_CLOCK] = { "no-clock", EXIT_UNDECIDED },
	[ERROR_WRITE] = { "write", EXIT_UNDECIDED },
	[ERROR_MEMORY] = { "memory", EXIT_UNDECIDED },
};

/* Where a text that is too long is left out. */
#define GAP "..."

/* Of UTF-8, so that no character is cut. */
static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Copy what is printable already. A name is first and may be of any length, the
 * reason is last: what does not fit is left out of the middle. */
static void copy_short(char *to, size_t size, const char *text)
{
	size_t length = strlen(text);
	size_t head = size / 4;
	const char *tail = text + length - (size - sizeof(GAP) - head);

	if (length < size) {
		memcpy(to, text, length + 1);
		return;
	}
	while (head && is_continuation(text[head]))
		head--;
	while (is_continuation(*tail))
		tail++;
	snprintf(to, size, "%.*s" GAP "%s", (int)head, text, tail);
}

/* The longest that one byte becomes: \xHH. */
#define SPELT 4

/* Format as printable text, with the errno's own if it is not 0. Without memory
 * a long one is cut at its end. */
static void put_text(char *to, size_t size, int errnum, const char *format,
		     va_list arguments)
{
	const char *cause = errnum ? strerror(errnum) : "";
	const char *between = errnum ? ": " : "";
	cleanup_free char *memory = NULL;
	char text[512];
	va_list again;
	size_t room, used;

	va_copy(again, arguments);
	used = (size_t)vsnprintf(text, sizeof(text), format, arguments);
	room = used + strlen(between) + strlen(cause) + 1;
	memory = malloc(room + SPELT * room);
	if (memory) {
		vsnprintf(memory, room, format, again);
		snprintf(memory + used, room - used, "%s%s", between, cause);
		printable(memory + room, SPELT * room, memory);
		copy_short(to, size, memory + room);
	} else {
		used = strlen(text);
		snprintf(text + used, sizeof(text) - used, "%s%s", between,
			 cause);
		printable(to, size, text);
	}
	va_end(again);
}

static void set_error(struct error *error, enum error_code code, int errnum,
		      const char *format, va_list arguments)
{
	put_text(error->message, sizeof(error->message), errnum, format,
		 arguments);
	error->code = code;
	error->stdout_failed = false;
	error->errnum = errnum;
	error->hint[0] = '\0';
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
	va_list arguments;

	va_start(arguments, format);
	put_text(error->hint, sizeof(error->hint), 0, format, arguments);
	va_end(arguments);
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
