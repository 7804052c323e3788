/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine's counter against its clock, as a hypervisor calibrates it. */
#ifndef VMCLOCKCTL_IO_LIVE_CALIBRATE_H
#define VMCLOCKCTL_IO_LIVE_CALIBRATE_H

#include "pairing.h"
#include "sim/sim.h"

/*
 * Read the counter of a scenario's page: this machine's own; for Arm's counter
 * on another machine, and for a scenario without one, a counter of 24 MHz
 * derived from CLOCK_MONOTONIC_RAW.
 */
uint64_t calibrate_counter(const struct scenario *scenario);

struct calibration {
	const struct scenario *scenario;
	struct pairing anchor; /* with CLOCK_MONOTONIC, for the period */
	int64_t tai;	       /* TAI - CLOCK_REALTIME, ns */
	int64_t steered;       /* CLOCK_MONOTONIC of the last time, ns */
};

/* Measure for 20 ms. TAI is CLOCK_TAI if the kernel knows its offset, else
 * CLOCK_REALTIME + 37 s. */
void calibrate_start(struct calibration *calibration,
		     const struct scenario *scenario, struct sim_line *line);

/*
 * Follow the machine's clock: once some time has passed, *line is replaced by a
 * line through its own time at the current counter, steered towards the clock
 * by a slightly different period. Returns whether it changed.
 */
bool calibrate_steer(struct calibration *calibration, struct sim_line *line);

#endif
