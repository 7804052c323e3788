/* SPDX-License-Identifier: BSD-2-Clause */
/* Something that may exist but could not be read. */
#ifndef VMCLOCKCTL_DOCTOR_ACCESS_ERROR_H
#define VMCLOCKCTL_DOCTOR_ACCESS_ERROR_H

#include <errno.h>
#include <stdbool.h>

#include "observation.h"

struct access_error {
	int errnum;	/* 0: everything was read */
	char what[240]; /* the first failure, "PATH: REASON" */
	enum observed observed;
	/* Where each look is noted, what was read as well, as one of this area;
	 * NULL: nowhere. */
	struct observations *observations;
	unsigned int area;
};

/* Whether permission was missing, rather than that something failed. */
static inline bool access_is_denied(int errnum)
{
	return errnum == EACCES || errnum == EPERM;
}

#endif
