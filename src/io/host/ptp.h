/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads clocks together with the page's counter: PHCs, and the system's own. */
#ifndef VMCLOCKCTL_IO_HOST_PTP_H
#define VMCLOCKCTL_IO_HOST_PTP_H

#include <time.h>

#include "base/error.h"
#include "clock/offset.h"
#include "io/live/counter_reader.h"

/* PTP_MAX_SAMPLES: the kernel refuses more, and more are not needed. */
#define PTP_SAMPLES_MAX 25

/* How a clock was read; the best is tried first. */
enum read_method {
	METHOD_PRECISE,	 /* device and CLOCK_REALTIME at one moment */
	METHOD_EXTENDED, /* CLOCK_REALTIME before, device, after */
	METHOD_OFFSET,	 /* the same, through the whole system call */
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
	struct ptp_capabilities capabilities;
};

/*
 * Open a PHC, read-only. Returns 0, or -1 with *error (ERROR_OPEN, with a
 * hint): missing, not permitted, or not a PHC.
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
	/* METHOD_PRECISE: CLOCK_REALTIME at the moment of device.time, and two
	 * readings of CLOCK_REALTIME around the call. */
	struct timestamp realtime;
	struct bracket first, last;
};

/*
 * Read the PHC once, by the best method of the driver and the kernel: PRECISE,
 * EXTENDED, OFFSET, each in its second form if the first is refused or cannot
 * hold the clock's time. EBUSY is retried for about 10 ms. Returns 0, or the
 * errno of the last refusal.
 */
int ptp_read(struct ptp *ptp, const struct counter_reader *counter,
	     struct ptp_reading *reading);

/* Check whether PTP_SYS_OFFSET_PRECISE works, in either form. Returns 0, or an
 * errno. */
int ptp_precise(const struct ptp *ptp);

/* Read one of the system's own clocks. Returns 0, or an errno. */
int clock_read(clockid_t id, const struct counter_reader *counter,
	       struct bracket *bracket);

/* Why a PHC cannot be read, in words; `hint` may be "". */
const char *ptp_errno_text(int errnum, const char **hint);

/* The kernel's TAI - UTC in seconds, 0: never set. */
int kernel_tai_offset(void);

#endif
