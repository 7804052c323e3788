/* SPDX-License-Identifier: BSD-2-Clause */
/* What a file, a FIFO or standard input holds, told by its first bytes. */
#ifndef VMCLOCKCTL_IO_SOURCE_SNIFF_H
#define VMCLOCKCTL_IO_SOURCE_SNIFF_H

#include "source_name.h"

/*
 * Read a page in any of its forms from fd into *source, whose kind and path are
 * set: bytes, length, format and what the form brings along. Of a recording its
 * reader is opened, which keeps fd. Returns 0, or -1 with *error.
 */
int sniff_read(int fd, struct source *source, struct error *error);

#endif
