/* SPDX-License-Identifier: BSD-2-Clause */
/* Unsigned numbers in text: taken from it, and written. */
#ifndef VMCLOCKCTL_BASE_NUMBER_H
#define VMCLOCKCTL_BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#define DECIMAL_DIGITS "0123456789"

/* The most decimal digits of 64 bits. */
#define NUMBER_DIGITS_MAX 20

static inline bool is_decimal_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Take the number that *at begins with, in base 8, 10 or 16 (letters of either
 * case), without a sign or a prefix. `end` is where the text ends, NULL: at its
 * NUL. Returns 0 and leaves *at behind the digits; -ERANGE, with *at there too,
 * if 64 bits cannot hold the number; -EINVAL, with *at as it was, if there is
 * no digit. *value is set on 0 only.
 */
int number_take(const char **at, const char *end, unsigned int base,
		uint64_t *value);

/* The number that all of the text is: decimal, or hex after 0x. Returns 0,
 * -EINVAL if it is no number, -ERANGE if 64 bits cannot hold it. *value is set
 * on 0 only. */
int number_parse(const char *text, uint64_t *value);

/* Write the value in decimal, NUMBER_DIGITS_MAX digits at most, without a NUL.
 * Returns where the digits end. */
char *number_put(char *to, uint64_t value);

/* Write the last `digits` decimal digits of the value, zeros before them,
 * without a NUL. Returns where they end. */
char *number_put_padded(char *to, uint64_t value, unsigned int digits);

#endif
