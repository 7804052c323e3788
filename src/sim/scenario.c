/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of stories, and the steps of each. */
#include "scenario.h"

#include <stddef.h>
#include <string.h>

#include "page/page.h"

#define BOUNDS                                                                 \
	(FLAG_PERIOD_ESTERROR_VALID | FLAG_PERIOD_MAXERROR_VALID |             \
	 FLAG_TIME_ESTERROR_VALID | FLAG_TIME_MAXERROR_VALID)
#define NO_BOUNDS (FLAG_TAI_OFFSET_VALID | FLAG_VM_GEN_COUNTER_PRESENT)
#define STEPPING  (NO_BOUNDS | BOUNDS)
#define FULL	  (STEPPING | FLAG_TIME_MONOTONIC)

/* A page with a calibrated clock, as most stories begin, and its parts. */
#define COUNTS .seq_count = 2, .marker = 1, .generation = 1
#define TAI    .time_type = TIME_TYPE_TAI, .tai_offset = -37
#define PACE   .interval = 1000, .duration = 8000
#define CLOCK  COUNTS, TAI, PACE, .status = STATUS_SYNCHRONIZED

/* TAI seconds. */
#define NEW_YEAR_2017 INT64_C(1483228800) /* UTC, without leap seconds */
#define NEW_YEAR_2099 INT64_C(4070908800)
#define JULY_2098     INT64_C(4055788800) /* the 10th */
#define DECEMBER_2098 INT64_C(4069440000) /* the 15th */

static const struct scenario_step no_steps[] = { { 0, ACT_END, 0 } };

static const struct scenario_step disruption_only[] = {
	{ 3000, ACT_MARKER, 1 },
	{ 6000, ACT_MARKER, 1 },
	{ 0, ACT_END, 0 },
};

static const struct scenario_step snapshot_safety[] = {
	{ 3000, ACT_MARKER, 1 }, { 3000, ACT_GENERATION, 1 },
	{ 6000, ACT_MARKER, 1 }, { 6000, ACT_GENERATION, 1 },
	{ 0, ACT_END, 0 },
};

/* The counter of the other host is elsewhere, and so is its estimate. */
static const struct scenario_step live_migration[] = {
	{ 4000, ACT_MARKER, 1 },     { 4000, ACT_COUNTER, 25 },
	{ 4000, ACT_PERIOD, -2000 }, { 4000, ACT_TIME, 4000 },
	{ 0, ACT_END, 0 },
};

/* Back to the counter of the time when the snapshot was taken. */
static const struct scenario_step snapshot_restore[] = {
	{ 4000, ACT_MARKER, 1 },
	{ 4000, ACT_GENERATION, 1 },
	{ 4000, ACT_COUNTER, -1500 },
	{ 0, ACT_END, 0 },
};

static const struct scenario_step forked[] = {
	{ 4000, ACT_GENERATION, 1 },
	{ 0, ACT_END, 0 },
};

static const struct scenario_step startup[] = {
	{ 2000, ACT_STATUS, STATUS_INITIALIZING },
	{ 2000, ACT_SET, FLAG_TAI_OFFSET_VALID },
	{ 4000, ACT_STATUS, STATUS_SYNCHRONIZED },
	{ 4000, ACT_SET, FULL },
	{ 0, ACT_END, 0 },
};

static const struct scenario_step holdover[] = {
	{ 2000, ACT_STATUS, STATUS_FREERUNNING },
	{ 7000, ACT_STATUS, STATUS_UNRELIABLE },
	{ 0, ACT_END, 0 },
};

static const struct scenario_step maintenance[] = {
	{ 2000, ACT_SET, FLAG_DISRUPTION_SOON },
	{ 4000, ACT_SET, FLAG_DISRUPTION_IMMINENT },
	{ 6000, ACT_CLEAR, FLAG_DISRUPTION_SOON | FLAG_DISRUPTION_IMMINENT },
	{ 6000, ACT_MARKER, 1 },
	{ 6000, ACT_COUNTER, 10 },
	{ 0, ACT_END, 0 },
};

/* 23:59:60 lasts from 3 s to 4 s. */
static const struct scenario_step leap_positive[] = {
	{ 3000, ACT_LEAP, LEAP_POS },
	{ 4000, ACT_LEAP, LEAP_POST_POS },
	{ 4000, ACT_TAI, -37 },
	{ 7000, ACT_LEAP, LEAP_NONE },
	{ 0, ACT_END, 0 },
};

/* 23:59:59 would begin at 3 s, and is left out. */
static const struct scenario_step leap_negative[] = {
	{ 3000, ACT_LEAP, LEAP_POST_NEG },
	{ 3000, ACT_TAI, -36 },
	{ 6000, ACT_LEAP, LEAP_NONE },
	{ 0, ACT_END, 0 },
};

/* The rest of the page stays right, as far as it can. */
static const struct scenario_step constant[] = {
	{ 4000, ACT_TIME_TYPE, TIME_TYPE_MONOTONIC },
	{ 0, ACT_END, 0 },
};

static const struct scenario_step seq_unchanged[] = {
	{ 4000, ACT_SAME_SEQ, 0 },
	{ 0, ACT_END, 0 },
};

static const struct scenario_step odd_window[] = {
	{ 4000, ACT_ODD, 250 },
	{ 0, ACT_END, 0 },
};

static const struct scenario_step marker_repeat[] = {
	{ 3000, ACT_MARKER, 1 },
	{ 6000, ACT_MARKER, -1 },
	{ 0, ACT_END, 0 },
};

static const struct scenario_step marker_silent[] = {
	{ 4000, ACT_TIME, INT64_C(1000000000) },
	{ 0, ACT_END, 0 },
};

/* The marker keeps its rule. */
static const struct scenario_step generation_repeat[] = {
	{ 3000, ACT_MARKER, 1 }, { 3000, ACT_GENERATION, 1 },
	{ 6000, ACT_MARKER, 1 }, { 6000, ACT_GENERATION, -1 },
	{ 0, ACT_END, 0 },
};

/* Inside its wide bounds, and more than passes between two looks. */
static const struct scenario_step backward[] = {
	{ 4000, ACT_TIME, -500000000 },
	{ 0, ACT_END, 0 },
};

/* Forward, which the monotonic flag allows. */
static const struct scenario_step unnested[] = {
	{ 4000, ACT_TIME, 5000000 },
	{ 0, ACT_END, 0 },
};

/* 200 ppm. The bounds are wide enough for what that makes of a second. */
static const struct scenario_step frequency_step[] = {
	{ 4000, ACT_PERIOD, 200000 },
	{ 0, ACT_END, 0 },
};

/* At the 10th of a month, on a clock past every leap table. */
static const struct scenario_step tai_step[] = {
	{ 4000, ACT_TAI, -38 },
	{ 0, ACT_END, 0 },
};

/* In a December past every leap table both announcements are plausible. */
static const struct scenario_step leap_order[] = {
	{ 4000, ACT_LEAP, LEAP_PRE_NEG },
	{ 0, ACT_END, 0 },
};

/* More than a second of ticks each; free-running and without bounds, so that
 * no other rule looks at the time. */
static const struct scenario_step reference_stuck[] = {
	{ 1500, ACT_CALIBRATE, 0 }, { 3000, ACT_STUCK, 0 },
	{ 4500, ACT_CALIBRATE, 0 }, { 6000, ACT_CALIBRATE, 0 },
	{ 0, ACT_END, 0 },
};

/* Its clock is slewed by NTP, and the page written when its frequency
 * changes. */
static const struct scenario_step host_driver[] = {
	{ 61000, ACT_SLEW, 30 },  { 134000, ACT_SLEW, 12 },
	{ 199000, ACT_SLEW, 41 }, { 271000, ACT_SLEW, 25 },
	{ 0, ACT_END, 0 },
};

const struct scenario scenarios[] = {
	{ .name = "steady",
	  .help = "a synchronized clock, calibrated once a second",
	  CLOCK,
	  .flags = FULL,
	  .steps = no_steps },
	{ .name = "disruption-only",
	  .help = "no clock, only the marker, as QEMU's device: two disruptions",
	  .counter = SCENARIO_COUNTER_NONE,
	  .seq_count = 2,
	  .marker = 1,
	  .duration = 8000,
	  .steps = disruption_only },
	{ .name = "snapshot-safety",
	  .help = "no clock, marker and generation, as Firecracker's device: two snapshots are loaded",
	  .counter = SCENARIO_COUNTER_NONE,
	  .flags = FLAG_VM_GEN_COUNTER_PRESENT | FLAG_NOTIFICATION_PRESENT,
	  .duration = 8000,
	  .steps = snapshot_safety },
	{ .name = "live-migration",
	  .help = "moved to another host: marker, counter, period and reference change",
	  CLOCK,
	  .flags = FULL,
	  .steps = live_migration },
	{ .name = "snapshot-restore",
	  .help = "a snapshot is loaded: marker and generation change, the counter goes back",
	  CLOCK,
	  .flags = FULL,
	  .steps = snapshot_restore },
	{ .name = "fork",
	  .help = "cloned on its host: the generation changes, the marker does not",
	  CLOCK,
	  .flags = FULL,
	  .steps = forked },
	{ .name = "startup",
	  .help = "a clock that is unknown, initializing, synchronized",
	  COUNTS,
	  TAI,
	  PACE,
	  .status = STATUS_UNKNOWN,
	  .flags = FLAG_VM_GEN_COUNTER_PRESENT,
	  .steps = startup },
	{ .name = "holdover",
	  .help = "the host loses its time source: free-running, its bounds grow, then unreliable",
	  COUNTS,
	  TAI,
	  .status = STATUS_SYNCHRONIZED,
	  .interval = 1000,
	  .flags = FULL,
	  .duration = 9000,
	  .steps = holdover },
	{ .name = "maintenance",
	  .help = "a disruption is announced: soon, imminent, done",
	  CLOCK,
	  .flags = FULL,
	  .steps = maintenance },
	{ .name = "leap-positive",
	  .help = "the leap second of 31 December 2016, TAI - UTC 36 to 37 s",
	  COUNTS,
	  .time_type = TIME_TYPE_TAI,
	  .status = STATUS_SYNCHRONIZED,
	  .interval = 1000,
	  .flags = FULL,
	  .leap = LEAP_PRE_POS,
	  .tai_offset = -36,
	  .epoch = NEW_YEAR_2017 - 3 + 36,
	  .duration = 9000,
	  .steps = leap_positive },
	{ .name = "leap-negative",
	  .help = "a negative leap second on 31 December 2098, past any table",
	  CLOCK,
	  .flags = FULL,
	  .leap = LEAP_PRE_NEG,
	  .epoch = NEW_YEAR_2099 - 1 - 3 + 37,
	  .steps = leap_negative },
	{ .name = "arm64",
	  .help = "Arm's counter at 24 MHz",
	  .counter = SCENARIO_COUNTER_ARM,
	  CLOCK,
	  .flags = FULL,
	  .steps = no_steps },
	{ .name = "utc",
	  .help = "a clock that counts UTC",
	  COUNTS,
	  PACE,
	  .status = STATUS_SYNCHRONIZED,
	  .tai_offset = -37,
	  .flags = FULL,
	  .time_type = TIME_TYPE_UTC,
	  .steps = no_steps },
	{ .name = "constant",
	  .help = "broken: the time type changes",
	  .breaks = "series.constant",
	  CLOCK,
	  .flags = FULL,
	  .steps = constant },
	{ .name = "seq-unchanged",
	  .help = "broken: an update leaves seq_count as it was",
	  .breaks = "series.seq-step",
	  CLOCK,
	  .flags = FULL,
	  .steps = seq_unchanged },
	{ .name = "odd-window",
	  .help = "broken: seq_count is odd for 250 ms",
	  .breaks = "series.odd-window",
	  CLOCK,
	  .flags = FULL,
	  .steps = odd_window },
	{ .name = "marker-repeat",
	  .help = "broken: the marker returns to its first value",
	  .breaks = "series.marker-unique",
	  CLOCK,
	  .flags = FULL,
	  .steps = marker_repeat },
	{ .name = "marker-silent",
	  .help = "broken: time steps by a second under one marker, no bounds",
	  .breaks = "series.marker-silent",
	  CLOCK,
	  .flags = NO_BOUNDS,
	  .steps = marker_silent },
	{ .name = "generation-repeat",
	  .help = "broken: the generation returns to its first value",
	  .breaks = "series.generation-unique",
	  CLOCK,
	  .flags = FULL,
	  .steps = generation_repeat },
	{ .name = "backward",
	  .help = "broken: time steps back by 0.5 s, but claims to be monotonic",
	  .breaks = "series.monotonic",
	  CLOCK,
	  .flags = FULL,
	  .maxerror = 1000000000,
	  .steps = backward },
	{ .name = "unnested",
	  .help = "broken: time steps by 5 ms, out of its bounds",
	  .breaks = "series.nested",
	  CLOCK,
	  .flags = FULL,
	  .steps = unnested },
	{ .name = "frequency-step",
	  .help = "broken: the period steps by 200 ppm under one marker",
	  .breaks = "series.frequency-step",
	  CLOCK,
	  .flags = STEPPING,
	  .maxerror = 1000000,
	  .steps = frequency_step },
	{ .name = "tai-step",
	  .help = "broken: the TAI offset changes without a leap second",
	  .breaks = "series.tai-step",
	  CLOCK,
	  .flags = FULL,
	  .epoch = JULY_2098,
	  .steps = tai_step },
	{ .name = "leap-order",
	  .help = "broken: a positive leap second becomes a negative one",
	  .breaks = "series.leap-order",
	  CLOCK,
	  .flags = FULL,
	  .leap = LEAP_PRE_POS,
	  .epoch = DECEMBER_2098,
	  .steps = leap_order },
	{ .name = "reference-stuck",
	  .help = "broken: the counter advances, the reference time does not",
	  .breaks = "series.reference-advances",
	  COUNTS,
	  TAI,
	  .status = STATUS_FREERUNNING,
	  .flags = STEPPING,
	  .maxerror = UINT64_C(10000000000),
	  .duration = 8000,
	  .steps = reference_stuck },
	{ .name = "host-driver",
	  .help = "broken: as Linux's host driver writes it: TAI offset +37, marker 0, no bounds, an update each minute or less often",
	  .breaks = "tai.sign",
	  .seq_count = 2,
	  .time_type = TIME_TYPE_TAI,
	  .tai_offset = 37,
	  .status = STATUS_SYNCHRONIZED,
	  .flags = FLAG_TAI_OFFSET_VALID | FLAG_TIME_MONOTONIC |
		   FLAG_NOTIFICATION_PRESENT,
	  .duration = 300000,
	  .steps = host_driver },
	{ .name = "torn",
	  .help = "broken: seq_count is never odd; only with --publish",
	  .torn = true,
	  CLOCK,
	  .flags = FULL,
	  .steps = no_steps },
	{ .name = NULL },
};

const struct scenario *scenario_find(const char *name)
{
	for (const struct scenario *s = scenarios; s->name; s++) {
		if (strcmp(s->name, name) == 0)
			return s;
	}
	return NULL;
}
