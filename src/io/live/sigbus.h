/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that may go away under the reader's feet. */
#ifndef VMCLOCKCTL_IO_LIVE_SIGBUS_H
#define VMCLOCKCTL_IO_LIVE_SIGBUS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Call work(context), which reads `length` bytes from `start` on. False if they
 * were not there (SIGBUS: the file behind a mapping was cut short), and `work`
 * did not come to its end: it must hold nothing that would have to be released.
 * A SIGBUS from anywhere else still kills.
 */
bool sigbus_guarded(const void *start, size_t length,
		    void (*work)(void *context), void *context);

#endif
