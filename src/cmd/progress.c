/* SPDX-License-Identifier: BSD-2-Clause */
/* Shows progress on a terminal, and nowhere else: a log has no use for it. */
#include "progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/printable.h"
#include "io/system_clock.h"

#define FIRST  NSEC_PER_SEC
#define PERIOD (200 * NSEC_PER_MSEC)

/* Back to the first column, and clear the line. */
#define ERASE "\r\033[K"

/* A terminal of 80 columns keeps it on one line. */
#define WIDTH 78

static bool can_erase(void)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) && term && *term &&
	       strcmp(term, "dumb") != 0;
}

void progress_start(struct progress *progress, bool quiet)
{
	*progress = (struct progress){
		.on = !quiet && can_erase(),
		.start = clock_nsec(CLOCK_MONOTONIC),
	};
	progress->next = progress->start + FIRST;
}

bool progress_due(struct progress *progress)
{
	int64_t now;

	if (!progress->on)
		return false;
	now = clock_nsec(CLOCK_MONOTONIC);
	if (now < progress->next)
		return false;
	progress->next = now + PERIOD;
	return true;
}

void progress_show(struct progress *progress, const char *format, ...)
{
	char text[WIDTH * 4], spelt[sizeof(text)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	printable(spelt, sizeof(spelt), text);
	spelt[WIDTH] = '\0';
	fprintf(stderr, ERASE "%s", spelt);
	progress->shown = true;
}

int64_t progress_time(const struct progress *progress)
{
	return clock_nsec(CLOCK_MONOTONIC) - progress->start;
}

void progress_end(struct progress *progress)
{
	if (progress->shown)
		fputs(ERASE, stderr);
	progress->shown = false;
}
