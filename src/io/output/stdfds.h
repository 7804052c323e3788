/* SPDX-License-Identifier: BSD-2-Clause */
/* Standard input, output and error where the caller has closed them. */
#ifndef VMCLOCKCTL_IO_OUTPUT_STDFDS_H
#define VMCLOCKCTL_IO_OUTPUT_STDFDS_H

/*
 * Call this before any file is opened: closed descriptors 0 to 2 are occupied,
 * so that no file gets them and messages do not go into that file. Reading or
 * writing them still fails (EBADF).
 */
void stdfds_hold(void);

/* No message is lost where standard error is a pipe or a terminal that does not
 * wait for its reader. */
void stdfds_make_messages_wait(void);

#endif
