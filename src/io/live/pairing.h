/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a page's counter and a system clock together. */
#ifndef VMCLOCKCTL_IO_LIVE_PAIRING_H
#define VMCLOCKCTL_IO_LIVE_PAIRING_H

#include <time.h>

#include "counter_reader.h"

struct pairing {
	uint64_t counter;
	int64_t clock;	/* ns since its epoch, at `counter` */
	uint64_t width; /* ns; `clock` may be off by half of it */
};

/*
 * Read the clock before and after the counter several times, and keep the
 * narrowest pair, in which no interrupt came in between. Returns false if the
 * counter could not be read.
 */
bool pairing_take(const struct counter_reader *counter, clockid_t id,
		  struct pairing *pairing);

#endif
