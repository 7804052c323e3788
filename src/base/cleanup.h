/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Resources that end with the scope of their variable, however it is left but
 * by longjmp(): `cleanup_free char *text = malloc(n);`. To let a resource
 * outlive the scope, take it out of the variable, which becomes NULL, or -1.
 * errno is unchanged.
 */
#ifndef VMCLOCKCTL_BASE_CLEANUP_H
#define VMCLOCKCTL_BASE_CLEANUP_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"

static inline void cleanup_free_variable(void *variable)
{
	void *memory;
	int cause = errno;

	memcpy(&memory, variable, sizeof(memory));
	free(memory);
	errno = cause;
}

static inline void cleanup_close_variable(const int *fd)
{
	int cause = errno;

	if (*fd >= 0)
		close(*fd);
	errno = cause;
}

/* Take the descriptor out of its variable, whose scope then closes none. */
static inline int cleanup_take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

/* Before a declaration, which has to initialise: `release` gets the variable's
 * address at the end. */
#define CLEANUP(release) __attribute__((cleanup(release)))

#define cleanup_free  CLEANUP(cleanup_free_variable)
#define cleanup_close CLEANUP(cleanup_close_variable)

/* Allocate `size` bytes of zeros, to be freed; NULL with *error (ERROR_MEMORY),
 * whose subject is `what`. */
void *new_zeros(size_t size, const char *what, struct error *error);

#endif
