/* SPDX-License-Identifier: BSD-2-Clause */
/* The figures of reading the time with its bounds. */
#ifndef VMCLOCKCTL_BENCH_NOW_H
#define VMCLOCKCTL_BENCH_NOW_H

#include "figure.h"

#define NOW_CALLS 2000 /* of each in a round: shorter than a time slice */

/* The compiler must make what is never looked at. */
#define KEEP(value) __asm__ volatile("" : : "r"(value) : "memory")

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
/* The two files of scripts/amalgamate, in a source of the caller's. */
void inlined_gettime(struct bench *bench, struct pair *pair);
void inlined_lines(struct bench *bench, struct pair *pair);
/* The least that any reader needs: how good the others could be. */
void lines_gettime(struct bench *bench, struct pair *pair);
void lines_segment(struct bench *bench, struct pair *pair);
void now_end(struct bench *bench);

/* In inlined.c. */
void inlined_open(const char *path);
double inlined_calls(void); /* seconds for NOW_CALLS */
void inlined_close(void);

#endif
