/* SPDX-License-Identifier: BSD-2-Clause */
/* /proc/iomem: what lies at which physical address of the machine. */
#ifndef VMCLOCKCTL_IO_HOST_IOMEM_H
#define VMCLOCKCTL_IO_HOST_IOMEM_H

#include <stdbool.h>
#include <stdint.h>

#include "doctor/access_error.h"

struct iomem_row {
	uint64_t start, end; /* the last byte; both 0 where they are hidden */
	const char *name;
	bool top; /* lies in no other */
};

/* Call take() for each row below `root`, from the first on, until it returns
 * true. Returns 0, or the errno by which the file could not be read, which
 * *access_error has too, unless that is NULL. */
int iomem_rows(const char *root,
	       bool (*take)(const struct iomem_row *row, void *context),
	       void *context, struct access_error *access_error);

/* What the file says of a range of addresses. */
struct iomem_range {
	bool hidden;   /* it shows no address at all */
	bool in_ram;   /* a part of it is System RAM */
	char name[64]; /* of the innermost row that has its first byte, or "" */
	uint64_t start, end; /* of that row, the last byte */
};

/* Returns 0, or the errno by which the file could not be read. */
int iomem_look(const char *root, uint64_t start, uint64_t end,
	       struct iomem_range *range);

#endif
