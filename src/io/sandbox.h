/* SPDX-License-Identifier: BSD-2-Clause */
/* Rights that a command which only reads files gives up, by landlock(7). */
#ifndef VMCLOCKCTL_IO_SANDBOX_H
#define VMCLOCKCTL_IO_SANDBOX_H

/*
 * Give up all rights to files but reading and, in the directory of the file
 * `output` (NULL: none), writing; and the network, as far as the kernel knows
 * of. What is open stays open. Where the kernel has no landlock nothing
 * happens.
 */
void sandbox_begin(const char *output);

/* After the last source is open: give up reading, too. Nothing happens without
 * sandbox_begin(). */
void sandbox_end_reading(void);

#endif
