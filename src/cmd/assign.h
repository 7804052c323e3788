/* SPDX-License-Identifier: BSD-2-Clause */
/* The assignments of encode: raw fields, and what fills several of them. */
#ifndef VMCLOCKCTL_CMD_ASSIGN_H
#define VMCLOCKCTL_CMD_ASSIGN_H

#include <stdbool.h>

#include "io/source/source.h"

/* NAME=VALUE; a word with a slash before its = is a file's name. */
bool is_assignment(const char *word);

/*
 * Carry out the assignments among the words on the page of *source, whose
 * layout is set: first the raw fields in the order given, with flags+= and
 * flags-=, then frequency, drift, maxerror and time, which need the others.
 * Returns 0, or -1 with *error (ERROR_USAGE).
 */
int assign_all(struct source *source, char *const *words, int count,
	       struct error *error);

#endif
