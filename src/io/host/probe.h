/* SPDX-License-Identifier: BSD-2-Clause */
/* Examines a live page's surroundings, for the rules on the live device. */
#ifndef VMCLOCKCTL_IO_HOST_PROBE_H
#define VMCLOCKCTL_IO_HOST_PROBE_H

#include "rules/probe.h"
#include "io/live/live.h"

/*
 * Fill *probe; takes about 100 ms. The page is copied to `bytes`, which has
 * room for PAGE_READ_MAX. Nothing is opened for writing, and nothing is left
 * behind: mappings that the driver should refuse are private, of a descriptor
 * opened read-only, never accessed, and removed at once. What cannot be found
 * out is left unknown: this never fails.
 */
void probe_live(struct live *live, const char *root, uint8_t *bytes,
		struct probe *probe);

#endif
