/* SPDX-License-Identifier: BSD-2-Clause */
/* The page in the node, and the offset of the device's PHC from it. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "io/live/pairing.h"
#include "io/system_clock.h"
#include "cross_timestamp.h"
#include "parts.h"
#include "phc.h"
#include "sysfile.h"

#define RATE_NSEC     (20 * NSEC_PER_MSEC)
#define OUR_TIME_NSEC (60 * NSEC_PER_SEC)

/* The PHC of this device against its page. */
static void judge_phc(struct host *host, struct live *live, struct ptp *ptp)
{
	struct cross_timestamper stamper;
	struct cross_timestamp stamp;
	struct error error;

	cross_timestamp_start(&stamper, live);
	switch (cross_timestamp_take(&stamper, ptp, 0, &stamp, &error)) {
	case CROSS_TAKEN:
		host->phc_judged =
			offset_judge(&stamper.page.clock, &stamp.difference,
				     EXPECT_ANY, &host->phc_offset);
		return;
	case CROSS_NO_CLOCK:
		/* EAGAIN: the page kept changing. */
		if (stamp.errnum != EAGAIN)
			host->phc_errnum = stamp.errnum;
		return;
	case CROSS_NO_PAGE:
	case CROSS_NO_TIME:
		return;
	}
}

/* An error with an errno comes from the system, one without from the page. */
static void keep_page_error(struct host *host, const struct error *error)
{
	struct access_error *access_error = &host->access_errors[AREA_PAGE];

	if (!error->errnum) {
		snprintf(host->page_error, sizeof(host->page_error), "%.199s",
			 error->message);
		return;
	}
	access_error->errnum = error->errnum;
	snprintf(access_error->what, sizeof(access_error->what), "%.239s",
		 error->message);
}

/* CLOCK_REALTIME against the page of this machine. */
static void judge_system_clock(struct host *host, struct live *live)
{
	struct cross_timestamper stamper;
	struct cross_timestamp stamp;
	struct error error;

	cross_timestamp_start(&stamper, live);
	if (cross_timestamp_take(&stamper, NULL, CLOCK_REALTIME, &stamp,
				 &error) == CROSS_TAKEN)
		host->system_judged =
			offset_judge(&stamper.page.clock, &stamp.difference,
				     EXPECT_UTC, &host->system_offset);
}

static bool is_now(const struct utc *utc)
{
	int128 apart = grid_nsec_floor(utc->time) - clock_nsec(CLOCK_REALTIME);

	return apart > -OUR_TIME_NSEC && apart < OUR_TIME_NSEC;
}

/* A page in a tree is taken for this machine's if it has this machine's time.
 */
static bool has_our_time(const struct host *host)
{
	const struct reading *reading = &host->reading;

	return reading->reason == READING_TIME && reading->utc_known &&
	       is_now(&reading->utc);
}

/* Or if its reference is of this minute, and so somebody keeps it. */
static bool is_kept(const struct host *host)
{
	const struct clock *clock = &host->reading.clock;
	struct utc utc;
	grid time;

	return host->has_page && host->reading.usable &&
	       clock_reference(clock, &time) && clock_utc(clock, time, &utc) &&
	       is_now(&utc);
}

/* The rate of the counter, for the page's period. */
static void measure_rate(struct host *host, struct live *live)
{
	struct cross_timestamper stamper;
	struct pairing from, to;
	struct error error;

	if (!host->has_page || !host->reading.usable ||
	    !host->reading.has_counter ||
	    (!host->own_counter && !has_our_time(host)))
		return;
	cross_timestamp_start(&stamper, live);
	if (!pairing_take(&stamper.counter, CLOCK_MONOTONIC_RAW, &from))
		return;
	sleep_nsec(RATE_NSEC);
	/* The page may have changed, and the counter with it. */
	if (cross_timestamp_look(&stamper, &error) ||
	    !pairing_take(&stamper.counter, CLOCK_MONOTONIC_RAW, &to) ||
	    stamper.page.page.value[FIELD_disruption_marker] !=
		    host->reading.page.value[FIELD_disruption_marker] ||
	    to.counter <= from.counter || to.clock <= from.clock)
		return;
	host->ticks = to.counter - from.counter;
	host->elapsed = (uint64_t)(to.clock - from.clock);
	host->slack = (from.width + to.width) / 2 + 1;
}

static void read_page(struct host *host, struct live *live)
{
	struct snapshot snapshot;
	struct error error = { 0 };

	switch (live_look(live, &snapshot, &error)) {
	case LOOK_PAGE:
		host->has_page = true;
		reading_make(snapshot.bytes, snapshot.length,
			     snapshot.has_counter ? &snapshot.counter : NULL,
			     &host->reading);
		return;
	case LOOK_UNSETTLED:
		host->page_unsettled = true;
		return;
	case LOOK_ERROR:
		keep_page_error(host, &error);
		return;
	default:
		/* The device went away and may have come back. */
		sysfile_access_error(&host->access_errors[AREA_PAGE], "",
				     host->node, ESTALE);
	}
}

/* Where there is no driver, and it would be taken unasked. */
static void look_in_memory(const char *root, struct host *host)
{
	const struct firmware_device *device = host_memory_device(host);
	struct error error;
	struct live *live;
	char name[32];

	if (host->driver == DRIVER_BOUND || !device ||
	    place_fault(device->region_start))
		return;
	snprintf(name, sizeof(name), MEMORY_PREFIX "0x%" PRIx64,
		 device->region_start);
	live = live_open(name, root, false, &error);
	if (!live) {
		snprintf(host->memory_error, sizeof(host->memory_error),
			 "%.199s", error.message);
		return;
	}
	read_page(host, live);
	host->page_in_memory = host->has_page || host->page_unsettled;
	live_close(live);
}

void host_look_page(const char *root, struct host *host)
{
	struct error error;
	struct live *live;
	struct ptp ptp;

	if (!host->nodes)
		look_in_memory(root, host);
	if (!host->nodes || !host->node_readable)
		return;
	live = live_open_below(root, host->node, *root != '\0', &error);
	if (!live) {
		keep_page_error(host, &error);
		return;
	}
	read_page(host, live);
	if (host->has_page && host->phc_own >= 0 && host->phc_readable) {
		const struct phc *phc = &host->phcs[host->phc_own];

		if (phc_open(phc, &ptp, &error) == 0) {
			host->own_counter = true;
			judge_phc(host, live, &ptp);
			ptp_close(&ptp);
		} else if (error.errnum != ENOTTY) {
			/* ENOTTY: a file that stands for one. */
			sysfile_access_error(&host->access_errors[AREA_PHC], "",
					     phc->path, error.errnum);
		}
	}
	/* A page in a tree may be of another machine. */
	host->own_counter |= !*root;
	if (host->has_page && host->own_counter)
		judge_system_clock(host, live);
	measure_rate(host, live);
	host->page_is_kept = is_kept(host);
	live_close(live);
}
