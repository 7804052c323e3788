/* SPDX-License-Identifier: BSD-2-Clause */
/* Parses the text of leap-seconds.list, and looks up its table. */
#include "leap.h"

#include <string.h>

#include "base/number.h"
#include "clock.h"

#define NTP_TO_UNIX INT64_C(2208988800) /* 1900 to 1970 */

/* Known values of TAI - UTC. A file that contradicts one of them is refused. */
static const struct leap_entry known[] = {
	{ 63072000, 10 },   /* 1972-01-01, the first entry */
	{ 315964800, 19 },  /* 1980-01-06, where GPS time begins */
	{ 915148799, 31 },  /* 1998-12-31, the last second but the leap */
	{ 915148800, 32 },  /* 1999-01-01 */
	{ 1136073600, 33 }, /* 2006-01-01 */
	{ 1341100799, 34 }, /* 2012-06-30 */
	{ 1341100800, 35 }, /* 2012-07-01 */
	{ 1435708800, 36 }, /* 2015-07-01 */
	{ 1483228799, 36 }, /* 2016-12-31 */
	{ 1483228800, 37 }, /* 2017-01-01 */
};

struct scanner {
	const char *at, *end;
};

static void skip_blanks(struct scanner *s)
{
	while (s->at < s->end && (*s->at == ' ' || *s->at == '\t'))
		s->at++;
}

static void skip_line(struct scanner *s)
{
	while (s->at < s->end && *s->at != '\n')
		s->at++;
	if (s->at < s->end)
		s->at++;
}

/* Up to 12 digits; no time in the file has more. */
static bool scan_number(struct scanner *s, int64_t *number)
{
	const char *begin;
	uint64_t value;

	skip_blanks(s);
	begin = s->at;
	if (number_take(&s->at, s->end, 10, &value) || s->at - begin > 12)
		return false;
	*number = (int64_t)value;
	return true;
}

/* Nothing but blanks and a comment may follow. */
static bool line_ends(struct scanner *s)
{
	skip_blanks(s);
	if (s->at < s->end && *s->at == '\r')
		s->at++;
	return s->at == s->end || *s->at == '\n' || *s->at == '#';
}

static bool step_fits(const struct leap_table *table,
		      const struct leap_entry *entry)
{
	const struct leap_entry *last;
	int step;

	if (!table->count)
		return true;
	last = &table->entries[table->count - 1];
	step = entry->tai_minus_utc - last->tai_minus_utc;
	return entry->from > last->from && (step == 1 || step == -1);
}

static const char *scan_entry(struct scanner *s, struct leap_table *table)
{
	struct leap_entry entry;
	struct utc_month month;
	int64_t ntp, offset;

	if (!scan_number(s, &ntp) || !scan_number(s, &offset) || offset > 1000)
		return "a line is not an entry";
	if (!line_ends(s))
		return "an entry is followed by something else";
	entry = (struct leap_entry){ ntp - NTP_TO_UNIX, (int)offset };
	utc_month(entry.from, &month);
	if (month.start != entry.from)
		return "an entry is not at the first of a month";
	if (!step_fits(table, &entry))
		return "the entries do not change in steps of a second";
	if (table->count == LEAP_ENTRIES_MAX)
		return "too many entries";
	table->entries[table->count++] = entry;
	return NULL;
}

static const char *check_known(const struct leap_table *table)
{
	int offset;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (!leap_at_utc(table, known[i].from, &offset) ||
		    offset != known[i].tai_minus_utc)
			return "it contradicts dates that are known";
	}
	return NULL;
}

const char *leap_parse(const char *text, size_t length,
		       struct leap_table *table)
{
	struct scanner s = { text, text + length };
	bool expires = false;

	table->count = 0;
	for (; s.at < s.end; skip_line(&s)) {
		const char *fault;
		int64_t ntp;

		skip_blanks(&s);
		if (s.at == s.end || *s.at == '\n' || *s.at == '\r')
			continue;
		if (*s.at != '#') {
			fault = scan_entry(&s, table);
			if (fault)
				return fault;
			continue;
		}
		s.at++;
		if (s.at == s.end || *s.at != '@')
			continue;
		s.at++;
		if (expires || !scan_number(&s, &ntp) || !line_ends(&s))
			return "the expiry cannot be read";
		table->expires = ntp - NTP_TO_UNIX;
		expires = true;
	}
	if (!table->count)
		return "it has no entry";
	if (!expires)
		return "it has no expiry";
	if (table->expires < table->entries[table->count - 1].from)
		return "it expires before its last entry";
	return check_known(table);
}

bool leap_at_utc(const struct leap_table *table, int64_t utc,
		 int *tai_minus_utc)
{
	for (unsigned int i = table->count; i--;) {
		if (utc < table->entries[i].from)
			continue;
		*tai_minus_utc = table->entries[i].tai_minus_utc;
		return true;
	}
	return false;
}

bool leap_at_tai(const struct leap_table *table, int64_t tai,
		 int *tai_minus_utc)
{
	for (unsigned int i = table->count; i--;) {
		const struct leap_entry *entry = &table->entries[i];

		if (tai < entry->from + entry->tai_minus_utc)
			continue;
		*tai_minus_utc = entry->tai_minus_utc;
		return true;
	}
	return false;
}

int leap_before(const struct leap_table *table, int64_t month)
{
	for (unsigned int i = 1; i < table->count; i++) {
		if (table->entries[i].from == month)
			return table->entries[i].tai_minus_utc -
			       table->entries[i - 1].tai_minus_utc;
	}
	return 0;
}

int leap_between_tai(const struct leap_table *table, int64_t from, int64_t to)
{
	int leaps = 0;

	for (unsigned int i = 1; i < table->count; i++) {
		const struct leap_entry *entry = &table->entries[i];
		int old = entry[-1].tai_minus_utc, new = entry->tai_minus_utc;

		if (from < entry->from + new &&to >=
		    entry->from + (old < new ? old : new))
			leaps += new - old;
	}
	return leaps;
}

int leap_between_utc(const struct leap_table *table, int64_t from, int64_t to)
{
	int leaps = 0;

	for (unsigned int i = 1; i < table->count; i++) {
		const struct leap_entry *entry = &table->entries[i];

		int step = entry->tai_minus_utc - entry[-1].tai_minus_utc;
		/* What is skipped takes no time. */
		int around = step > 0;

		if (from < entry->from + around && to >= entry->from - around)
			leaps += step;
	}
	return leaps;
}

void leap_expiry(const struct leap_table *table, char day[static LEAP_DAY_MAX])
{
	bool fits = rfc3339(table->expires * GRID_SECOND, false, false, day);

	day[fits ? strlen("2026-12-28") : 0] = '\0';
}
