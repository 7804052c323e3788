/* SPDX-License-Identifier: BSD-2-Clause */
/* Repeats a system call that a signal interrupted. */
#ifndef VMCLOCKCTL_BASE_RETRY_H
#define VMCLOCKCTL_BASE_RETRY_H

#include <errno.h>

/* The result of the call: -1 with errno, never EINTR. glibc has a macro for
 * this, and musl has none. */
#define RETRY_EINTR(call)                                                      \
	__extension__({                                                        \
		__typeof__(call) result_;                                      \
		do {                                                           \
			result_ = (call);                                      \
		} while (result_ == -1 && errno == EINTR);                     \
		result_;                                                       \
	})

#endif
