/* SPDX-License-Identifier: BSD-2-Clause */
/* Text taken for the leap-second table, and pages judged by it. */
#include "clock/leap.h"

#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "fuzz.h"
#include "verdicts.h"

/* UTC and TAI tell the same offset, but for the second that a negative leap
 * second skips. */
static void check_second(const struct leap_table *table, int64_t utc)
{
	int by_utc, by_tai;

	if (!leap_at_utc(table, utc, &by_utc))
		return;
	if (leap_before(table, utc + 1) < 0)
		return;
	require(leap_at_tai(table, utc + by_utc, &by_tai));
	require(by_tai == by_utc);
}

static void check_table(const struct leap_table *table)
{
	require(table->count >= 1 && table->count <= LEAP_ENTRIES_MAX);
	for (unsigned int i = 0; i < table->count; i++) {
		const struct leap_entry *entry = &table->entries[i];
		int step = leap_before(table, entry->from);

		require(entry->from <= table->expires);
		check_second(table, entry->from - 1);
		check_second(table, entry->from);
		if (i) {
			require(entry->from > entry[-1].from);
			require(step == 1 || step == -1);
			require(leap_between_utc(table, entry->from - 2,
						 entry->from + 1) == step);
			require(leap_between_tai(
					table,
					entry[-1].from +
						entry[-1].tai_minus_utc,
					entry->from + entry->tai_minus_utc) ==
				step);
		}
	}
}

/* A line that says nothing changes nothing. */
static void check_comment(const uint8_t *data, size_t size, const char *fault,
			  const struct leap_table *table)
{
	static const char comment[] = "\n# a comment\n";
	char *text = malloc(size + sizeof(comment));
	struct leap_table again;
	const char *other;

	require(text);
	memcpy(text, data, size);
	memcpy(text + size, comment, sizeof(comment) - 1);
	other = leap_parse(text, size + sizeof(comment) - 1, &again);
	require(!fault == !other);
	if (!fault) {
		require(again.count == table->count);
		require(again.expires == table->expires);
		for (unsigned int i = 0; i < table->count; i++)
			require(again.entries[i].from ==
					table->entries[i].from &&
				again.entries[i].tai_minus_utc ==
					table->entries[i].tai_minus_utc);
	}
	free(text);
}

static void judge_page(const struct leap_table *table, int64_t sec,
		       unsigned int indicator, bool tai)
{
	uint8_t page[PAGE_DEFINED] = { 'V', 'C', 'L', 'K' };
	const struct snapshot snapshot = { .bytes = page,
					   .length = sizeof(page) };
	struct verifier *verifier = verdicts_start(false, table);

	store_le(page + OFFSET_size, WIDTH_size, PAGE_USUAL_SIZE);
	store_le(page + OFFSET_version, WIDTH_version, PAGE_VERSION);
	page[OFFSET_counter_id] = COUNTER_X86_TSC;
	page[OFFSET_time_type] = tai ? TIME_TYPE_TAI : TIME_TYPE_UTC;
	page[OFFSET_flags] = FLAG_TAI_OFFSET_VALID;
	page[OFFSET_clock_status] = STATUS_SYNCHRONIZED;
	page[OFFSET_leap_indicator] = (uint8_t)indicator;
	store_le(page + OFFSET_tai_offset_sec, WIDTH_tai_offset_sec,
		 (uint64_t)-37);
	page[OFFSET_counter_period_frac_sec + 7] = 0x80;
	store_le(page + OFFSET_time_sec, WIDTH_time_sec, (uint64_t)sec);
	verify_snapshot(verifier, &snapshot);
	verdicts_check(verifier, verifier->pages + verifier->unsettled);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct leap_table table = { .count = 0 };
	const char *fault = leap_parse((const char *)data, size, &table);

	require(table.count <= LEAP_ENTRIES_MAX);
	check_comment(data, size, fault, &table);
	if (fault) {
		require(fault[0]);
		check_printable(fault);
		return 0;
	}
	check_table(&table);
	for (unsigned int i = 0; i < 12; i++) {
		const struct leap_entry *entry =
			&table.entries[i % table.count];

		judge_page(&table, entry->from - i % 3, i % 6, i & 1);
		judge_page(&table, table.expires + i - 6, i % 6, i & 1);
	}
	return 0;
}
