/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the times of RFC 3339. */
#ifndef VMCLOCKCTL_CLOCK_RFC3339_H
#define VMCLOCKCTL_CLOCK_RFC3339_H

#include "clock.h"

/*
 * The UTC time that all of the text is: 2026-11-21T00:00:00Z, with up to nine
 * digits of a fraction and Z or an offset such as +01:00. Returns 0, -EINVAL if
 * it is none, -ERANGE for a day or an hour that does not exist; the second 60
 * has no number of its own and is -ERANGE too.
 */
int rfc3339_parse(const char *text, struct timestamp *stamp);

/* The same, and 23:59:60 of UTC on any day: *leap_second then, and *stamp is
 * one second before, in 23:59:59. */
int rfc3339_parse_leap(const char *text, struct timestamp *stamp,
		       bool *leap_second);

#endif
