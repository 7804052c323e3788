/* SPDX-License-Identifier: BSD-2-Clause */
/* What a node of a VMClock device below a root is, without opening it. */
#include "device_node.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/sysfs.h"
#include "io/tree.h"
#include "sysfile.h"

void device_node_describe(const char *root, const char *path, char *text,
			  size_t size)
{
	char name[300], given[32], here[32];
	struct stat status;

	snprintf(text, size, "a device, which is not opened below --root");
	if (tree_status(root, path, false, &status) != OBSERVED_READ)
		return;
	if (S_ISBLK(status.st_mode)) {
		snprintf(text, size, "a block device, and no character device");
		return;
	}
	snprintf(here, sizeof(here), "%u:%u", major(status.st_rdev),
		 minor(status.st_rdev));
	snprintf(name, sizeof(name), "/%s/dev", path_base_name(path));
	if (!sysfile_line_in(root, SYSFS_MISC, name, given, sizeof(given),
			     NULL)) {
		snprintf(
			text, size,
			"nothing drives this node: it is %s, which class misc has not",
			here);
		return;
	}
	if (strcmp(here, given) == 0)
		return;
	snprintf(text, size,
		 "nothing drives this node: it is %s, and class misc has %.20s",
		 here, given);
}

int device_node_error(const char *root, const char *path,
		      enum observed observed, int errnum, struct error *error)
{
	cleanup_free char *name = NULL;
	char text[160];

	if (observed == OBSERVED_DEVICE) {
		device_node_describe(root, path, text, sizeof(text));
		error_set(error, ERROR_OPEN, 0, "%s%s: %s", root, path, text);
		return error_hint(
			error,
			"run vmclockctl on that machine, or copy the page into a file there");
	}
	if (asprintf(&name, "%s%s", root, path) < 0) {
		name = NULL;
		return error_set(error, ERROR_MEMORY, ENOMEM, "%s", path);
	}
	return tree_error(error, name, observed, errnum);
}
