/* SPDX-License-Identifier: BSD-2-Clause */
/* The VMClock driver: among the kernel's modules, loaded, bound. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
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
		if (device && host->bound_count < DEVICES_MAX)
			snprintf(host->bound[host->bound_count],
				 sizeof(host->bound[0]), "%.63s", name);
		host->bound_count += device;
		bound |= device;
	}
	sysfile_list_free(&found);
	return bound;
}

/* A dash is an underscore for modprobe and the kernel. */
static bool is_module(const char *name)
{
	static const char module[] = DRIVER_MODULE;

	for (size_t i = 0; i < sizeof(module); i++) {
		if ((name[i] == '-' ? '_' : name[i]) != module[i])
			return false;
	}
	return true;
}

/* Whether a line keeps the module away: `blacklist MODULE`, which holds where
 * it is loaded for the device or at boot, or `install MODULE COMMAND` instead.
 */
static bool keeps_away(char *line)
{
	const char *words[2] = { "", "" };
	char *rest = line, *word;
	size_t count = 0;

	while (count < 2 && (word = strsep(&rest, " \t"))) {
		if (*word)
			words[count++] = word;
	}
	return (strcmp(words[0], "blacklist") == 0 ||
		strcmp(words[0], "install") == 0) &&
	       is_module(words[1]);
}

/* Whether the word of the kernel's command line is such an option, with the
 * module in its list. */
static bool is_list_with_module(char *word, const char *option)
{
	char *names = word + strlen(option), *name;

	if (strncmp(word, option, strlen(option)) != 0)
		return false;
	while ((name = strsep(&names, ","))) {
		if (is_module(name))
			return true;
	}
	return false;
}

static bool is_blocked_at_boot(const char *root)
{
	char text[4096], *rest = text, *word;

	if (!sysfile_line(root, "/proc/cmdline", text, sizeof(text), NULL))
		return false;
	while ((word = strsep(&rest, " "))) {
		if (is_list_with_module(word, "module_blacklist=") ||
		    is_list_with_module(word, "modprobe.blacklist="))
			return true;
	}
	return false;
}

/* Which devices the module takes, by its aliases of this kernel. */
static void look_at_aliases(const char *root, struct host *host)
{
	static const char *const files[] = { "modules.alias",
					     "modules.builtin.modinfo" };
	struct access_error noted = {
		.area = AREA_DRIVER,
		.observations = host->access_errors[AREA_DRIVER].observations,
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char path[200];

		snprintf(path, sizeof(path), "/lib/modules/%s/%s",
			 host->release, files[i]);
		if (sysfile_mentions(root, path, DRIVER_MODULE, &noted) <= 0)
			continue;
		host->aliases_seen = true;
		host->takes_tree |=
			sysfile_mentions(root, path, "C" DEVICE_COMPATIBLE,
					 NULL) > 0;
		host->takes_cid |=
			sysfile_mentions(root, path,
					 "acpi*:" DEVICE_ACPI_CID ":",
					 NULL) > 0;
	}
}

static void find_block(const char *root, struct host *host)
{
	static const char *const places[] = { "/etc/modprobe.d/*.conf",
					      "/run/modprobe.d/*.conf",
					      "/usr/lib/modprobe.d/*.conf",
					      "/lib/modprobe.d/*.conf" };

	if (is_blocked_at_boot(root))
		snprintf(host->blocked_by, sizeof(host->blocked_by),
			 "/proc/cmdline");
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct sysfile_list found;
		size_t count = sysfile_find(root, places[i], &found, NULL);

		for (size_t j = 0; j < count && !*host->blocked_by; j++) {
			cleanup_free char *text =
				sysfile_whole(root, found.paths[j], NULL);
			char *rest = text;

			for (char *line; rest && (line = strsep(&rest, "\n"));)
				if (keeps_away(line))
					snprintf(host->blocked_by,
						 sizeof(host->blocked_by),
						 "%.159s", found.paths[j]);
		}
		sysfile_list_free(&found);
	}
}

void host_look_driver(const char *root, struct host *host)
{
	struct access_error *access_error = &host->access_errors[AREA_DRIVER];
	char dep[160], builtin[160], closed[8];
	int listed;

	if (has_bound_device(root, host)) {
		host->driver = DRIVER_BOUND;
		access_error->errnum = 0;
		if (host->devices > host->bound_count)
			look_at_aliases(root, host);
		return;
	}

	look_at_aliases(root, host);
	snprintf(dep, sizeof(dep), "/lib/modules/%s/modules.dep",
		 host->release);
	snprintf(builtin, sizeof(builtin), "/lib/modules/%s/modules.builtin",
		 host->release);
	listed = sysfile_mentions(root, dep, MODULE_FILE, access_error);
	host->modules_listed = listed >= 0;
	if (!access_error->errnum)
		host_look_kernel_config(root, host);
	if (sysfile_exists(root, DRIVER_DIRECTORY, access_error) ||
	    sysfile_exists(root, "/sys/module/" DRIVER_MODULE, access_error) ||
	    sysfile_mentions(root, builtin, MODULE_FILE, access_error) > 0 ||
	    host->option == KERNEL_OPTION_BUILT_IN)
		host->driver = DRIVER_NOT_BOUND;
	else if (listed == 0 ||
		 (listed < 0 && host->option == KERNEL_OPTION_UNSET))
		host->driver = DRIVER_ABSENT;
	else if (listed > 0 || host->option == KERNEL_OPTION_MODULE)
		host->driver = DRIVER_NOT_LOADED;
	if (host->driver != DRIVER_NOT_LOADED)
		return;
	find_block(root, host);
	host->modules_closed =
		sysfile_line(root, "/proc/sys/kernel/modules_disabled", closed,
			     sizeof(closed), NULL) &&
		strcmp(closed, "1") == 0;
}
