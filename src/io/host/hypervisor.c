/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether this is a virtual machine, and whose. */
#include <stdio.h>
#include <string.h>

#ifdef __x86_64__
#include <cpuid.h>
#endif

#include "base/printable.h"
#include "base/sysfs.h"
#include "parts.h"
#include "sysfile.h"

static void add_name(struct host *host, const char *name)
{
	size_t used = strlen(host->hypervisor);

	if (*name && !strstr(host->hypervisor, name))
		snprintf(host->hypervisor + used,
			 sizeof(host->hypervisor) - used, "%s%s",
			 used ? ", " : "", name);
}

#ifdef __x86_64__
/* The hypervisor's leaf: 12 letters, such as KVMKVMKVM. */
static void name_by_cpuid(struct host *host)
{
	unsigned int a, b, c, d;
	char text[13] = "";

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c >> 31))
		return;
	host->virtual_machine = true;
	__cpuid(0x40000000, a, b, c, d);
	memcpy(text, &b, 4);
	memcpy(text + 4, &c, 4);
	memcpy(text + 8, &d, 4);
	for (char *at = text; *at; at++) {
		if (!is_printable_ascii((unsigned char)*at))
			*at = '?';
	}
	add_name(host, text);
}
#else
static void name_by_cpuid(struct host *host)
{
	(void)host;
}
#endif

/* Vendors of virtual machines only. Others also make real ones, EC2 both. */
static bool is_virtual_dmi(const char *vendor, const char *product)
{
	static const char *const makers[] = { "QEMU",	 "Amazon EC2", "VMware",
					      "innotek", "Xen",	       "Google",
					      "KVM" };

	if (strstr(product, ".metal"))
		return false;
	if (strstr(product, "Virtual Machine") || strstr(product, "KVM"))
		return true;
	for (size_t i = 0; i < sizeof(makers) / sizeof(*makers); i++) {
		if (strncmp(vendor, makers[i], strlen(makers[i])) == 0)
			return true;
	}
	return false;
}

static void name_by_dmi(const char *root, struct host *host)
{
	struct access_error *access_error =
		&host->access_errors[AREA_HYPERVISOR];
	char vendor[64], product[64], both[140];

	sysfile_line(root, SYSFS_DMI "/sys_vendor", vendor, sizeof(vendor),
		     access_error);
	sysfile_line(root, SYSFS_DMI "/product_name", product, sizeof(product),
		     access_error);
	if (is_virtual_dmi(vendor, product))
		host->virtual_machine = true;
	if (!host->virtual_machine)
		return;
	snprintf(both, sizeof(both), "%s%s%s", vendor,
		 *vendor && *product ? " " : "", product);
	add_name(host, both);
}

/* The maker of the ACPI tables: FIRECK is Firecracker. Only root can
 * read them; for other users the other signs have to do. */
static void name_by_acpi(const char *root, struct host *host)
{
	static const char table[] = "/sys/firmware/acpi/tables/DSDT";
	char head[17];
	struct access_error access_error = { 0 };

	if (sysfile_text(root, table, head, sizeof(head), &access_error) ==
		    16 &&
	    strncmp(head + 10, "FIRECK", 6) == 0) {
		host->virtual_machine = true;
		add_name(host, "Firecracker");
	}
	if (access_error.errnum && !access_is_denied(access_error.errnum))
		sysfile_access_error(&host->access_errors[AREA_HYPERVISOR],
				     root, table, access_error.errnum);
}

/* Virtual boards go by one name; the firmware's interface is QEMU's. */
static void name_by_device_tree(const char *root, struct host *host)
{
	struct access_error *access_error =
		&host->access_errors[AREA_HYPERVISOR];
	char text[64];
	struct sysfile_list found;

	sysfile_line(root, SYSFS_DEVICE_TREE "/compatible", text, sizeof(text),
		     access_error);
	if (strcmp(text, "linux,dummy-virt") == 0 ||
	    strncmp(text, "qemu,", 5) == 0)
		host->virtual_machine = true;
	if (sysfile_find(root, SYSFS_DEVICE_TREE "/fw-cfg@*", &found,
			 access_error)) {
		host->virtual_machine = true;
		add_name(host, "QEMU");
	}
	sysfile_list_free(&found);
}

void host_look_hypervisor(const char *root, struct host *host)
{
	struct access_error *access_error =
		&host->access_errors[AREA_HYPERVISOR];
	char text[64];
	int mentioned = sysfile_mentions(root, "/proc/cpuinfo", " hypervisor",
					 access_error);

	host->virtual_machine = mentioned > 0;
	if (!*root)
		name_by_cpuid(host);
	if (sysfile_line(root, "/sys/hypervisor/type", text, sizeof(text),
			 access_error) ||
	    sysfile_line(root, SYSFS_DEVICE_TREE "/hypervisor/compatible", text,
			 sizeof(text), access_error)) {
		host->virtual_machine = true;
		add_name(host, text);
	}
	name_by_device_tree(root, host);
	name_by_acpi(root, host);
	name_by_dmi(root, host);
	/* Only x86 has the mark among the CPU's. */
	host->hypervisor_hidden =
		!host->virtual_machine && !access_error->errnum &&
		(mentioned < 0 || !host_is_x86(host)) &&
		!sysfile_exists(root, SYSFS_DMI, NULL) &&
		!sysfile_exists(root, SYSFS_DEVICE_TREE, NULL);
}
