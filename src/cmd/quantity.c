/* SPDX-License-Identifier: BSD-2-Clause */
/* A decimal number and its unit, read exactly. */
#include "quantity.h"

#include <errno.h>
#include <string.h>

#include "base/number.h"

static const struct unit *find_unit(const char *name, const struct unit *units,
				    size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(units[i].name, name) == 0)
			return &units[i];
	}
	return NULL;
}

int parse_quantity(const char *text, const struct unit *units, size_t count,
		   uint128 most, uint128 *value)
{
	const struct unit *unit;
	uint128 number = 0, parts = 1;
	bool point = false;
	int digits = 0;

	for (; is_decimal_digit(*text) || (*text == '.' && !point); text++) {
		if (*text == '.') {
			point = true;
			if (!digits || !is_decimal_digit(text[1]))
				return -EINVAL;
			continue;
		}
		/* So that 128 bits hold the number in the smallest unit. */
		if (number > UINT64_MAX / 10 ||
		    (point && parts > UINT64_MAX / 10))
			return -ERANGE;
		number = number * 10 + (uint128)(*text - '0');
		parts *= point ? 10 : 1;
		digits++;
	}
	unit = find_unit(text, units, count);
	if (!unit || !digits)
		return -EINVAL;
	number *= unit->size;
	if (number % parts)
		return -EINVAL;
	if (number / parts > most)
		return -ERANGE;
	*value = number / parts;
	return 0;
}
