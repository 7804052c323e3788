/* SPDX-License-Identifier: BSD-2-Clause */
/* The node of the device in /dev, and who may read it. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/sysfs.h"
#include "page/device_names.h"
#include "parts.h"
#include "io/tree.h"
#include "device_node.h"
#include "sysfile.h"

static void find_udev_rule(const char *root, struct host *host)
{
	static const char *const places[] = { "/etc/udev/rules.d/*.rules",
					      "/usr/lib/udev/rules.d/*.rules",
					      "/lib/udev/rules.d/*.rules" };

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct access_error *access_error =
			&host->access_errors[AREA_UDEV];
		struct sysfile_list found;
		size_t count =
			sysfile_find(root, places[i], &found, access_error);

		for (size_t j = 0; j < count && !host->udev_rule; j++)
			host->udev_rule =
				sysfile_mentions(root, found.paths[j],
						 DEVICE_NODE, access_error) > 0;
		sysfile_list_free(&found);
	}
}

static void look_at_node(const char *root, const char *path, struct host *host)
{
	struct access_error *access_error = &host->access_errors[AREA_NODE];
	enum observed observed;
	struct stat status;
	char text[100];

	snprintf(host->node, sizeof(host->node), "%s%s", root, path);
	observed = tree_status(root, path, false, &status);
	if (observed != OBSERVED_READ) {
		/* Also where it is absent: a link that leads nowhere. */
		sysfile_observed(access_error, root, path,
				 observed == OBSERVED_ABSENT ? OBSERVED_FAILED
							     : observed,
				 errno);
		return;
	}
	host->node_mode = status.st_mode & 07777;
	host->node_gid = status.st_gid;
	if (*root && observed_mode(status.st_mode) == OBSERVED_DEVICE) {
		device_node_describe(root, path, text, sizeof(text));
		sysfile_observed_as(access_error, root, path, OBSERVED_DEVICE,
				    ENOTSUP, text);
		return;
	}
	host->node_readable = sysfile_readable(root, path, access_error);
}

void host_look_node(const char *root, struct host *host)
{
	struct access_error *access_error = &host->access_errors[AREA_NODE];
	struct sysfile_list found;

	host->misc = sysfile_find(root, SYSFS_MISC "/" DEVICE_NODE "[0-9]*",
				  &found, access_error) > 0;
	sysfile_list_free(&found);
	host->nodes = (unsigned int)sysfile_find(
		root, "/dev/" DEVICE_NODE "[0-9]*", &found, access_error);
	if (host->nodes)
		look_at_node(root, found.paths[0], host);
	sysfile_list_free(&found);
	find_udev_rule(root, host);
}
