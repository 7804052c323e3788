/* SPDX-License-Identifier: BSD-2-Clause */
/* The figures of watch. */
#ifndef VMCLOCKCTL_BENCH_WATCH_H
#define VMCLOCKCTL_BENCH_WATCH_H

#include "figure.h"

void wake_begin(struct bench *bench);
void wake_cost(struct bench *bench, struct pair *pair);
void idle_begin(struct bench *bench);
void idle_cost(struct bench *bench, struct pair *pair);
void line_begin(struct bench *bench);
void line_time(struct bench *bench, struct pair *pair);
void line_1ms_begin(struct bench *bench);
void line_10ms_begin(struct bench *bench);
void line_100ms_begin(struct bench *bench);
void line_wait(struct bench *bench, struct pair *pair);
void watch_end(struct bench *bench);

#endif
