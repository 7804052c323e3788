/* SPDX-License-Identifier: BSD-2-Clause */
/* A page's period from what people say: a frequency, a share of it. */
#ifndef VMCLOCKCTL_CLOCK_PERIOD_H
#define VMCLOCKCTL_CLOCK_PERIOD_H

#include "clock.h"

/* 10^-9 Hz in 1 Hz. */
#define NANOHERTZ UINT64_C(1000000000)

/* The frequencies that period_of_frequency() takes: above 1 Hz, where a period
 * has no whole second, up to 1 THz. */
#define FREQUENCY_LEAST (NANOHERTZ + 1)
#define FREQUENCY_MOST	((uint128)NANOHERTZ * UINT64_C(1000000000000))

/*
 * The period of a frequency in 10^-9 Hz, in 2^-(64+shift) s, to the nearest,
 * halves up. It is normalised: bit 63 is set, so it is off by less than 2^-63
 * of itself. The frequency has to be within the bounds above.
 */
void period_of_frequency(uint128 nanohertz, uint64_t *period, uint8_t *shift);

/* Of a share, parts in 10^15 of a period: at most all of it. */
#define SHARE_WHOLE UINT64_C(1000000000000000)

/* That share of the period in the same unit, rounded up, so that it bounds what
 * it is a bound of. */
uint64_t period_share(uint64_t period, uint64_t share);

#endif
