/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of what led to a look. */
#include "snapshot.h"

const char *const wake_names[WAKE_COUNT] = {
	[WAKE_POLL] = "poll",
	[WAKE_INTERVAL] = "interval",
	[WAKE_VIRTUAL] = "virtual",
};
