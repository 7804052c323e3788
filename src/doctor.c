/* SPDX-License-Identifier: BSD-2-Clause */
#include "doctor-impl.h"

#include <errno.h>
#include <string.h>

const char *const diagnosis_level_names[DIAGNOSIS_LEVEL_COUNT] = {
	[DIAGNOSIS_OK] = "ok",
	[DIAGNOSIS_NOTE] = "note",
	[DIAGNOSIS_PROBLEM] = "problem",
	[DIAGNOSIS_UNKNOWN] = "unknown",
};

struct words exam_say(struct exam *exam, enum diagnosis_level level,
		      const char *topic, const char *text)
{
	struct diagnosis *d = &exam->list[exam->count];
	struct words words;

	/* The table is larger than all there is to say. */
	if (exam->count < DIAGNOSES_MAX - 1)
		exam->count++;
	d->level = level;
	d->topic = topic;
	d->step[0] = '\0';
	words = words_start(d->text, sizeof(d->text));
	words_add(&words, text);
	return words;
}

struct words exam_step(struct exam *exam, const char *text)
{
	struct diagnosis *d = &exam->list[exam->count - 1];
	struct words words = words_start(d->step, sizeof(d->step));

	words_add(&words, text);
	return words;
}

bool exam_unseen(struct exam *exam, enum area area, const char *topic,
		 enum diagnosis_level level)
{
	const struct unseen *unseen = &exam->host->unseen[area];
	struct words words;

	if (!unseen->errnum)
		return false;
	words = exam_say(exam, level, topic, "could not be looked at: ");
	words_add(&words, unseen->what);
	exam_step(exam, unseen->errnum == EACCES || unseen->errnum == EPERM
				? "run it as root, who sees the most"
				: "run it again; if it stays so, dmesg may "
				  "tell why");
	return true;
}

uint64_t exam_field(const struct host *host, int row)
{
	const struct page *page = &host->reading.page;

	if (!host->has_page || page->layout->id != LAYOUT_VMCLOCK_1 ||
	    !page_has(page, row))
		return 0;
	return page->value[row];
}

static void examine_machine(struct exam *exam)
{
	const struct host *host = exam->host;
	struct words words;

	if (*host->hypervisor) {
		words = exam_say(exam, DIAGNOSIS_OK, "hypervisor",
				 "a virtual machine: ");
		words_add(&words, host->hypervisor);
	} else if (host->virtual_machine) {
		exam_say(exam, DIAGNOSIS_OK, "hypervisor",
			 host->unseen[AREA_HYPERVISOR].errnum
				 ? "a virtual machine"
				 : "a virtual machine; the hypervisor does not "
				   "say its name");
		exam_unseen(exam, AREA_HYPERVISOR, "hypervisor",
			    DIAGNOSIS_NOTE);
	} else if (!exam_unseen(exam, AREA_HYPERVISOR, "hypervisor",
				DIAGNOSIS_UNKNOWN)) {
		exam_say(exam, DIAGNOSIS_NOTE, "hypervisor",
			 host->devices
				 ? "no sign of a hypervisor"
				 : "no sign of a hypervisor: bare metal has "
				   "no VMClock");
	}
	exam_unseen(exam, AREA_CONTAINER, "container", DIAGNOSIS_UNKNOWN);
	if (host->container)
		exam_say(exam, DIAGNOSIS_NOTE, "container",
			 "inside a container: /dev and parts of /sys may be "
			 "hidden "
			 "from it");
}

static void no_device(struct exam *exam)
{
	const struct host *host = exam->host;

	if (!host->virtual_machine && !*host->hypervisor) {
		exam_say(exam, DIAGNOSIS_NOTE, "device",
			 host->unseen[AREA_HYPERVISOR].errnum
				 ? "no VMClock in ACPI or the device tree"
				 : "no VMClock in ACPI or the device tree, as "
				   "is to be expected");
		return;
	}
	exam_say(exam, DIAGNOSIS_PROBLEM, "device",
		 "the hypervisor offers no VMClock: neither ACPI AMZNC10C or "
		 "VMCLOCK "
		 "nor a device-tree node amazon,vmclock");
	if (host->container)
		exam_step(exam,
			  "look outside of the container; if there is none "
			  "either, QEMU 10.0 has -device vmclock, Firecracker "
			  "1.15 has it always");
	else
		exam_step(exam,
			  "QEMU 10.0 and later: -device vmclock; Firecracker "
			  "1.15 and later has it always; on EC2 it depends on "
			  "the instance type");
}

static void examine_device(struct exam *exam)
{
	const struct host *host = exam->host;
	bool acpi = host->firmware == FIRMWARE_ACPI;
	struct words words;

	if (!exam_unseen(exam, AREA_DEVICE, "device", DIAGNOSIS_UNKNOWN) &&
	    !host->devices)
		no_device(exam);
	if (!host->devices)
		return;
	if (acpi && host->acpi_status >= 0 && !(host->acpi_status & 1)) {
		words = exam_say(exam, DIAGNOSIS_PROBLEM, "device",
				 "in ACPI, and marked not present: ");
		words_add(&words, host->device);
		exam_step(exam,
			  "the hypervisor's _STA method says so; update it");
		return;
	}
	words = exam_say(exam, DIAGNOSIS_OK, "device",
			 acpi ? "in ACPI: " : "in the device tree: ");
	words_add(&words, host->device);
	if (*host->id) {
		words_add(&words, " (");
		words_add(&words, host->id);
		words_add(&words, ")");
	}
	if (host->devices > 1)
		exam_say(exam, DIAGNOSIS_NOTE, "device",
			 "there are several; this is about the first");
}

static void examine_region(struct exam *exam)
{
	const struct host *host = exam->host;
	uint64_t length = host->region_end - host->region_start + 1;
	struct words words;

	if (!host->devices)
		return;
	exam_unseen(exam, AREA_REGION, "region", DIAGNOSIS_UNKNOWN);
	if (host->region == REGION_UNKNOWN)
		return;
	if (host->region == REGION_HIDDEN) {
		exam_say(exam, DIAGNOSIS_NOTE, "region",
			 "/proc/iomem shows addresses to root alone");
		return;
	}
	words = exam_say(exam,
			 host->region_in_ram || host->region_start & 0xfff
				 ? DIAGNOSIS_PROBLEM
				 : DIAGNOSIS_OK,
			 "region", "");
	words_decimal(&words, length);
	words_add(&words, " bytes at ");
	words_hex(&words, host->region_start,
		  host->region_start >> 32 ? 16 : 8);
	if (host->region_in_ram) {
		words_add(&words, ", inside System RAM: the guest may put "
				  "anything there");
		exam_step(exam, "the hypervisor has to reserve the page in its "
				"memory map (E820, EFI or a no-map region)");
	} else if (host->region_start & 0xfff) {
		words_add(&words, ", not on a boundary of 4 KiB");
		exam_step(exam, "the hypervisor has to align it");
	}
}

static void driver_missing(struct exam *exam)
{
	const struct host *host = exam->host;
	struct words words =
		exam_say(exam, DIAGNOSIS_PROBLEM, "driver", "kernel ");

	words_add(&words, host->release);
	words_add(&words, host->driver == DRIVER_ABSENT
				  ? " has no ptp_vmclock: the device is there, "
				    "and nobody drives it"
			  : host->version && host->version < 6013
				  ? " does not run ptp_vmclock: before 6.13 no "
				    "kernel has it, backports aside"
				  : " does not run ptp_vmclock, and without a "
				    "list of its modules there is no telling "
				    "why");
	words = exam_step(exam, "");
	if (host->driver != DRIVER_ABSENT)
		words_add(&words,
			  host->has_config_gz
				  ? "zgrep VMCLOCK /proc/config.gz tells "
				    "whether this one has it: then modprobe "
				    "ptp_vmclock, else "
				  : "modprobe ptp_vmclock; else ");
	words_add(&words, "boot a kernel of 6.13 or later with "
			  "CONFIG_PTP_1588_CLOCK_VMCLOCK (7.0 for the device "
			  "tree)");
}

static const char *why_not_bound(const struct host *host)
{
	if (host->version && host->version < 7000) {
		if (host->firmware == FIRMWARE_DEVICE_TREE)
			return "a kernel of 7.0 or later binds to the device "
			       "tree";
		if (!strstr(host->id, ":AMZNC10C:"))
			return "a kernel of 7.0 or later binds to the id "
			       "VMCLOCK, one before to AMZNC10C alone";
	}
	return "dmesg | grep -i vmclock tells why: its size, version or magic; "
	       "vmclockctl verify judges a dump of the page";
}

static void examine_driver(struct exam *exam)
{
	const struct host *host = exam->host;
	const char *release = *host->release ? host->release : "unknown";
	struct words words;

	if (!host->devices && !host->unseen[AREA_DEVICE].errnum) {
		words = exam_say(exam, DIAGNOSIS_NOTE, "driver", "kernel ");
		words_add(&words, release);
		words_add(&words,
			  host->version && host->version < 6013
				  ? ": before 6.13 no kernel has the driver, "
				    "backports aside"
				  : ": no device for ptp_vmclock to drive");
		return;
	}
	if (exam_unseen(exam, AREA_DRIVER, "driver", DIAGNOSIS_UNKNOWN))
		return;
	/* There is nothing to drive, perhaps. */
	if (!host->devices && host->driver != DRIVER_BOUND)
		return;
	switch (host->driver) {
	case DRIVER_BOUND:
		words = exam_say(exam, DIAGNOSIS_OK, "driver",
				 "ptp_vmclock is bound, kernel ");
		words_add(&words, release);
		return;
	case DRIVER_NOT_LOADED:
		exam_say(exam, DIAGNOSIS_PROBLEM, "driver",
			 "ptp_vmclock is a module, and is not loaded");
		exam_step(exam,
			  "modprobe ptp_vmclock; for every boot: echo "
			  "ptp_vmclock >/etc/modules-load.d/vmclock.conf");
		return;
	case DRIVER_NOT_BOUND:
		exam_say(exam, DIAGNOSIS_PROBLEM, "driver",
			 "ptp_vmclock runs, and did not take the device");
		exam_step(exam, why_not_bound(host));
		return;
	default:
		driver_missing(exam);
	}
}

static void no_node(struct exam *exam)
{
	const struct host *host = exam->host;
	struct words words;

	if (host->driver != DRIVER_BOUND)
		return;
	if (host->misc) {
		exam_say(exam, DIAGNOSIS_PROBLEM, "node",
			 "the driver made a device, and /dev has no node for "
			 "it");
		exam_step(exam,
			  host->container
				  ? "hand it in: --device=/dev/vmclock0:"
				    "/dev/vmclock0:r with docker or podman"
				  : "mount a devtmpfs on /dev, or make the "
				    "node by /sys/class/misc/vmclock0/dev");
		return;
	}
	if (host->container && !host->page_size) {
		exam_say(exam, DIAGNOSIS_NOTE, "node", "none to be seen");
		return;
	}
	words = exam_say(
		exam, DIAGNOSIS_PROBLEM, "node",
		"none: the driver makes it only where the region reaches "
		"the kernel's page size");
	if (host->page_size) {
		words_add(&words, ", ");
		words_decimal(&words, host->page_size / 1024);
		words_add(&words, " KiB here");
	}
	exam_step(exam,
		  host->page_size > 4096
			  ? "use a kernel with pages of 4 KiB, or have the "
			    "hypervisor make the region that large; the PTP "
			    "clock works without the node"
			  : "the hypervisor has to make size 4096 at least");
}

static void examine_node(struct exam *exam)
{
	const struct host *host = exam->host;
	bool unseen = exam_unseen(exam, AREA_NODE, "node", DIAGNOSIS_UNKNOWN);
	struct words words;

	if (!host->nodes && !unseen)
		no_node(exam);
	if (!host->nodes || (unseen && !host->node_readable))
		return;
	if (!host->node_readable) {
		words = exam_say(exam, DIAGNOSIS_PROBLEM, "node", host->node);
		words_add(&words, " is not readable by this user");
		exam_step(exam, "as root, or by the udev rule of " UDEV_FILE
				": " UDEV_NODE);
		return;
	}
	words = exam_say(exam, DIAGNOSIS_OK, "node", host->node);
	words_add(&words, " is readable");
	if (host->nodes > 1)
		exam_say(exam, DIAGNOSIS_NOTE, "node",
			 "there are several; this is about the first");
}

unsigned int doctor_examine(const struct host *host,
			    struct diagnosis list[static DIAGNOSES_MAX])
{
	struct exam exam = { .host = host, .list = list };

	examine_machine(&exam);
	examine_device(&exam);
	examine_region(&exam);
	examine_driver(&exam);
	examine_node(&exam);
	examine_clock(&exam);
	examine_consumers(&exam);
	return exam.count;
}
