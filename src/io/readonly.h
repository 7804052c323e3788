/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens files for reading only, and reads all of them. */
#ifndef VMCLOCKCTL_IO_READONLY_H
#define VMCLOCKCTL_IO_READONLY_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Open a file, a device or a FIFO, never for writing: old kernels would let a
 * mapping of a writable descriptor be made writable. It does not wait, not even
 * for the writer of a FIFO, and no terminal becomes the controlling terminal.
 * Returns the descriptor, or -1 and errno.
 */
int open_readonly(const char *path);

/* The same for what is read as a file, but it waits for the writer of a FIFO. A
 * character device that is no stream is not opened: EOPNOTSUPP. */
int open_readonly_waiting(const char *path);

/* Read to the end, or until there are `size` bytes; a signal does not interrupt
 * this. Returns their number, or -1 and errno, even if some bytes were read. */
ssize_t read_all(int fd, void *bytes, size_t size);

#endif
