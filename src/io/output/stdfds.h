/* SPDX-License-Identifier: BSD-2-Clause */
/* Standard input, output and error where the caller has closed them. */
#ifndef VMCLOCKCTL_IO_OUTPUT_STDFDS_H
#define VMCLOCKCTL_IO_OUTPUT_STDFDS_H

/*
 * Before any file is opened: descriptors 0 to 2 that are closed are taken, so
 * that no file gets them and what is said goes into it. They cannot be read or
 * written (EBADF) all the same.
 */
void stdfds_hold(void);

#endif
