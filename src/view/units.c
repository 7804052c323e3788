/* SPDX-License-Identifier: BSD-2-Clause */
/* Durations, times, shares and counts, as a report says them. */
#include "units.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DAY_SEC 86400

static void put_nsec(int128 nsec, bool plus, int digits,
		     char text[static UNITS_MAX])
{
	static const struct {
		double size;
		const char *unit;
	} units[] = { { 1e9, "s" }, { 1e6, "ms" }, { 1e3, TEXT_MICRO "s" } };
	double size = (double)(nsec < 0 ? -nsec : nsec);
	const char *sign = nsec < 0 ? TEXT_MINUS : plus && nsec ? "+" : "";

	/* Where a timeline keeps it, that is the nearest that fits. */
	if (nsec == INT64_MAX || nsec == -INT64_MAX) {
		snprintf(text, UNITS_MAX, "more than %s292 years", sign);
		return;
	}
	for (size_t i = 0; i < 3; i++) {
		/* What rounds up to the next unit is written in that. */
		if (size >= units[i].size * (1 - 5e-6)) {
			double value = size / units[i].size;

			if (value >= 1e5)
				snprintf(text, UNITS_MAX, "%s%.0f %s", sign,
					 value, units[i].unit);
			else
				snprintf(text, UNITS_MAX, "%s%.*g %s", sign,
					 digits, value, units[i].unit);
			return;
		}
	}
	snprintf(text, UNITS_MAX, "%s%.0f ns", sign, size);
}

void units_step(int128 nsec, int digits, char text[static UNITS_MAX])
{
	put_nsec(nsec, true, digits, text);
}

void units_nsec(int128 nsec, int digits, char text[static UNITS_MAX])
{
	put_nsec(nsec, false, digits, text);
}

void units_ppm(int64_t ppt, char text[static UNITS_MAX])
{
	double size = (double)(ppt < 0 ? -(uint64_t)ppt : (uint64_t)ppt) / 1e6;
	const char *sign = ppt < 0 ? TEXT_MINUS : ppt ? "+" : "";

	if (ppt == INT64_MAX || ppt <= -INT64_MAX)
		snprintf(text, UNITS_MAX, "more than %s9.2e+12 ppm", sign);
	else
		snprintf(text, UNITS_MAX,
			 size >= 1e6 ? "%s%.3e ppm" : "%s%.6g ppm", sign, size);
}

void units_span(uint64_t nsec, char text[static UNITS_MAX])
{
	uint64_t msec = (nsec + 500000) / 1000000, sec = msec / 1000;

	if (nsec < 1000000 * 1000 - 500000) {
		put_nsec((int128)nsec, false, 4, text);
		return;
	}
	if (sec < 60 && msec % 1000)
		snprintf(text, UNITS_MAX, "%" PRIu64 ".%03" PRIu64 " s", sec,
			 msec % 1000);
	else if (sec < 60)
		snprintf(text, UNITS_MAX, "%" PRIu64 " s", sec);
	else if (sec < 3600)
		snprintf(text, UNITS_MAX, "%" PRIu64 " min %" PRIu64 " s",
			 sec / 60, sec % 60);
	else if (sec < 2 * DAY_SEC)
		snprintf(text, UNITS_MAX, "%" PRIu64 " h %" PRIu64 " min",
			 sec / 3600, sec / 60 % 60);
	else
		snprintf(text, UNITS_MAX, "%" PRIu64 " d %" PRIu64 " h",
			 sec / DAY_SEC, sec / 3600 % 24);
}

/* How many digits after the point a multiple of the step needs. */
static int count_digits(int64_t step)
{
	int digits = 9;

	while (digits && step % 10 == 0) {
		step /= 10;
		digits--;
	}
	return digits;
}

void units_elapsed(int64_t at, int64_t span, int64_t step,
		   char text[static UNITS_MAX])
{
	int64_t sec = at / NSEC_PER_SEC, whole = span / NSEC_PER_SEC;

	if (step < NSEC_PER_SEC || whole < 120) {
		snprintf(text, UNITS_MAX, "%.*f s",
			 step < NSEC_PER_SEC ? count_digits(step) : 0,
			 (double)at / NSEC_PER_SEC);
	} else if (step < 60 * NSEC_PER_SEC && whole >= 3600) {
		snprintf(text, UNITS_MAX,
			 "%" PRId64 ":%02" PRId64 ":%02" PRId64, sec / 3600,
			 sec / 60 % 60, sec % 60);
	} else if (whole < 2 * 3600) {
		snprintf(text, UNITS_MAX, "%" PRId64 ":%02" PRId64 " min",
			 sec / 60, sec % 60);
	} else if (whole <= 2 * DAY_SEC) {
		snprintf(text, UNITS_MAX, "%" PRId64 ":%02" PRId64 " h",
			 sec / 3600, sec / 60 % 60);
	} else if (step % (DAY_SEC * NSEC_PER_SEC) == 0) {
		snprintf(text, UNITS_MAX, "%" PRId64 " d", sec / DAY_SEC);
	} else {
		snprintf(text, UNITS_MAX, "%" PRId64 " d %" PRId64 " h",
			 sec / DAY_SEC, sec / 3600 % 24);
	}
}

static bool get_text(const struct utc *utc, char text[static RFC3339_MAX])
{
	return rfc3339(utc->time, utc->leap_second, true, text);
}

void units_utc(const struct utc *utc, int64_t span, int64_t step,
	       char text[static UNITS_MAX])
{
	char full[RFC3339_MAX];
	const char *clock = full + strlen("2026-01-01T");
	int digits = count_digits(step);

	text[0] = '\0';
	if (!get_text(utc, full))
		return;
	if (strncmp(clock, "00:00:00.000000000", 18) == 0 &&
	    (span > DAY_SEC * NSEC_PER_SEC || step >= DAY_SEC * NSEC_PER_SEC))
		snprintf(text, UNITS_MAX, "%.10s", full);
	else if (step >= 60 * NSEC_PER_SEC)
		snprintf(text, UNITS_MAX, "%.5s", clock);
	else if (step >= NSEC_PER_SEC)
		snprintf(text, UNITS_MAX, "%.8s", clock);
	else
		snprintf(text, UNITS_MAX, "%.*s", 9 + digits, clock);
}

void units_date(const struct utc *utc, char text[static UNITS_MAX])
{
	char full[RFC3339_MAX];

	text[0] = '\0';
	if (get_text(utc, full))
		snprintf(text, UNITS_MAX, "%.10s %.8s", full, full + 11);
}

void units_realtime(int64_t nsec, char text[static UNITS_MAX])
{
	const struct utc utc = {
		.time = grid_from_timestamp_floor(timestamp_from_nsec(nsec)),
	};

	units_date(&utc, text);
}

void units_count(uint64_t count, char text[static UNITS_MAX])
{
	char plain[24];
	int length = snprintf(plain, sizeof(plain), "%" PRIu64, count);
	size_t used = 0;

	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0 && length > 4) {
			memcpy(text + used, "\xe2\x80\xaf", 3);
			used += 3;
		}
		text[used++] = plain[i];
	}
	text[used] = '\0';
}

void units_share(uint64_t part, uint64_t whole, char text[static UNITS_MAX])
{
	double share = whole ? 100.0 * (double)part / (double)whole : 0;

	if (part && part == whole)
		snprintf(text, UNITS_MAX, "100 %%");
	else if (share > 99)
		snprintf(text, UNITS_MAX, "> 99 %%");
	else if (share < 1)
		snprintf(text, UNITS_MAX, "< 1 %%");
	else
		snprintf(text, UNITS_MAX, "%.0f %%", share);
}
