/* SPDX-License-Identifier: BSD-2-Clause */
/* Says what has happened to an open page since it was asked last. */
#include "here.h"
#include "reader.h"

#if VMCLOCK_HERE

#include <errno.h>

#include "io/live/notification.h"

int vmclock_fd(const struct vmclock *clock)
{
	return clock->polls ? clock->fd : -ENOSYS;
}

/* What happened to the machine, by its markers. */
static unsigned int compare_epochs(const struct vmclock_epoch *old,
				   const struct vmclock_epoch *new)
{
	bool jumped = old->disruption != new->disruption;
	/* One that came or went tells nothing. */
	bool cloned =
		old->has && new->has && old->generation != new->generation;

	if (cloned)
		return jumped ? VMCLOCK_EVENT_RESTORE : VMCLOCK_EVENT_FORK;
	return jumped ? VMCLOCK_EVENT_DISRUPTION : 0;
}

/* A TAI offset; what none could be where it is not valid. */
static uint64_t tai_of(const struct reader_state *state)
{
	return (state->flags & FLAG_TAI_OFFSET_VALID)
		       ? READER_FIELD(state->state, tai_offset_sec)
		       : UINT64_MAX;
}

static unsigned int compare_states(const struct reader_state *old,
				   const struct reader_state *new)
{
	unsigned int events = compare_epochs(&old->epoch, &new->epoch);

	if (READER_FIELD(old->state, clock_status) !=
	    READER_FIELD(new->state, clock_status))
		events |= VMCLOCK_EVENT_STATUS;
	if (READER_FIELD(old->state, leap_indicator) !=
	    READER_FIELD(new->state, leap_indicator))
		events |= VMCLOCK_EVENT_LEAP;
	if ((old->flags ^ new->flags) & READER_ANNOUNCED)
		events |= VMCLOCK_EVENT_MAINTENANCE;
	if (tai_of(old) != tai_of(new))
		events |= VMCLOCK_EVENT_TAI;
	return events;
}

int vmclock_seen(struct vmclock *clock)
{
	struct reader_state now;
	unsigned int events;
	int saved = errno;
	int result;

	if (clock->polls)
		notification_acknowledge(clock->fd);
	errno = saved;
	result = reader_take_state(clock, &now);
	if (result)
		return result;
	events = clock->has_state ? compare_states(&clock->state, &now) : 0;
	clock->state = now;
	clock->has_state = true;
	return (int)events;
}

#endif
