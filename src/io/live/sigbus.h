/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads memory that may disappear while it is read. */
#ifndef VMCLOCKCTL_IO_LIVE_SIGBUS_H
#define VMCLOCKCTL_IO_LIVE_SIGBUS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Call work(context), which reads `length` bytes from `start` on. Returns false
 * if they were not there (SIGBUS: the file behind a mapping was truncated).
 * `work` then did not finish, so it must hold nothing that has to be released.
 * A SIGBUS from any other address still kills the program.
 */
bool sigbus_guarded(const void *start, size_t length,
		    void (*work)(void *context), void *context);

#endif
