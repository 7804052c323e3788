/* SPDX-License-Identifier: BSD-2-Clause */
/* The system's clocks in nanoseconds, and sleeping. */
#ifndef VMCLOCKCTL_IO_SYSTEM_CLOCK_H
#define VMCLOCKCTL_IO_SYSTEM_CLOCK_H

#include <stdint.h>
#include <time.h>

#include "base/nsec.h"

/* The time by one of clock_gettime(2)'s clocks, which every kernel has, in ns
 * since its epoch. */
static inline int64_t clock_nsec(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

/* A time in ns, not negative, as a timespec. */
static inline struct timespec timespec_from_nsec(int64_t nsec)
{
	return (struct timespec){
		.tv_sec = nsec / NSEC_PER_SEC,
		.tv_nsec = nsec % NSEC_PER_SEC,
	};
}

/* Sleep for `nsec`, 0 or more; a signal ends it early. */
static inline void sleep_nsec(int64_t nsec)
{
	struct timespec time = timespec_from_nsec(nsec);

	nanosleep(&time, NULL);
}

#endif
