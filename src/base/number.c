/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads and writes numbers: one loop for each. */
#include "number.h"

#include <errno.h>
#include <stddef.h>

#include "hex.h"

/* Inlined once for each base, so that it multiplies by a constant: a recording
 * is full of numbers. */
static inline __attribute__((always_inline)) int take_digits(const char **at,
							     const char *end,
							     unsigned int base,
							     uint64_t *value)
{
	const char *c = *at;
	uint64_t number = 0;
	bool overflow = false;

	for (; c != end; c++) {
		/* What is no digit becomes a large number. */
		unsigned int digit =
			(unsigned int)(base > 10 ? hex_digit(*c) : *c - '0');

		if (digit >= base)
			break;
		if (__builtin_mul_overflow(number, base, &number) ||
		    __builtin_add_overflow(number, digit, &number))
			overflow = true;
	}
	if (c == *at)
		return -EINVAL;
	*at = c;
	if (overflow)
		return -ERANGE;
	*value = number;
	return 0;
}

int number_take(const char **at, const char *end, unsigned int base,
		uint64_t *value)
{
	switch (base) {
	case 8:
		return take_digits(at, end, 8, value);
	case 16:
		return take_digits(at, end, 16, value);
	default:
		return take_digits(at, end, 10, value);
	}
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
