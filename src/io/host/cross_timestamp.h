/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cross-timestamps: a PHC, or a clock of the system, and the page's counter
 * read together, under a page that is the very same before and after. The
 * page's time and the clock's are then both known at one count, and so is their
 * difference.
 */
#ifndef VMCLOCKCTL_IO_HOST_CROSS_TIMESTAMP_H
#define VMCLOCKCTL_IO_HOST_CROSS_TIMESTAMP_H

#include "clock/reading.h"
#include "io/live/live.h"
#include "ptp.h"

/* The page that cross-timestamps are taken under, kept from one to the next. */
struct cross_timestamper {
	struct live *live;
	struct counter_reader counter;
	/* The page taken last, and what follows from it; its bytes are the live
	 * page's own, good until the next look. */
	struct snapshot snapshot;
	struct reading page;
	/* It is the page of now, as far as is known; cleared, the next
	 * cross-timestamp begins with a look. */
	bool current;
};

struct cross_timestamp {
	/* How the clock was read, its time, and the counter around the call. */
	struct ptp_reading clock;
	/* Against T, on the page's own timescale; see clock/offset.h. */
	struct difference difference;
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

/* Look at the page. Returns 0, or -1 with *error, as live_page(). */
int cross_timestamp_look(struct cross_timestamper *t, struct error *error);

/*
 * Read the PHC, or where `ptp` is NULL the system's clock `id`, by its best
 * method, and make the difference: PTP_SYS_OFFSET_PRECISE's is brought over by
 * CLOCK_REALTIME, the others' is that of the middle of the call. A reading is
 * taken again, 200 times at most, while the page changes under it or it makes
 * no difference, as when CLOCK_REALTIME is stepped.
 */
enum cross_result cross_timestamp_take(struct cross_timestamper *t,
				       struct ptp *ptp, clockid_t id,
				       struct cross_timestamp *stamp,
				       struct error *error);

/* Only read the system's clock `id`, under a page that need not have a time:
 * CROSS_TAKEN, CROSS_NO_PAGE or CROSS_NO_CLOCK, in the same way. */
enum cross_result clock_read_under_page(struct cross_timestamper *t,
					clockid_t id, struct bracket *bracket,
					struct error *error);

#endif
