/* SPDX-License-Identifier: BSD-2-Clause */
/* What every file of the benchmark uses. */
#include "tools.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/system_clock.h"

void die(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("bench: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(1);
}

double seconds(void)
{
	return (double)clock_nsec(CLOCK_MONOTONIC) / 1e9;
}

void nap(double duration)
{
	struct timespec rest = timespec_from_nsec((int64_t)(duration * 1e9));

	while (nanosleep(&rest, &rest) != 0 && errno == EINTR)
		;
}
