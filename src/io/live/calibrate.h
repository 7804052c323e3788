/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine's counter against its clock, as a hypervisor calibrates it. */
#ifndef VMCLOCKCTL_IO_LIVE_CALIBRATE_H
#define VMCLOCKCTL_IO_LIVE_CALIBRATE_H

#include "pairing.h"
#include "sim/sim.h"

/*
 * The counter that a scenario's page is about: the machine's own; for Arm's on
 * another machine, and where there is none, one of 24 MHz made of
 * CLOCK_MONOTONIC_RAW.
 */
uint64_t calibrate_counter(const struct scenario *scenario);

struct calibration {
	const struct scenario *scenario;
	struct pairing anchor; /* with CLOCK_MONOTONIC, for the period */
	int64_t tai;	       /* TAI - CLOCK_REALTIME, ns */
	int64_t steered;       /* CLOCK_MONOTONIC of the last time, ns */
};

/* Measure for 20 ms. TAI is CLOCK_TAI where the kernel knows its offset, else
 * CLOCK_REALTIME + 37 s. */
void calibrate_start(struct calibration *calibration,
		     const struct scenario *scenario, struct sim_line *line);

/*
 * Follow the machine's clock: where some time has passed, *line becomes one
 * through its own time at a counter of now, steered towards the clock by a
 * slightly other period. Returns whether it changed.
 */
bool calibrate_steer(struct calibration *calibration, struct sim_line *line);

#endif
