/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens the file of an output that grows. For output.c. */
#ifndef VMCLOCKCTL_IO_OUTPUT_GROWING_H
#define VMCLOCKCTL_IO_OUTPUT_GROWING_H

#include <stdint.h>

#include "replace_file.h"

/*
 * Open what has the name of the place, or a new file under it, to append to it,
 * with the writer's lock. A file that was there is emptied if it is empty or
 * `ours` accepts its first bytes (at most 64 KiB). Returns the descriptor, or
 * -1 and errno, or -1 with *left and *writer, the process of LEFT_WRITTEN or 0.
 */
int growing_open(const struct destination *destination,
		 bool (*ours)(const uint8_t *head, size_t length),
		 enum left_file *left, pid_t *writer);

#endif
