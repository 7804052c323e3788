/* SPDX-License-Identifier: BSD-2-Clause */
/* The device in the firmware's tables: ACPI, else the device tree. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/sysfs.h"
#include "page/device_names.h"
#include "iomem.h"
#include "parts.h"
#include "sysfile.h"

/* The next to be filled in, or NULL. */
static struct firmware_device *next_device(struct host *host)
{
	unsigned int number = host->devices++;

	return number < DEVICES_MAX ? &host->found[number] : NULL;
}

/* By _STA. */
static bool is_not_present(const char *root, const char *device,
			   struct access_error *access_error)
{
	char path[128], status[16];

	snprintf(path, sizeof(path), SYSFS_ACPI_DEVICES "/%s/status", device);
	return sysfile_line(root, path, status, sizeof(status), access_error) &&
	       !(strtol(status, NULL, 10) & 1);
}

static void find_acpi_device(const char *root, struct host *host)
{
	struct access_error *access_error = &host->access_errors[AREA_DEVICE];
	struct sysfile_list found;
	size_t count = sysfile_find(root, SYSFS_ACPI_DEVICES "/*", &found,
				    access_error);
	for (size_t i = 0; i < count; i++) {
		struct firmware_device *device;
		char modalias[sizeof(device->id)];

		sysfile_line_in(root, found.paths[i], "/modalias", modalias,
				sizeof(modalias), access_error);
		if (!strstr(modalias, ":" DEVICE_ACPI_HID ":") &&
		    !strstr(modalias, ":" DEVICE_ACPI_CID ":"))
			continue;
		device = next_device(host);
		host->firmware = FIRMWARE_ACPI;
		if (!device)
			continue;
		device->acpi = true;
		snprintf(device->name, sizeof(device->name), "%.63s",
			 path_base_name(found.paths[i]));
		memcpy(device->id, modalias, sizeof(device->id));
	}
	sysfile_list_free(&found);
	if (!host->devices)
		return;
	/* Nothing else matters then. */
	access_error->errnum = 0;
	for (unsigned int i = 0; i < host->devices && i < DEVICES_MAX; i++)
		host->found[i].not_present =
			is_not_present(root, host->found[i].name, access_error);
}

/* One of the names of a node's compatible is the VMClock's. */
static bool is_compatible(char *text)
{
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (strcmp(line, DEVICE_COMPATIBLE) == 0)
			return true;
	}
	return false;
}

/* A property of one 32-bit cell, or its default. */
static uint32_t read_cell(const char *root, const char *node, const char *name,
			  uint32_t usual, struct access_error *access_error)
{
	uint8_t bytes[4];

	if (sysfile_bytes_in(root, node, name, bytes, sizeof(bytes),
			     access_error) != sizeof(bytes))
		return usual;
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
	       (uint32_t)bytes[2] << 8 | bytes[3];
}

/* A number of one cell or two. */
static uint64_t decode_cells(const uint8_t *bytes, uint32_t count)
{
	uint64_t value = 0;

	for (uint32_t i = 0; i < 4 * count; i++)
		value = value << 8 | bytes[i];
	return value;
}

/* Whether addresses in this node are those of the CPU: `ranges` is present and
 * empty, here and in all parents. */
static bool is_transparent(const char *root, char *node,
			   struct access_error *access_error)
{
	static const char top[] = SYSFS_DEVICE_TREE;
	char *slash, byte;
	bool plain;

	if (strcmp(node, top) == 0)
		return true;
	if (sysfile_bytes_in(root, node, "/ranges", &byte, 1, access_error) !=
	    0)
		return false;
	slash = strrchr(node, '/');
	*slash = '\0';
	plain = is_transparent(root, node, access_error);
	*slash = '/';
	return plain;
}

/* /proc/iomem does not name a region that the device tree describes. */
static void find_tree_region(const char *root, char *node, struct host *host,
			     struct firmware_device *device)
{
	struct access_error *access_error = &host->access_errors[AREA_REGION];
	uint8_t reg[16];
	long length = sysfile_bytes_in(root, node, "/reg", reg, sizeof(reg),
				       access_error);
	uint32_t address, size;
	char *slash = strrchr(node, '/');

	*slash = '\0';
	address = read_cell(root, node, "/#address-cells", 2, access_error);
	size = read_cell(root, node, "/#size-cells", 1, access_error);
	if (address >= 1 && address <= 2 && size >= 1 && size <= 2 &&
	    length >= 4 * (long)(address + size) &&
	    decode_cells(reg + 4 * address, size) &&
	    is_transparent(root, node, access_error) && !access_error->errnum) {
		device->region_start = decode_cells(reg, address);
		device->region_end = device->region_start +
				     decode_cells(reg + 4 * address, size) - 1;
		device->region = REGION_FOUND;
	}
	*slash = '/';
}

static bool has_property(const char *root, const char *node, const char *name)
{
	char *path;
	bool found;

	if (asprintf(&path, "%s/%s", node, name) < 0)
		return false;
	found = sysfile_exists(root, path, NULL);
	free(path);
	return found;
}

static void find_tree_device(const char *root, struct host *host,
			     const char *pattern)
{
	struct sysfile_list found;
	struct access_error *access_error = &host->access_errors[AREA_DEVICE];
	size_t count = sysfile_find(root, pattern, &found, access_error);

	for (size_t i = 0; i < count; i++) {
		char text[256], *slash = strrchr(found.paths[i], '/');
		struct firmware_device *device;

		sysfile_text(root, found.paths[i], text, sizeof(text),
			     access_error);
		if (!is_compatible(text))
			continue;
		device = next_device(host);
		host->firmware = FIRMWARE_DEVICE_TREE;
		if (!device)
			continue;
		*slash = '\0';
		snprintf(device->name, sizeof(device->name), "%.63s",
			 path_base_name(found.paths[i]));
		snprintf(device->id, sizeof(device->id), DEVICE_COMPATIBLE);
		find_tree_region(root, found.paths[i], host, device);
		device->has_interrupts =
			has_property(root, found.paths[i], "interrupts") ||
			has_property(root, found.paths[i],
				     "interrupts-extended");
		*slash = '/';
	}
	sysfile_list_free(&found);
}

/* A device that is the only one goes by each of its names; of several, each by
 * its own. */
static bool is_named(const char *name, const struct host *host,
		     const struct firmware_device *device)
{
	static const char *const names[] = { DEVICE_ACPI_HID, DEVICE_ACPI_CID,
					     DRIVER_NAME };
	bool named = *device->name && strstr(name, device->name);

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		named |= host->devices == 1 && strstr(name, names[i]);
	return named;
}

/* "  000de000-000defff : AMZNC10C:00". The device tree itself says where its
 * devices are, and /proc/iomem does not name them. */
static void match_name(const struct iomem_row *row, const struct host *host,
		       struct firmware_device *device)
{
	bool zeros = !row->start && !row->end;

	if (!device->acpi && device->region != REGION_UNKNOWN) {
		if (zeros)
			device->region = REGION_HIDDEN;
		return;
	}
	if (device->region != REGION_UNKNOWN ||
	    !is_named(row->name, host, device))
		return;
	device->region = zeros ? REGION_HIDDEN : REGION_FOUND;
	device->region_start = row->start;
	device->region_end = row->end;
}

static enum region_use find_use(const char *name)
{
	for (enum region_use use = REGION_FREE + 1; use < REGION_USE_COUNT;
	     use++) {
		if (strstr(name, region_use_text(use)))
			return use;
	}
	return REGION_FREE;
}

/* Whether some of the device's region is in the row's. */
static void match_use(const struct iomem_row *row,
		      struct firmware_device *device)
{
	enum region_use use = find_use(row->name);

	if (use != REGION_FREE && device->region == REGION_FOUND &&
	    device->region_use == REGION_FREE && row->end &&
	    row->start <= device->region_end &&
	    row->end >= device->region_start)
		device->region_use = use;
}

static bool take_name(const struct iomem_row *row, void *context)
{
	struct host *host = context;

	for (unsigned int i = 0; i < host->devices && i < DEVICES_MAX; i++)
		match_name(row, host, &host->found[i]);
	return false;
}

static bool take_use(const struct iomem_row *row, void *context)
{
	struct host *host = context;

	for (unsigned int i = 0; i < host->devices && i < DEVICES_MAX; i++)
		match_use(row, &host->found[i]);
	return false;
}

static void set_regions(struct host *host, enum region_state state)
{
	for (unsigned int i = 0; i < DEVICES_MAX; i++)
		host->found[i].region = state;
}

static void find_iomem_region(const char *root, struct host *host)
{
	struct access_error *access_error = &host->access_errors[AREA_REGION];
	struct access_error found = *access_error;
	int errnum = iomem_rows(root, take_name, host, &found);

	if (!errnum)
		errnum = iomem_rows(root, take_use, host, NULL);
	if (!errnum)
		return;
	/* As where it has zeros for addresses. */
	set_regions(host,
		    access_is_denied(errnum) ? REGION_HIDDEN : REGION_UNKNOWN);
	if (!access_is_denied(errnum))
		*access_error = found;
}

void host_look_firmware(const char *root, struct host *host)
{
	find_acpi_device(root, host);
	if (!host->devices) {
		static const char *const depths[] = {
			SYSFS_DEVICE_TREE "/*/compatible",
			SYSFS_DEVICE_TREE "/*/*/compatible",
			SYSFS_DEVICE_TREE "/*/*/*/compatible",
		};

		for (size_t i = 0; i < sizeof(depths) / sizeof(*depths); i++)
			find_tree_device(root, host, depths[i]);
		if (host->devices)
			host->access_errors[AREA_DEVICE].errnum = 0;
	}
	host->classes_hidden = !sysfile_exists(root, "/sys/class", NULL);
	/* A device tree has no ACPI beside it, and the other way round. */
	host->firmware_hidden =
		!host->devices &&
		!sysfile_exists(root, SYSFS_ACPI_DEVICES, NULL) &&
		!sysfile_exists(root, SYSFS_DEVICE_TREE, NULL) &&
		(host->container || host->classes_hidden);
	find_iomem_region(root, host);
	host->devmem = sysfile_exists(root, "/dev/mem", NULL);
}
