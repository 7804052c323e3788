/* SPDX-License-Identifier: BSD-2-Clause */
/* The doctor on the driver: built, installed, loaded, bound to each device. */
#include <string.h>

#include "base/number.h"
#include "page/device_names.h"
#include "parts.h"

/* Amazon's kernels that have the driver, by the mark in their release. */
static const struct {
	const char *mark, *name, *first;
} backports[] = {
	{ ".amzn2.", "Amazon Linux 2", "5.10.223-211.872" },
	{ ".amzn2023.", "Amazon Linux 2023", "6.1.102-108.177" },
};

/* Whether a release is of that version or later, number by number. */
static bool reaches(const char *release, const char *first)
{
	while (*first) {
		uint64_t a, b;

		if (number_take(&release, NULL, 10, &a) ||
		    number_take(&first, NULL, 10, &b))
			return false;
		if (a != b)
			return a > b;
		release += *release == '.' || *release == '-';
		first += *first == '.' || *first == '-';
	}
	return true;
}

static bool is_old(const struct host *host)
{
	for (size_t i = 0; i < sizeof(backports) / sizeof(*backports); i++) {
		if (strstr(host->release, backports[i].mark))
			return !reaches(host->release, backports[i].first);
	}
	return host->version && host->version < 6013;
}

bool device_is_bound(const struct host *host,
		     const struct firmware_device *device)
{
	for (unsigned int i = 0; i < host->bound_count && i < DEVICES_MAX;
	     i++) {
		if (host_binds(host->bound[i], device))
			return true;
	}
	/* Of another name, and the only one. */
	return host->devices == 1 && host->driver == DRIVER_BOUND;
}

static void add_new_kernel(struct strbuf *buffer, const struct host *host)
{
	bool tree = host->firmware == FIRMWARE_DEVICE_TREE;

	for (size_t i = 0; i < sizeof(backports) / sizeof(*backports); i++) {
		if (!strstr(host->release, backports[i].mark))
			continue;
		strbuf_add(buffer, "boot a kernel of ");
		strbuf_add(buffer, backports[i].name);
		if (is_old(host)) {
			strbuf_add(buffer, " of ");
			strbuf_add(buffer, backports[i].first);
			strbuf_add(buffer, " or later");
		} else {
			strbuf_add(buffer, " that has it");
		}
		return;
	}
	if (tree ? host->version >= 7000 : host->version >= 6013)
		strbuf_add(buffer, "boot a kernel built");
	else
		strbuf_add(buffer, tree ? "boot a kernel of 7.0 or later"
					: "boot a kernel of 6.13 or later");
	strbuf_add(buffer, " with CONFIG_PTP_1588_CLOCK_VMCLOCK");
}

static bool has_driver_id(const struct firmware_device *device)
{
	return device->acpi &&
	       (!*device->id || strstr(device->id, ":" DEVICE_ACPI_HID ":"));
}

/* Whether this kernel's driver takes the device: by the module's aliases; else,
 * before 7.0, by ACPI's AMZNC10C alone. Of some the rest came to older kernels:
 * Amazon's, and the stable ones of 6.18 and 6.19. */
static bool is_taken(const struct host *host,
		     const struct firmware_device *device)
{
	if (has_driver_id(device))
		return true;
	if (host->aliases_seen)
		return device->acpi ? host->takes_cid : host->takes_tree;
	return !host->version || host->version >= 7000 ||
	       (!device->acpi &&
		(host->version >= 6018 || strstr(host->release, ".amzn2")));
}

/* Whether this kernel's driver takes none of the devices. */
static bool takes_none(const struct host *host)
{
	if (!host->devices)
		return false;
	for (unsigned int i = 0; i < host->devices && i < DEVICES_MAX; i++) {
		if (is_taken(host, &host->found[i]))
			return false;
	}
	return true;
}

/* The package that distributions part from the kernel's own, or the kernel's.
 */
static void add_package(struct strbuf *buffer, const struct host *host)
{
	static const struct {
		const char *mark, *package;
	} rows[] = {
		{ "uek", "kernel-uek-modules-extra-" },
		{ ".el", "kernel-modules-extra-" },
		{ ".fc", "kernel-modules-extra-" },
		{ ".amzn2023", "kernel-modules-extra-" },
		{ "+deb", "linux-image-" },
	};
	/* Of Ubuntu. */
	static const char *const flavours[] = { "-generic", "-aws",
						"-azure",   "-gcp",
						"-oracle",  "-lowlatency",
						"-kvm" };

	if (host->container)
		strbuf_add(buffer, "on the host, not in the container: ");
	strbuf_add(buffer, "install ");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (!strstr(host->release, rows[i].mark))
			continue;
		strbuf_add(buffer, rows[i].package);
		strbuf_add(buffer, host->release);
		return;
	}
	for (size_t i = 0; i < sizeof(flavours) / sizeof(*flavours); i++) {
		if (!strstr(host->release, flavours[i]))
			continue;
		strbuf_add(buffer, "linux-modules-extra-");
		strbuf_add(buffer, host->release);
		return;
	}
	strbuf_add(
		buffer,
		"the package of the kernel's further modules, where the distribution has one, or put the module into the image");
}

static struct strbuf begin_kernel_line(struct diagnosis_list *diagnoses,
				       enum inference conclusion)
{
	struct strbuf buffer =
		diagnosis_conclude(diagnoses, conclusion, "kernel ");

	strbuf_add(&buffer, *diagnoses->host->release ? diagnoses->host->release
						      : "unknown");
	return buffer;
}

static void diagnose_not_installed(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	struct strbuf buffer =
		begin_kernel_line(diagnoses, CONCLUDE_DRIVER_NOT_INSTALLED);

	strbuf_add(
		&buffer,
		" is configured with ptp_vmclock as a module, which is not installed: ");
	strbuf_add(&buffer, host->option_place);
	strbuf_add(&buffer, " says =m, modules.dep has none");
	buffer = diagnosis_step(diagnoses, "");
	if (takes_none(host))
		add_new_kernel(&buffer, host);
	else
		add_package(&buffer, host);
}

static void diagnose_absent(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	struct strbuf buffer;

	if (host->option == KERNEL_OPTION_MODULE) {
		diagnose_not_installed(diagnoses);
		return;
	}
	if (host->option == KERNEL_OPTION_UNSET && !is_old(host)) {
		buffer =
			begin_kernel_line(diagnoses, CONCLUDE_DRIVER_NOT_BUILT);
		strbuf_add(
			&buffer,
			" is built without ptp_vmclock: the option is not set in ");
		strbuf_add(&buffer, host->option_place);
	} else if (is_old(host)) {
		buffer = begin_kernel_line(diagnoses, CONCLUDE_DRIVER_NOT_YET);
		strbuf_add(
			&buffer,
			" has no ptp_vmclock: before 6.13 no kernel has it, backports aside");
	} else {
		buffer = begin_kernel_line(diagnoses, CONCLUDE_DRIVER_ABSENT);
		strbuf_add(
			&buffer,
			" has no ptp_vmclock among its modules: the device is there, but has no driver");
	}
	buffer = diagnosis_step(diagnoses, "");
	if (host->option == KERNEL_OPTION_UNKNOWN && !is_old(host) &&
	    !takes_none(host) && !strstr(host->release, ".amzn2.")) {
		add_package(&buffer, host);
		strbuf_add(&buffer, "; if that has none, ");
	}
	add_new_kernel(&buffer, host);
}

static void diagnose_unknown(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	struct strbuf buffer;

	if (is_old(host)) {
		buffer = begin_kernel_line(diagnoses, CONCLUDE_DRIVER_NOT_YET);
		strbuf_add(
			&buffer,
			" does not run ptp_vmclock: before 6.13 no kernel has it, backports aside");
		buffer = diagnosis_step(diagnoses, "");
		add_new_kernel(&buffer, host);
		return;
	}
	buffer = begin_kernel_line(diagnoses, CONCLUDE_DRIVER_UNKNOWN);
	strbuf_add(
		&buffer,
		" does not run ptp_vmclock, and without its configuration or a list of its modules the reason is unknown");
	buffer = diagnosis_step(diagnoses,
				host->container ? "on the host: " : "");
	strbuf_add(&buffer, "modprobe ptp_vmclock; else ");
	add_new_kernel(&buffer, host);
}

/* Of one that runs and did not take a device. */
static void add_bind_step(struct diagnosis_list *diagnoses,
			  const struct firmware_device *device)
{
	const struct host *host = diagnoses->host;
	bool taken = is_taken(host, device);

	if (!taken && !device->acpi)
		diagnosis_step(
			diagnoses,
			"a kernel of 7.0 or later binds to the device tree");
	else if (!taken)
		diagnosis_step(
			diagnoses,
			"a kernel of 7.0 or later binds to the id VMCLOCK, an earlier one only to AMZNC10C");
	else if (!device->acpi && !host->aliases_seen && host->version &&
		 host->version < 7000)
		diagnosis_step(
			diagnoses,
			"dmesg | grep -i vmclock shows why; where it shows nothing, this kernel's driver does not know the device tree: "
			"one of 7.0 or later does");
	else if (!device->acpi && !device->has_interrupts &&
		 (!host->has_page || diagnosis_field(host, FIELD_flags) &
					     FLAG_NOTIFICATION_PRESENT))
		diagnosis_step(
			diagnoses,
			host->has_page
				? "its page has NOTIFICATION_PRESENT and its node in the device tree no "
				  "`interrupts`, which ends the probe: the hypervisor has to give both or neither"
				: "dmesg | grep -i vmclock shows why; its node in the device tree has no "
				  "`interrupts`: if the page has NOTIFICATION_PRESENT, that ends the probe");
	else
		diagnosis_step(
			diagnoses,
			"dmesg | grep -i vmclock shows why: its size, version "
			"or magic; vmclockctl verify checks a dump of the page");
}

static void diagnose_not_bound(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;

	for (unsigned int i = 0; i < host->devices && i < DEVICES_MAX; i++) {
		const struct firmware_device *device = &host->found[i];
		struct strbuf buffer;

		if (host->driver == DRIVER_BOUND &&
		    device_is_bound(host, device))
			continue;
		buffer = diagnosis_conclude(
			diagnoses, CONCLUDE_DRIVER_NOT_BOUND,
			"ptp_vmclock runs, but did not take ");
		strbuf_add(&buffer,
			   host->devices > 1 ? device->name : "the device");
		add_bind_step(diagnoses, device);
	}
}

static void diagnose_not_loaded(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	bool taken = !takes_none(host), blocked = *host->blocked_by, boot;
	struct strbuf buffer;

	buffer = diagnosis_conclude(
		diagnoses, CONCLUDE_DRIVER_NOT_LOADED,
		taken ? "ptp_vmclock is a module, but is not loaded"
		      : "ptp_vmclock is a module that is not loaded, and would not take this device");
	if (!taken) {
		add_bind_step(diagnoses, &host->found[0]);
		return;
	}
	boot = strcmp(host->blocked_by, "/proc/cmdline") == 0 ||
	       host->modules_closed;
	if (blocked) {
		strbuf_add(&buffer, ": ");
		strbuf_add(&buffer, host->blocked_by);
		strbuf_add(&buffer, " keeps it away");
	}
	if (host->modules_closed)
		strbuf_add(
			&buffer,
			", and kernel.modules_disabled lets none in until the next boot");
	buffer = diagnosis_step(diagnoses,
				host->container ? "on the host: " : "");
	if (blocked)
		strbuf_add(&buffer, boot ? "take it out there, "
					 : "take it out there, and then: ");
	strbuf_add(
		&buffer,
		boot ? host->modules_closed
				? "have it loaded before modules are closed, at the next boot: "
				: "boot again, and have it loaded: "
		     : "modprobe ptp_vmclock; for every boot: ");
	strbuf_add(&buffer,
		   "echo ptp_vmclock >/etc/modules-load.d/vmclock.conf");
}

static void diagnose_idle(struct diagnosis_list *diagnoses)
{
	struct strbuf buffer =
		begin_kernel_line(diagnoses, CONCLUDE_DRIVER_UNUSED);

	strbuf_add(
		&buffer,
		is_old(diagnoses->host)
			? ": before 6.13 no kernel has the driver, backports aside"
			: ": no device for ptp_vmclock to drive");
}

void diagnose_driver(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	struct strbuf buffer;

	if (!host_has_device(host) && !host->firmware_hidden &&
	    !host->access_errors[AREA_DEVICE].errnum) {
		diagnose_idle(diagnoses);
		return;
	}
	if (diagnosis_add_access_error(diagnoses, AREA_DRIVER, "driver",
				       DIAGNOSIS_UNKNOWN))
		return;
	/* There may be no device for a driver. */
	if (!host_has_device(host))
		return;
	switch (host->driver) {
	case DRIVER_BOUND:
		buffer = diagnosis_conclude(diagnoses, CONCLUDE_DRIVER_BOUND,
					    "ptp_vmclock is bound, kernel ");
		strbuf_add(&buffer, *host->release ? host->release : "unknown");
		if (host->devices > 1)
			diagnose_not_bound(diagnoses);
		return;
	case DRIVER_NOT_LOADED:
		diagnose_not_loaded(diagnoses);
		return;
	case DRIVER_NOT_BOUND:
		diagnose_not_bound(diagnoses);
		return;
	case DRIVER_ABSENT:
		diagnose_absent(diagnoses);
		return;
	default:
		/* What drives it is not shown here. */
		if (!host->devices)
			return;
		diagnose_unknown(diagnoses);
	}
}
