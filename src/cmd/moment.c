/* SPDX-License-Identifier: BSD-2-Clause */
/* Moments of a recording: parsed, and found as its snapshots pass by. */
#include "moment.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "clock/reading.h"
#include "clock/rfc3339.h"
#include "duration.h"

#define EVENT_PREFIX "event:"

/* No number, time or event begins as another does. */
static int parse_kind(const char *text, struct moment *moment)
{
	struct timestamp stamp;
	int128 nsec;
	int result;

	if (strncmp(text, EVENT_PREFIX, strlen(EVENT_PREFIX)) == 0) {
		moment->kind = MOMENT_EVENT;
		result = number_parse(text + strlen(EVENT_PREFIX),
				      &moment->number);
		return result || moment->number ? result : -ERANGE;
	}
	if (*text == '+') {
		moment->kind = MOMENT_AFTER;
		return parse_duration(text + 1, &moment->nsec);
	}
	moment->kind = MOMENT_SNAPSHOT;
	result = number_parse(text, &moment->number);
	if (result != -EINVAL)
		return result || moment->number ? result : -ERANGE;
	moment->kind = MOMENT_TIME;
	result = rfc3339_parse_leap(text, &stamp, &moment->leap_second);
	if (result)
		return result;
	nsec = (int128)stamp.sec * NSEC_PER_SEC + stamp.nsec;
	moment->nsec = (int64_t)nsec;
	return moment->nsec == nsec ? 0 : -ERANGE;
}

int moment_parse(const char *option, const char *text, struct moment *moment,
		 struct error *error)
{
	int result;

	*moment = (struct moment){ .text = text };
	result = parse_kind(text, moment);
	if (result == 0)
		return 0;
	error_set(error, ERROR_USAGE, 0, "%s %s: %s", option, text,
		  result == -ERANGE ? "out of range"
				    : "no moment of a recording");
	return error_hint(
		error,
		"a snapshot's number, event:N, a time such as 2026-11-21T00:00:00Z, or +10s");
}

static int compare(int128 a, int128 b)
{
	return (a > b) - (a < b);
}

/* The end of 23:59:59, before which a leap second begins. */
static int64_t find_midnight(const struct moment *moment)
{
	int64_t past = moment->nsec % NSEC_PER_SEC;

	return moment->nsec - (past < 0 ? past + NSEC_PER_SEC : past) +
	       NSEC_PER_SEC;
}

bool moment_is_later(const struct moment *a, const struct moment *b)
{
	if (a->number != b->number)
		return a->number > b->number;
	if (a->leap_second == b->leap_second)
		return a->nsec > b->nsec;
	return a->leap_second ? b->nsec < find_midnight(a)
			      : a->nsec >= find_midnight(b);
}

/* A leap second lies between 23:59:59 and midnight. */
static int compare_leap(const struct moment *moment,
			const struct snapshot *snapshot)
{
	int64_t midnight = find_midnight(moment);
	int128 at = snapshot->realtime;
	struct reading page = { .utc_known = false };

	if (snapshot->kind == SNAPSHOT_PAGE && snapshot->has_counter)
		reading_make(snapshot->bytes, snapshot->length,
			     &snapshot->counter, &page);
	if (page.utc_known) {
		at = grid_nsec_floor(page.utc.time);
		if (page.utc.leap_second && at >= midnight - NSEC_PER_SEC &&
		    at < midnight)
			return compare(at, moment->nsec);
	}
	return at < midnight ? -1 : 1;
}

int moment_compare(const struct moment *moment, struct moment_place *place,
		   const struct snapshot *snapshot, uint64_t events)
{
	if (snapshot->has_clocks && !place->has_begin) {
		place->has_begin = true;
		place->begin = snapshot->monotonic_raw;
	}
	switch (moment->kind) {
	case MOMENT_SNAPSHOT:
		return compare(snapshot->n, moment->number);
	case MOMENT_EVENT:
		return events < moment->number ? -1 : 0;
	case MOMENT_TIME:
		if (moment->leap_second && snapshot->has_clocks)
			return compare_leap(moment, snapshot);
		return snapshot->has_clocks
			       ? compare(snapshot->realtime, moment->nsec)
			       : -1;
	case MOMENT_AFTER:
		return snapshot->has_clocks
			       ? compare((int128)snapshot->monotonic_raw -
						 place->begin,
					 moment->nsec)
			       : -1;
	case MOMENT_NONE:
		break;
	}
	return -1;
}
