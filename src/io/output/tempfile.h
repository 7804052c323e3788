/* SPDX-License-Identifier: BSD-2-Clause */
/* A temporary file, removed by a signal that ends the program. */
#ifndef VMCLOCKCTL_IO_OUTPUT_TEMPFILE_H
#define VMCLOCKCTL_IO_OUTPUT_TEMPFILE_H

/*
 * Create a file, which must not exist yet, for reading and writing. Until
 * tempfile_forget() it is removed when the program is ended by a signal that is
 * neither ignored nor has a handler of its own. One file at a time; the caller
 * keeps the name, which must stay valid. Returns its descriptor, or -1 and
 * errno.
 */
int tempfile_create(const char *name);

void tempfile_forget(void);

#endif
