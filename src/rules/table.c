/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of rules as data. Its rows, and how to add one: table.h. */
#include "rules.h"

#include <string.h>

const char *const level_names[LEVEL_COUNT] = {
	[LEVEL_MUST] = "must",
	[LEVEL_KERNEL] = "kernel",
	[LEVEL_SHOULD] = "should",
	[LEVEL_PLAUSIBLE] = "plausible",
};

const char *const need_names[NEED_COUNT] = { "series", "live", "driver", "phc",
					     "leap-table" };

/* The titles of UAPI.13 that rows cite, and the other sources. */
#define FIELDS	  "UAPI.13, Structure Fields"
#define FLAGS	  "UAPI.13, Flags"
#define TIME	  "UAPI.13, Calculating time"
#define ERRORS	  "UAPI.13, Time error calculation"
#define DISCOVERY "UAPI.13, Discovery via ACPI, Device Tree"
#define HEADER	  "linux/vmclock-abi.h"
#define DRIVER	  "Linux, ptp_vmclock"
#define PRACTICE  "practice of shipping devices"
#define PLAUSIBLE "UAPI.13 does not say"

/* What reads the clock needs all of it; FIELD_time_frac_sec is its last. */
#define CLOCK .last = FIELD_time_frac_sec
/* Nothing after `row`. */
#define ALONE .last = -1

/* The members without a name are id, title, level and clause. */
#define RULE(name, ...) [RULE_##name] = { __VA_ARGS__, .check = check_##name },
const struct rule rules[RULE_COUNT] = {
#include "table.h"
};

int rule_find(const char *id)
{
	for (int i = 0; i < RULE_COUNT; i++) {
		if (strcmp(rules[i].id, id) == 0)
			return i;
	}
	return -1;
}
