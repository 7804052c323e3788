/* SPDX-License-Identifier: BSD-2-Clause */
/* The doctor on the machine, the device and its driver; and the whole list. */
#include "doctor.h"

#include <string.h>

#include "page/device_names.h"
#include "parts.h"

static void diagnose_machine(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	struct strbuf buffer;

	if (*host->hypervisor) {
		buffer =
			diagnosis_conclude(diagnoses, CONCLUDE_HYPERVISOR_NAMED,
					   "a virtual machine: ");
		strbuf_add(&buffer, host->hypervisor);
	} else if (host->virtual_machine) {
		diagnosis_conclude(
			diagnoses, CONCLUDE_HYPERVISOR_UNNAMED,
			host->access_errors[AREA_HYPERVISOR].errnum
				? "a virtual machine"
				: "a virtual machine; the hypervisor does not give its name");
		diagnosis_add_access_error(diagnoses, AREA_HYPERVISOR,
					   "hypervisor", DIAGNOSIS_NOTE);
	} else if (host->hypervisor_hidden) {
		diagnosis_conclude(
			diagnoses, CONCLUDE_HYPERVISOR_UNTOLD,
			"nothing here tells whether this is a virtual machine");
	} else if (!diagnosis_add_access_error(diagnoses, AREA_HYPERVISOR,
					       "hypervisor",
					       DIAGNOSIS_UNKNOWN)) {
		diagnosis_conclude(
			diagnoses, CONCLUDE_HYPERVISOR_NONE,
			host_has_device(host)
				? "no sign of a hypervisor"
				: "no sign of a hypervisor: bare metal has no VMClock");
	}
	diagnosis_add_access_error(diagnoses, AREA_CONTAINER, "container",
				   DIAGNOSIS_UNKNOWN);
	if (!host->container)
		return;
	buffer = diagnosis_conclude(diagnoses, CONCLUDE_CONTAINER,
				    "inside a container");
	if (*host->container_kind) {
		strbuf_add(&buffer, " of ");
		strbuf_add(&buffer, host->container_kind);
	}
	strbuf_add(&buffer, ": /dev and parts of /sys may be hidden from it");
}

/* The hypervisor that the machine or its clocksource names, of which none has
 * a VMClock to offer; NULL: another. */
static const char *find_without(const struct host *host)
{
	static const struct {
		const char *sign, *name;
	} rows[] = { { "Microsoft", "Hyper-V" },
		     { "Hyper-V", "Hyper-V" },
		     { "Xen", "Xen" },
		     { "xen", "Xen" },
		     { "VMware", "VMware" },
		     { "innotek", "VirtualBox" },
		     { "VirtualBox", "VirtualBox" },
		     { "Parallels", "Parallels" },
		     { "bhyve", "bhyve" },
		     { "BHYVE", "bhyve" },
		     { "Google Compute", "Google Compute Engine" },
		     { "Apple", "Apple's Virtualization" } };

	/* Which can play another. */
	if (strstr(host->hypervisor, "QEMU"))
		return NULL;
	if (strncmp(host->clocksource, "hyperv_clocksource", 18) == 0 ||
	    strstr(host->release, "-microsoft-"))
		return "Hyper-V";
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (strstr(host->hypervisor, rows[i].sign))
			return rows[i].name;
	}
	return NULL;
}

/* What the named hypervisor needs to offer one; of another, what is known. */
static const char *find_offer(const struct host *host)
{
	static const struct {
		const char *sign, *text;
	} rows[] = {
		{ "Firecracker",
		  "Firecracker 1.15 and later has it always: update it" },
		{ "Amazon EC2", "on EC2 it depends on the instance type" },
		{ "QEMU", "QEMU 10.0 and later: -device vmclock" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (strstr(host->hypervisor, rows[i].sign))
			return rows[i].text;
	}
	return "QEMU 10.0 and later: -device vmclock; Firecracker 1.15 and "
	       "later has it always; on EC2 it depends on the instance type";
}

static void diagnose_no_device(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	bool virtual = host->virtual_machine || *host->hypervisor;
	struct strbuf buffer;

	if (!virtual && !host->hypervisor_hidden) {
		diagnosis_conclude(
			diagnoses, CONCLUDE_DEVICE_NOT_EXPECTED,
			host->access_errors[AREA_HYPERVISOR].errnum
				? "no VMClock in ACPI or the device tree"
				: "no VMClock in ACPI or the device tree, as expected");
		return;
	}
	if (host->firmware_hidden) {
		diagnosis_conclude(
			diagnoses, CONCLUDE_DEVICE_HIDDEN,
			"neither ACPI's devices nor a device tree is shown here");
		diagnosis_step(
			diagnoses,
			host->container
				? "look outside the container"
				: "mount -t sysfs sysfs /sys, or look where it is mounted");
		return;
	}
	if (!virtual) {
		diagnosis_conclude(diagnoses, CONCLUDE_DEVICE_NOT_EXPECTED,
				   "no VMClock in ACPI or the device tree");
		return;
	}
	if (find_without(host)) {
		buffer = diagnosis_conclude(
			diagnoses, CONCLUDE_DEVICE_NOT_OFFERED,
			"no VMClock in ACPI or the device tree: none is known for ");
		strbuf_add(&buffer, find_without(host));
		return;
	}
	diagnosis_conclude(
		diagnoses, CONCLUDE_DEVICE_ABSENT,
		"the hypervisor offers no VMClock: neither ACPI AMZNC10C "
		"or VMCLOCK nor a device-tree node amazon,vmclock");
	buffer = diagnosis_step(
		diagnoses,
		host->container
			? "look outside the container; if there is none there either: "
			: "");
	strbuf_add(&buffer, find_offer(host));
}

/* Proven by the driver or by what it made; the tables are not shown here. */
static void diagnose_device_in_use(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	struct strbuf buffer = diagnosis_conclude(
		diagnoses, CONCLUDE_DEVICE_IN_USE, "in use by the driver");

	for (unsigned int i = 0; i < host->bound_count && i < DEVICES_MAX;
	     i++) {
		strbuf_add(&buffer, i ? ", " : ": ");
		strbuf_add(&buffer, host->bound[i]);
	}
	strbuf_add(
		&buffer,
		host->access_errors[AREA_DEVICE].errnum
			? "; the firmware's tables could not be read"
		: host->container
			? "; the firmware's tables are masked in this container"
			: "; the firmware's tables do not show it");
}

/* The driver takes whatever has the _CID, since 7.0. */
static void diagnose_other_kinds(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;

	for (unsigned int i = 0; i < host->devices && i < DEVICES_MAX; i++) {
		const struct firmware_device *device = &host->found[i];
		struct strbuf buffer;

		if (!device->acpi || !*device->id ||
		    strstr(device->id, ":" DEVICE_ACPI_HID ":"))
			continue;
		buffer = diagnosis_conclude(diagnoses, CONCLUDE_DEVICE_BY_CID,
					    device->name);
		strbuf_add(
			&buffer,
			" is of another kind by its _HID, and a VMClock by its _CID VMCLOCK alone");
		if (host->devices == 1 && host->has_page)
			strbuf_add(&buffer, "; its page is a VMClock's");
		strbuf_add(&buffer, ": before 7.0 no driver takes it");
		diagnosis_step(
			diagnoses,
			"the hypervisor has to give it the _HID AMZNC10C, or take the _CID from a device that is no VMClock");
	}
}

static void diagnose_several(struct diagnosis_list *diagnoses,
			     const struct firmware_device *first)
{
	const struct host *host = diagnoses->host;
	const char *before = "the others are ";
	struct strbuf buffer;

	if (host->devices == 1)
		return;
	buffer = diagnosis_conclude(diagnoses, CONCLUDE_DEVICE_SEVERAL,
				    "there are several; this is the first: ");
	for (unsigned int i = 0; i < host->devices && i < DEVICES_MAX; i++) {
		if (&host->found[i] == first)
			continue;
		strbuf_add(&buffer, before);
		strbuf_add(&buffer, host->found[i].name);
		before = ", ";
	}
	if (host->devices <= DEVICES_MAX)
		return;
	strbuf_add(&buffer, ", and ");
	strbuf_decimal(&buffer, host->devices - DEVICES_MAX);
	strbuf_add(&buffer, " more, which are not looked at");
}

/* Those in the firmware's tables: of which the system is told that they are not
 * there, and the first of the others. */
static void diagnose_present(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	const struct firmware_device *first = NULL;
	struct strbuf buffer;

	for (unsigned int i = 0; i < host->devices && i < DEVICES_MAX; i++) {
		if (!host->found[i].not_present) {
			first = first ? first : &host->found[i];
			continue;
		}
		buffer = diagnosis_conclude(
			diagnoses, CONCLUDE_DEVICE_NOT_PRESENT,
			"in ACPI, but marked not present: ");
		strbuf_add(&buffer, host->found[i].name);
		diagnosis_step(
			diagnoses,
			"the hypervisor's _STA method says so; update it");
	}
	if (!first)
		return;
	buffer = diagnosis_conclude(diagnoses, CONCLUDE_DEVICE_FOUND,
				    host->firmware == FIRMWARE_ACPI
					    ? "in ACPI: "
					    : "in the device tree: ");
	strbuf_add(&buffer, first->name);
	if (*first->id) {
		strbuf_add(&buffer, " (");
		strbuf_add(&buffer, first->id);
		strbuf_add(&buffer, ")");
	}
	diagnose_several(diagnoses, first);
}

static void diagnose_device(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;

	if (!diagnosis_add_access_error(diagnoses, AREA_DEVICE, "device",
					DIAGNOSIS_UNKNOWN) &&
	    !host_has_device(host))
		diagnose_no_device(diagnoses);
	if (!host->devices && host_has_device(host))
		diagnose_device_in_use(diagnoses);
	if (!host->devices)
		return;
	diagnose_present(diagnoses);
}

static void diagnose_one_region(struct diagnosis_list *diagnoses,
				const struct firmware_device *device)
{
	bool inside = device->region_use != REGION_FREE;
	struct strbuf buffer;

	buffer = diagnosis_conclude(diagnoses,
				    inside ? CONCLUDE_REGION_IN_MEMORY
				    : device->region_start & 0xfff
					    ? CONCLUDE_REGION_UNALIGNED
					    : CONCLUDE_REGION_GOOD,
				    "");
	if (diagnoses->host->devices > 1) {
		strbuf_add(&buffer, device->name);
		strbuf_add(&buffer, ": ");
	}
	strbuf_decimal(&buffer, device->region_end - device->region_start + 1);
	strbuf_add(&buffer, " bytes at ");
	strbuf_hex(&buffer, device->region_start,
		   device->region_start >> 32 ? 16 : 8);
	if (inside) {
		strbuf_add(&buffer, ", inside ");
		strbuf_add(&buffer, region_use_text(device->region_use));
		strbuf_add(&buffer, ": the guest may put anything there");
		diagnosis_step(
			diagnoses,
			"the hypervisor has to reserve the page in its memory map (E820, EFI or a no-map region)");
	} else if (device->region_start & 0xfff) {
		strbuf_add(&buffer, ", not on a boundary of 4 KiB");
		diagnosis_step(diagnoses, "the hypervisor has to align it");
	}
}

static void diagnose_region(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	bool hidden = false;

	if (!host->devices)
		return;
	diagnosis_add_access_error(diagnoses, AREA_REGION, "region",
				   DIAGNOSIS_UNKNOWN);
	for (unsigned int i = 0; i < host->devices && i < DEVICES_MAX; i++) {
		hidden |= host->found[i].region == REGION_HIDDEN;
		if (host->found[i].region == REGION_FOUND)
			diagnose_one_region(diagnoses, &host->found[i]);
	}
	if (hidden)
		diagnosis_conclude(diagnoses, CONCLUDE_REGION_HIDDEN,
				   "/proc/iomem shows addresses only to root");
}

/* How the page can be read while there is no node. */
static void diagnose_memory(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	const struct firmware_device *device = &host->found[0];
	struct strbuf buffer;

	if (host->nodes || host->driver == DRIVER_BOUND || !host->devices ||
	    !host->devmem)
		return;
	if (host->devices > 1) {
		diagnosis_conclude(
			diagnoses, CONCLUDE_MEMORY_OFFERED_BLINDLY,
			"root may read a page through /dev/mem meanwhile: vmclockctl show --phys ADDRESS");
		return;
	}
	if (device->region_use == REGION_SYSTEM_RAM ||
	    device->region == REGION_UNKNOWN)
		return;
	if (host->page_in_memory) {
		buffer = diagnosis_conclude(
			diagnoses, CONCLUDE_MEMORY_READ,
			"readable through /dev/mem meanwhile: ");
		strbuf_add(&buffer, "vmclockctl show --phys ");
		strbuf_hex(&buffer, device->region_start,
			   device->region_start >> 32 ? 16 : 8);
		return;
	}
	if (*host->memory_error) {
		diagnosis_conclude(diagnoses, CONCLUDE_MEMORY_REFUSED,
				   host->memory_error);
		return;
	}
	if (device->region == REGION_HIDDEN) {
		diagnosis_conclude(
			diagnoses, CONCLUDE_MEMORY_OFFERED_BLINDLY,
			"root may be able to read the page through /dev/mem meanwhile");
		return;
	}
	if (host_takes_memory(host) || device->region_start & 0xfff)
		return;
	buffer = diagnosis_conclude(
		diagnoses, CONCLUDE_MEMORY_OFFERED,
		"root may read the page through /dev/mem meanwhile: vmclockctl show --phys ");
	strbuf_hex(&buffer, device->region_start,
		   device->region_start >> 32 ? 16 : 8);
	strbuf_add(
		&buffer,
		"; a host whose CPU lacks FEAT_S2FWB can show an old or mixed page so");
}

unsigned int doctor_diagnose(const struct host *host,
			     struct diagnosis list[static DIAGNOSES_MAX])
{
	struct diagnosis_list diagnoses = { .host = host, .list = list };

	diagnose_machine(&diagnoses);
	diagnose_device(&diagnoses);
	diagnose_other_kinds(&diagnoses);
	diagnose_region(&diagnoses);
	diagnose_driver(&diagnoses);
	diagnose_node(&diagnoses);
	diagnose_memory(&diagnoses);
	diagnose_clock(&diagnoses);
	diagnose_steering(&diagnoses);
	diagnose_consumers(&diagnoses);
	return diagnoses.count;
}
