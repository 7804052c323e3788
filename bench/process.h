/* SPDX-License-Identifier: BSD-2-Clause */
/* The figures of whole processes: show and verify. */
#ifndef VMCLOCKCTL_BENCH_PROCESS_H
#define VMCLOCKCTL_BENCH_PROCESS_H

#include "figure.h"

void show_begin(struct bench *bench);
void show_empty(struct bench *bench, struct pair *pair);
void show_edid(struct bench *bench, struct pair *pair);
void verify_begin(struct bench *bench);
void verify_python(struct bench *bench, struct pair *pair);
void verify_simdjson(struct bench *bench, struct pair *pair);
void instructions_begin(struct bench *bench);
void verify_instructions(struct bench *bench, struct pair *pair);
void verify_memory(struct bench *bench, struct pair *pair);
void verify_end_rows(struct bench *bench);
void dumps_begin(struct bench *bench);
void dumps_cksum(struct bench *bench, struct pair *pair);
void dumps_read(struct bench *bench, struct pair *pair);
void dumps_end(struct bench *bench);

#endif
