/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers with a unit on the command line: 10ms, 2.5GHz, 50ppm. */
#ifndef VMCLOCKCTL_CMD_QUANTITY_H
#define VMCLOCKCTL_CMD_QUANTITY_H

#include <stddef.h>

#include "clock/clock.h"

/* A unit, and how many of the smallest it is. */
struct unit {
	const char *name;
	uint64_t size;
};

/*
 * A number, with or without a fraction, and a unit, as a whole number of the
 * smallest unit: exactly, so what is none is no quantity. Returns 0, -EINVAL,
 * or -ERANGE for more than `most`.
 */
int parse_quantity(const char *text, const struct unit *units, size_t count,
		   uint128 most, uint128 *value);

#endif
