/* SPDX-License-Identifier: BSD-2-Clause */
/* What comes of looking at a live page. */
#ifndef VMCLOCKCTL_IO_LIVE_LOOK_H
#define VMCLOCKCTL_IO_LIVE_LOOK_H

struct live;

/* What a look found. */
enum look {
	LOOK_PAGE,	/* a consistent snapshot */
	LOOK_UNSETTLED, /* 100 ms passed with seq_count odd or moving */
	LOOK_LOST,	/* the device, or the file, is gone or too short */
	LOOK_END,	/* a simulation whose story is over */
	LOOK_ERROR,	/* *error says what */
};

#endif
