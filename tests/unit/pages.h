/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages and snapshots for the tests of the rules, made field by field. */
#ifndef TESTS_PAGES_H
#define TESTS_PAGES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "verify.h"

#define PERIOD_2GHZ UINT64_C(0x89705f4136b4a597) /* shift 30 */
#define PPM_50	    UINT64_C(0x0001c25c26849768) /* of it */
#define START_SEC   UINT64_C(1704888037) /* 2024-01-10 12:00:00 UTC, in TAI */
#define START_TICKS UINT64_C(1000000000000)

#define FLAGS_ALL                                                              \
	(FLAG_TAI_OFFSET_VALID | FLAG_PERIOD_ESTERROR_VALID |                  \
	 FLAG_PERIOD_MAXERROR_VALID | FLAG_TIME_ESTERROR_VALID |               \
	 FLAG_TIME_MAXERROR_VALID | FLAG_VM_GEN_COUNTER_PRESENT)

struct made_page {
	uint8_t bytes[PAGE_USUAL_SIZE];
};

static inline void set(struct made_page *page, int row, uint64_t value)
{
	const struct field *field = &layouts[LAYOUT_VMCLOCK_1].fields[row];

	store_le(page->bytes + field->offset, field->width, value);
}

static inline uint64_t get(const struct made_page *page, int row)
{
	const struct field *field = &layouts[LAYOUT_VMCLOCK_1].fields[row];

	return load_le(page->bytes + field->offset, field->width);
}

/* A page on which every rule is kept. */
static inline struct made_page make_page(void)
{
	static const struct {
		int row;
		uint64_t value;
	} values[] = {
		{ FIELD_magic, PAGE_MAGIC },
		{ FIELD_size, PAGE_USUAL_SIZE },
		{ FIELD_version, PAGE_VERSION },
		{ FIELD_counter_id, COUNTER_X86_TSC },
		{ FIELD_time_type, TIME_TYPE_TAI },
		{ FIELD_seq_count, 4 },
		{ FIELD_disruption_marker, 7 },
		{ FIELD_flags, FLAGS_ALL },
		{ FIELD_clock_status, STATUS_SYNCHRONIZED },
		{ FIELD_tai_offset_sec, (uint64_t)-37 },
		{ FIELD_counter_period_shift, 30 },
		{ FIELD_counter_value, START_TICKS },
		{ FIELD_counter_period_frac_sec, PERIOD_2GHZ },
		{ FIELD_counter_period_esterror_rate_frac_sec, 1 },
		{ FIELD_counter_period_maxerror_rate_frac_sec, PPM_50 },
		{ FIELD_time_sec, START_SEC },
		{ FIELD_time_frac_sec, 0 },
		{ FIELD_time_esterror_nanosec, 1000 },
		{ FIELD_time_maxerror_nanosec, 50000 },
		{ FIELD_vm_generation_counter, 9 },
	};
	struct made_page page = { { 0 } };

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		set(&page, values[i].row, values[i].value);
	return page;
}

static inline const struct rule *rule(const char *id)
{
	int i = rule_find(id);

	assert_true(i >= 0);
	return &rules[i];
}

#endif
