/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths as text. */
#ifndef VMCLOCKCTL_BASE_PATH_H
#define VMCLOCKCTL_BASE_PATH_H

#include <string.h>

/* The part after the last slash of the path; all of it if there is none. */
static inline const char *path_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

#endif
