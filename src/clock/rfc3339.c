/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes a time of RFC 3339 apart, by fields of fixed width. */
#include "rfc3339.h"

#include <errno.h>

#include "base/number.h"

/* Take exactly `digits` digits, and the character after them unless '\0'. */
static bool take_part(const char **text, int digits, char after,
		      unsigned int *value)
{
	*value = 0;
	while (digits--) {
		if (!is_decimal_digit(**text))
			return false;
		*value = *value * 10 + (unsigned int)(*(*text)++ - '0');
	}
	return !after || *(*text)++ == after;
}

static unsigned int days_of_month(unsigned int year, unsigned int month)
{
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	if (month == 2)
		return leap ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* Days from 1970-01-01, in the Gregorian calendar for all years. */
static int64_t count_days(unsigned int year, unsigned int month,
			  unsigned int day)
{
	int64_t before = (int64_t)year - 1;
	int64_t days = before * 365 + before / 4 - before / 100 + before / 400;

	for (unsigned int m = 1; m < month; m++)
		days += days_of_month(year, m);
	return days + day - 1 - 719162;
}

/* A point and one to nine digits; none is 0. */
static bool take_fraction(const char **text, uint32_t *nsec)
{
	uint32_t unit = (uint32_t)NSEC_PER_SEC;

	*nsec = 0;
	if (**text != '.')
		return true;
	++*text;
	if (!is_decimal_digit(**text))
		return false;
	for (; is_decimal_digit(**text); ++*text) {
		unit /= 10;
		if (!unit)
			return false;
		*nsec += unit * (uint32_t)(**text - '0');
	}
	return true;
}

/* Z, or an offset: the seconds that local time is ahead of UTC. */
static int take_zone(const char **text, int *ahead)
{
	char sign = *(*text)++;
	unsigned int hour, minute;

	*ahead = 0;
	if (sign == 'Z' || sign == 'z')
		return 0;
	if ((sign != '+' && sign != '-') || !take_part(text, 2, ':', &hour) ||
	    !take_part(text, 2, '\0', &minute))
		return -EINVAL;
	*ahead = (int)(hour * 3600 + minute * 60) * (sign == '-' ? -1 : 1);
	return hour > 23 || minute > 59 ? -ERANGE : 0;
}

int rfc3339_parse_leap(const char *text, struct timestamp *stamp,
		       bool *leap_second)
{
	unsigned int year, month, day, hour, minute, second;
	int ahead, result;

	if (!take_part(&text, 4, '-', &year) ||
	    !take_part(&text, 2, '-', &month) ||
	    !take_part(&text, 2, '\0', &day))
		return -EINVAL;
	if (*text != 'T' && *text != 't')
		return -EINVAL;
	text++;
	if (!take_part(&text, 2, ':', &hour) ||
	    !take_part(&text, 2, ':', &minute) ||
	    !take_part(&text, 2, '\0', &second) ||
	    !take_fraction(&text, &stamp->nsec) || !*text)
		return -EINVAL;
	result = take_zone(&text, &ahead);
	if (result || *text)
		return result ? result : -EINVAL;
	if (!year || !month || month > 12 || !day ||
	    day > days_of_month(year, month) || hour > 23 || minute > 59 ||
	    second > 60)
		return -ERANGE;
	*leap_second = second == 60;
	stamp->sec = count_days(year, month, day) * SECONDS_PER_DAY +
		     hour * 3600 + minute * 60 + second - *leap_second - ahead;
	return *leap_second && (stamp->sec + 1) % SECONDS_PER_DAY ? -ERANGE : 0;
}

int rfc3339_parse(const char *text, struct timestamp *stamp)
{
	bool leap_second;
	int result = rfc3339_parse_leap(text, stamp, &leap_second);

	return result == 0 && leap_second ? -ERANGE : result;
}
