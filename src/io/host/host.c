/* SPDX-License-Identifier: BSD-2-Clause */
/* Examines a machine, part by part. */
#include "host.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/tree.h"
#include "page/device_names.h"
#include "parts.h"
#include "phc.h"
#include "sysfile.h"

int host_check_root(const char *root, struct error *error)
{
	struct stat status;
	int cause = 0;

	if (!*root)
		return 0;
	if (stat(root, &status) < 0)
		cause = errno;
	else if (!S_ISDIR(status.st_mode))
		cause = ENOTDIR;
	return cause ? error_set(error, ERROR_OPEN, cause, "%s: cannot open",
				 root)
		     : 0;
}

void host_look_region(const char *root, struct host *host)
{
	*host = (struct host){ .phc_own = -1 };
	host_look_kernel(root, host);
	host_look_firmware(root, host);
}

/* Where no driver's directory is shown, this one is proven by what it made: it
 * has taken a device. */
static void infer_driver(const char *root, struct host *host)
{
	if (host->driver != DRIVER_NOT_BOUND &&
	    (host->misc || host->phc_own >= 0 ||
	     (host->nodes && host->has_page)) &&
	    !sysfile_exists(root, "/sys/bus", NULL))
		host->driver = DRIVER_BOUND;
}

void host_look_made(const char *root, struct host *host)
{
	host_look_driver(root, host);
	host_look_misc(root, host);
	host->phc_count =
		phc_list(root, host->phcs, &host->access_errors[AREA_PHC]);
	infer_driver(root, host);
}

int host_check_node(const char *root, const char *node, struct error *error)
{
	static const char prefix[] = "/dev/" DEVICE_NODE;
	const char *number = node + strlen(prefix);
	struct stat status;

	if (strncmp(node, prefix, strlen(prefix)) != 0 || !*number ||
	    strspn(number, "0123456789") != strlen(number) ||
	    strlen(number) > 9)
		return usage_error(
			error,
			"%s: doctor examines a device, by the name of its node: /dev/vmclockN",
			node);
	if (tree_status(root, node, true, &status) != OBSERVED_READ)
		return error_set(error, ERROR_OPEN, errno, "%s%s: cannot open",
				 root, node);
	return 0;
}

void host_look_observed(const char *root, struct host *host,
			struct observations *observations)
{
	host_look_device(root, NULL, host, observations);
}

void host_look_device(const char *root, const char *node, struct host *host,
		      struct observations *observations)
{
	/* No copy on the stack: it is large. */
	memset(host, 0, sizeof(*host));
	host->phc_own = -1;
	for (unsigned int area = 0; area < AREA_COUNT; area++) {
		host->access_errors[area].observations = observations;
		host->access_errors[area].area = area;
	}
	host->asked_node = node;
	host->asked_by_root = geteuid() == 0;
	host_look_kernel(root, host);
	host_look_hypervisor(root, host);
	host_look_firmware(root, host);
	host_look_driver(root, host);
	host_look_node(root, host);
	host_look_phcs(root, host);
	host_look_groups(root, host);
	infer_driver(root, host);
	host_look_page(root, host);
	infer_driver(root, host);
	host_look_clocks(root, host);
	host_look_chrony(root, host);
	host_look_virtio_rtc(root, host);
	host_look_steering(root, host);
}

void host_look(const char *root, struct host *host)
{
	host_look_observed(root, host, NULL);
}
