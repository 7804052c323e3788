/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cross-timestamps: a PHC or a system clock is read together with the page's
 * counter, under a page that is identical before and after. The page's time and
 * the clock's are then both known at one count, and so is their difference.
 */
#ifndef VMCLOCKCTL_IO_HOST_CROSS_TIMESTAMP_H
#define VMCLOCKCTL_IO_HOST_CROSS_TIMESTAMP_H

#include "clock/reading.h"
#include "io/live/live.h"
#include "ptp.h"

/* The page under which cross-timestamps are taken, kept from one to the
 * next. */
struct cross_timestamper {
	struct live *live;
	struct counter_reader counter;
	/* The page taken last, and its reading; the bytes are in the live
	 * page's own buffer, valid until the next look. */
	struct snapshot snapshot;
	struct reading page;
	/* The page is current as far as is known; if cleared, the next
	 * cross-timestamp begins with a look. */
	bool current;
};

/* What the window of a difference lies between. */
enum window_by {
	WINDOW_CALL,	/* the counter, read before and after the call */
	WINDOW_STAMPS,	/* CLOCK_REALTIME, by the kernel around the device */
	WINDOW_COUNTER, /* the counter, by the kernel around the device */
	WINDOW_BY_COUNT,
};

extern const char *const window_by_names[WINDOW_BY_COUNT];

struct cross_timestamp {
	/* How the clock was read, its time, and the counter around the call. */
	struct ptp_reading clock;
	/* The clock minus T, on the page's own timescale; see
	 * clock/offset.h. */
	struct difference difference;
	enum window_by window_by;
	int errnum; /* of CROSS_NO_CLOCK */
};

enum cross_result {
	CROSS_TAKEN,
	CROSS_NO_PAGE,	/* *error says why the page could not be read */
	CROSS_NO_TIME,	/* page.reason says why it has no time */
	CROSS_NO_CLOCK, /* errnum says why the clock could not be read: that of
			 * ptp_read(), EAGAIN: the page changed each time */
};

/* Begin; nothing is read yet. */
void cross_timestamp_start(struct cross_timestamper *t, struct live *live);

/* Look at the page. Returns as live_page(): 0, or -1 with *error. */
int cross_timestamp_look(struct cross_timestamper *t, struct error *error);

/*
 * Read the PHC, or if `ptp` is NULL the system clock `id`, by its best method,
 * and compute the difference: for PTP_SYS_OFFSET_PRECISE by way of
 * CLOCK_REALTIME, for the other methods at the middle of the call, or of the
 * kernel's own two stamps, whichever window is narrower; and by the counter
 * that the kernel read with them, where it tells it and it is the page's. The
 * reading is repeated, at most 200 times, while the page changes under it or it
 * yields no difference, as when CLOCK_REALTIME is stepped.
 */
enum cross_result cross_timestamp_take(struct cross_timestamper *t,
				       struct ptp *ptp, clockid_t id,
				       struct cross_timestamp *stamp,
				       struct error *error);

/* Only read the system clock `id`, in the same way, under a page that need not
 * have a time. Returns CROSS_TAKEN, CROSS_NO_PAGE or CROSS_NO_CLOCK. */
enum cross_result clock_read_under_page(struct cross_timestamper *t,
					clockid_t id, struct bracket *bracket,
					struct error *error);

#endif
