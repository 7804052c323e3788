/* SPDX-License-Identifier: BSD-2-Clause */
/* Times on the command line, read and written exactly. */
#include "duration.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "clock/clock.h"

static const struct unit {
	const char *name;
	uint64_t nsec;
} units[] = {
	{ "ns", 1 },
	{ "us", NSEC_PER_USEC },
	{ "ms", NSEC_PER_MSEC },
	{ "s", NSEC_PER_SEC },
	{ "min", UINT64_C(60) * NSEC_PER_SEC },
	{ "h", UINT64_C(3600) * NSEC_PER_SEC },
};

static const struct unit *find_unit(const char *name)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (strcmp(units[i].name, name) == 0)
			return &units[i];
	}
	return NULL;
}

int parse_duration(const char *text, int64_t *nsec)
{
	const struct unit *unit;
	uint128 number = 0, parts = 1;
	bool point = false;
	int digits = 0;

	for (; (*text >= '0' && *text <= '9') || (*text == '.' && !point);
	     text++) {
		if (*text == '.') {
			point = true;
			if (!digits || text[1] < '0' || text[1] > '9')
				return -EINVAL;
			continue;
		}
		/* More digits could overflow 128 bits: number * 3600 * 10^9. */
		if (number > UINT64_MAX || (point && parts > UINT64_MAX / 10))
			return -ERANGE;
		number = number * 10 + (uint128)(*text - '0');
		parts *= point ? 10 : 1;
		digits++;
	}
	unit = find_unit(text);
	if (!unit || !digits)
		return -EINVAL;
	number *= unit->nsec;
	if (number % parts)
		return -EINVAL;
	if (number / parts > INT64_MAX)
		return -ERANGE;
	*nsec = (int64_t)(number / parts);
	return 0;
}

void format_duration(int64_t nsec, char text[static DURATION_MAX])
{
	const struct unit *unit = units;

	for (size_t i = 1; i < sizeof(units) / sizeof(*units); i++) {
		if ((uint64_t)nsec % units[i].nsec == 0)
			unit = &units[i];
	}
	snprintf(text, DURATION_MAX, "%" PRId64 "%s",
		 nsec / (int64_t)unit->nsec, unit->name);
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
