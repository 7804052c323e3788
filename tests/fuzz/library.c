/* SPDX-License-Identifier: BSD-2-Clause */
/* libvmclock on a hostile page, which another takes the place of after it was
 * attached: no read beyond what was given, and the times of clock.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock/clock.h"
#include "fuzz.h"
#include "io/live/counter.h"
#include "vmclock.h"

static void check_bounds(const struct vmclock_now *now, int result)
{
	if (result)
		return;
	require(now->earliest <= now->time && now->time <= now->latest);
	require(now->flags & VMCLOCK_HAS_BOUNDS ||
		(now->earliest == INT64_MIN && now->latest == INT64_MAX));
}

/* The page's own time against the exact arithmetic. */
static void compare_time(const uint8_t *bytes, size_t length,
			 const struct vmclock_now *now, int result)
{
	struct page page;
	struct clock clock;
	grid time;
	enum obstacle obstacle;

	page_decode(bytes, length, &page);
	obstacle = clock_from_page(&page, &clock);
	if (obstacle == OBSTACLE_NO_CLOCK ||
	    page.value[FIELD_counter_id] != COUNTER_OWN) {
		require(result == -ENODATA);
		return;
	}
	if (obstacle == OBSTACLE_STATUS) {
		require(result == -EHOSTDOWN);
		return;
	}
	if (!clock_time(&clock, now->counter, &time) ||
	    grid_nsec_floor(time) != (int64_t)grid_nsec_floor(time)) {
		require(result == -ERANGE);
		return;
	}
	require(result == 0 && now->time == (int64_t)grid_nsec_floor(time));
	require(!!(now->flags & VMCLOCK_HAS_BOUNDS) == clock.has_maxerror);
}

static void read_page(struct vmclock *clock, const uint8_t *bytes,
		      size_t length, uint64_t counter, bool same)
{
	struct vmclock_epoch epoch;
	struct vmclock_now now;
	int result;

	for (int scale = VMCLOCK_SCALE_UTC; scale <= VMCLOCK_SCALE_PAGE;
	     scale++) {
		result = vmclock_at(clock, scale, counter, &now, sizeof(now));
		check_bounds(&now, result);
		/* What its size was is what the library goes by. */
		if (scale == VMCLOCK_SCALE_PAGE && result != -EAGAIN && same)
			compare_time(bytes, length, &now, result);
		check_bounds(&now,
			     vmclock_now(clock, scale, &now, sizeof(now)));
	}
	if (vmclock_epoch(clock, &epoch) == 0)
		require(epoch.has || !epoch.generation);
	require(vmclock_seen(clock) >= -EAGAIN);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	uint64_t counter = input_number(&input, 8);
	size_t length, other_length;
	uint8_t *page = input_page(&input, &length);
	uint8_t *other = input_page(&input, &other_length);
	struct vmclock *clock;

	if (vmclock_attach(&clock, page, length) == 0) {
		read_page(clock, page, length, counter, true);
		memcpy(page, other,
		       other_length < length ? other_length : length);
		read_page(clock, page, length, counter, false);
		vmclock_close(clock);
	}
	free(page);
	free(other);
	return 0;
}
