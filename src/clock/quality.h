/* SPDX-License-Identifier: BSD-2-Clause */
/* What a kernel says of the quality of a PHC's time, by the requests
 * PTP_SYS_OFFSET_PRECISE_ATTRS and PTP_SYS_OFFSET_EXTENDED_ATTRS (proposed). */
#ifndef VMCLOCKCTL_CLOCK_QUALITY_H
#define VMCLOCKCTL_CLOCK_QUALITY_H

#include <stdbool.h>
#include <stdint.h>

/* Their numbers are the kernel's, and others than the page's. */
enum quality_status {
	QUALITY_UNKNOWN,
	QUALITY_INITIALIZING,
	QUALITY_SYNCHRONIZED,
	QUALITY_HOLDOVER,
	QUALITY_FREE_RUNNING,
	QUALITY_UNRELIABLE,
	QUALITY_STATUS_COUNT,
};

enum quality_timescale {
	QUALITY_SCALE_UNKNOWN,
	QUALITY_SCALE_TAI,
	QUALITY_SCALE_TT,
	QUALITY_SCALE_GPS,
	QUALITY_SCALE_UTC,
	QUALITY_SCALE_POSIX,
	QUALITY_SCALE_MONOTONIC,
	QUALITY_SCALE_MONOTONIC_RAW,
	QUALITY_SCALE_BOOTTIME,
	QUALITY_SCALE_PROPRIETARY,
	QUALITY_SCALE_COUNT,
};

/* The counters of a stamp. */
enum quality_counter {
	QUALITY_COUNTER_NONE,
	QUALITY_COUNTER_X86_TSC,
	QUALITY_COUNTER_ARM_VCNT,
};

/* A bound that is not known, or larger than can be said. */
#define QUALITY_NO_BOUND UINT32_MAX

struct quality {
	bool given; /* the kernel has the requests, and answered */
	bool has_bound, has_timescale, has_status;
	uint32_t bound_nsec; /* maximum error, +/- */
	uint32_t timescale;  /* enum quality_timescale, or a later value */
	uint32_t status;     /* enum quality_status, or a later value */
};

/* In JSON; "unknown(7)" for a later value. */
#define QUALITY_NAME_MAX 24
void quality_status_name(uint32_t status, char name[static QUALITY_NAME_MAX]);
void quality_timescale_name(uint32_t timescale,
			    char name[static QUALITY_NAME_MAX]);

#endif
