/* SPDX-License-Identifier: BSD-2-Clause */
/* Opening what is only read, and reading all of it. */
#ifndef VMCLOCKCTL_IO_READONLY_H
#define VMCLOCKCTL_IO_READONLY_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Open a file, a device or a FIFO, never for writing: from such a descriptor
 * old kernels would let a mapping be made writable. It does not wait, for the
 * writer of a FIFO neither, and no terminal becomes the process's own. Returns
 * the descriptor, or -1 and errno.
 */
int open_readonly(const char *path);

/* The same, but it waits for the writer of a FIFO. */
int open_readonly_waiting(const char *path);

/* Read to the end, or until there are `size` bytes; a signal does not break it
 * off. Returns their number, or -1 and errno: a part is as good as nothing. */
ssize_t read_all(int fd, void *bytes, size_t size);

#endif
