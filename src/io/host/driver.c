/* SPDX-License-Identifier: BSD-2-Clause */
/* The VMClock driver: among the kernel's modules, loaded, bound. */
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "page/device_names.h"
#include "parts.h"
#include "sysfile.h"

#define DRIVER_DIRECTORY "/sys/bus/platform/drivers/" DRIVER_NAME
#define MODULE_FILE	 "/" DRIVER_MODULE ".ko"

/* Entries of the driver's directory that are devices. */
static bool has_bound_device(const char *root, struct host *host)
{
	static const char *const own[] = { "bind", "unbind", "uevent",
					   "module" };
	struct sysfile_list found;
	size_t count = sysfile_find(root, DRIVER_DIRECTORY "/*", &found,
				    &host->access_errors[AREA_DRIVER]);
	bool bound = false;

	for (size_t i = 0; i < count; i++) {
		const char *name = path_base_name(found.paths[i]);
		bool device = true;

		for (size_t j = 0; j < sizeof(own) / sizeof(*own); j++)
			device &= strcmp(name, own[j]) != 0;
		bound |= device;
	}
	sysfile_list_free(&found);
	return bound;
}

/* By the configuration that distributions put beside their kernels. */
static enum driver_state read_kernel_config(const char *root,
					    const char *release,
					    struct access_error *access_error)
{
	static const char *const places[] = { "/boot/config-%s",
					      "/lib/modules/%s/config" };

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		/* With room for any release; struct host has 96 bytes. */
		char path[160];
		int found;

		snprintf(path, sizeof(path), places[i], release);
		found = sysfile_mentions(
			root, path,
			"CONFIG_PTP_1588_CLOCK_VMCLOCK=", access_error);
		if (found >= 0)
			return found ? DRIVER_NOT_LOADED : DRIVER_ABSENT;
	}
	return DRIVER_UNKNOWN;
}

void host_look_driver(const char *root, struct host *host)
{
	struct access_error *access_error = &host->access_errors[AREA_DRIVER];
	char dep[160], builtin[160];
	int listed;

	if (has_bound_device(root, host)) {
		host->driver = DRIVER_BOUND;
		access_error->errnum = 0;
		return;
	}

	snprintf(dep, sizeof(dep), "/lib/modules/%s/modules.dep",
		 host->release);
	snprintf(builtin, sizeof(builtin), "/lib/modules/%s/modules.builtin",
		 host->release);
	listed = sysfile_mentions(root, dep, MODULE_FILE, access_error);
	if (sysfile_exists(root, DRIVER_DIRECTORY, access_error) ||
	    sysfile_exists(root, "/sys/module/" DRIVER_MODULE, access_error) ||
	    sysfile_mentions(root, builtin, MODULE_FILE, access_error) > 0)
		host->driver = DRIVER_NOT_BOUND;
	else if (listed >= 0)
		host->driver = listed ? DRIVER_NOT_LOADED : DRIVER_ABSENT;
	else
		host->driver =
			read_kernel_config(root, host->release, access_error);
	host->has_config_gz = sysfile_exists(root, "/proc/config.gz", NULL);
}
