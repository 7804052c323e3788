/* SPDX-License-Identifier: BSD-2-Clause */
#include "decode.h"

#include <string.h>

bool page_has_magic(const uint8_t *bytes, size_t length)
{
	return length >= 4 && load_le(bytes, 4) == PAGE_MAGIC;
}

static bool todays_identifiers(const uint8_t *bytes)
{
	uint8_t counter = bytes[OFFSET_counter_id];

	return (counter == COUNTER_ARM_VCNT || counter == COUNTER_X86_TSC ||
		counter == COUNTER_INVALID) &&
	       bytes[OFFSET_time_type] <= TIME_TYPE_INVALID_MAYBE_SMEARED;
}

/*
 * The drafts around RFC v3 share its 16-bit version and put other fields where
 * it has these; what it never defined gives them away. A TAI offset of 256 s
 * and more is the first posting's counter_id at 0x19.
 */
static bool fits_rfc3(const uint8_t *bytes, size_t length)
{
	int64_t tai, direction;

	if (length < PAGE_HEADER_SIZE)
		return true;
	tai = (int16_t)load_le(bytes + RFC3_OFFSET_tai_offset_sec, 2);
	direction = (int8_t)bytes[RFC3_OFFSET_leapsecond_direction];
	return tai > -256 && tai < 256 && direction >= -1 && direction <= 1 &&
	       bytes[RFC3_OFFSET_counter_id] <= RFC3_COUNTER_ARM_VCNT &&
	       bytes[RFC3_OFFSET_clock_status] <= STATUS_UNRELIABLE &&
	       (load_le(bytes + RFC3_OFFSET_flags, 2) & ~RFC3_FLAGS_KNOWN) == 0;
}

const struct layout *page_layout(const uint8_t *bytes, size_t length)
{
	if (length < OFFSET_time_type + WIDTH_time_type ||
	    load_le(bytes + RFC3_OFFSET_version, 2) != PAGE_VERSION)
		return &layouts[LAYOUT_VMCLOCK_1];
	if (load_le(bytes + OFFSET_version, 2) == PAGE_VERSION &&
	    todays_identifiers(bytes))
		return &layouts[LAYOUT_VMCLOCK_1];
	return &layouts[fits_rfc3(bytes, length) ? LAYOUT_RFC_3
						 : LAYOUT_PRERELEASE];
}

void page_decode_as(const struct layout *layout, const uint8_t *bytes,
		    size_t length, struct page *page)
{
	const struct field *size = &layout->fields[layout->size];
	uint64_t covered = PAGE_HEADER_SIZE;

	memset(page, 0, sizeof(*page));
	page->layout = layout;
	if ((size_t)size->offset + size->width <= length) {
		uint64_t published = load_le(bytes + size->offset, size->width);

		if (published > covered)
			covered = published;
	}
	if (covered > length)
		covered = length;
	for (unsigned int i = 0; i < layout->count; i++) {
		const struct field *field = &layout->fields[i];

		if ((uint64_t)field->offset + field->width > covered)
			continue;
		page->present |= UINT64_C(1) << i;
		page->value[i] = load_le(bytes + field->offset, field->width);
	}
}

void page_decode(const uint8_t *bytes, size_t length, struct page *page)
{
	page_decode_as(page_layout(bytes, length), bytes, length, page);
}

static uint64_t value_or_zero(const struct page *page, int row)
{
	return row < 0 ? 0 : page->value[row];
}

static bool has_counter(const struct page *page)
{
	uint64_t id;

	if (!page_has(page, page->layout->counter_id))
		return false;
	id = page->value[page->layout->counter_id];
	if (page->layout->id == LAYOUT_RFC_3)
		return id == RFC3_COUNTER_X86_TSC ||
		       id == RFC3_COUNTER_ARM_VCNT;
	return id == COUNTER_ARM_VCNT || id == COUNTER_X86_TSC;
}

static bool status_usable(const struct page *page)
{
	uint64_t status = value_or_zero(page, page->layout->clock_status);

	return status == STATUS_SYNCHRONIZED || status == STATUS_FREERUNNING;
}

/* A clock is described: the fields it is made of are there and make sense. */
static bool has_clock(const struct page *page)
{
	if (!has_counter(page))
		return false;
	if (page->layout->id == LAYOUT_RFC_3)
		return page_has(page, RFC3_counter_period_frac_sec) &&
		       page->value[RFC3_counter_period_frac_sec] != 0;
	return page_has(page, FIELD_time_frac_sec) &&
	       page->value[FIELD_time_type] <= TIME_TYPE_MONOTONIC &&
	       page->value[FIELD_counter_period_frac_sec] != 0;
}

enum page_time page_time(const struct page *page)
{
	if (!has_clock(page))
		return PAGE_TIME_NO_CLOCK;
	if (!status_usable(page))
		return PAGE_TIME_STATUS;
	if (value_or_zero(page, page->layout->seq_count) & 1)
		return PAGE_TIME_UPDATING;
	return PAGE_TIME_USABLE;
}

/* Why a flag that a field needs makes it meaningless. */
static const struct {
	enum layout_id layout;
	uint64_t flag;
	const char *why;
} missing_flags[] = {
	{ LAYOUT_VMCLOCK_1, FLAG_TAI_OFFSET_VALID, "TAI_OFFSET_VALID clear" },
	{ LAYOUT_VMCLOCK_1, FLAG_PERIOD_ESTERROR_VALID,
	  "PERIOD_ESTERROR_VALID clear" },
	{ LAYOUT_VMCLOCK_1, FLAG_PERIOD_MAXERROR_VALID,
	  "PERIOD_MAXERROR_VALID clear" },
	{ LAYOUT_VMCLOCK_1, FLAG_TIME_ESTERROR_VALID,
	  "TIME_ESTERROR_VALID clear" },
	{ LAYOUT_VMCLOCK_1, FLAG_TIME_MAXERROR_VALID,
	  "TIME_MAXERROR_VALID clear" },
	{ LAYOUT_VMCLOCK_1, FLAG_VM_GEN_COUNTER_PRESENT,
	  "VM_GEN_COUNTER_PRESENT clear" },
	{ LAYOUT_RFC_3, RFC3_FLAG_TAI_OFFSET_VALID, "TAI_OFFSET_VALID clear" },
	{ LAYOUT_RFC_3, RFC3_FLAG_UTC_MAXERROR_VALID,
	  "UTC_MAXERROR_VALID clear" },
	{ LAYOUT_RFC_3, RFC3_FLAG_UTC_PERIOD_ERROR_VALID,
	  "UTC_PERIOD_ERROR_VALID clear" },
};

bool page_meaningful(const struct page *page, int row, const char **why)
{
	const char *ignored;
	uint64_t needs, missing;

	if (!why)
		why = &ignored;
	*why = "absent";
	if (!page_has(page, row))
		return false;
	needs = page->layout->fields[row].needs;
	*why = "no counter";
	if (needs & NEEDS_CLOCK && !has_counter(page))
		return false;
	*why = "clock_status forbids its use";
	if (needs & NEEDS_CLOCK && !status_usable(page))
		return false;
	*why = NULL;
	missing = needs & ~NEEDS_CLOCK &
		  ~value_or_zero(page, page->layout->flags);
	if (!missing)
		return true;
	for (size_t i = 0; i < sizeof(missing_flags) / sizeof(*missing_flags);
	     i++) {
		if (missing_flags[i].layout == page->layout->id &&
		    missing_flags[i].flag & missing)
			*why = missing_flags[i].why;
	}
	return false;
}
