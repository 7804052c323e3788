/* SPDX-License-Identifier: BSD-2-Clause */
/* watch --view: what is seen, kept in a file from one press of a key to the
 * next. */
#ifndef VMCLOCKCTL_CMD_VIEW_RECORDING_H
#define VMCLOCKCTL_CMD_VIEW_RECORDING_H

#include "capture.h"

struct view_recording {
	bool on;
	/* For the screen: which file is written, or why it is not; "": none
	 * has been. */
	char said[400];
	/* Private. */
	char file[300];
	bool refused; /* what was said last is why none began */
	char *kept;   /* lines for the end, one for each file; NULL: none */
	struct output output;
	struct capture capture;
};

/*
 * Begin a new file in the working directory, named after the source and the
 * time, with -2 to -99 behind it where that name is taken. The page that is
 * seen is its first; where it is gone there is none. A recording that is on
 * ends, whole.
 */
void view_recording_toggle(struct view_recording *recording, const char *root,
			   const struct follow *follow);

/* What follow_next() returned. Where the page goes away the recording ends, as
 * it does where the disk is full. */
void view_recording_take(struct view_recording *recording,
			 const struct follow *follow, enum followed found,
			 const struct snapshot *snapshot);

/* End it, and say on stderr what was written, to each file. */
void view_recording_close(struct view_recording *recording);

#endif
