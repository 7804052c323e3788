/* SPDX-License-Identifier: BSD-2-Clause */
/* Values in words, for people. */
#ifndef VMCLOCKCTL_VIEW_DESCRIBE_H
#define VMCLOCKCTL_VIEW_DESCRIBE_H

#include "clock/reading.h"

#define DESCRIBE_MAX 320

/*
 * The meaning of a field's value, with its unit: "x86-tsc", "0.5 ns", "TAI -
 * UTC is 37 s". For an absent field or one that is not valid: why. May be "".
 */
void describe_field(const struct reading *reading, int row,
		    char text[static DESCRIBE_MAX]);

/* The name of a KIND_ENUM field's value; "unknown(7)" if it has none. */
void describe_value(const struct field *field, uint64_t value,
		    char text[static DESCRIBE_MAX]);

/* "2.5 GHz", "999.9999 MHz": at most 9 significant digits. */
void describe_frequency(double hertz, char text[static DESCRIBE_MAX]);

/* "1.5 ns", "50 us", "2.25 s": `nsec` with a unit that keeps it short. */
void describe_duration(uint128 nsec, char text[static DESCRIBE_MAX]);

#endif
