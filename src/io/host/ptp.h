/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads clocks together with the page's counter: PHCs, and the system's own. */
#ifndef VMCLOCKCTL_IO_HOST_PTP_H
#define VMCLOCKCTL_IO_HOST_PTP_H

#include <time.h>

#include "base/error.h"
#include "clock/offset.h"
#include "clock/phcname.h"
#include "clock/quality.h"
#include "io/live/counter_reader.h"

/* PTP_MAX_SAMPLES: the kernel refuses more, and more are not needed. */
#define PTP_SAMPLES_MAX 25

/* How a clock was read; the best is tried first. */
enum read_method {
	METHOD_PRECISE,	 /* device and CLOCK_REALTIME at one moment */
	METHOD_EXTENDED, /* CLOCK_REALTIME before, device, after */
	METHOD_OFFSET,	 /* the same, around the driver's whole call */
	METHOD_READ,	 /* clock_gettime(2) */
	METHOD_COUNT,
};

extern const char *const read_method_names[METHOD_COUNT];

struct ptp_capabilities {
	int max_adj; /* ppb */
	bool cross_timestamping;
};

struct ptp {
	int fd;
	/* The form of the ioctl that worked last, by its row in the ladder. */
	unsigned int form;
	bool no_quality; /* a kernel without the requests that tell it */
	struct ptp_capabilities capabilities;
};

/*
 * Open a PHC, read-only; another character device is not opened. Returns 0, or
 * -1 with *error (ERROR_OPEN, with a hint): missing, not permitted, or not a
 * PHC.
 */
int ptp_open(const char *path, struct ptp *ptp, struct error *error);

/* The same of the node that is open, which is taken over. */
int ptp_take(int fd, const char *path, struct ptp *ptp, struct error *error);

void ptp_close(struct ptp *ptp);

/* One reading of a PHC. */
struct ptp_reading {
	enum read_method method;
	/* The counter right before and after the system call, and the device's
	 * time. */
	struct bracket device;
	/* CLOCK_REALTIME by the kernel, before and after it read the device
	 * (METHOD_PRECISE: at the same moment), and two readings of it around
	 * the call. */
	struct stamps realtime;
	struct bracket first, last;
	/* The counter at these moments, where the kernel gives it. */
	enum quality_counter counter_id;
	uint64_t counter_before, counter_after;
	struct quality quality;
};

/*
 * Read the PHC once, by the best method of the driver and the kernel: PRECISE,
 * EXTENDED, OFFSET, each in its second form if the first is refused or cannot
 * hold the clock's time; the first two with the clock's quality, unless the
 * kernel does not know that request (ENOTTY), which then is not made again.
 * EBUSY is retried for about 10 ms. Returns 0, or the
 * errno of the last refusal.
 */
int ptp_read(struct ptp *ptp, const struct counter_reader *counter,
	     struct ptp_reading *reading);

/* For a clock that is read without a page: always 0. */
extern const struct counter_reader ptp_no_counter;

/* Check whether PTP_SYS_OFFSET_PRECISE works, in either form. Returns 0, or an
 * errno. */
int ptp_precise(const struct ptp *ptp);

/* Read one of the system's own clocks. Returns 0, or an errno. */
int clock_read(clockid_t id, const struct counter_reader *counter,
	       struct bracket *bracket);

/* Why a PHC of this kind cannot be read, in words; `hint` may be "". What an
 * errno means depends on the driver: where that is not known the words are the
 * system's. */
const char *ptp_errno_text(enum phc_kind kind, int errnum, const char **hint);

/* The kernel's TAI - UTC in seconds, 0: never set. */
int kernel_tai_offset(void);

#endif
