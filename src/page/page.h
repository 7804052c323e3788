/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The VMClock page by name: offsets, widths, enumerations and flags of today's
 * layout (UAPI.13 v1.1 and <linux/vmclock-abi.h>) and of RFC v3's (July 2024).
 *
 * Everything on the page is little-endian. The two field lists below are the
 * only place where an offset or a width is written down: field.c adds what a
 * field means, abi.c holds the first list against the kernel's header.
 */
#ifndef VMCLOCKCTL_PAGE_PAGE_H
#define VMCLOCKCTL_PAGE_PAGE_H

#include <stdint.h>

#define PAGE_MAGIC	   0x4b4c4356u /* the bytes "VCLK" */
#define PAGE_MAGIC_SWAPPED 0x56434c4bu /* "KLCV": a big-endian writer */
#define PAGE_VERSION	   1u

/* Bytes that hold the fields every reader may count on, whatever `size` says
 * (the driver's smallest region), and those that a clock needs. */
#define PAGE_HEADER_SIZE 0x20u
#define PAGE_CLOCK_SIZE	 0x58u
#define PAGE_DEFINED	 0x70u /* bytes that have a meaning today */
#define PAGE_USUAL_SIZE	 0x1000u
#define RFC3_DEFINED	 0x58u

/* Most bytes of a page that are looked at; a region may be larger. */
#define PAGE_READ_MAX 65536u

/* X(name, offset, width in bytes), in page order; first what Linux's header
 * had at first (6.13), then what it added. */
#define PAGE_FIELDS_FIRST(X)                                                   \
	X(magic, 0x00, 4)                                                      \
	X(size, 0x04, 4)                                                       \
	X(version, 0x08, 2)                                                    \
	X(counter_id, 0x0a, 1)                                                 \
	X(time_type, 0x0b, 1)                                                  \
	X(seq_count, 0x0c, 4)                                                  \
	X(disruption_marker, 0x10, 8)                                          \
	X(flags, 0x18, 8)                                                      \
	X(pad, 0x20, 2)                                                        \
	X(clock_status, 0x22, 1)                                               \
	X(leap_second_smearing_hint, 0x23, 1)                                  \
	X(tai_offset_sec, 0x24, 2)                                             \
	X(leap_indicator, 0x26, 1)                                             \
	X(counter_period_shift, 0x27, 1)                                       \
	X(counter_value, 0x28, 8)                                              \
	X(counter_period_frac_sec, 0x30, 8)                                    \
	X(counter_period_esterror_rate_frac_sec, 0x38, 8)                      \
	X(counter_period_maxerror_rate_frac_sec, 0x40, 8)                      \
	X(time_sec, 0x48, 8)                                                   \
	X(time_frac_sec, 0x50, 8)                                              \
	X(time_esterror_nanosec, 0x58, 8)                                      \
	X(time_maxerror_nanosec, 0x60, 8)
#define PAGE_FIELDS_ADDED(X) X(vm_generation_counter, 0x68, 8)
#define PAGE_FIELDS(X)	     PAGE_FIELDS_FIRST(X) PAGE_FIELDS_ADDED(X)

#define RFC3_FIELDS(X)                                                         \
	X(magic, 0x00, 4)                                                      \
	X(size, 0x04, 2)                                                       \
	X(version, 0x06, 2)                                                    \
	X(seq_count, 0x08, 8)                                                  \
	X(disruption_marker, 0x10, 8)                                          \
	X(tai_offset_sec, 0x18, 2)                                             \
	X(flags, 0x1a, 2)                                                      \
	X(clock_status, 0x1c, 1)                                               \
	X(counter_id, 0x1d, 1)                                                 \
	X(counter_period_shift, 0x1e, 1)                                       \
	X(leapsecond_direction, 0x1f, 1)                                       \
	X(leapsecond_tai_sec, 0x20, 8)                                         \
	X(counter_value, 0x28, 8)                                              \
	X(utc_time_sec, 0x30, 8)                                               \
	X(utc_time_frac_sec, 0x38, 8)                                          \
	X(counter_period_frac_sec, 0x40, 8)                                    \
	X(counter_period_error_rate_frac_sec, 0x48, 8)                         \
	X(utc_time_maxerror_picosec, 0x50, 8)

/* What all pre-release layouts share; the rest of them cannot be told apart. */
#define PRERELEASE_FIELDS(X)                                                   \
	X(magic, 0x00, 4)                                                      \
	X(size, 0x04, 2)                                                       \
	X(version, 0x06, 2)                                                    \
	X(disruption_marker, 0x10, 8)

/* FIELD_name is the row of a field in its layout's table and the index of its
 * value in struct page; OFFSET_name and WIDTH_name place it. */
#define PAGE_ROW_(name, offset, width) FIELD_##name,
#define PAGE_PLACE_(name, offset, width)                                       \
	OFFSET_##name = (offset), WIDTH_##name = (width),
#define RFC3_ROW_(name, offset, width) RFC3_##name,
#define RFC3_PLACE_(name, offset, width)                                       \
	RFC3_OFFSET_##name = (offset), RFC3_WIDTH_##name = (width),
#define PRERELEASE_ROW_(name, offset, width) PRERELEASE_##name,
#define PRERELEASE_PLACE_(name, offset, width)                                 \
	PRERELEASE_OFFSET_##name = (offset), PRERELEASE_WIDTH_##name = (width),

enum page_field {
	PAGE_FIELDS(PAGE_ROW_) FIELD_COUNT
};
enum page_place {
	PAGE_FIELDS(PAGE_PLACE_) PAGE_PLACE_END_
};
enum rfc3_field {
	RFC3_FIELDS(RFC3_ROW_) RFC3_COUNT
};
enum rfc3_place {
	RFC3_FIELDS(RFC3_PLACE_) RFC3_PLACE_END_
};
enum prerelease_field {
	PRERELEASE_FIELDS(PRERELEASE_ROW_) PRERELEASE_COUNT
};
enum prerelease_place {
	PRERELEASE_FIELDS(PRERELEASE_PLACE_) PRERELEASE_PLACE_END_
};

/* UAPI.13, "Structure Fields". */
enum counter_id {
	COUNTER_ARM_VCNT = 0,
	COUNTER_X86_TSC = 1,
	COUNTER_INVALID = 0xff, /* no precision clock */
};

enum rfc3_counter_id {
	RFC3_COUNTER_INVALID = 0,
	RFC3_COUNTER_X86_TSC = 1,
	RFC3_COUNTER_ARM_VCNT = 2,
};

enum time_type {
	TIME_TYPE_UTC = 0,
	TIME_TYPE_TAI = 1,
	TIME_TYPE_MONOTONIC = 2, /* epoch undefined */
	TIME_TYPE_INVALID_SMEARED = 3,
	TIME_TYPE_INVALID_MAYBE_SMEARED = 4,
};

/* The calibration may be relied upon in SYNCHRONIZED and FREERUNNING alone. */
enum clock_status {
	STATUS_UNKNOWN = 0,
	STATUS_INITIALIZING = 1,
	STATUS_SYNCHRONIZED = 2,
	STATUS_FREERUNNING = 3,
	STATUS_UNRELIABLE = 4,
};

enum smearing_hint {
	SMEARING_STRICT = 0,
	SMEARING_NOON_LINEAR = 1,
	SMEARING_UTC_SLS = 2,
};

enum leap_indicator {
	LEAP_NONE = 0,
	LEAP_PRE_POS = 1,
	LEAP_PRE_NEG = 2,
	LEAP_POS = 3, /* the reference time is inside 23:59:60 */
	LEAP_POST_POS = 4,
	LEAP_POST_NEG = 5,
};

#define FLAG_TAI_OFFSET_VALID	    (UINT64_C(1) << 0)
#define FLAG_DISRUPTION_SOON	    (UINT64_C(1) << 1)
#define FLAG_DISRUPTION_IMMINENT    (UINT64_C(1) << 2)
#define FLAG_PERIOD_ESTERROR_VALID  (UINT64_C(1) << 3)
#define FLAG_PERIOD_MAXERROR_VALID  (UINT64_C(1) << 4)
#define FLAG_TIME_ESTERROR_VALID    (UINT64_C(1) << 5)
#define FLAG_TIME_MAXERROR_VALID    (UINT64_C(1) << 6)
#define FLAG_TIME_MONOTONIC	    (UINT64_C(1) << 7)
#define FLAG_VM_GEN_COUNTER_PRESENT (UINT64_C(1) << 8)
#define FLAG_NOTIFICATION_PRESENT   (UINT64_C(1) << 9)
#define FLAGS_KNOWN		    ((UINT64_C(1) << 10) - 1)

#define RFC3_FLAG_TAI_OFFSET_VALID	 (UINT64_C(1) << 0)
#define RFC3_FLAG_DISRUPTION_SOON	 (UINT64_C(1) << 1)
#define RFC3_FLAG_DISRUPTION_IMMINENT	 (UINT64_C(1) << 2)
#define RFC3_FLAG_UTC_MAXERROR_VALID	 (UINT64_C(1) << 3)
#define RFC3_FLAG_UTC_PERIOD_ERROR_VALID (UINT64_C(1) << 4)
#define RFC3_FLAGS_KNOWN		 ((UINT64_C(1) << 5) - 1)

#endif
