/* SPDX-License-Identifier: BSD-2-Clause */
/* The one loop over digits that are read, and the one over those written. */
#include "number.h"

#include <errno.h>
#include <stddef.h>

#include "hex.h"

int number_take(const char **at, const char *end, unsigned int base,
		uint64_t *value)
{
	const char *c = *at;
	uint64_t number = 0;
	bool overflow = false;

	for (; c != end; c++) {
		int digit = hex_digit(*c);

		if (digit < 0 || digit >= (int)base)
			break;
		overflow |= __builtin_mul_overflow(number, base, &number);
		overflow |= __builtin_add_overflow(number, (uint64_t)digit,
						   &number);
	}
	if (c == *at)
		return -EINVAL;
	*at = c;
	if (overflow)
		return -ERANGE;
	*value = number;
	return 0;
}

int number_parse(const char *text, uint64_t *value)
{
	unsigned int base = 10;
	uint64_t number;
	int result;

	if (text[0] == '0' && (text[1] | 0x20) == 'x') {
		base = 16;
		text += 2;
	}
	result = number_take(&text, NULL, base, &number);
	if (*text)
		return -EINVAL;
	if (result == 0)
		*value = number;
	return result;
}

char *number_put_padded(char *to, uint64_t value, unsigned int digits)
{
	for (unsigned int i = digits; i--; value /= 10)
		to[i] = (char)('0' + value % 10);
	return to + digits;
}

char *number_put(char *to, uint64_t value)
{
	unsigned int digits = 1;

	for (uint64_t rest = value; rest >= 10; rest /= 10)
		digits++;
	return number_put_padded(to, value, digits);
}
