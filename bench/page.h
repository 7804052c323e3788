/* SPDX-License-Identifier: BSD-2-Clause */
/* A page of this machine, made and updated. */
#ifndef VMCLOCKCTL_BENCH_PAGE_H
#define VMCLOCKCTL_BENCH_PAGE_H

#include <stdint.h>

#include "figure.h"

/* In the file, made by `simulate` of the benchmark's program, and mapped. */
uint8_t *page_make(const struct bench *bench, const char *path);

/* An update of it, under its seqlock, that changes the marker. */
void page_update(uint8_t *page, uint64_t marker);

void page_free(uint8_t *page);

#endif
