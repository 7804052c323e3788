/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The VMClock page by name: offsets, widths, enumerations and flags of today's
 * layout (UAPI.13 v1.1 and <linux/vmclock-abi.h>) and of RFC v3's (July 2024).
 *
 * Everything on the page is little-endian. The lists below are the only place
 * where an offset, a width, a value, a flag or one of their names is written
 * down. field.c adds what a field means, and says how to add to the lists;
 * abi.c checks them against the kernel's header.
 */
#ifndef VMCLOCKCTL_PAGE_PAGE_H
#define VMCLOCKCTL_PAGE_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#define PAGE_MAGIC	   0x4b4c4356u /* the bytes "VCLK" */
#define PAGE_MAGIC_SWAPPED 0x56434c4bu /* "KLCV": a big-endian writer */
#define PAGE_VERSION	   1u

/* Bytes that hold the fields every reader may count on, whatever `size` says
 * (the driver's smallest region). */
#define PAGE_HEADER_SIZE 0x20u
#define PAGE_USUAL_SIZE	 0x1000u

/* The largest number of bytes of a page that are read; a region may be
 * larger. */
#define PAGE_READ_MAX 65536u

/*
 * The fields: X(name, offset, width in bytes), in page order and without gaps;
 * first what Linux's header had at first (6.13), then what was added since.
 */
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

/* What all pre-release layouts share; they cannot be told apart by the rest,
 * and have gaps here. */
#define PRERELEASE_FIELDS(X)                                                   \
	X(magic, 0x00, 4)                                                      \
	X(size, 0x04, 2)                                                       \
	X(version, 0x06, 2)                                                    \
	X(disruption_marker, 0x10, 8)

/*
 * FIELD_name is the row of a field in its layout's table and the index of its
 * value in struct page; OFFSET_name and WIDTH_name place it, END_name is the
 * offset of the byte after it. PAGE_DEFINED is how many bytes have a meaning.
 */
#define PAGE_ROW_(name, offset, width) FIELD_##name,
#define PAGE_PLACE_(name, offset, width)                                       \
	OFFSET_##name = (offset), WIDTH_##name = (width),                      \
	END_##name = (offset) + (width),
#define RFC3_ROW_(name, offset, width) RFC3_##name,
#define RFC3_PLACE_(name, offset, width)                                       \
	RFC3_OFFSET_##name = (offset), RFC3_WIDTH_##name = (width),            \
	RFC3_END_##name = (offset) + (width),
#define PRERELEASE_ROW_(name, offset, width) PRERELEASE_##name,
#define PRERELEASE_PLACE_(name, offset, width)                                 \
	PRERELEASE_OFFSET_##name = (offset),                                   \
	PRERELEASE_WIDTH_##name = (width),                                     \
	PRERELEASE_END_##name = (offset) + (width),

/* An enumerator without a value is one more than the one before it, here the
 * end of the last field. */
enum page_field {
	PAGE_FIELDS(PAGE_ROW_) FIELD_COUNT,
	FIELD_LAST = FIELD_COUNT - 1,
};
enum page_place {
	PAGE_FIELDS(PAGE_PLACE_) PAGE_DEFINED_NEXT_,
	PAGE_DEFINED = PAGE_DEFINED_NEXT_ - 1,
};
enum rfc3_field {
	RFC3_FIELDS(RFC3_ROW_) RFC3_COUNT
};
enum rfc3_place {
	RFC3_FIELDS(RFC3_PLACE_) RFC3_DEFINED_NEXT_,
	RFC3_DEFINED = RFC3_DEFINED_NEXT_ - 1,
};
enum prerelease_field {
	PRERELEASE_FIELDS(PRERELEASE_ROW_) PRERELEASE_COUNT
};
enum prerelease_place {
	PRERELEASE_FIELDS(PRERELEASE_PLACE_) PRERELEASE_DEFINED_NEXT_,
	PRERELEASE_DEFINED = PRERELEASE_DEFINED_NEXT_ - 1,
};

/* The bytes that a clock needs, for which the driver makes a PTP clock. */
#define PAGE_CLOCK_SIZE ((unsigned int)END_time_frac_sec)

/* Whether a page with such a value can be usable (vmclockctl(1), TIME). */
enum {
	UNUSABLE = 0,
	USABLE = 1,
};

/*
 * The values of the fields that decide whether a page is usable: X(NAME, value,
 * "name", USABLE or UNUSABLE, "help"). UAPI.13, "Structure Fields".
 */
#define COUNTERS(X)                                                            \
	X(ARM_VCNT, 0, "arm-vcnt", USABLE, "CNTVCT_EL0")                       \
	X(X86_TSC, 1, "x86-tsc", USABLE, "the time-stamp counter")             \
	X(INVALID, 0xff, "invalid", UNUSABLE, "no precision clock")

#define TIME_TYPES(X)                                                          \
	X(UTC, 0, "utc", USABLE, "not recommended")                            \
	X(TAI, 1, "tai", USABLE, "")                                           \
	X(MONOTONIC, 2, "monotonic", USABLE, "epoch undefined")                \
	X(INVALID_SMEARED, 3, "invalid-smeared", UNUSABLE, "not supported")    \
	X(INVALID_MAYBE_SMEARED, 4, "invalid-maybe-smeared", UNUSABLE,         \
	  "not supported")

#define STATUSES(X)                                                            \
	X(UNKNOWN, 0, "unknown", UNUSABLE, "clock not to be used")             \
	X(INITIALIZING, 1, "initializing", UNUSABLE,                           \
	  "clock not to be used yet")                                          \
	X(SYNCHRONIZED, 2, "synchronized", USABLE, "")                         \
	X(FREERUNNING, 3, "freerunning", USABLE,                               \
	  "usable, no longer disciplined")                                     \
	X(UNRELIABLE, 4, "unreliable", UNUSABLE, "clock not to be used")

/* RFC v3 does not change, whatever today's layout adds. */
#define RFC3_COUNTERS(X)                                                       \
	X(INVALID, 0, "invalid", UNUSABLE, "no precision clock")               \
	X(X86_TSC, 1, "x86-tsc", USABLE, "the time-stamp counter")             \
	X(ARM_VCNT, 2, "arm-vcnt", USABLE, "CNTVCT_EL0")

#define RFC3_STATUSES(X)                                                       \
	X(UNKNOWN, 0, "unknown", UNUSABLE, "clock not to be used")             \
	X(INITIALIZING, 1, "initializing", UNUSABLE,                           \
	  "clock not to be used yet")                                          \
	X(SYNCHRONIZED, 2, "synchronized", USABLE, "")                         \
	X(FREERUNNING, 3, "freerunning", USABLE,                               \
	  "usable, no longer disciplined")                                     \
	X(UNRELIABLE, 4, "unreliable", UNUSABLE, "clock not to be used")

/* The values of the other enumerations: X(NAME, value, "name", "help"). */
#define SMEARINGS(X)                                                           \
	X(STRICT, 0, "strict", "do not smear")                                 \
	X(NOON_LINEAR, 1, "noon-linear", "noon to noon, for consumers")        \
	X(UTC_SLS, 2, "utc-sls", "last 1000 s, for consumers")

#define LEAPS(X)                                                               \
	X(NONE, 0, "none", "")                                                 \
	X(PRE_POS, 1, "pre-pos", "23:59:60 ends this month")                   \
	X(PRE_NEG, 2, "pre-neg", "no 23:59:59 at the end of this month")       \
	X(POS, 3, "pos", "it is 23:59:60")                                     \
	X(POST_POS, 4, "post-pos", "23:59:60 is over")                         \
	X(POST_NEG, 5, "post-neg", "the skipped second is over")

/* COUNTER_X86_TSC and so on, by the names of the kernel's header. */
#define COUNTER_VALUE_(name, value, ...)      COUNTER_##name = (value),
#define TIME_TYPE_VALUE_(name, value, ...)    TIME_TYPE_##name = (value),
#define STATUS_VALUE_(name, value, ...)	      STATUS_##name = (value),
#define RFC3_COUNTER_VALUE_(name, value, ...) RFC3_COUNTER_##name = (value),
#define RFC3_STATUS_VALUE_(name, value, ...)  RFC3_STATUS_##name = (value),
#define SMEARING_VALUE_(name, value, ...)     SMEARING_##name = (value),
#define LEAP_VALUE_(name, value, ...)	      LEAP_##name = (value),

enum counter_id {
	COUNTERS(COUNTER_VALUE_)
};
enum time_type {
	TIME_TYPES(TIME_TYPE_VALUE_)
};
enum clock_status {
	STATUSES(STATUS_VALUE_)
};
enum rfc3_counter_id {
	RFC3_COUNTERS(RFC3_COUNTER_VALUE_)
};
enum rfc3_clock_status {
	RFC3_STATUSES(RFC3_STATUS_VALUE_)
};
enum smearing_hint {
	SMEARINGS(SMEARING_VALUE_)
};
enum leap_indicator {
	LEAPS(LEAP_VALUE_)
};

/* The usable ones of a list: bit v for value v, which is below 64. */
#define USABLE_BIT_(name, value, text, usable, help)                           \
	| (uint64_t)(usable) << ((value)&63)
#define COUNTERS_USABLE	     (UINT64_C(0) COUNTERS(USABLE_BIT_))
#define TIME_TYPES_USABLE    (UINT64_C(0) TIME_TYPES(USABLE_BIT_))
#define STATUSES_USABLE	     (UINT64_C(0) STATUSES(USABLE_BIT_))
#define RFC3_COUNTERS_USABLE (UINT64_C(0) RFC3_COUNTERS(USABLE_BIT_))
#define RFC3_STATUSES_USABLE (UINT64_C(0) RFC3_STATUSES(USABLE_BIT_))

/* Whether a value is one of such a set. */
static inline bool value_usable(uint64_t usable, uint64_t value)
{
	return value < 64 && (usable >> value & 1) != 0;
}

/* The same of today's layout, by comparing: for where each ns counts. */
#define USABLE_EQUAL_(name, value_, text, usable, help)                        \
	|| ((usable) && value == (value_))

static inline bool time_type_usable(uint64_t value)
{
	return false TIME_TYPES(USABLE_EQUAL_);
}

static inline bool status_usable(uint64_t value)
{
	return false STATUSES(USABLE_EQUAL_);
}

/* What a flag is for. */
enum flag_use {
	GUARD, /* it says that a field counts: field.c says which, in `needs` */
	SIGNAL, /* it says something itself */
};

/*
 * The flags: X(NAME, bit, "name", GUARD or SIGNAL, "help"), in the order of the
 * bits; first those of Linux's header of 6.13, then what was added since.
 * UAPI.13, "Flags".
 */
#define PAGE_FLAGS_FIRST(X)                                                    \
	X(TAI_OFFSET_VALID, 0, "tai-offset-valid", GUARD,                      \
	  "tai_offset_sec is valid")                                           \
	X(DISRUPTION_SOON, 1, "disruption-soon", SIGNAL, "within about a day") \
	X(DISRUPTION_IMMINENT, 2, "disruption-imminent", SIGNAL,               \
	  "within about an hour")                                              \
	X(PERIOD_ESTERROR_VALID, 3, "period-esterror-valid", GUARD, "")        \
	X(PERIOD_MAXERROR_VALID, 4, "period-maxerror-valid", GUARD, "")        \
	X(TIME_ESTERROR_VALID, 5, "time-esterror-valid", GUARD, "")            \
	X(TIME_MAXERROR_VALID, 6, "time-maxerror-valid", GUARD, "")            \
	X(TIME_MONOTONIC, 7, "time-monotonic", SIGNAL,                         \
	  "time never goes back across updates")
#define PAGE_FLAGS_ADDED(X)                                                    \
	X(VM_GEN_COUNTER_PRESENT, 8, "vm-gen-counter-present", GUARD,          \
	  "vm_generation_counter is valid")                                    \
	X(NOTIFICATION_PRESENT, 9, "notification-present", SIGNAL,             \
	  "updates are announced")
#define PAGE_FLAGS(X) PAGE_FLAGS_FIRST(X) PAGE_FLAGS_ADDED(X)

#define RFC3_FLAGS(X)                                                          \
	X(TAI_OFFSET_VALID, 0, "tai-offset-valid", GUARD,                      \
	  "tai_offset_sec is valid")                                           \
	X(DISRUPTION_SOON, 1, "disruption-soon", SIGNAL, "within about a day") \
	X(DISRUPTION_IMMINENT, 2, "disruption-imminent", SIGNAL,               \
	  "within about an hour")                                              \
	X(UTC_MAXERROR_VALID, 3, "utc-maxerror-valid", GUARD, "")              \
	X(UTC_PERIOD_ERROR_VALID, 4, "utc-period-error-valid", GUARD, "")

#define FLAG_VALUE_(name, bit, ...) FLAG_##name = UINT64_C(1) << (bit),
#define RFC3_FLAG_VALUE_(name, bit, ...)                                       \
	RFC3_FLAG_##name = UINT64_C(1) << (bit),
#define FLAG_BIT_(name, bit, ...) | UINT64_C(1) << (bit)

enum page_flag {
	PAGE_FLAGS(FLAG_VALUE_)
};
enum rfc3_flag {
	RFC3_FLAGS(RFC3_FLAG_VALUE_)
};

#define FLAGS_KNOWN	 (UINT64_C(0) PAGE_FLAGS(FLAG_BIT_))
#define RFC3_FLAGS_KNOWN (UINT64_C(0) RFC3_FLAGS(FLAG_BIT_))

#endif
