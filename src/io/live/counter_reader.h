/* SPDX-License-Identifier: BSD-2-Clause */
/* Where readings of a page's counter come from. */
#ifndef VMCLOCKCTL_IO_LIVE_COUNTER_READER_H
#define VMCLOCKCTL_IO_LIVE_COUNTER_READER_H

#include <stdbool.h>
#include <stdint.h>

struct counter_reader {
	/* false: there is no reading, since the page changed. */
	bool (*read)(void *context, uint64_t *counter);
	void *context;
};

#endif
