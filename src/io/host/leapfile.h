/* SPDX-License-Identifier: BSD-2-Clause */
/* The leap-second table from its file. */
#ifndef VMCLOCKCTL_IO_HOST_LEAPFILE_H
#define VMCLOCKCTL_IO_HOST_LEAPFILE_H

#include "base/error.h"
#include "clock/leap.h"
#include "doctor/access_error.h"

/* Read a file that the user named; a FIFO is read once its writer opens it.
 * Returns 0, or -1 with *error (ERROR_OPEN, ERROR_DAMAGED). */
int leapfile_read(const char *path, struct leap_table *table,
		  struct error *error);

/* The same for LEAP_TABLE_PATH below `root`. A caller may continue without the
 * table: rules that need it are then skipped. */
int leapfile_system(const char *root, struct leap_table *table,
		    struct error *error);

/* The same; *access_error has why it could not be read, if it may exist. */
int leapfile_look(const char *root, struct leap_table *table,
		  struct access_error *access_error, struct error *error);

#endif
