/* SPDX-License-Identifier: BSD-2-Clause */
/* Divides by a frequency, bit by bit, and takes shares of the quotient. */
#include "period.h"

void period_of_frequency(uint128 nanohertz, uint64_t *period, uint8_t *shift)
{
	uint128 rest = NANOHERTZ;
	uint64_t quotient = 0;
	int bits = 0;

	/* The integer part is 0; the first bit that is set becomes bit 63. */
	while (!(quotient >> 63)) {
		rest <<= 1;
		quotient = quotient << 1 | (rest >= nanohertz);
		if (rest >= nanohertz)
			rest -= nanohertz;
		bits++;
	}
	/* Rounded up to 2^64 it is 2^63 of a unit twice as long; at shift 0 it
	 * is left as it is. */
	if (2 * rest >= nanohertz && !(quotient == UINT64_MAX && bits == 64) &&
	    !++quotient) {
		quotient = UINT64_C(1) << 63;
		bits--;
	}
	*period = quotient;
	*shift = (uint8_t)(bits - 64);
}

uint64_t period_share(uint64_t period, uint64_t share)
{
	return (uint64_t)(((uint128)period * share + SHARE_WHOLE - 1) /
			  SHARE_WHOLE);
}
