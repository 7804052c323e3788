/* SPDX-License-Identifier: BSD-2-Clause */
/* The doctor on the nodes in /dev: what is there, and why it cannot be opened.
 */
#include <errno.h>
#include <string.h>

#include "parts.h"

enum fault {
	FAULT_NONE,
	FAULT_ABSENT,
	FAULT_DIRECTORY,
	FAULT_FILE,
	FAULT_STALE,
	FAULT_FORBIDDEN,
	FAULT_DENIED_TO_ROOT,
	FAULT_DENIED,
	FAULT_COUNT,
};

/* For the page's node and for a PHC's. */
static const enum inference conclusions[FAULT_COUNT][2] = {
	[FAULT_ABSENT] = { CONCLUDE_NODE_MISSING, CONCLUDE_PHC_MISSING },
	[FAULT_DIRECTORY] = { CONCLUDE_NODE_DIRECTORY, CONCLUDE_PHC_DIRECTORY },
	[FAULT_FILE] = { CONCLUDE_NODE_NO_DEVICE, CONCLUDE_PHC_NO_DEVICE },
	[FAULT_STALE] = { CONCLUDE_NODE_STALE, CONCLUDE_PHC_STALE },
	[FAULT_FORBIDDEN] = { CONCLUDE_NODE_FORBIDDEN, CONCLUDE_PHC_FORBIDDEN },
	[FAULT_DENIED_TO_ROOT] = { CONCLUDE_NODE_DENIED_TO_ROOT,
				   CONCLUDE_PHC_DENIED_TO_ROOT },
	[FAULT_DENIED] = { CONCLUDE_NODE_DENIED, CONCLUDE_PHC_DENIED },
};

static enum fault find_fault(const struct node_look *look, bool root)
{
	/* Of a node that is there it is its device that is absent. */
	if (look->observed == OBSERVED_ABSENT && !look->exists)
		return FAULT_ABSENT;
	if (look->observed == OBSERVED_DIRECTORY)
		return FAULT_DIRECTORY;
	if (look->file)
		return FAULT_FILE;
	if (look->other_number || look->errnum == ENODEV ||
	    look->errnum == ENXIO)
		return FAULT_STALE;
	if (look->errnum == EPERM)
		return FAULT_FORBIDDEN;
	if (look->errnum == EACCES)
		return root ? FAULT_DENIED_TO_ROOT : FAULT_DENIED;
	return look->errnum ? FAULT_DENIED : FAULT_NONE;
}

/* How a container is given a device, by what runs it: the words around the
 * path, which stands wherever a % is. */
static void add_pass(struct strbuf *buffer, const struct host *host,
		     const char *path)
{
	static const struct {
		const char *kind, *text;
	} rows[] = {
		{ "Kubernetes",
		  "give it to the pod: a device plugin, or hostPath % with privileged: true" },
		{ "LXC",
		  "in the container's configuration: lxc.mount.entry, binding % with create=file, and lxc.cgroup2.devices.allow with its number and r" },
		{ "systemd-nspawn",
		  "systemd-nspawn --bind=%, and DeviceAllow=% r for its unit" },
		{ "", "pass it in: --device=%:%:r with docker or podman" },
	};
	size_t row = 0;

	while (*rows[row].kind &&
	       strcmp(rows[row].kind, host->container_kind) != 0)
		row++;
	for (const char *at = rows[row].text; *at; at++) {
		const char letter[] = { *at, '\0' };

		strbuf_add(buffer, *at == '%' ? path : letter);
	}
}

/* Below its root, as a step names it. */
static const char *own_path(const char *path)
{
	const char *found = path;

	for (const char *at = path; (at = strstr(at, "/dev/")); at++)
		found = at;
	return found;
}

static void add_text(struct strbuf *buffer, const struct host *host,
		     const struct node_look *look, enum fault fault, bool phc)
{
	switch (fault) {
	case FAULT_ABSENT:
		strbuf_add(buffer,
			   " is not there, though the kernel has the clock");
		return;
	case FAULT_DIRECTORY:
		strbuf_add(
			buffer,
			" is a directory: a container runtime makes one where the host has no such device");
		return;
	case FAULT_FILE:
		strbuf_add(buffer, " is a regular file, no device");
		return;
	case FAULT_STALE:
		strbuf_add(buffer, ": nothing drives this node");
		if (!look->other_number)
			return;
		strbuf_add(buffer, ": it is ");
		strbuf_add(buffer, look->number);
		strbuf_add(buffer, ", and the kernel's device is ");
		strbuf_add(buffer, look->registered);
		return;
	case FAULT_FORBIDDEN:
		strbuf_add(
			buffer,
			host->container
				? " may not be opened (EPERM): the container's device cgroup refuses it"
				: " may not be opened (EPERM), as by a device cgroup");
		return;
	case FAULT_DENIED_TO_ROOT:
		strbuf_add(
			buffer,
			" is denied to root (EACCES): a security module, or a root without CAP_DAC_OVERRIDE");
		return;
	default:
		strbuf_add(buffer,
			   phc ? ", not readable by " : " is not readable by ");
		strbuf_add(
			buffer,
			host->asked_in_namespace
				? "the root of this user namespace, who is another user outside of it"
				: "this user");
	}
}

/* Who may, where this user may not. */
static void add_right_step(struct strbuf *buffer, const struct host *host,
			   const struct node_look *look, bool phc)
{
	strbuf_add(buffer, host->asked_in_namespace
				   ? "as root outside of the user namespace, or"
				   : "as root, or");
	if (look->mode & 0040 && look->gid) {
		strbuf_add(buffer, " as one of its group: ");
		if (host->container && host->asked_in_namespace) {
			strbuf_add(
				buffer,
				"rootless podman has --group-add keep-groups");
			return;
		}
		strbuf_add(buffer,
			   host->container
				   ? "docker and podman have --group-add "
				   : "usermod -aG ");
		diagnosis_add_group(buffer, look);
		if (!host->container)
			strbuf_add(buffer, " USER, and a new login");
		return;
	}
	strbuf_add(buffer, ": ");
	diagnosis_add_udev_rule(buffer, host,
				phc ? UDEV_RULE_PHC : UDEV_RULE_PAGE);
}

static void add_step(struct diagnosis_list *diagnoses, enum fault fault,
		     const struct node_look *look, const char *path, bool phc)
{
	const struct host *host = diagnoses->host;
	struct strbuf buffer = diagnosis_step(diagnoses, "");

	switch (fault) {
	case FAULT_DIRECTORY:
		strbuf_add(
			&buffer,
			host->container
				? "look on the host: it has no such device, or had none when the container was made"
			: phc || host->misc
				? "remove it with rmdir and load the driver again, which makes the node"
				: "remove it with rmdir; the lines on the device and its driver say why the kernel has none");
		return;
	case FAULT_FILE:
		strbuf_add(&buffer,
			   "remove it; the kernel makes the node by itself");
		return;
	case FAULT_DENIED_TO_ROOT:
		strbuf_add(
			&buffer,
			"dmesg | grep -i -e avc -e apparmor shows whether a rule of SELinux or AppArmor refused it");
		return;
	case FAULT_DENIED:
		add_right_step(&buffer, host, look, phc);
		return;
	default:
		break;
	}
	if (host->container) {
		add_pass(&buffer, host, path);
		return;
	}
	if (fault == FAULT_FORBIDDEN) {
		strbuf_add(&buffer, "in the unit that runs this: DeviceAllow=");
		strbuf_add(&buffer, path);
		strbuf_add(&buffer, " r");
		return;
	}
	strbuf_add(
		&buffer,
		"mount a devtmpfs on /dev, or make the node by the number in ");
	strbuf_add(&buffer, phc ? "/sys/class/ptp" : "/sys/class/misc");
	strbuf_add(&buffer, path + strlen("/dev"));
	strbuf_add(&buffer, "/dev");
}

bool diagnose_node_fault(struct diagnosis_list *diagnoses, const char *path,
			 const struct node_look *look, bool phc)
{
	enum fault fault = find_fault(look, diagnoses->host->asked_by_root);
	struct strbuf buffer;

	if (fault == FAULT_NONE)
		return false;
	buffer = diagnosis_conclude_path(diagnoses, conclusions[fault][phc],
					 path);
	add_text(&buffer, diagnoses->host, look, fault, phc);
	add_step(diagnoses, fault, look, own_path(path), phc);
	return true;
}

/* The PHC of a bound device, by the name that sysfs has of its parent. */
static const struct phc *find_phc(const struct host *host, const char *device)
{
	for (int i = 0; i < host->phc_count; i++) {
		if (host->phcs[i].kind.kind == PHC_VMCLOCK &&
		    strcmp(host->phcs[i].device, device) == 0)
			return &host->phcs[i];
	}
	return NULL;
}

static bool has_misc(const struct host *host, unsigned int number)
{
	for (unsigned int i = 0; i < host->miscs && i < DEVICES_MAX; i++) {
		if (host->misc_numbers[i] == number)
			return true;
	}
	return false;
}

/* "vmclock12" is 12; -1 if that is no number. */
static long number_of(const char *name)
{
	size_t length = strcspn(name, "0123456789");
	long number = 0;

	if (!name[length] || strlen(name + length) > 6)
		return -1;
	for (const char *at = name + length; *at; at++) {
		if (*at < '0' || *at > '9')
			return -1;
		number = 10 * number + (*at - '0');
	}
	return number;
}

static void add_page_size_step(struct diagnosis_list *diagnoses)
{
	diagnosis_step(
		diagnoses,
		diagnoses->host->page_size > 4096
			? "use a kernel with pages of 4 KiB, or have the hypervisor make "
			  "the region that large; the PTP clock works without the node"
			: "the hypervisor has to make size 4096 at least");
}

static void add_page_size(struct strbuf *buffer, const struct host *host)
{
	if (!host->page_size)
		return;
	strbuf_add(buffer, ", ");
	strbuf_decimal(buffer, host->page_size / 1024);
	strbuf_add(buffer, " KiB here");
}

/* Whether every node is that of a device whose PHC tells its number, so that
 * the devices without a PHC have none. */
static bool all_nodes_known(const struct host *host)
{
	unsigned int known = 0;

	for (unsigned int i = 0; i < host->bound_count && i < DEVICES_MAX;
	     i++) {
		const struct phc *phc = find_phc(host, host->bound[i]);
		long number = phc ? number_of(phc->name) : -1;

		known += number >= 0 && has_misc(host, (unsigned int)number);
	}
	for (int i = 0; i < host->phc_count; i++) {
		if (host->phcs[i].kind.kind == PHC_VMCLOCK &&
		    !*host->phcs[i].device)
			return false;
	}
	return host->bound_count <= DEVICES_MAX && host->miscs == known &&
	       !host->access_errors[AREA_PHC].errnum;
}

/* One that is bound, and has nothing to show for it. */
static void add_useless(struct diagnosis_list *diagnoses, const char *device)
{
	struct strbuf buffer = diagnosis_conclude(
		diagnoses, CONCLUDE_DEVICE_USELESS, "the driver took ");

	strbuf_add(&buffer, device);
	strbuf_add(
		&buffer,
		", and made neither a node nor a PTP clock of it: no program can read it");
	diagnosis_step(
		diagnoses,
		"the hypervisor has to give it a region of a whole page, or a clock; dmesg | grep -i vmclock shows what the driver says");
}

/* Of several devices, one whose PHC tells its number and that has no node. */
static void diagnose_without_node(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	bool known = all_nodes_known(host);

	for (unsigned int i = 0; i < host->bound_count && i < DEVICES_MAX;
	     i++) {
		const struct phc *phc = find_phc(host, host->bound[i]);
		long number = phc ? number_of(phc->name) : -1;
		struct strbuf buffer;

		if (!phc && known && host->bound_count > 1)
			add_useless(diagnoses, host->bound[i]);
		if (number < 0 || has_misc(host, (unsigned int)number))
			continue;
		buffer = diagnosis_conclude(diagnoses, CONCLUDE_NODE_NOT_MADE,
					    "device ");
		strbuf_add(&buffer, host->bound[i]);
		strbuf_add(&buffer, " has no /dev/vmclock");
		strbuf_decimal(&buffer, (uint64_t)number);
		strbuf_add(
			&buffer,
			": its region does not reach the kernel's page size");
		add_page_size(&buffer, host);
		strbuf_add(&buffer, "; ");
		strbuf_add(&buffer, own_path(phc->path));
		strbuf_add(&buffer, " is its PTP clock");
		add_page_size_step(diagnoses);
	}
}

/* Of several devices, one that the driver made and /dev lacks. A container is
 * given those that it is to have. */
static void diagnose_missing(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;

	for (unsigned int i = 0; i < host->miscs && i < DEVICES_MAX; i++) {
		char path[32];
		struct strbuf name = strbuf_start(path, sizeof(path)), buffer;

		if (!host->node_missing[i])
			continue;
		strbuf_add(&name, "/dev/vmclock");
		strbuf_decimal(&name, host->misc_numbers[i]);
		buffer = diagnosis_conclude(diagnoses,
					    host->container
						    ? CONCLUDE_NODE_NOT_GIVEN
						    : CONCLUDE_NODE_MISSING,
					    "the driver made ");
		strbuf_add(&buffer, path + strlen("/dev/"));
		strbuf_add(&buffer, " too, but /dev has no node for it");
		add_step(diagnoses, FAULT_ABSENT, &host->node_look, path,
			 false);
	}
}

static void diagnose_no_node(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	struct strbuf buffer;

	if (host->driver != DRIVER_BOUND)
		return;
	if (host->misc) {
		char path[32];
		struct strbuf name = strbuf_start(path, sizeof(path));

		strbuf_add(&name, "/dev/vmclock");
		strbuf_decimal(&name, host->misc_numbers[0]);
		diagnosis_conclude(
			diagnoses, CONCLUDE_NODE_MISSING,
			"the driver made a device, but /dev has no node for it");
		add_step(diagnoses, FAULT_ABSENT, &host->node_look, path,
			 false);
		return;
	}
	if (host->container && !host->page_size) {
		diagnosis_conclude(diagnoses, CONCLUDE_NODE_HIDDEN,
				   "none found");
		return;
	}
	buffer = diagnosis_conclude(diagnoses, CONCLUDE_NODE_NOT_MADE, "");
	if (host->bound_count == 1) {
		strbuf_add(&buffer, "device ");
		strbuf_add(&buffer, host->bound[0]);
		strbuf_add(&buffer, " has ");
	}
	strbuf_add(
		&buffer,
		"none: the driver makes it only where the region reaches the kernel's page size");
	add_page_size(&buffer, host);
	add_page_size_step(diagnoses);
}

void diagnose_node(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	bool hidden = diagnosis_add_access_error(diagnoses, AREA_NODE, "node",
						 DIAGNOSIS_UNKNOWN);
	struct strbuf buffer;

	if (host->nodes || host->bound_count > 1)
		diagnose_without_node(diagnoses);
	if (host->nodes && !host->asked_node && !hidden)
		diagnose_missing(diagnoses);
	if (!host->nodes && !hidden)
		diagnose_no_node(diagnoses);
	if (!host->nodes || (hidden && !host->node_readable))
		return;
	if (diagnose_node_fault(diagnoses, host->node, &host->node_look, false))
		return;
	buffer = diagnosis_conclude_path(diagnoses, CONCLUDE_NODE_READABLE,
					 host->node);
	strbuf_add(&buffer, " is readable");
	if (host->nodes > 1 && !host->asked_node) {
		diagnosis_conclude(diagnoses, CONCLUDE_NODE_SEVERAL,
				   "there are several; this is the first");
		diagnosis_step(
			diagnoses,
			"for each of the others: vmclockctl doctor /dev/vmclockN");
	}
}
