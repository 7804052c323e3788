/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends entries to systemd's journal by its own protocol, a datagram of fields
 * to /run/systemd/journal/socket, without its library.
 */
#ifndef VMCLOCKCTL_IO_OUTPUT_JOURNAL_H
#define VMCLOCKCTL_IO_OUTPUT_JOURNAL_H

#include "base/error.h"

/* The journal of the machine below `root`. Returns a descriptor, or -1 with
 * *error (ERROR_WRITE). */
int journal_open(const char *root, struct error *error);

struct journal_field {
	const char *name;  /* capitals, digits and _ */
	const char *value; /* NULL: the field is left out */
};

/* One entry. Returns 0, or -1 with *error (ERROR_WRITE). */
int journal_send(int fd, const struct journal_field *fields, unsigned int count,
		 struct error *error);

#endif
