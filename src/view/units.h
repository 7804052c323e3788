/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers in the words of a report, in UTF-8. */
#ifndef VMCLOCKCTL_VIEW_UNITS_H
#define VMCLOCKCTL_VIEW_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "clock/clock.h"

#define UNITS_MAX 48

#define TEXT_MINUS	"\xe2\x88\x92"
#define TEXT_PLUS_MINUS "\xc2\xb1"
#define TEXT_MICRO	"\xc2\xb5"
#define TEXT_ARROW	"\xe2\x86\x92"

/* "+24.996 ms", at most so many significant digits; 0 has no sign. INT64_MAX
 * stands for what a timeline cannot keep: "more than +292 years". */
void units_step(int128 nsec, int digits, char text[static UNITS_MAX]);

/* The same without a plus. */
void units_nsec(int128 nsec, int digits, char text[static UNITS_MAX]);

/* Parts in 10^12 as "+2 ppm", with INT64_MAX alike. */
void units_ppm(int64_t ppt, char text[static UNITS_MAX]);

/* A length of time as people say it: "8 s", "4.001 s", "1 h 5 min", "3 d 2 h".
 */
void units_span(uint64_t nsec, char text[static UNITS_MAX]);

/* A place on a time axis of that length, at a tick of that step. */
void units_elapsed(int64_t at, int64_t span, int64_t step,
		   char text[static UNITS_MAX]);

/* A moment of UTC at such a tick: "23:59:60", "04:00", "2026-01-02"; below a
 * second with the digits that the step needs. */
void units_utc(const struct utc *utc, int64_t span, int64_t step,
	       char text[static UNITS_MAX]);

/* "2026-01-01 00:00:00"; "" outside the years 0001 to 9999. */
void units_date(const struct utc *utc, char text[static UNITS_MAX]);

/* The same of CLOCK_REALTIME, ns. */
void units_realtime(int64_t nsec, char text[static UNITS_MAX]);

/* A count, in groups of three digits: "86 400", with narrow spaces. */
void units_count(uint64_t count, char text[static UNITS_MAX]);

/* A share in per cent; "100 %" is the whole, "> 99 %" nearly. */
void units_share(uint64_t part, uint64_t whole, char text[static UNITS_MAX]);

#endif
