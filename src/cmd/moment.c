/* SPDX-License-Identifier: BSD-2-Clause */
/* Moments of a recording: parsed, and found as its snapshots pass by. */
#include "moment.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/number.h"
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
	result = rfc3339_parse(text, &stamp);
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
