/* SPDX-License-Identifier: BSD-2-Clause */
/* Recognises what a file, a FIFO or standard input holds by its first bytes. */
#ifndef VMCLOCKCTL_IO_SOURCE_SNIFF_H
#define VMCLOCKCTL_IO_SOURCE_SNIFF_H

#include "source_name.h"

/*
 * Read a page in any of its forms from fd into *source, whose kind and path are
 * set: bytes, length, format and whatever else the form holds. For a recording,
 * its reader is opened, which keeps fd. Returns 0, or -1 with *error.
 */
int sniff_read(int fd, struct source *source, struct error *error);

#endif
