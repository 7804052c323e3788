/* SPDX-License-Identifier: BSD-2-Clause */
/* Examines a machine, part by part. */
#include "host.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/asker.h"
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

/* The number of a bound device, by the PHC that the driver made of it; -1 for
 * none. */
static long told_number(const struct host *host, const char *bound)
{
	for (int i = 0; i < host->phc_count; i++) {
		const struct phc *phc = &host->phcs[i];

		if (phc->kind.kind == PHC_VMCLOCK &&
		    strcmp(phc->device, bound) == 0)
			return strtol(phc->name + strlen(DEVICE_NODE), NULL,
				      10);
	}
	return -1;
}

/* Which of the bound devices is the asked one: by its PHC, else it is the only
 * one whose number none tells; -1 if that is not known. */
static int find_asked(const struct host *host, long asked)
{
	int left = -1;

	if (host->bound_count > DEVICES_MAX ||
	    host->access_errors[AREA_PHC].errnum)
		return -1;
	for (int i = 0; i < host->phc_count; i++) {
		if (host->phcs[i].kind.kind == PHC_VMCLOCK &&
		    !*host->phcs[i].device)
			return -1;
	}
	for (int i = 0; i < (int)host->bound_count; i++) {
		long number = told_number(host, host->bound[i]);

		if (number == asked)
			return i;
		if (number >= 0)
			continue;
		left = left == -1 ? i : -2;
	}
	return left;
}

static void keep_firmware_device(struct host *host)
{
	for (unsigned int i = 0; i < host->devices && i < DEVICES_MAX; i++) {
		if (!host_binds(host->bound[0], &host->found[i]))
			continue;
		host->found[0] = host->found[i];
		host->devices = 1;
		return;
	}
}

/* Of several devices, keep what is the asked one's. */
static void keep_asked(struct host *host)
{
	long asked = strtol(host->asked_node + strlen("/dev/" DEVICE_NODE),
			    NULL, 10);
	int index = find_asked(host, asked);

	for (unsigned int i = 0; i < DEVICES_MAX; i++)
		host->node_missing[i] = false;
	if (index < 0)
		return;
	memmove(host->bound[0], host->bound[index], sizeof(host->bound[0]));
	host->bound_count = 1;
	host->miscs = 1;
	host->misc_numbers[0] = (unsigned int)asked;
	keep_firmware_device(host);
}

void host_look_observed(const char *root, struct host *host,
			struct observations *observations)
{
	host_look_device(root, NULL, host, observations);
}

void host_look_device(const char *root, const char *node, struct host *host,
		      struct observations *observations)
{
	const enum asker asker = asker_here();

	/* No copy on the stack: it is large. */
	memset(host, 0, sizeof(*host));
	host->phc_own = -1;
	for (unsigned int area = 0; area < AREA_COUNT; area++) {
		host->access_errors[area].observations = observations;
		host->access_errors[area].area = area;
	}
	host->asked_node = node;
	host->asked_by_root = asker == ASKER_ROOT;
	host->asked_in_namespace = asker == ASKER_NAMESPACE_ROOT;
	host_look_kernel(root, host);
	host_look_hypervisor(root, host);
	host_look_firmware(root, host);
	host_look_driver(root, host);
	host_look_node(root, host);
	host_look_phcs(root, host);
	host_look_groups(root, host);
	if (node && host->bound_count > 1)
		keep_asked(host);
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
