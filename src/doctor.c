/* SPDX-License-Identifier: BSD-2-Clause */
#include "doctor.h"

#include <string.h>

#include "words.h"

const char *const diagnosis_level_names[DIAGNOSIS_LEVEL_COUNT] = {
	[DIAGNOSIS_OK] = "ok",
	[DIAGNOSIS_NOTE] = "note",
	[DIAGNOSIS_PROBLEM] = "problem",
};

/* Lines of contrib/, word for word; tests/bats/contrib.bats holds them so. */
#define UDEV_FILE "contrib/udev/60-vmclock.rules"
#define UDEV_NODE                                                              \
	"SUBSYSTEM==\"misc\", KERNEL==\"vmclock*\", "                          \
	"GROUP=\"vmclock\", MODE=\"0440\", TAG+=\"systemd\""
#define UDEV_PHC                                                               \
	"SUBSYSTEM==\"ptp\", ATTR{clock_name}==\"vmclock*\", "                 \
	"GROUP=\"vmclock\", MODE=\"0440\", SYMLINK+=\"ptp_vmclock\""
#define CHRONY_LINE "refclock PHC /dev/ptp_vmclock refid VMCL poll 0 dpoll -2"

/* The list under construction. */
struct exam {
	const struct host *host;
	struct diagnosis *list;
	unsigned int count;
};

/* A new line; its text is begun with `text`. */
static struct words say(struct exam *exam, enum diagnosis_level level,
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

/* What to do about the last line. */
static struct words step(struct exam *exam, const char *text)
{
	struct diagnosis *d = &exam->list[exam->count - 1];
	struct words words = words_start(d->step, sizeof(d->step));

	words_add(&words, text);
	return words;
}

static bool is_x86(const struct host *host)
{
	return strcmp(host->architecture, "x86_64") == 0;
}

static void examine_machine(struct exam *exam)
{
	const struct host *host = exam->host;
	struct words words;

	if (*host->hypervisor) {
		words = say(exam, DIAGNOSIS_OK, "hypervisor",
			    "a virtual machine: ");
		words_add(&words, host->hypervisor);
	} else if (host->virtual_machine) {
		say(exam, DIAGNOSIS_OK, "hypervisor",
		    "a virtual machine; the hypervisor does not say its name");
	} else {
		say(exam, DIAGNOSIS_NOTE, "hypervisor",
		    host->devices ? "no sign of a hypervisor"
				  : "no sign of a hypervisor: bare metal has "
				    "no VMClock");
	}
	if (host->container)
		say(exam, DIAGNOSIS_NOTE, "container",
		    "inside a container: /dev and parts of /sys may be hidden "
		    "from it");
}

static void no_device(struct exam *exam)
{
	const struct host *host = exam->host;

	if (!host->virtual_machine && !*host->hypervisor) {
		say(exam, DIAGNOSIS_NOTE, "device",
		    "no VMClock in ACPI or the device tree, as is to be "
		    "expected");
		return;
	}
	say(exam, DIAGNOSIS_PROBLEM, "device",
	    "the hypervisor offers no VMClock: neither ACPI AMZNC10C or "
	    "VMCLOCK "
	    "nor a device-tree node amazon,vmclock");
	if (host->container)
		step(exam, "look outside of the container; if there is none "
			   "either, QEMU 10.0 has -device vmclock, Firecracker "
			   "1.15 has it always");
	else
		step(exam, "QEMU 10.0 and later: -device vmclock; Firecracker "
			   "1.15 and later has it always; on EC2 it depends on "
			   "the instance type");
}

static void examine_device(struct exam *exam)
{
	const struct host *host = exam->host;
	bool acpi = host->firmware == FIRMWARE_ACPI;
	struct words words;

	if (!host->devices) {
		no_device(exam);
		return;
	}
	if (acpi && host->acpi_status >= 0 && !(host->acpi_status & 1)) {
		words = say(exam, DIAGNOSIS_PROBLEM, "device",
			    "in ACPI, and marked not present: ");
		words_add(&words, host->device);
		step(exam, "the hypervisor's _STA method says so; update it");
		return;
	}
	words = say(exam, DIAGNOSIS_OK, "device",
		    acpi ? "in ACPI: " : "in the device tree: ");
	words_add(&words, host->device);
	if (*host->id) {
		words_add(&words, " (");
		words_add(&words, host->id);
		words_add(&words, ")");
	}
	if (host->devices > 1)
		say(exam, DIAGNOSIS_NOTE, "device",
		    "there are several; this is about the first");
}

static void examine_region(struct exam *exam)
{
	const struct host *host = exam->host;
	uint64_t length = host->region_end - host->region_start + 1;
	struct words words;

	if (!host->devices || host->region == REGION_UNKNOWN)
		return;
	if (host->region == REGION_HIDDEN) {
		say(exam, DIAGNOSIS_NOTE, "region",
		    "/proc/iomem shows addresses to root alone");
		return;
	}
	words = say(exam,
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
		step(exam, "the hypervisor has to reserve the page in its "
			   "memory map (E820, EFI or a no-map region)");
	} else if (host->region_start & 0xfff) {
		words_add(&words, ", not on a boundary of 4 KiB");
		step(exam, "the hypervisor has to align it");
	}
}

static void driver_missing(struct exam *exam)
{
	const struct host *host = exam->host;
	struct words words = say(exam, DIAGNOSIS_PROBLEM, "driver", "kernel ");

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
	step(exam, host->driver == DRIVER_ABSENT
			   ? "boot a kernel of 6.13 or later with "
			     "CONFIG_PTP_1588_CLOCK_VMCLOCK (7.0 for the "
			     "device tree)"
			   : "modprobe ptp_vmclock; else boot a kernel of "
			     "6.13 or later with "
			     "CONFIG_PTP_1588_CLOCK_VMCLOCK (7.0 for the "
			     "device tree); zgrep VMCLOCK /proc/config.gz "
			     "tells of this one");
}

static void examine_driver(struct exam *exam)
{
	const struct host *host = exam->host;
	struct words words;

	if (!host->devices) {
		words = say(exam, DIAGNOSIS_NOTE, "driver", "kernel ");
		words_add(&words, *host->release ? host->release : "unknown");
		words_add(&words,
			  host->version && host->version < 6013
				  ? ": before 6.13 no kernel has the driver, "
				    "backports aside"
				  : ": no device for ptp_vmclock to drive");
		return;
	}
	switch (host->driver) {
	case DRIVER_BOUND:
		words = say(exam, DIAGNOSIS_OK, "driver",
			    "ptp_vmclock is bound, kernel ");
		words_add(&words, host->release);
		return;
	case DRIVER_NOT_LOADED:
		say(exam, DIAGNOSIS_PROBLEM, "driver",
		    "ptp_vmclock is a module, and is not loaded");
		step(exam, "modprobe ptp_vmclock; for every boot: echo "
			   "ptp_vmclock >/etc/modules-load.d/vmclock.conf");
		return;
	case DRIVER_NOT_BOUND:
		say(exam, DIAGNOSIS_PROBLEM, "driver",
		    "ptp_vmclock runs, and did not take the device");
		step(exam,
		     host->firmware == FIRMWARE_DEVICE_TREE && host->version &&
				     host->version < 7000
			     ? "a kernel of 7.0 or later binds to the device "
			       "tree"
			     : "dmesg | grep -i vmclock tells why: its size, "
			       "version or magic; vmclockctl verify judges a "
			       "dump of the page");
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
		say(exam, DIAGNOSIS_PROBLEM, "node",
		    "the driver made a device, and /dev has no node for it");
		step(exam, host->container
				   ? "hand it in: --device=/dev/vmclock0:"
				     "/dev/vmclock0:r with docker or podman"
				   : "mount a devtmpfs on /dev, or make the "
				     "node by /sys/class/misc/vmclock0/dev");
		return;
	}
	if (host->container && !host->page_size) {
		say(exam, DIAGNOSIS_NOTE, "node", "none to be seen");
		return;
	}
	words = say(exam, DIAGNOSIS_PROBLEM, "node",
		    "none: the driver makes it only where the region reaches "
		    "the kernel's page size");
	if (host->page_size) {
		words_add(&words, ", ");
		words_decimal(&words, host->page_size / 1024);
		words_add(&words, " KiB here");
	}
	step(exam, host->page_size > 4096
			   ? "use a kernel with pages of 4 KiB, or have the "
			     "hypervisor make the region that large; the PTP "
			     "clock works without the node"
			   : "the hypervisor has to make size 4096 at least");
}

static void examine_node(struct exam *exam)
{
	const struct host *host = exam->host;
	struct words words;

	if (!host->nodes) {
		no_node(exam);
		return;
	}
	if (!host->node_readable) {
		words = say(exam, DIAGNOSIS_PROBLEM, "node", host->node);
		words_add(&words, " is not readable by this user");
		step(exam, "as root, or by the udev rule of " UDEV_FILE
			   ": " UDEV_NODE);
		return;
	}
	words = say(exam, DIAGNOSIS_OK, "node", host->node);
	words_add(&words, " is readable");
	if (host->nodes > 1)
		say(exam, DIAGNOSIS_NOTE, "node",
		    "there are several; this is about the first");
}

/* The value of a field of today's layout, 0 where it is not there. */
static uint64_t field(const struct host *host, int row)
{
	const struct page *page = &host->reading.page;

	if (!host->has_page || page->layout->id != LAYOUT_VMCLOCK_1 ||
	    !page_has(page, row))
		return 0;
	return page->value[row];
}

static void add_value_name(struct words *words, const struct page *page,
			   int row)
{
	const char *name;

	if (!page_has(page, row))
		return;
	name = field_value_name(&page->layout->fields[row], page->value[row]);
	words_add(words, ", ");
	words_add(words, name ? name : "unknown status");
}

static void examine_faults(struct exam *exam)
{
	const struct host *host = exam->host;
	const struct clock *clock = &host->reading.clock;

	if (host->reading.page.layout->id != LAYOUT_VMCLOCK_1) {
		say(exam, DIAGNOSIS_PROBLEM, "page",
		    "a layout from before the standard");
		step(exam, "update the hypervisor: the driver reads today's "
			   "layout alone");
		return;
	}
	if (field(host, FIELD_clock_status) == STATUS_UNRELIABLE) {
		say(exam, DIAGNOSIS_PROBLEM, "page",
		    "the clock is UNRELIABLE: the PTP clock gives EINVAL");
		step(exam, "the host's own clock needs mending: its chronyd, "
			   "or whatever feeds the page");
	}
	if (clock->tai_valid && clock->tai_offset > 0) {
		say(exam, DIAGNOSIS_PROBLEM, "page",
		    "tai_offset_sec is positive: drivers and programs that "
		    "follow the standard go 74 s wrong");
		step(exam, "the host has to write -37; vmclockctl compare "
			   "shows what this kernel makes of it");
	}
}

static void examine_page(struct exam *exam)
{
	const struct host *host = exam->host;
	const struct reading *reading = &host->reading;
	struct words words;

	if (host->page_unsettled) {
		say(exam, DIAGNOSIS_PROBLEM, "page",
		    "seq_count does not settle: an update that does not end");
		step(exam, "look again; if it stays so, the hypervisor's "
			   "writer died, and readers time out after 100 ms");
	}
	if (*host->page_error) {
		say(exam, DIAGNOSIS_PROBLEM, "page", host->page_error);
		step(exam, "vmclockctl show tells more");
	}
	if (!host->has_page)
		return;
	if (reading_signal_only(reading)) {
		say(exam, DIAGNOSIS_OK, "page",
		    "the disruption signal alone, no clock: ordinary, and "
		    "healthy");
	} else {
		words = say(exam, DIAGNOSIS_OK, "page", "a clock");
		add_value_name(&words, &reading->page,
			       reading->page.layout->clock_status);
		if (reading->page.layout->id == LAYOUT_VMCLOCK_1)
			add_value_name(&words, &reading->page, FIELD_time_type);
		if (reading->usable != PAGE_TIME_USABLE) {
			words_add(&words, "; not usable now");
			exam->list[exam->count - 1].level = DIAGNOSIS_NOTE;
		}
	}
	examine_faults(exam);
}

static void phc_missing(struct exam *exam)
{
	const struct host *host = exam->host;

	if (host->driver != DRIVER_BOUND)
		return;
	if (host->has_page && reading_signal_only(&host->reading)) {
		say(exam, DIAGNOSIS_NOTE, "phc",
		    "none, since the page has no clock");
		return;
	}
	if (!host->has_page) {
		say(exam, DIAGNOSIS_NOTE, "phc",
		    "none of the driver's; the page could not be read to tell "
		    "why");
		return;
	}
	say(exam, DIAGNOSIS_PROBLEM, "phc",
	    "the page has a clock, and the driver made no PTP clock of it");
	step(exam, "it decides once, when it is loaded: size 0x58, this CPU's "
		   "counter, and a timescale it can use (before 7.0: UTC, or "
		   "TAI with TAI_OFFSET_VALID; since: TAI, or UTC with it)");
}

static void examine_phc_time(struct exam *exam)
{
	const struct host *host = exam->host;
	const struct offset *offset = &host->phc_offset;
	struct words words;

	if (host->phc_errnum) {
		words = say(exam, DIAGNOSIS_PROBLEM, "phc",
			    "it cannot be read, errno ");
		words_signed(&words, host->phc_errnum);
		step(exam, "vmclockctl compare tells it in words");
		return;
	}
	if (!host->phc_judged)
		return;
	if (scale_texts[offset->scale].fault) {
		words = say(exam, DIAGNOSIS_PROBLEM, "phc", "it shows ");
		words_add(&words, scale_texts[offset->scale].fault);
		step(exam, "do not steer a clock by it; vmclockctl compare "
			   "shows the size of it");
		return;
	}
	words = say(exam,
		    offset->scale == SCALE_UNKNOWN ? DIAGNOSIS_PROBLEM
						   : DIAGNOSIS_OK,
		    "phc", "its timescale is ");
	words_add(&words, offset->scale == SCALE_TAI   ? "TAI"
			  : offset->scale == SCALE_UTC ? "UTC"
						       : "neither UTC nor TAI");
	if (offset->scale == SCALE_UNKNOWN)
		step(exam, "vmclockctl compare shows how far it is off");
}

static void examine_phc(struct exam *exam)
{
	const struct host *host = exam->host;
	const struct phc *own;
	struct words words;

	if (host->phc_own < 0) {
		phc_missing(exam);
		return;
	}
	own = &host->phcs[host->phc_own];
	words = say(exam, host->phc_readable ? DIAGNOSIS_OK : DIAGNOSIS_PROBLEM,
		    "phc", own->path);
	words_add(&words, " is the page's PTP clock");
	if (!host->phc_readable) {
		words_add(&words, ", not readable by this user");
		step(exam, "as root, or by the udev rule of " UDEV_FILE
			   ": " UDEV_PHC);
		return;
	}
	examine_phc_time(exam);
}

static void examine_other_phcs(struct exam *exam)
{
	const struct host *host = exam->host;

	for (int i = 0; i < host->phc_count; i++) {
		const struct phc *phc = &host->phcs[i];
		struct words words;

		/* Room is left for what comes after. */
		if (i == host->phc_own || exam->count > DIAGNOSES_MAX - 12)
			continue;
		words = say(exam, DIAGNOSIS_NOTE, "phc", phc->path);
		words_add(&words, ": ");
		words_add(&words, *phc->name ? phc->name : "unnamed");
		words_add(&words, ", ");
		words_add(&words, phc_kinds[phc->kind.kind].help);
		if (phc->kind.kind != PHC_VIRTIO_RTC)
			continue;
		words_add(&words, ": type ");
		words_add(&words, virtio_type_name(phc->kind.type));
		words_add(&words, ", variant ");
		words_add(&words, virtio_variant_name(phc->kind.variant));
	}
}

static bool has_word(const char *list, const char *word)
{
	size_t length = strlen(word);

	while (*list) {
		size_t next = strcspn(list, " ");

		if (next == length && strncmp(list, word, length) == 0)
			return true;
		list += next;
		list += strspn(list, " ");
	}
	return false;
}

static void examine_clocksource(struct exam *exam)
{
	const struct host *host = exam->host;
	const char *own = is_x86(host) ? "tsc" : "arch_sys_counter";
	bool wanted =
		host->has_page && host->reading.usable == PAGE_TIME_USABLE;
	struct words words;

	if (!*host->clocksource)
		return;
	words = say(exam, DIAGNOSIS_OK, "clocksource", host->clocksource);
	if (strcmp(host->clocksource, own) == 0 ||
	    strcmp(host->clocksource, "kvm-clock") == 0)
		return;
	exam->list[exam->count - 1].level = DIAGNOSIS_NOTE;
	if (!is_x86(host) || has_word(host->clocksources, own)) {
		words_add(&words, ": PTP_SYS_OFFSET_PRECISE is refused, the "
				  "clocksource is not the page's counter");
		step(exam, "echo tsc >/sys/devices/system/clocksource/"
			   "clocksource0/current_clocksource");
		return;
	}
	words_add(&words, ": the kernel has given up the TSC");
	if (wanted) {
		words_add(&words, ", and so every read of the PTP clock gives "
				  "EINVAL, though the page is good");
		exam->list[exam->count - 1].level = DIAGNOSIS_PROBLEM;
	}
	step(exam, "dmesg | grep -i tsc tells why; the kernel option "
		   "tsc=reliable keeps it");
}

static void examine_tai(struct exam *exam)
{
	const struct host *host = exam->host;
	struct words words;

	if (!host->has_kernel_tai)
		return;
	if (host->kernel_tai) {
		words = say(exam, DIAGNOSIS_OK, "tai",
			    "the kernel's TAI offset is ");
		words_signed(&words, host->kernel_tai);
		words_add(&words, " s");
		return;
	}
	say(exam, DIAGNOSIS_NOTE, "tai",
	    "the kernel's TAI offset is 0: CLOCK_TAI shows UTC");
	step(exam, "in chrony.conf: leapseclist "
		   "/usr/share/zoneinfo/leap-seconds.list (chrony 4.6), or "
		   "leapsectz right/UTC");
}

static void examine_unprivileged(struct exam *exam)
{
	const struct host *host = exam->host;

	if (!host->nodes)
		return;
	if (host->node_mode & 0004) {
		say(exam, DIAGNOSIS_OK, "unprivileged",
		    "every user can read the page");
		return;
	}
	if (host->node_mode & 0040) {
		say(exam, DIAGNOSIS_OK, "unprivileged",
		    "the node's group can read the page");
		return;
	}
	say(exam, DIAGNOSIS_NOTE, "unprivileged",
	    host->udev_rule ? "root alone can read the page, though there is a "
			      "udev rule about it: is it loaded?"
			    : "root alone can read the page: programs of other "
			      "users say often only that it is unsupported");
	step(exam, host->udev_rule ? "udevadm control --reload; udevadm "
				     "trigger --subsystem-match=misc"
				   : "the udev rule of " UDEV_FILE
				     ": " UDEV_NODE);
}

static void examine_clockbound(struct exam *exam)
{
	const struct host *host = exam->host;
	uint64_t size = field(host, FIELD_size);

	if (!host->has_page)
		return;
	if (host->page_size && size != host->page_size) {
		say(exam, DIAGNOSIS_NOTE, "clockbound",
		    "ClockBound 2 maps `size` bytes, which fails since that "
		    "is not one page");
		step(exam, "a newer ClockBound, or one run without VMClock");
	} else if (field(host, FIELD_seq_count) == 0) {
		say(exam, DIAGNOSIS_NOTE, "clockbound",
		    "ClockBound 2 may take a page with seq_count 0, as it is "
		    "at boot, for one that is not there");
		step(exam, "it comes right with the first update");
	} else {
		say(exam, DIAGNOSIS_OK, "clockbound",
		    "nothing in ClockBound's way, if it may read the node");
	}
}

static void examine_aws_lc(struct exam *exam)
{
	const struct host *host = exam->host;
	bool present = field(host, FIELD_flags) & FLAG_VM_GEN_COUNTER_PRESENT;

	if (!host->has_page)
		return;
	if (present)
		say(exam, DIAGNOSIS_OK, "snapshot-safety",
		    "vm_generation_counter is there: AWS-LC can tell a clone, "
		    "if it may read the node");
	else
		say(exam, DIAGNOSIS_NOTE, "snapshot-safety",
		    "no vm_generation_counter: AWS-LC and the like fall back "
		    "to mixing in more entropy");
}

static void chrony_suggest(struct exam *exam)
{
	const struct host *host = exam->host;
	bool tai = host->phc_judged && host->phc_offset.scale == SCALE_TAI;
	struct words words;

	if (host->phc_own < 0)
		return;
	say(exam, DIAGNOSIS_NOTE, "chrony",
	    "no refclock of chrony's reads the page's PTP clock");
	words = step(exam, "with the links of " UDEV_FILE ", else ");
	words_add(&words, host->phcs[host->phc_own].path);
	if (host->phc_judged) {
		words_add(&words, tai ? ", contrib/chrony/vmclock-tai.conf: "
				      : ", contrib/chrony/vmclock-utc.conf: ");
		words_add(&words, CHRONY_LINE);
		words_add(&words, tai ? " tai" : "");
		return;
	}
	words_add(&words, ", contrib/chrony/vmclock-utc.conf: " CHRONY_LINE
			  " (vmclock-tai.conf has tai, for a PHC that shows "
			  "TAI: kernel 7.0 and later, vmclockctl compare "
			  "tells)");
}

/* Whether the line is about this PHC, by its node or by a link to it. */
static bool is_about(const struct chrony_line *line, const struct host *host)
{
	const char *path =
		host->phc_own < 0 ? "" : host->phcs[host->phc_own].path;
	const char *node = strstr(path, "/dev/ptp");
	const char *found = node ? strstr(line->line, node) : NULL;

	if (strstr(line->line, "ptp_vmclock"))
		return true;
	return found &&
	       !(found[strlen(node)] >= '0' && found[strlen(node)] <= '9');
}

static void examine_chrony(struct exam *exam)
{
	const struct host *host = exam->host;
	const struct chrony_line *line = NULL;
	struct words words;
	bool tai;

	if (!host->chrony)
		return;
	for (unsigned int i = 0; i < host->chrony_count && !line; i++) {
		if (is_about(&host->chrony_lines[i], host))
			line = &host->chrony_lines[i];
	}
	if (!line) {
		chrony_suggest(exam);
		return;
	}
	tai = host->phc_offset.scale == SCALE_TAI;
	if (host->phc_judged && tai != line->tai &&
	    host->phc_offset.scale <= SCALE_TAI) {
		say(exam, DIAGNOSIS_PROBLEM, "chrony",
		    tai ? "its refclock lacks tai, and the PHC shows TAI: 37 s "
			  "wrong (7.0 moved the PHC from UTC to TAI)"
			: "its refclock has tai, and the PHC shows UTC: 37 s "
			  "wrong");
		words = step(exam, tai ? "add tai to: " : "take tai from: ");
		words_add(&words, line->line);
		return;
	}
	words = say(exam, DIAGNOSIS_OK, "chrony", line->line);
	if (!host->phc_judged) {
		exam->list[exam->count - 1].level = DIAGNOSIS_NOTE;
		words_add(&words, ": right if the PHC shows ");
		words_add(&words, line->tai ? "TAI" : "UTC");
		step(exam, "vmclockctl compare tells which it is");
	}
}

static void examine_virtio_rtc(struct exam *exam)
{
	const struct host *host = exam->host;
	struct words words;

	if (!host->virtio_rtc_device)
		return;
	if (!host->virtio_rtc_driver) {
		say(exam, DIAGNOSIS_PROBLEM, "virtio-rtc",
		    "a virtio RTC device is there, and no driver bound to it");
		step(exam, "modprobe virtio_rtc; a kernel of 6.16 or later "
			   "with CONFIG_VIRTIO_RTC has it");
		return;
	}
	words = say(exam, DIAGNOSIS_OK, "virtio-rtc", "bound; ");
	words_add(&words, *host->virtio_rtc_rtc
				  ? host->virtio_rtc_rtc
				  : "no RTC device, as for clocks that may "
				    "step on leap seconds");
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
	examine_page(&exam);
	examine_phc(&exam);
	examine_other_phcs(&exam);
	examine_clocksource(&exam);
	examine_tai(&exam);
	examine_unprivileged(&exam);
	examine_clockbound(&exam);
	examine_aws_lc(&exam);
	examine_chrony(&exam);
	examine_virtio_rtc(&exam);
	return exam.count;
}
