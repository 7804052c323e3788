/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes the clock from a page, and writes its time as text. */
#include "clock.h"

#include "base/number.h"

static uint8_t get_time_type(const struct page *page)
{
	const struct layout *l = page->layout;

	if (l->time_type >= 0)
		return (uint8_t)page->value[l->time_type];
	/* A page that is not usable gives no UTC. */
	return l->implied_time_type < 0 ? TIME_TYPE_MONOTONIC
					: (uint8_t)l->implied_time_type;
}

/* An error of the time in ns, rounded up. */
static uint64_t get_time_error(const struct page *page, int row)
{
	uint64_t value = page_value(page, row);
	unsigned int units = page->layout->errors_per_nsec;

	return units == 1 ? value : value / units + (value % units != 0);
}

enum obstacle clock_from_page(const struct page *page, struct clock *clock)
{
	const struct layout *l = page->layout;

	*clock = (struct clock){
		.counter_value = page_value(page, l->counter_value),
		.period = page_value(page, l->period),
		.period_esterror = page_value(page, l->period_esterror),
		.period_maxerror = page_value(page, l->period_maxerror),
		.time_sec = page_value(page, l->time_sec),
		.time_frac = page_value(page, l->time_frac),
		.time_esterror = get_time_error(page, l->time_esterror),
		.time_maxerror = get_time_error(page, l->time_maxerror),
		.tai_offset = (int16_t)page_value(page, l->tai_offset),
		.shift = (uint8_t)page_value(page, l->period_shift),
		.time_type = get_time_type(page),
		.leap = (uint8_t)page_value(page, l->leap_indicator),
		.leap_direction = (int8_t)page_value(page, l->leap_direction),
		.leap_tai = page_value(page, l->leap_time),
		.tai_valid = page_flagged(page, l->tai_offset),
		.has_esterror = page_flagged(page, l->period_esterror) &&
				page_flagged(page, l->time_esterror),
		.has_maxerror = page_flagged(page, l->period_maxerror) &&
				page_flagged(page, l->time_maxerror),
	};
	return page_obstacle(page);
}

bool rfc3339(grid time, bool leap_second, bool zone,
	     char text[static RFC3339_MAX])
{
	struct timestamp stamp = grid_to_timestamp(time);
	struct utc_date date = utc_date(stamp.sec);
	char *to = text;

	if (date.year < 1 || date.year > 9999)
		return false;
	to = number_put_padded(to, (uint64_t)date.year, 4);
	*to++ = '-';
	to = number_put_padded(to, date.month, 2);
	*to++ = '-';
	to = number_put_padded(to, date.day, 2);
	*to++ = 'T';
	to = number_put_padded(to, (uint64_t)date.of_day / 3600, 2);
	*to++ = ':';
	to = number_put_padded(to, (uint64_t)date.of_day / 60 % 60, 2);
	*to++ = ':';
	to = number_put_padded(to, (uint64_t)date.of_day % 60 + leap_second, 2);
	*to++ = '.';
	to = number_put_padded(to, stamp.nsec, 9);
	if (zone)
		*to++ = 'Z';
	*to = '\0';
	return true;
}

/* 2^exponent. ldexp() would need libm, and loading a library takes a tenth of
 * the time of show. */
static double power_of_two(unsigned int exponent)
{
	double power = 1;

	while (exponent--)
		power *= 2;
	return power;
}

double clock_period_nsec(const struct clock *clock)
{
	return (double)clock->period / power_of_two(64u + clock->shift) * 1e9;
}

double clock_frequency(const struct clock *clock)
{
	return 1.0 / (double)clock->period * power_of_two(64u + clock->shift);
}

double clock_rate_ppb(const struct clock *clock, uint64_t rate)
{
	return (double)rate / (double)clock->period * 1e9;
}
