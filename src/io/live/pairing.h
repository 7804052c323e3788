/* SPDX-License-Identifier: BSD-2-Clause */
/* A page's counter and a clock of the system, read together. */
#ifndef VMCLOCKCTL_IO_LIVE_PAIRING_H
#define VMCLOCKCTL_IO_LIVE_PAIRING_H

#include <time.h>

#include "counter_reader.h"

struct pairing {
	uint64_t counter;
	int64_t clock;	/* ns since its epoch, at `counter` */
	uint64_t width; /* ns, twice what `clock` may be off */
};

/*
 * Read the clock before and after the counter, some times, and keep the
 * narrowest: no interrupt came in between. false if the counter could not be
 * read.
 */
bool pairing_take(const struct counter_reader *counter, clockid_t id,
		  struct pairing *pairing);

#endif
