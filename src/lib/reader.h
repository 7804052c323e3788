/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of libvmclock share: an open clock, and a look at its page. */
#ifndef VMCLOCKCTL_LIB_READER_H
#define VMCLOCKCTL_LIB_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/live/seqlock.h"
#include "page/page.h"
#include "vmclock.h"

/* The fields that vmclock_seen() compares. */
struct reader_state {
	struct vmclock_epoch epoch;
	uint64_t flags; /* of the page */
	uint64_t state; /* the word of clock_status */
};

struct vmclock {
	const uint8_t *page;
	/* What the page's flags can say of the fields that it has. */
	uint64_t flags;
	/* Where these are; 0x10, which every page has, if it has not. */
	uint32_t generation_at, maxerror_at;
	bool has_status;    /* the word of clock_status is on the page */
	bool has_clock;	    /* and all else that makes the time */
	bool orders_itself; /* counter_orders_itself() */
	bool polls;
	bool has_state; /* the state is that of the last vmclock_seen() */
	int fd;		/* -1: none */
	void *map;	/* NULL: not the library's */
	size_t map_length;
	struct reader_state state;
};

/* The aligned word that holds a field, and the field taken from it. */
#define READER_WORD(field) ((OFFSET_##field) & ~7)
#define READER_FIELD(word, field)                                              \
	((word) >> 8 * ((OFFSET_##field) & 7) &                                \
	 UINT64_MAX >> (64 - 8 * (WIDTH_##field)))

/* What announces a disruption. */
#define READER_ANNOUNCED (FLAG_DISRUPTION_SOON | FLAG_DISRUPTION_IMMINENT)

#define reader_unlikely(condition) __builtin_expect((condition), 0)

/* The flags of a page that count for this clock. */
static inline uint64_t reader_flags(const struct vmclock *clock)
{
	return shared_load64(clock->page + OFFSET_flags) & clock->flags;
}

static inline void reader_epoch(const struct vmclock *clock,
				struct vmclock_epoch *epoch, uint64_t flags)
{
	bool has = (flags & FLAG_VM_GEN_COUNTER_PRESENT) != 0;

	epoch->disruption =
		shared_load64(clock->page + OFFSET_disruption_marker);
	epoch->generation = shared_load64(clock->page + clock->generation_at) &
			    -(uint64_t)has;
	epoch->has = has ? VMCLOCK_HAS_GENERATION : 0;
	epoch->reserved = 0;
}

/* Read the counter after all loads before it. */
static inline __attribute__((always_inline)) uint64_t
reader_counter(const struct vmclock *clock)
{
	return clock->orders_itself ? counter_read_ordered() : counter_read();
}

/* Take the state in one look: 0 or -EAGAIN. */
int reader_take_state(const struct vmclock *clock, struct reader_state *state);

#endif
