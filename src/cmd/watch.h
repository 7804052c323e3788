/* SPDX-License-Identifier: BSD-2-Clause */
/* How a watch ends. */
#ifndef VMCLOCKCTL_CMD_WATCH_H
#define VMCLOCKCTL_CMD_WATCH_H

/* Why it ended, and the status for it. */
enum ending {
	ENDING_SIGNAL,
	ENDING_COUNT,
	ENDING_UNTIL,
	ENDING_TIMEOUT,
	ENDING_SOURCE,
	ENDING_PIPE,
	ENDINGS_END,
};

extern const char *const ending_names[ENDINGS_END]; /* in JSON */

/* What became of --until. */
enum awaited {
	AWAITED_NOTHING, /* it was not given */
	AWAITED_AT_ONCE, /* the first page had the value */
	AWAITED_CAME,
	AWAITED_TIMED_OUT,
	AWAITED_NOT, /* something else ended the watch before */
	AWAITED_COUNT,
};

extern const char *const awaited_names[AWAITED_COUNT]; /* in JSON */

#endif
