/* SPDX-License-Identifier: BSD-2-Clause */
/* The result of a look at a live page. */
#ifndef VMCLOCKCTL_IO_LIVE_LOOK_H
#define VMCLOCKCTL_IO_LIVE_LOOK_H

struct live;

/* What a look found. */
enum look {
	LOOK_PAGE,	/* a consistent snapshot */
	LOOK_UNSETTLED, /* seq_count stayed odd or kept changing for 100 ms */
	LOOK_LOST,	/* the device or file is gone or too short */
	LOOK_END,	/* the simulation's story is over */
	LOOK_ERROR,	/* *error says what */
};

#endif
