/* SPDX-License-Identifier: BSD-2-Clause */
/* Which layout the bytes of a page have. */
#ifndef VMCLOCKCTL_PAGE_LAYOUT_H
#define VMCLOCKCTL_PAGE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "page.h"

enum layout_id {
	LAYOUT_VMCLOCK_1,
	LAYOUT_RFC_3,
	LAYOUT_PRERELEASE,
	LAYOUT_COUNT,
};

/* Whether a value is one of a list. */
#define LAYOUT_EQUAL_(name, value_, ...) || value == (value_)

static inline bool layout_names_counter(uint64_t value)
{
	return false COUNTERS(LAYOUT_EQUAL_);
}

static inline bool layout_names_time_type(uint64_t value)
{
	return false TIME_TYPES(LAYOUT_EQUAL_);
}

static inline bool layout_names_rfc3_counter(uint64_t value)
{
	return false RFC3_COUNTERS(LAYOUT_EQUAL_);
}

static inline bool layout_names_rfc3_status(uint64_t value)
{
	return false RFC3_STATUSES(LAYOUT_EQUAL_);
}

/*
 * The drafts before and after RFC v3 have its 16-bit version too, but other
 * fields at these places. A value that RFC v3 never defined tells them apart.
 * What looks like a TAI offset of 256 s and more is counter_id, which the first
 * posting had at 0x19.
 */
static inline bool layout_fits_rfc3(const uint8_t *bytes, size_t length)
{
	int tai, direction;

	if (length < PAGE_HEADER_SIZE)
		return true;
	tai = (int16_t)load_le(bytes + RFC3_OFFSET_tai_offset_sec, 2);
	direction = (int8_t)bytes[RFC3_OFFSET_leapsecond_direction];
	return tai > -256 && tai < 256 && direction >= -1 && direction <= 1 &&
	       layout_names_rfc3_counter(bytes[RFC3_OFFSET_counter_id]) &&
	       layout_names_rfc3_status(bytes[RFC3_OFFSET_clock_status]) &&
	       (load_le(bytes + RFC3_OFFSET_flags, 2) & ~RFC3_FLAGS_KNOWN) == 0;
}

/*
 * The layout of the bytes (all layouts begin with the same magic): RFC v3 if
 * the 16 bits at 0x06 are 1 and those at 0x04 at least 0x58, unless those at
 * 0x08 are 1 too and 0x0a, 0x0b hold identifiers of today's layout; pre-release
 * if RFC v3's own fields then hold values that RFC v3 never defined; else
 * today's. Fewer than 12 bytes: today's.
 */
static inline enum layout_id layout_recognise(const uint8_t *bytes,
					      size_t length)
{
	/* In today's layout, a size of 64 KiB has a 1 where the drafts have
	 * their version, and 0 where they have their size. */
	if (length < END_time_type ||
	    load_le(bytes + RFC3_OFFSET_version, 2) != PAGE_VERSION ||
	    load_le(bytes + RFC3_OFFSET_size, 2) < RFC3_DEFINED)
		return LAYOUT_VMCLOCK_1;
	if (load_le(bytes + OFFSET_version, 2) == PAGE_VERSION &&
	    layout_names_counter(bytes[OFFSET_counter_id]) &&
	    layout_names_time_type(bytes[OFFSET_time_type]))
		return LAYOUT_VMCLOCK_1;
	return layout_fits_rfc3(bytes, length) ? LAYOUT_RFC_3
					       : LAYOUT_PRERELEASE;
}

#endif
