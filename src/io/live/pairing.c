/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes the narrowest of several readings of a clock around the counter. */
#include "pairing.h"

#include "io/system_clock.h"

#define TRIES 16

bool pairing_take(const struct counter_reader *counter, clockid_t id,
		  struct pairing *pairing)
{
	bool taken = false;

	for (int i = 0; i < TRIES; i++) {
		int64_t before = clock_nsec(id), after;
		uint64_t count, width;

		if (!counter->read(counter->context, &count))
			continue;
		after = clock_nsec(id);
		/* If the clock was stepped back, the window counts as the
		 * longest. */
		width = (uint64_t)(after - before);
		if (taken && width >= pairing->width)
			continue;
		taken = true;
		*pairing = (struct pairing){
			.counter = count,
			.clock = before + (after - before) / 2,
			.width = width,
		};
	}
	return taken;
}
