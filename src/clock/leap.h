/* SPDX-License-Identifier: BSD-2-Clause */
/* The leap-second table: the text of leap-seconds.list, and look-ups. */
#ifndef VMCLOCKCTL_CLOCK_LEAP_H
#define VMCLOCKCTL_CLOCK_LEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the system keeps it. */
#define LEAP_TABLE_PATH "/usr/share/zoneinfo/leap-seconds.list"

/* Times are UTC seconds since 1970, as POSIX counts them. */
struct leap_entry {
	int64_t from; /* 00:00:00 of the first day of a month */
	int tai_minus_utc;
};

#define LEAP_ENTRIES_MAX 256

struct leap_table {
	unsigned int count;
	struct leap_entry entries[LEAP_ENTRIES_MAX];
	/* The table is valid only up to this second. */
	int64_t expires;
};

/*
 * Parse the text of IERS's leap-seconds.list: lines of an NTP time (seconds
 * since 1900) and TAI - UTC, `#@` and an NTP time for the expiry, other lines
 * with # for comments. The `#h` line, a hash of the file, is not checked: it
 * guards against damage, and damage is found by checking that the whole table
 * has the required form (rising, at the first of a month, by one second each)
 * and well-known dates. Returns NULL, or what is wrong.
 */
const char *leap_parse(const char *text, size_t length,
		       struct leap_table *table);

/* TAI - UTC at a UTC second; false before the first entry. */
bool leap_at_utc(const struct leap_table *table, int64_t utc,
		 int *tai_minus_utc);

/* The same at a TAI second (TAI's own count since 1970). In 23:59:60 it is
 * still the old offset, which changes at 00:00:00. */
bool leap_at_tai(const struct leap_table *table, int64_t tai,
		 int *tai_minus_utc);

/* The leap second that ends just before `month`, the first second of a month:
 * 1 for 23:59:60, -1 for a skipped 23:59:59, 0 for none. */
int leap_before(const struct leap_table *table, int64_t month);

/*
 * The sum of the table's leap seconds between two moments, 1 for each inserted
 * one and -1 for each skipped one. It includes those that are not over at the
 * first moment and have begun at the second. On a count of UTC the second
 * before a month's start and that start itself may both be 23:59:60, and count
 * as such; where 23:59:59 is skipped neither is.
 */
int leap_between_tai(const struct leap_table *table, int64_t from, int64_t to);
int leap_between_utc(const struct leap_table *table, int64_t from, int64_t to);

/* Whether the table is out of date at a UTC second. */
static inline bool leap_expired(const struct leap_table *table, int64_t utc)
{
	return utc >= table->expires;
}

#define LEAP_DAY_MAX 32

/* The day on which it expires, "2026-12-28"; "" after the year 9999. */
void leap_expiry(const struct leap_table *table, char day[static LEAP_DAY_MAX]);

/* Whether the table knows of a leap second just before that second. */
static inline bool leap_knows(const struct leap_table *table, int64_t month)
{
	return month <= table->expires;
}

#endif
