/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists the PHCs of /sys/class/ptp, and finds that of the device. */
#include "phc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/path.h"
#include "io/tree.h"
#include "page/device_names.h"
#include "parts.h"
#include "sysfile.h"

static int compare_index(const void *a, const void *b)
{
	const struct phc *left = a, *right = b;

	return (left->index > right->index) - (left->index < right->index);
}

static void read_phc(const char *root, const char *directory, struct phc *phc,
		     struct access_error *access_error)
{
	const char *base = path_base_name(directory);

	*phc = (struct phc){ 0 };
	phc->index = (unsigned int)strtoul(base + strlen("ptp"), NULL, 10);
	phc->root = root;
	snprintf(phc->path, sizeof(phc->path), "%s/dev/%s", root, base);
	sysfile_line_in(root, directory, "/clock_name", phc->name,
			sizeof(phc->name), access_error);
	sysfile_link_in(root, directory, "/device/driver", phc->driver,
			sizeof(phc->driver), access_error);
	sysfile_link_in(root, directory, "/device", phc->device,
			sizeof(phc->device), access_error);
	phc->kind = phc_identify(phc->name, phc->driver);
}

int phc_list(const char *root, struct phc list[static PHC_MAX],
	     struct access_error *access_error)
{
	struct sysfile_list found;
	int count = 0;

	sysfile_find(root, "/sys/class/ptp/ptp[0-9]*", &found, access_error);
	for (size_t i = 0; i < found.count && count < PHC_MAX; i++)
		read_phc(root, found.paths[i], &list[count++], access_error);
	sysfile_list_free(&found);
	qsort(list, (size_t)count, sizeof(*list), compare_index);
	return count;
}

int phc_open(const struct phc *phc, struct ptp *ptp, struct error *error)
{
	enum observed observed;
	int fd;

	if (!*phc->root)
		return ptp_open(phc->path, ptp, error);
	*ptp = (struct ptp){ .fd = -1 };
	observed = tree_open_node(phc->root, phc_below_root(phc), &fd);
	if (observed != OBSERVED_READ)
		return tree_error(error, phc->path, observed, errno);
	return ptp_take(fd, phc->path, ptp, error);
}

/* The name that the driver gave the node, wherever the node is: by its number,
 * else, and where it may be another machine's, by the path. */
static void find_device_name(const char *root, const char *path,
			     char name[static 64])
{
	char link[64];
	struct stat status;

	name[0] = '\0';
	strncat(name, path_base_name(path), 63);
	if (*root || stat(path, &status) != 0 || !S_ISCHR(status.st_mode))
		return;
	snprintf(link, sizeof(link), "/sys/dev/char/%u:%u",
		 major(status.st_rdev), minor(status.st_rdev));
	sysfile_link("", link, name, 64, NULL);
}

int phc_of_device(const char *root, const struct phc *list, int count,
		  const char *path)
{
	char name[64];

	find_device_name(root, path, name);
	for (int i = 0; i < count; i++) {
		if (list[i].kind.kind == PHC_VMCLOCK &&
		    strcmp(list[i].name, name) == 0 &&
		    (!*list[i].driver ||
		     strcmp(list[i].driver, DRIVER_NAME) == 0))
			return i;
	}
	return -1;
}

void host_look_phcs(const char *root, struct host *host)
{
	struct access_error *access_error = &host->access_errors[AREA_PHC];

	host->phc_count = phc_list(root, host->phcs, access_error);
	host->phc_own = -1;
	if (host->nodes)
		host->phc_own = phc_of_device(root, host->phcs, host->phc_count,
					      host->node);
	/* Without a node: any PHC of the driver. */
	for (int i = 0;
	     !host->nodes && i < host->phc_count && host->phc_own < 0; i++) {
		if (host->phcs[i].kind.kind == PHC_VMCLOCK)
			host->phc_own = i;
	}
	if (host->phc_own >= 0)
		host->phc_readable = host_look_at_node(
			root, phc_below_root(&host->phcs[host->phc_own]),
			"/sys/class/ptp", access_error, &host->phc_look);
}
