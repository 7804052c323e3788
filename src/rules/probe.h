/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the probe found around a live page: the counter, the clocks, the
 * driver's node, the firmware, the PTP clock. Filled by io/host/probe.c,
 * checked by rules/live.c.
 */
#ifndef VMCLOCKCTL_RULES_PROBE_H
#define VMCLOCKCTL_RULES_PROBE_H

#include "clock/offset.h"
#include "clock/quality.h"
#include "page/firmware_device.h"

enum probe_kind {
	PROBE_DEVICE,
	PROBE_FILE,   /* that another process keeps */
	PROBE_MEMORY, /* of this machine, read without a driver */
	PROBE_SIM,
};

/* The result of a call that should be refused, or should work. */
enum trial {
	TRIAL_UNKNOWN, /* not tried */
	TRIAL_DONE,
	TRIAL_REFUSED,
};

/* The calls made on the driver's node, with a descriptor opened read-only. */
struct probe_driver {
	unsigned int mode; /* permission bits */
	/* The page did not change between mapping, read(2) and mapping. */
	bool at_rest;
	uint64_t page_size; /* the kernel's: the size of one read and of one
			       mapping */
	int64_t got;	    /* by read(2) of two pages, -1: refused */
	bool same;	    /* as the mapping */
	int64_t beyond;	    /* by pread(2) from the page's end, -1: refused */
	enum trial map_two, map_offset;
	enum trial map_writable, make_writable; /* private ones */
	enum trial epoll; /* refused by a driver without poll */
	bool hung_up;	  /* POLLHUP */
};

/* Whether updates woke a waiter while the page was watched. */
struct probe_notify {
	bool promised;	  /* by NOTIFICATION_PRESENT */
	enum trial waits; /* refused by a driver without poll */
	bool waited;	  /* before the page moved on */
	uint64_t woke, lost;
};

struct probe_firmware {
	bool visible;	      /* its tables can be seen */
	unsigned int devices; /* of which so many are in `found` */
	struct firmware_device found[DEVICES_MAX];
};

/* The counter, read on one CPU after the other. */
struct probe_cpus {
	unsigned int count; /* that this process may use, 0: unknown */
	enum trial pinned;  /* to one of them */
	unsigned int readings, latest_cpu;
	uint64_t latest;
	/* The first reading that was smaller than the one before it. */
	bool backward;
	unsigned int ahead_cpu, behind_cpu;
	uint64_t behind; /* ticks */
};

struct probe_phc {
	bool visible; /* the list of PTP clocks can be seen */
	bool present, open;
	int max_adj;
	bool cross_timestamping;
	/* Read under one page, between two readings of the counter. */
	bool judged;
	struct offset offset;
	const char *refusal; /* why it could not be read, NULL: it could */
	enum trial precise;
	bool same_clocksource; /* as the page's counter */
	/* What the kernel said of it in that reading, which it took between
	 * these two counters. */
	struct quality quality;
	uint64_t before, after;
};

struct probe {
	enum probe_kind kind;
	/* The page it was compared with, of `length` bytes; 0: none settled. */
	const uint8_t *bytes;
	size_t length;
	uint8_t counter_id; /* of this CPU */

	/* The counter under the page. */
	bool has_counter;
	uint64_t counter;

	struct probe_cpus cpus;

	/* `ticks` of the counter took `elapsed` ns by CLOCK_MONOTONIC_RAW,
	 * which may be off by `slack`. */
	bool has_rate;
	uint64_t ticks, elapsed, slack;

	/* CLOCK_REALTIME under the page, and its maximum error in ns. */
	bool has_realtime;
	struct bracket realtime;
	uint64_t realtime_maxerror;

	struct probe_driver driver;
	struct probe_notify notify;
	struct probe_firmware firmware;
	struct probe_phc phc;
};

#endif
