/* SPDX-License-Identifier: BSD-2-Clause */
/* Times on the command line, read and written exactly. */
#include "duration.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "quantity.h"

static const struct unit units[] = {
	{ "ns", 1 },
	{ "us", NSEC_PER_USEC },
	{ "ms", NSEC_PER_MSEC },
	{ "s", NSEC_PER_SEC },
	{ "min", UINT64_C(60) * NSEC_PER_SEC },
	{ "h", UINT64_C(3600) * NSEC_PER_SEC },
};

#define UNITS (sizeof(units) / sizeof(*units))

int parse_duration(const char *text, int64_t *nsec)
{
	uint128 value;
	int result = parse_quantity(text, units, UNITS, INT64_MAX, &value);

	if (result == 0)
		*nsec = (int64_t)value;
	return result;
}

void format_duration(int64_t nsec, char text[static DURATION_MAX])
{
	const struct unit *unit = units;

	for (size_t i = 1; i < UNITS; i++) {
		if ((uint64_t)nsec % units[i].size == 0)
			unit = &units[i];
	}
	snprintf(text, DURATION_MAX, "%" PRId64 "%s",
		 nsec / (int64_t)unit->size, unit->name);
}

int duration_option(const char *option, const char *text, int64_t *nsec,
		    struct error *error)
{
	int result = parse_duration(text, nsec);

	if (result == -EINVAL) {
		usage_error(error, "%s %s: not a time", option, text);
		return error_hint(
			error,
			"a number with ns, us, ms, s, min or h, such as 10ms or 1.5s");
	}
	if (result || *nsec == 0)
		return usage_error(error, "%s %s: out of range", option, text);
	return 0;
}
