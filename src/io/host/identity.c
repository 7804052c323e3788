/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads what identifies a machine, so that it can be taken out of a report. */
#include "identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "sysfile.h"

#define NAME_SIZE 256

static const struct {
	const char *path;
	const char *with;
} files[] = {
	{ "/etc/machine-id", "ID" },
	{ "/var/lib/dbus/machine-id", "ID" },
	{ "/proc/sys/kernel/random/boot_id", "ID" },
	{ "/sys/class/dmi/id/product_uuid", "ID" },
	{ "/sys/class/dmi/id/product_serial", "SERIAL" },
	{ "/sys/class/dmi/id/board_serial", "SERIAL" },
	{ "/sys/class/dmi/id/chassis_serial", "SERIAL" },
	{ "/sys/class/dmi/id/board_asset_tag", "SERIAL" },
	{ "/sys/class/dmi/id/chassis_asset_tag", "SERIAL" },
	{ "/sys/firmware/devicetree/base/serial-number", "SERIAL" },
};

/* "Not Specified", "None" and the like are no serial numbers. */
static bool has_digit(const char *text)
{
	return text[strcspn(text, DECIMAL_DIGITS)] != '\0';
}

/* An id, with and without its dashes or colons. */
static int add_id(struct scrub *scrub, const char *id, const char *with)
{
	char bare[NAME_SIZE];
	size_t used = 0;

	for (const char *c = id; *c && used < sizeof(bare) - 1; c++) {
		if (*c != '-' && *c != ':')
			bare[used++] = *c;
	}
	bare[used] = '\0';
	return scrub_add(scrub, id, with) || scrub_add(scrub, bare, with) ? -1
									  : 0;
}

/* The whole name, and each label of it. */
static int add_host_name(struct scrub *scrub, const char *name)
{
	char label[NAME_SIZE];

	/* What a machine without a name has identifies none. */
	if (strcmp(name, "(none)") == 0 || strcmp(name, "localhost") == 0)
		return 0;
	if (scrub_add(scrub, name, "HOST"))
		return -1;
	for (const char *at = name; *at; at += strcspn(at, ".")) {
		at += *at == '.';
		snprintf(label, sizeof(label), "%.*s", (int)strcspn(at, "."),
			 at);
		if (strcmp(label, "localdomain") != 0 &&
		    scrub_add(scrub, label, "HOST"))
			return -1;
	}
	return 0;
}

static int add_host_names(const char *root, struct scrub *scrub)
{
	static const char *const places[] = { "/etc/hostname",
					      "/proc/sys/kernel/hostname" };
	char name[NAME_SIZE] = "";

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		if (sysfile_line(root, places[i], name, sizeof(name), NULL) &&
		    add_host_name(scrub, name))
			return -1;
	}
	if (*root || gethostname(name, sizeof(name) - 1) != 0)
		return 0;
	return add_host_name(scrub, name);
}

static int add_network_cards(const char *root, struct scrub *scrub)
{
	struct sysfile_list found;
	size_t count = sysfile_find(root, "/sys/class/net/*", &found, NULL);
	int result = 0;

	for (size_t i = 0; i < count && result == 0; i++) {
		char address[NAME_SIZE];

		/* The loopback's is all zeros. */
		if (sysfile_line_in(root, found.paths[i], "/address", address,
				    sizeof(address), NULL) &&
		    address[strspn(address, "0:")])
			result = add_id(scrub, address, "MAC");
	}
	sysfile_list_free(&found);
	return result;
}

static int add_home(const char *root, struct scrub *scrub)
{
	const char *home = getenv("HOME");

	if (*root || !home || strcmp(home, "/") == 0)
		return 0;
	return scrub_add(scrub, home, "HOME");
}

int identity_add(const char *root, struct scrub *scrub)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char text[NAME_SIZE];

		if (sysfile_line(root, files[i].path, text, sizeof(text),
				 NULL) &&
		    has_digit(text) && add_id(scrub, text, files[i].with))
			return -1;
	}
	return add_host_names(root, scrub) || add_network_cards(root, scrub) ||
			       add_home(root, scrub)
		       ? -1
		       : 0;
}
