/* SPDX-License-Identifier: BSD-2-Clause */
/* What may be there, and could not be looked at. */
#ifndef VMCLOCKCTL_DOCTOR_ACCESS_ERROR_H
#define VMCLOCKCTL_DOCTOR_ACCESS_ERROR_H

#include <errno.h>
#include <stdbool.h>

struct access_error {
	int errnum;	/* 0: all was seen */
	char what[240]; /* the first of it, "PATH: REASON" */
};

/* Whether the user may not, rather than that something failed. */
static inline bool access_is_denied(int errnum)
{
	return errnum == EACCES || errnum == EPERM;
}

#endif
