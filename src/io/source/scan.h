/* SPDX-License-Identifier: BSD-2-Clause */
/* Searches memory for pages, in the time that reading it takes. */
#ifndef VMCLOCKCTL_IO_SOURCE_SCAN_H
#define VMCLOCKCTL_IO_SOURCE_SCAN_H

#include "image.h"

/* The places that pass for a page: how many, and the first ones. */
struct scan_found {
	uint64_t count;
	struct memory_place places[MEMORY_PLACES_MAX];
	uint8_t *page; /* of the first, PAGE_READ_MAX bytes of room */
	size_t length;
};

struct scan {
	struct image *image;
	uint64_t looked; /* bytes, with those of holes */
	uint64_t magics; /* places that have the magic, and no more */
	/* On a boundary of PLACE_ALIGNMENT, by the address where it is known
	 * and else by the offset, as a device's region is; and off it, as a
	 * copy in a program's memory may be. */
	struct scan_found aligned, others;
	uint8_t *buffer;
};

/* Returns 0, or -1 with *error. Call scan_end() in either case. */
int scan_start(struct scan *scan, struct image *image, struct error *error);

/*
 * Search from `offset` to `end` (UINT64_MAX: to the end of the file), every 8
 * bytes; `address`: of the first byte, NULL if it is not known. Returns 0, or
 * -1 with *error.
 */
int scan_range(struct scan *scan, uint64_t offset, uint64_t end,
	       const uint64_t *address, struct error *error);

void scan_end(struct scan *scan);

#endif
