/* SPDX-License-Identifier: BSD-2-Clause */
/* The stories that a simulated device can play, as tables. */
#ifndef VMCLOCKCTL_SIM_SCENARIO_H
#define VMCLOCKCTL_SIM_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

/* What a step of a story does to the page. */
enum act {
	ACT_END,	/* of the table */
	ACT_CALIBRATE,	/* a new reference, nothing else */
	ACT_STATUS,	/* clock_status becomes `value` */
	ACT_MARKER,	/* `value` is added to disruption_marker */
	ACT_GENERATION, /* and to vm_generation_counter */
	ACT_SET,	/* flags */
	ACT_CLEAR,	/* flags */
	ACT_LEAP,	/* leap_indicator becomes `value` */
	ACT_TAI,	/* tai_offset_sec becomes `value` */
	ACT_TIME_TYPE,	/* time_type becomes `value` */
	ACT_COUNTER,	/* the guest's counter jumps by `value` ms of ticks */
	ACT_TIME,     /* the published time is off by `value` ns from now on */
	ACT_PERIOD,   /* the published period by `value` ppb */
	ACT_SLEW,     /* the same of a clock that goes on from where it was */
	ACT_STUCK,    /* the reference time no longer changes */
	ACT_SAME_SEQ, /* this update leaves seq_count as it was */
	ACT_ODD,      /* seq_count is odd for `value` ms in this update */
};

struct scenario_step {
	uint32_t at; /* ms of the story; steps of one time are one update */
	enum act act;
	int64_t value;
};

/* The counter that the page is about. */
enum scenario_counter {
	SCENARIO_COUNTER_OWN, /* the machine's */
	SCENARIO_COUNTER_ARM, /* Arm's at 24 MHz, whatever the machine has */
	SCENARIO_COUNTER_NONE,
};

struct scenario {
	const char *name;
	const char *help;
	const char *breaks; /* the rule, NULL: none */
	bool torn;	    /* the writer never sets the low bit */
	enum scenario_counter counter;
	/* The page at the beginning. */
	uint8_t time_type;
	uint8_t status;
	uint8_t leap;
	int16_t tai_offset;
	uint32_t seq_count;
	uint64_t marker;
	uint64_t generation;
	uint64_t flags;
	uint64_t maxerror; /* ns, of the reference time; 0: the usual */
	/* TAI second at which the story begins; 0: now. */
	int64_t epoch;
	uint32_t interval; /* ms between two calibrations, 0: none */
	uint32_t duration; /* ms */
	const struct scenario_step *steps;
};

/* Ended by a NULL name; honest ones first. */
extern const struct scenario scenarios[];

const struct scenario *scenario_find(const char *name);

#endif
