/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether two pages have a leap second between them. */
#ifndef VMCLOCKCTL_RULES_LEAP_PAIR_H
#define VMCLOCKCTL_RULES_LEAP_PAIR_H

#include "clock/leap_story.h"
#include "rules.h"

/*
 * The leap second between the references of two pages, by their indicators at a
 * month's end, or the sum of those in the leap-second table: 1 inserted, -1
 * skipped, 0 none. The count of UTC steps by minus that.
 */
int leap_pair_find(const struct subject *before, const struct subject *after);

#endif
