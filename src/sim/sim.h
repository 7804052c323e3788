/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The engine behind every simulated device: a scenario, a seed and a line from
 * counter to time go in, pages come out. It reads no clock: the caller gives
 * the counter, the machine's own or a virtual one.
 */
#ifndef VMCLOCKCTL_SIM_SIM_H
#define VMCLOCKCTL_SIM_SIM_H

#include "clock/clock.h"
#include "scenario.h"

/* TAI - UTC in s since 2017, where neither a page nor the kernel says it. */
#define USUAL_TAI_OFFSET 37

/* Time as a function of a counter: a hypervisor's calibration of its clock. */
struct sim_line {
	uint64_t counter;
	grid time;	 /* TAI at `counter` */
	uint64_t period; /* 2^-(64+shift) s a tick, bit 63 set */
	uint8_t shift;
	uint32_t time_error;   /* ns, estimated, of `time` */
	uint32_t period_error; /* ppb, estimated */
};

/* TAI at the counter, rounded up to the grid; counter >= line->counter. */
grid sim_line_time(const struct sim_line *line, uint64_t counter);

/* The first count at which it is `time` or later; at least line->counter. */
uint64_t sim_line_counter(const struct sim_line *line, grid time);

/* A line through (counter, time) for a counter of `ticks` ticks in `duration`
 * units of 2^-64 s; both above 0. */
struct sim_line sim_line_make(uint64_t counter, grid time, uint64_t ticks,
			      uint128 duration);

struct sim_options {
	uint64_t seed;
	uint64_t interval;  /* ns between calibrations, 0: the scenario's */
	uint8_t counter_id; /* for SCENARIO_COUNTER_OWN */
	/* The reader's counter is the line's own, which cannot jump. */
	bool fixed_counter;
};

struct sim {
	const struct scenario *scenario;
	struct sim_options options;
	struct sim_line line;
	grid start; /* TAI at the beginning, on the line */
	grid shift; /* how far the story's clock is ahead of the line's */
	uint64_t interval;		  /* ns */
	const struct scenario_step *step; /* the next */
	uint64_t calibration; /* the next, ns of the story; 0: none */
	uint64_t offset;      /* the guest's counter - the line's */
	grid synchronized;    /* TAI on the line when it last was */
	int64_t time_bias;    /* ns */
	int64_t period_bias;  /* ppb */
	bool stuck;
	/* The counter of the line at which the next update is due. */
	bool has_due;
	uint64_t due;
	/* How long seq_count is odd in the last update, ns. */
	uint64_t odd;
	/* The page, its seq_count even. */
	uint8_t page[PAGE_DEFINED];
};

/* Begin a story where the line begins. */
void sim_start(struct sim *sim, const struct scenario *scenario,
	       const struct sim_options *options, const struct sim_line *line);

/*
 * Make the next update, with its reference at `counter` of the line, at least
 * sim->due; before sim->due it is only a calibration. Each step of the story is
 * an update of its own, even if late; calibrations whose time has passed are
 * omitted.
 */
void sim_update(struct sim *sim, uint64_t counter);

/* Switch to another line, which passes through a point at or after the last
 * reference; the reader's time continues without a step. */
void sim_set_line(struct sim *sim, const struct sim_line *line);

/* The counter of the line at which the story is over. */
uint64_t sim_end(const struct sim *sim);

/* The guest's counter when the line's is at `counter`. */
static inline uint64_t sim_guest_counter(const struct sim *sim,
					 uint64_t counter)
{
	return counter + sim->offset;
}

/* ns of the story that have passed, rounded down. */
uint64_t sim_elapsed(const struct sim *sim, uint64_t counter);

#endif
