/* SPDX-License-Identifier: BSD-2-Clause */
/* The figures of reading the time with its bounds. */
#ifndef VMCLOCKCTL_BENCH_NOW_H
#define VMCLOCKCTL_BENCH_NOW_H

#include "figure.h"

/* Whether CLOCK_REALTIME comes from the counter that a page
 * is about: else its figures are not comparable. */
void now_clocksource(struct bench *bench);
void now_begin(struct bench *bench);
void now_writer_begin(struct bench *bench);
void now_gettime(struct bench *bench, struct pair *pair);
void now_counter(struct bench *bench, struct pair *pair);
void now_segment(struct bench *bench, struct pair *pair);
void now_epoch(struct bench *bench, struct pair *pair);
void now_lines(struct bench *bench, struct pair *pair);
void now_end(struct bench *bench);

#endif
