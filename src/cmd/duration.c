/* SPDX-License-Identifier: BSD-2-Clause */
#include "duration.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "clock/clock.h"

static const struct unit {
	const char *name;
	uint64_t nsec;
} units[] = {
	{ "ns", 1 },
	{ "us", 1000 },
	{ "ms", 1000000 },
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
		/* So that 128 bits hold number * 3600 * 10^9. */
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

int duration_option(const char *option, const char *text, int64_t *nsec,
		    struct error *error)
{
	int result = parse_duration(text, nsec);

	if (result == -EINVAL) {
		error_set(error, ERROR_USAGE, 0, "--%s %s: not a time", option,
			  text);
		return error_hint(
			error,
			"a number with ns, us, ms, s, min or h, such as 10ms or 1.5s");
	}
	if (result || *nsec == 0)
		return error_set(error, ERROR_USAGE, 0, "--%s %s: out of range",
				 option, text);
	return 0;
}
