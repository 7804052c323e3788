/* SPDX-License-Identifier: BSD-2-Clause */
/* A page that a simulation inside this process updates. */
#ifndef VMCLOCKCTL_IO_LIVE_LIVE_SIM_H
#define VMCLOCKCTL_IO_LIVE_LIVE_SIM_H

#include "live_ops.h"
#include "sim/scenario.h"

/* Open a simulation inside this process, by its scenario's name; takes over the
 * path. */
struct live *live_sim_open(char *path, struct error *error);

/*
 * Find the scenario of that name; `publish` admits also those that only a
 * published page can play. Returns 0, or -1 with *error (ERROR_USAGE, with the
 * nearest name).
 */
int live_sim_scenario(const char *name, bool publish,
		      const struct scenario **scenario, struct error *error);

#endif
