/* SPDX-License-Identifier: BSD-2-Clause */
/* watch --view: the clocks of the machine beside the page, as compare has them.
 */
#ifndef VMCLOCKCTL_CMD_VIEW_CLOCKS_H
#define VMCLOCKCTL_CMD_VIEW_CLOCKS_H

#include "view/live_view.h"
#include "command.h"
#include "measure.h"

/* The device's own PHC; of a page without a clock the others too; CLOCK_TAI. */
#define VIEW_CLOCKS 4

struct view_clocks {
	/* A look at the page of its own, so that none of the watch's is lost;
	 * NULL: the clocks are not shown. */
	struct live *live;
	const char *root;
	struct measurer measurer;
	struct comparing comparing;
	struct compared clocks[VIEW_CLOCKS];
	bool listed;  /* the PHCs */
	int64_t next; /* reading of them, CLOCK_MONOTONIC, ns */
	char lines[VIEW_CLOCKS][LIVE_LINE];
	unsigned int count; /* of lines */
};

/* Begin. A simulation has no such clocks, and what cannot be opened is not
 * shown. */
void view_clocks_open(struct view_clocks *clocks,
		      const struct invocation *invocation,
		      const struct live *watched);

/* Read the clocks if a second has passed. */
void view_clocks_step(struct view_clocks *clocks, int64_t now);

void view_clocks_close(struct view_clocks *clocks);

#endif
