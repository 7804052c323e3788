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
		buffer = diagnosis_add(diagnoses, DIAGNOSIS_OK, "hypervisor",
				       "a virtual machine: ");
		strbuf_add(&buffer, host->hypervisor);
	} else if (host->virtual_machine) {
		diagnosis_add(
			diagnoses, DIAGNOSIS_OK, "hypervisor",
			host->access_errors[AREA_HYPERVISOR].errnum
				? "a virtual machine"
				: "a virtual machine; the hypervisor does not give its name");
		diagnosis_add_access_error(diagnoses, AREA_HYPERVISOR,
					   "hypervisor", DIAGNOSIS_NOTE);
	} else if (!diagnosis_add_access_error(diagnoses, AREA_HYPERVISOR,
					       "hypervisor",
					       DIAGNOSIS_UNKNOWN)) {
		diagnosis_add(
			diagnoses, DIAGNOSIS_NOTE, "hypervisor",
			host->devices
				? "no sign of a hypervisor"
				: "no sign of a hypervisor: bare metal has no VMClock");
	}
	diagnosis_add_access_error(diagnoses, AREA_CONTAINER, "container",
				   DIAGNOSIS_UNKNOWN);
	if (host->container)
		diagnosis_add(
			diagnoses, DIAGNOSIS_NOTE, "container",
			"inside a container: /dev and parts of /sys may be hidden from it");
}

static void diagnose_no_device(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;

	if (!host->virtual_machine && !*host->hypervisor) {
		diagnosis_add(
			diagnoses, DIAGNOSIS_NOTE, "device",
			host->access_errors[AREA_HYPERVISOR].errnum
				? "no VMClock in ACPI or the device tree"
				: "no VMClock in ACPI or the device tree, as expected");
		return;
	}
	diagnosis_add(diagnoses, DIAGNOSIS_PROBLEM, "device",
		      "the hypervisor offers no VMClock: neither ACPI AMZNC10C "
		      "or VMCLOCK nor a device-tree node amazon,vmclock");
	if (host->container)
		diagnosis_step(
			diagnoses,
			"look outside the container; if there is none there either, "
			"QEMU 10.0 has -device vmclock, Firecracker 1.15 has it always");
	else
		diagnosis_step(
			diagnoses,
			"QEMU 10.0 and later: -device vmclock; Firecracker 1.15 and "
			"later has it always; on EC2 it depends on the instance type");
}

static void diagnose_device(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	bool acpi = host->firmware == FIRMWARE_ACPI;
	struct strbuf buffer;

	if (!diagnosis_add_access_error(diagnoses, AREA_DEVICE, "device",
					DIAGNOSIS_UNKNOWN) &&
	    !host->devices)
		diagnose_no_device(diagnoses);
	if (!host->devices)
		return;
	if (acpi && host->acpi_status >= 0 && !(host->acpi_status & 1)) {
		buffer = diagnosis_add(diagnoses, DIAGNOSIS_PROBLEM, "device",
				       "in ACPI, but marked not present: ");
		strbuf_add(&buffer, host->found[0].name);
		diagnosis_step(
			diagnoses,
			"the hypervisor's _STA method says so; update it");
		return;
	}
	buffer = diagnosis_add(diagnoses, DIAGNOSIS_OK, "device",
			       acpi ? "in ACPI: " : "in the device tree: ");
	strbuf_add(&buffer, host->found[0].name);
	if (*host->found[0].id) {
		strbuf_add(&buffer, " (");
		strbuf_add(&buffer, host->found[0].id);
		strbuf_add(&buffer, ")");
	}
	if (host->devices > 1)
		diagnosis_add(diagnoses, DIAGNOSIS_NOTE, "device",
			      "there are several; this is the first");
}

static void diagnose_one_region(struct diagnosis_list *diagnoses,
				const struct firmware_device *device)
{
	bool inside = device->region_use != REGION_FREE;
	struct strbuf buffer;

	buffer = diagnosis_add(diagnoses,
			       inside || device->region_start & 0xfff
				       ? DIAGNOSIS_PROBLEM
				       : DIAGNOSIS_OK,
			       "region", "");
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
		diagnosis_add(diagnoses, DIAGNOSIS_NOTE, "region",
			      "/proc/iomem shows addresses only to root");
}

static void diagnose_no_driver(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	struct strbuf buffer = diagnosis_add(diagnoses, DIAGNOSIS_PROBLEM,
					     "driver", "kernel ");

	strbuf_add(&buffer, host->release);
	strbuf_add(
		&buffer,
		host->driver == DRIVER_ABSENT
			? " has no ptp_vmclock: the device is there, but has no driver"
		: host->version && host->version < 6013
			? " does not run ptp_vmclock: before 6.13 no kernel has it, backports aside"
			: " does not run ptp_vmclock, and without a list of its modules the reason is unknown");
	buffer = diagnosis_step(diagnoses, "");
	if (host->driver != DRIVER_ABSENT)
		strbuf_add(
			&buffer,
			host->has_config_gz
				? "zgrep VMCLOCK /proc/config.gz shows whether this "
				  "one has it; if so, modprobe ptp_vmclock, else "
				: "modprobe ptp_vmclock; else ");
	strbuf_add(
		&buffer,
		"boot a kernel of 6.13 or later with CONFIG_PTP_1588_CLOCK_VMCLOCK (7.0 for the device tree)");
}

static const char *find_bind_step(const struct host *host)
{
	if (host->version && host->version < 7000) {
		if (host->firmware == FIRMWARE_DEVICE_TREE)
			return "a kernel of 7.0 or later binds to the device tree";
		if (!strstr(host->found[0].id, ":" DEVICE_ACPI_HID ":"))
			return "a kernel of 7.0 or later binds to the id VMCLOCK, an earlier one only to AMZNC10C";
	}
	return "dmesg | grep -i vmclock shows why: its size, version "
	       "or magic; vmclockctl verify checks a dump of the page";
}

static void diagnose_driver(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	const char *release = *host->release ? host->release : "unknown";
	struct strbuf buffer;

	if (!host->devices && !host->access_errors[AREA_DEVICE].errnum) {
		buffer = diagnosis_add(diagnoses, DIAGNOSIS_NOTE, "driver",
				       "kernel ");
		strbuf_add(&buffer, release);
		strbuf_add(
			&buffer,
			host->version && host->version < 6013
				? ": before 6.13 no kernel has the driver, backports aside"
				: ": no device for ptp_vmclock to drive");
		return;
	}
	if (diagnosis_add_access_error(diagnoses, AREA_DRIVER, "driver",
				       DIAGNOSIS_UNKNOWN))
		return;
	/* There may be no device for a driver. */
	if (!host->devices && host->driver != DRIVER_BOUND)
		return;
	switch (host->driver) {
	case DRIVER_BOUND:
		buffer = diagnosis_add(diagnoses, DIAGNOSIS_OK, "driver",
				       "ptp_vmclock is bound, kernel ");
		strbuf_add(&buffer, release);
		return;
	case DRIVER_NOT_LOADED:
		diagnosis_add(diagnoses, DIAGNOSIS_PROBLEM, "driver",
			      "ptp_vmclock is a module, but is not loaded");
		diagnosis_step(
			diagnoses,
			"modprobe ptp_vmclock; for every boot: echo ptp_vmclock >/etc/modules-load.d/vmclock.conf");
		return;
	case DRIVER_NOT_BOUND:
		diagnosis_add(diagnoses, DIAGNOSIS_PROBLEM, "driver",
			      "ptp_vmclock runs, but did not take the device");
		diagnosis_step(diagnoses, find_bind_step(host));
		return;
	default:
		diagnose_no_driver(diagnoses);
	}
}

static void diagnose_no_node(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	struct strbuf buffer;

	if (host->driver != DRIVER_BOUND)
		return;
	if (host->misc) {
		diagnosis_add(
			diagnoses, DIAGNOSIS_PROBLEM, "node",
			"the driver made a device, but /dev has no node for it");
		diagnosis_step(
			diagnoses,
			host->container
				? "pass it in: --device=/dev/vmclock0:/dev/vmclock0:r with docker or podman"
				: "mount a devtmpfs on /dev, or make the node by /sys/class/misc/vmclock0/dev");
		return;
	}
	if (host->container && !host->page_size) {
		diagnosis_add(diagnoses, DIAGNOSIS_NOTE, "node", "none found");
		return;
	}
	buffer = diagnosis_add(
		diagnoses, DIAGNOSIS_PROBLEM, "node",
		"none: the driver makes it only where the region reaches the kernel's page size");
	if (host->page_size) {
		strbuf_add(&buffer, ", ");
		strbuf_decimal(&buffer, host->page_size / 1024);
		strbuf_add(&buffer, " KiB here");
	}
	diagnosis_step(
		diagnoses,
		host->page_size > 4096
			? "use a kernel with pages of 4 KiB, or have the hypervisor make "
			  "the region that large; the PTP clock works without the node"
			: "the hypervisor has to make size 4096 at least");
}

static void diagnose_node(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	bool hidden = diagnosis_add_access_error(diagnoses, AREA_NODE, "node",
						 DIAGNOSIS_UNKNOWN);
	struct strbuf buffer;

	if (!host->nodes && !hidden)
		diagnose_no_node(diagnoses);
	if (!host->nodes || (hidden && !host->node_readable))
		return;
	if (!host->node_readable) {
		buffer = diagnosis_add_path(diagnoses, DIAGNOSIS_PROBLEM,
					    "node", host->node);
		strbuf_add(&buffer, " is not readable by this user");
		buffer = diagnosis_step(diagnoses, "as root, or: ");
		diagnosis_add_udev_rule(&buffer, host, UDEV_RULE_PAGE);
		return;
	}
	buffer =
		diagnosis_add_path(diagnoses, DIAGNOSIS_OK, "node", host->node);
	strbuf_add(&buffer, " is readable");
	if (host->nodes > 1)
		diagnosis_add(diagnoses, DIAGNOSIS_NOTE, "node",
			      "there are several; this is the first");
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
		diagnosis_add(
			diagnoses, DIAGNOSIS_NOTE, "memory",
			"root may read a page through /dev/mem meanwhile: vmclockctl show --phys ADDRESS");
		return;
	}
	if (device->region_use == REGION_SYSTEM_RAM ||
	    device->region == REGION_UNKNOWN)
		return;
	if (host->page_in_memory) {
		buffer = diagnosis_add(diagnoses, DIAGNOSIS_OK, "memory",
				       "readable through /dev/mem meanwhile: ");
		strbuf_add(&buffer, "vmclockctl show --phys ");
		strbuf_hex(&buffer, device->region_start,
			   device->region_start >> 32 ? 16 : 8);
		return;
	}
	if (*host->memory_error) {
		diagnosis_add(diagnoses, DIAGNOSIS_NOTE, "memory",
			      host->memory_error);
		return;
	}
	if (device->region == REGION_HIDDEN) {
		diagnosis_add(
			diagnoses, DIAGNOSIS_NOTE, "memory",
			"root may be able to read the page through /dev/mem meanwhile");
		return;
	}
	if (host_takes_memory(host) || device->region_start & 0xfff)
		return;
	buffer = diagnosis_add(
		diagnoses, DIAGNOSIS_NOTE, "memory",
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
	diagnose_region(&diagnoses);
	diagnose_driver(&diagnoses);
	diagnose_node(&diagnoses);
	diagnose_memory(&diagnoses);
	diagnose_clock(&diagnoses);
	diagnose_consumers(&diagnoses);
	return diagnoses.count;
}
