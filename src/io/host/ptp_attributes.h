/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PTP_SYS_OFFSET_PRECISE_ATTRS and PTP_SYS_OFFSET_EXTENDED_ATTRS, by the fourth
 * version of the proposal (July 2026): requests that a kernel answers with what
 * it knows of a PHC's quality. No released header has them; a kernel without
 * them says ENOTTY. Private to ptp.c and the tests.
 */
#ifndef VMCLOCKCTL_IO_HOST_PTP_ATTRIBUTES_H
#define VMCLOCKCTL_IO_HOST_PTP_ATTRIBUTES_H

#include <linux/ptp_clock.h>
#include <stdint.h>

/* The bits of ptp_quality.valid. */
#define QUALITY_BOUND	  (1u << 0)
#define QUALITY_TIMESCALE (1u << 1)
#define QUALITY_STATUS	  (1u << 2)

struct ptp_quality {
	uint32_t valid;
	uint32_t bound; /* ns; the largest value: unknown, or too large */
	uint32_t timescale;
	uint32_t status;
	uint32_t reserved[4];
};

struct ptp_system_stamp {
	int64_t time, raw; /* ns, by the clock that was asked for, and
			    * CLOCK_MONOTONIC_RAW */
	uint64_t counter;  /* with counter_id 0: none */
	uint32_t counter_id;
	uint32_t reserved;
};

/* PRECISE_ATTRS fills the first stamp only. */
struct ptp_attributes_sample {
	struct ptp_system_stamp before;
	struct ptp_clock_time device;
	struct ptp_quality quality;
	struct ptp_system_stamp after;
};

struct ptp_attributes_request {
	uint32_t valid; /* 0 */
	int32_t clock_id;
	uint32_t samples;
	uint32_t reserved[3]; /* 0 */
};

struct ptp_attributes {
	struct ptp_attributes_request request;
	struct ptp_attributes_sample sample;
};

_Static_assert(sizeof(struct ptp_attributes_request) == 24, "the request");
_Static_assert(sizeof(struct ptp_attributes_sample) == 112, "a sample");

/* The number of the ioctl has the size of the request alone. */
#define REQUEST_PRECISE_ATTRIBUTES                                             \
	_IOWR(PTP_CLK_MAGIC, 23, struct ptp_attributes_request)
#define REQUEST_EXTENDED_ATTRIBUTES                                            \
	_IOWR(PTP_CLK_MAGIC, 24, struct ptp_attributes_request)

#endif
