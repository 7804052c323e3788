/* SPDX-License-Identifier: BSD-2-Clause */
/* A source of readings of a page's counter. */
#ifndef VMCLOCKCTL_IO_LIVE_COUNTER_READER_H
#define VMCLOCKCTL_IO_LIVE_COUNTER_READER_H

#include <stdbool.h>
#include <stdint.h>

struct counter_reader {
	/* Returns false if there is no reading because the page changed. */
	bool (*read)(void *context, uint64_t *counter);
	void *context;
};

#endif
