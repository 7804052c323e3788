/* SPDX-License-Identifier: BSD-2-Clause */
/* Which file chronyd reads first. */
#ifndef VMCLOCKCTL_IO_HOST_CHRONY_FILE_H
#define VMCLOCKCTL_IO_HOST_CHRONY_FILE_H

#include "doctor/access_error.h"

/* Debian's, and that of the others. */
#define CHRONY_DEBIAN_FILE "/etc/chrony/chrony.conf"
#define CHRONY_OTHER_FILE  "/etc/chrony.conf"
#define CHRONY_PROGRAM	   "/usr/sbin/chronyd"

/* The path below the root: what the running chronyd was given by -f, else what
 * is built into its program, if that tells, else the one that is there. False:
 * none is there. */
bool chrony_find_file(const char *root, char path[static 4096],
		      struct access_error *access_error);

#endif
