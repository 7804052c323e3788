/* SPDX-License-Identifier: BSD-2-Clause */
/* The file that a signal which ends the program takes with it. */
#ifndef VMCLOCKCTL_IO_OUTPUT_TEMPFILE_H
#define VMCLOCKCTL_IO_OUTPUT_TEMPFILE_H

/*
 * Create a file, which must not be there, for reading and writing. Until
 * tempfile_forget() it is removed when a signal ends the program that neither
 * is ignored nor has a handler of its own. One file at a time; the name stays
 * the caller's, and valid. Returns its descriptor, or -1 and errno.
 */
int tempfile_create(const char *name);

void tempfile_forget(void);

#endif
